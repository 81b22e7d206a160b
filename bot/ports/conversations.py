"""Conversations as they are kept: messages, turns, replies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.conversation import Conversation
from bot.domain.matching import View
from bot.domain.messages import Address, InboundMessage, Reply
from bot.domain.rating import RatingAsked
from bot.ports.enclosures import EnclosedFile

LONGEST_WAIT = timedelta(minutes=15)
"""No reply is put off for longer; if one seems to be, the clock was set back since."""


class Author(StrEnum):
    """Who wrote an entry of a transcript."""

    CUSTOMER = "customer"
    BOT = "bot"
    STAFF = "staff"
    NOTE = "note"
    EVENT = "event"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Why the bot said what it said; kept beside its reply for staff.

    Args:
        confidence: Of the intent, from 0 to 1.
        runner_up: The second best intent, if any.
        runner_up_confidence: Of that one, from 0 to 1.
        example: The example closest to the message.
        views: What each view of the matcher said by itself.
        named: What the message names, as the customer wrote it.
        standing: Of the contract that was used, else empty.
        contract_id: The contract that was used, else empty.
        assurance: How sure it was who hears it.
        disclosed: Classes of contract data the reply told.
        faq: Names of the FAQ entries it says.
        passages: What the help page and the terms say there, when it was said.
        fields: What it tells of the contract, by the names of placeholders; never the values.
        phase: Of the contract's domain at its registry, if it tells that.
    """

    intent: str = ""
    confidence: float = 0.0
    runner_up: str = ""
    runner_up_confidence: float = 0.0
    example: str = ""
    views: tuple[View, ...] = ()
    named: tuple[str, ...] = ()
    standing: str = ""
    contract_id: str = ""
    assurance: str = ""
    disclosed: tuple[str, ...] = ()
    faq: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    phase: str = ""


@dataclass(frozen=True, kw_only=True)
class StoredMessage:
    """An inbound message the store has accepted.

    Args:
        attempts: How often answering it has failed.
        chat: Its conversation as it is now; None if other messages come first, or if another
            node answers it.
    """

    id: int
    message: InboundMessage
    attempts: int = 0
    chat: Conversation | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """All that one step changes, committed together or not at all.

    Args:
        conversation: As it is afterwards.
        epoch_before: The epoch on which the step was based.
        at: When it happened.
        inbox_ids: The messages this answers; none for a step of staff.
        author: Who speaks: the bot or staff.
        colleague: Name of the colleague, for steps of staff.
        rating: A question how it went that this asks, or has answered.
        event: What happened, for the transcript: "handover", "claim", "note" and so on.
        note: Words of an internal note, or details of the event.
        word: What a colleague wrote, in the staff's group or on a page, by its key; it is carried
            out once.
        remark: Words of an internal note that comes along with the event, else empty.
        files: What the enclosures of its replies hold.
    """

    conversation: Conversation
    epoch_before: int
    at: datetime
    inbox_ids: tuple[int, ...] = ()
    author: Author = Author.BOT
    colleague: str = ""
    replies: tuple[Reply, ...] = ()
    evidence: Evidence | None = None
    event: str = ""
    note: str = ""
    word: str = ""
    files: tuple[EnclosedFile, ...] = ()
    remark: str = ""
    rating: RatingAsked | None = None

    @property
    def said_by(self) -> str:
        """The name of who says the replies; none of the bot, although a colleague had it speak."""
        return self.colleague if self.author is Author.STAFF else ""

    @property
    def changes_chat(self) -> bool:
        """Whether the conversation itself is another one afterwards."""
        return self.event not in {"note", "news", "news_for_staff"}


@dataclass(frozen=True, kw_only=True)
class Unattended:
    """A chat that its owner has put off, or may see no more.

    Args:
        until: When it comes back; None of one that is not put off.
    """

    conversation_id: str
    owner: str
    until: datetime | None


class ReplyState(StrEnum):
    """How far a reply has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class OutboxReply:
    """A reply on its way out.

    Args:
        attempts: How often sending has failed.
        node: The node that marked it as being sent; 0 before.
        heard_at: When the customer wrote last, if ever.
    """

    id: int
    to: Address
    reply: Reply
    attempts: int
    node: int = 0
    heard_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Committed:
    """What is to be done next in a chat whose turn is stored.

    Args:
        message: Its oldest unanswered message, if any.
        reply: Its first reply, if nothing of the chat is to leave before it.
    """

    message: StoredMessage | None = None
    reply: OutboxReply | None = None
