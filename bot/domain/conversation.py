"""A conversation, who speaks in it, and the bot's own steps; those of staff are in `holding`."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.forms import RequestForm
from bot.domain.messages import Address, InboundMessage
from bot.domain.proving import Proof
from bot.domain.rating import RatingAsked

INTRODUCED_FOR = timedelta(days=30)
"""A silence after which a customer may have forgotten that a bot answers."""


class Status(StrEnum):
    """Who is to speak next."""

    BOT = "bot"
    WAITING = "waiting"
    STAFF = "staff"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class HandoverReason(StrEnum):
    """Why a person is needed."""

    ASKED = "asked"
    COMPLAINT = "complaint"
    EMERGENCY = "emergency"
    NOT_UNDERSTOOD = "not_understood"
    REPEATED = "repeated"
    REQUEST = "request"
    CONTRACT = "contract"
    SOURCE_SILENT = "source_silent"
    UNREADABLE = "unreadable"
    VOICE = "voice"
    LANGUAGE = "language"
    BOT_FAILED = "bot_failed"
    LEFT = "left"


BOT_STILL_HELPS = frozenset(
    {HandoverReason.REQUEST, HandoverReason.CONTRACT, HandoverReason.VOICE}
)
"""While these wait for a person, the bot goes on answering what it is sure of."""


class ClosingReason(StrEnum):
    """Why a colleague closed a chat."""

    SOLVED = "solved"
    NO_ANSWER = "no_answer"
    DUPLICATE = "duplicate"
    NOT_FOR_US = "not_for_us"
    SPAM = "spam"


BOT_WRITES = frozenset({Status.BOT, Status.WAITING})
"""Where the bot may write; in all other chats a colleague has the word, or had the last one."""


class PendingKind(StrEnum):
    """What the bot asked the customer."""

    WHICH_INTENT = "which_intent"
    WHICH_CONTRACT = "which_contract"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a pending question: its words and what it stands for."""

    text: str
    payload: str


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A question the customer has not answered yet.

    Args:
        intent: What to go on with once a contract is chosen.
        second: The other question of the same message, if there was one.
        repeated: Whether it has been asked again since the customer just said yes.
    """

    kind: PendingKind
    options: tuple[Option, ...]
    intent: str = ""
    second: str = ""
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class PaymentClaim:
    """What a customer says of a payment: for staff to check, never a change of a standing.

    Args:
        made_at: When they said so first.
        day: The day of payment they state, if they do.
        receipts: How many files they sent with it.
    """

    made_at: datetime
    day: date | None = None
    receipts: int = 0


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """All the bot remembers of one chat.

    Args:
        epoch: Raised whenever who speaks changes; older work is dropped.
        owner: The colleague who holds the chat.
        language: ISO 639-1 code of the customer's language, empty until known.
        intent: What the chat was about last; thanks and greetings do not change it.
        repeats: How often in a row that intent came.
        misses: Messages in a row that were not understood.
        offered: The buttons under the bot's last reply; where a channel shows them as a list,
            the customer answers with a number.
        contract_id: The contract the customer named or chose last.
        phone: E.164, where the channel vouches for it.
        vouched_for: Contract whose contact a colleague recognised in the sender.
        introduced: Whether the bot has said that it is one.
        greeted_on: The day of the bot's last greeting, in Italian time.
        heard_on: The day of the customer's last message that the bot read, in Italian time.
        acknowledged: Whether a waiting customer has been told that more was noted.
        claim: What the customer says of a payment, until staff have done with the chat.
        form: What the bot finds out for a colleague, until staff have done with the chat.
        proof: How far the sender has come in proving who they are.
        album: What the last message shares with others that were sent together with it.
        pace: How long it usually takes the customer to go on, if that is known.
        rating: The last question how it went, and its answer; also after the chat is open again.
        taken_from: Where it stood before a colleague took it: with the bot, or waiting.
        snoozed_until: When it comes back to its owner, while it is put off.
        closed_as: Why it was closed, until it is opened again.
    """

    id: str
    address: Address
    status: Status = Status.BOT
    epoch: int = 0
    owner: str = ""
    reason: HandoverReason | None = None
    waiting_since: datetime | None = None
    language: str = ""
    intent: str = ""
    repeats: int = 0
    misses: int = 0
    pending: Pending | None = None
    offered: tuple[Option, ...] = ()
    contract_id: str = ""
    phone: str | None = None
    vouched_for: str = ""
    name: str = ""
    introduced: bool = False
    greeted_on: date | None = None
    heard_on: date | None = None
    acknowledged: bool = False
    claim: PaymentClaim | None = None
    form: RequestForm | None = None
    proof: Proof = field(default_factory=Proof)
    album: str = ""
    pace: timedelta | None = None
    rating: RatingAsked | None = None
    taken_from: Status | None = None
    snoozed_until: datetime | None = None
    closed_as: ClosingReason | None = None

    def with_sender(self, message: InboundMessage) -> "Conversation":
        """Return the conversation with what a message tells of its sender."""
        return replace(
            self,
            phone=message.phone or self.phone,
            name=message.name or self.name,
            address=message.answer_at or message.sender,
        )


def heard(conversation: Conversation, today: date) -> Conversation:
    """Return the conversation with a message of ``today``.

    After a long silence the bot says again that it is one.

    Source:
        Regulation (EU) 2024/1689, article 50(1): people are told that they talk with a machine.
    """
    before = conversation.heard_on
    forgotten = before is not None and today - before >= INTRODUCED_FOR
    introduced = conversation.introduced and not forgotten
    return replace(conversation, heard_on=today, introduced=introduced)


def hand_over(conversation: Conversation, reason: HandoverReason, now: datetime) -> Conversation:
    """Return the conversation waiting for a person.

    One that waits already changes only by an emergency, which staff must see at once.
    """
    if conversation.status is Status.WAITING:
        urgent = reason is HandoverReason.EMERGENCY
        return replace(conversation, reason=reason) if urgent else conversation
    return replace(
        conversation,
        status=Status.WAITING,
        epoch=conversation.epoch + 1,
        reason=reason,
        waiting_since=now,
        pending=None,
        offered=(),
        misses=0,
        acknowledged=False,
    )


def reopen(conversation: Conversation) -> Conversation:
    """Return a closed conversation with the bot speaking; any other unchanged."""
    if conversation.status is not Status.CLOSED:
        return conversation
    return released(conversation, Status.BOT)


def released(conversation: Conversation, status: Status) -> Conversation:
    """Return the conversation held by nobody, with nothing left of what it was about."""
    return replace(
        conversation,
        status=status,
        epoch=conversation.epoch + 1,
        owner="",
        reason=None,
        waiting_since=None,
        pending=None,
        offered=(),
        misses=0,
        repeats=0,
        acknowledged=False,
        claim=None,
        form=None,
        taken_from=None,
        snoozed_until=None,
        closed_as=None,
    )
