"""What the services need from outside, as protocols, and what these promise."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.domain.contract import ContractRecord
from bot.domain.conversation import Conversation, Status
from bot.domain.errors import Fault
from bot.domain.knowledge import Command
from bot.domain.matching import Match, Query, View
from bot.domain.messages import (
    Address,
    Attachment,
    Button,
    ChannelLimits,
    InboundMessage,
    MessageKind,
    Picture,
    Reply,
)
from bot.domain.registry import RegistryRecord

LONGEST_WAIT = timedelta(minutes=15)
"""No reply is put off for longer; if one seems to be, the clock was set back since."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time, aware."""
        ...


class Matcher(Protocol):
    """Compares a message with the knowledge."""

    async def match(self, query: Query) -> Match:
        """Return what the message means; never raises, never blocks the event loop."""
        ...


class ContractSource(Protocol):
    """Knows the contracts.

    Raises:
        SourceUnavailable: From every method, when the source does not answer.
    """

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this E.164 number."""
        ...

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        """Return one contract, or None if there is none."""
        ...

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this address, in lower case."""
        ...


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail of ours."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends e-mail."""

    async def send(self, letter: Letter) -> None:
        """Send one letter.

        Raises:
            OSError: It was not taken.
        """
        ...


class Registry(Protocol):
    """Knows where domains stand, as their registries tell."""

    async def look_up(self, domain: str) -> RegistryRecord:
        """Return what the registry says of a domain.

        Raises:
            SourceUnavailable: It does not answer, or not in a way that can be read. Nothing else
                is raised, and it takes a few seconds at most.
        """
        ...


class Pictures(Protocol):
    """Draws pictures, and shows them under addresses that only their readers know."""

    async def drawn(self, picture: Picture) -> bytes:
        """Return a picture as PNG; the same picture has the same bytes."""
        ...

    def address_of(self, picture: Picture) -> str:
        """Return an address under which a picture can be fetched for a while."""
        ...

    def behind(self, key: str) -> Picture | None:
        """Return the picture whose address ends with this key, or None once it has expired."""
        ...


@dataclass(frozen=True, kw_only=True)
class WebhookCall:
    """An HTTP request from a vendor, as a plain value.

    Args:
        url: As the vendor called it, rebuilt from the public address.
        headers: With lower-case names.
        received_at: Aware.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryReport:
    """What a vendor says later about a reply it accepted.

    Args:
        status: The vendor's word: sent, delivered, read, failed, undelivered.
        error: Reason of a failure, else empty.
        barred: Why nothing reaches this customer until they write again, else empty.
    """

    channel: str
    vendor_id: str
    status: str
    error: str = ""
    barred: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffWord:
    """What a colleague wrote in the staff's group, in the topic of a chat.

    Args:
        key: By which it is known, so that it is carried out once.
        topic: The vendor's number of the topic.
        text: Empty if it is something else, such as a picture.
    """

    key: str
    topic: int
    colleague: str
    text: str


Told = InboundMessage | DeliveryReport | StaffWord
"""What vendors tell; one call may tell of several."""


@dataclass(frozen=True, kw_only=True)
class HookAnswer:
    """What a vendor's call is answered with, besides 200."""

    body: str = ""
    media_type: str = "text/plain"


async def _always() -> bool:
    return True


may_leave: ContextVar[Callable[[], Awaitable[bool]]] = ContextVar("may_leave", default=_always)
"""Asked by channels at the very moment in which they write a request to their vendor."""


class Channel(Protocol):
    """One way to reach customers: parsing is pure, sending is one call."""

    @property
    def name(self) -> str:
        """The word by which addresses name this channel."""
        ...

    @property
    def limits(self) -> ChannelLimits:
        """What one message can hold."""
        ...

    def parse(self, call: WebhookCall) -> Sequence["Told"]:
        """Return what a webhook call tells; nothing for events that do not matter.

        Raises:
            BadSignature: The call is forged.
            BadPayload: It is genuine but cannot be read.
        """
        ...

    async def send(self, to: Address, reply: Reply) -> str:
        """Send one reply and return the vendor's id for it.

        Raises:
            DeliveryError: It was not accepted; says whether trying again makes sense.
        """
        ...


@runtime_checkable
class HearsWebhooks(Protocol):
    """A channel whose vendor calls us, at ``/webhooks/HOOK`` or below."""

    @property
    def hook(self) -> str:
        """The word in that address."""
        ...

    def answer_to(self, call: WebhookCall) -> HookAnswer:
        """Return what to answer a genuine call once what it tells is stored."""
        ...


@runtime_checkable
class AnswersChallenges(Protocol):
    """A channel whose vendor makes sure of our address by a GET before it calls there."""

    def challenge(self, query: Mapping[str, str]) -> str:
        """Return what the vendor wants to read.

        Raises:
            BadSignature: It is not the vendor who asks.
        """
        ...


@runtime_checkable
class ShowsTyping(Protocol):
    """A channel that can show a customer that an answer is being written."""

    @property
    def typing_lasts(self) -> timedelta:
        """How long it shows unless it is told again."""
        ...

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:
        """Show it, as an answer to a message; a failure is nobody's concern.

        Raises:
            DeliveryError: The vendor did not take it.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found by looking whether something is in place.

    Args:
        words: What is in place, or what is wrong and how to mend it.
    """

    is_well: bool
    words: str


@runtime_checkable
class ChecksItself(Protocol):
    """A channel that can ask its vendor whether all is in place."""

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return what is well and what is not: credentials, address of webhooks, secret, clock.

        Args:
            public_address: Under which the vendor should call; empty if none is set.
        """
        ...


@runtime_checkable
class Syncs(Protocol):
    """A channel that can have its vendor call us."""

    async def sync(self, public_address: str) -> Sequence[Finding]:
        """Tell the vendor where to call, and return what is in place then.

        Args:
            public_address: Under which the vendor is to call; empty if none is set.
        """
        ...


@runtime_checkable
class ShowsMenu(Protocol):
    """A channel on which customers find commands in a menu."""

    async def show_menu(self, commands: Sequence[Command]) -> None:
        """Have the vendor show these commands, and no others.

        Raises:
            DeliveryError: The vendor did not take them.
        """
        ...


@runtime_checkable
class FetchesFiles(Protocol):
    """A channel from which staff can see the files a customer sent."""

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds, at most ``MAX_FILE_BYTES``.

        Raises:
            FileUnavailable: The vendor does not give it, or it is too large.
        """
        ...


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
        event: What happened, for the transcript: "handover", "claim", "note" and so on.
        note: Words of an internal note, or details of the event.
        word: What a colleague wrote in the staff's group and this carries out, by its key; once.
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

    @property
    def changes_chat(self) -> bool:
        """Whether the conversation itself is another one afterwards."""
        return self.event not in {"note", "news", "news_for_staff"}


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


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a transcript.

    Args:
        id: Unique within the conversation's transcript.
        state: For replies, how far they have come.
        name: Who wrote it, for staff and customers.
        event: For events and notes, what happened.
        kind: For what customers send.
        id_in_chat: By what others refer to it: the vendor's name for it.
        refers_to: Such a name of another entry.
    """

    id: str
    at: datetime
    author: Author
    text: str
    name: str = ""
    buttons: tuple[Button, ...] = ()
    state: ReplyState | None = None
    error: str = ""
    event: str = ""
    evidence: Evidence | None = None
    attachments: tuple[Attachment, ...] = ()
    picture: Picture | None = None
    kind: MessageKind = MessageKind.TEXT
    details: str = ""
    forwarded: bool = False
    id_in_chat: str = ""
    refers_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Whether and until when a customer can be reached.

    Args:
        heard_at: When the customer wrote last, if ever.
        barred: Why nothing reaches them, else empty: ``blocked`` or ``opted_out``.
    """

    heard_at: datetime | None = None
    barred: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelActivity:
    """What went by a channel last, and what went wrong last."""

    channel: str
    last_in: datetime | None = None
    last_out: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, kw_only=True)
class ConversationSummary:
    """A conversation as a row of the console's list."""

    conversation: Conversation
    last_text: str
    last_at: datetime
    last_author: Author


class ConversationStore(Protocol):
    """Keeps conversations, inbox and outbox; what it has accepted survives a power cut.

    Raises:
        DatabaseUnavailable: From every method, while nothing can be read or written.
    """

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[StoredMessage]:
        """Store each message once, by channel and vendor id or token, and return the new ones.

        Who is known by their ``user_id`` stays in their chat. An edit takes the place of a
        message that has not been answered; beside an answered one it is only kept.
        """
        ...

    async def keep_unreadable(self, call: WebhookCall, channel: str, reason: str) -> None:
        """Keep a genuine call that could not be read, for staff."""
        ...

    async def unanswered(self) -> Sequence[str]:
        """Return the ids of this node's conversations that have unanswered messages."""
        ...

    async def next_message(self, conversation_id: str) -> StoredMessage | None:
        """Return the oldest unanswered message of a conversation, if this node answers it."""
        ...

    async def following(self, stored: StoredMessage) -> StoredMessage | None:
        """Return the next unanswered message of a chat after one, or None."""
        ...

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None if nobody ever wrote from there."""
        ...

    async def commit(self, turn: Turn) -> Committed:
        """Store all of a turn, and return what is next if it answers a message.

        Raises:
            StaleEpoch: Who speaks, or which node answers, has changed since the turn began, or
                its news has been told; nothing is stored.
        """
        ...

    async def note_failure(self, inbox_id: int, error: str) -> None:
        """Count a failed attempt at answering a message."""
        ...

    async def undelivered(self, now: datetime) -> Sequence[str]:
        """Return the ids of this node's conversations whose first open reply is due by now.

        One that is due in more than ``LONGEST_WAIT`` is due as well, as a new one always is.
        """
        ...

    async def next_attempt_at(self) -> datetime | None:
        """Return when the earliest of those that were put off is due, or None if there is none."""
        ...

    async def next_reply(self, conversation_id: str, now: datetime) -> OutboxReply | None:
        """Return the oldest open reply of a conversation of this node, if it is due.

        A reply of the bot from an older epoch is dropped instead. A reply not yet due, or being
        sent, holds back those after it, so their order is kept.
        """
        ...

    async def leave(self, reply: OutboxReply) -> OutboxReply | None:
        """Mark a reply as being sent, by this node.

        Returns:
            The reply with its node, or None if it may not be sent any more: staff have taken the
            chat, or another node has.
        """
        ...

    def may_send(self, reply: OutboxReply) -> bool:
        """Tell whether nobody else can have taken the conversation since the reply was marked."""
        ...

    async def mark_sent(self, reply_id: int, vendor_id: str, now: datetime) -> bool:
        """Record that the vendor accepted a reply; tell whether more of its chat is open."""
        ...

    async def mark_failed(self, reply_id: int, error: str, next_try: datetime | None) -> None:
        """Record a failure; without ``next_try`` it is for ever.

        So it is if another node has taken the chat and said something later: what is said comes
        in order.
        """
        ...

    async def mark_doubtful(self, reply_id: int, error: str) -> None:
        """Record that a reply may or may not have arrived; it is not sent again."""
        ...

    async def record_report(self, report: DeliveryReport) -> str | None:
        """Record a vendor's report; return the conversation, or None if we never sent that.

        Reports come in any order, so a reply never goes back from read to sent. One that comes
        before ``mark_sent`` is kept until then.
        """
        ...

    async def reach(self, conversation_id: str) -> Reach:
        """Return whether and until when the customer of a conversation can be reached."""
        ...

    async def bar(self, conversation_id: str, why: str) -> None:
        """Record that nothing reaches a customer, until they write again."""
        ...

    async def activity(self) -> Sequence[ChannelActivity]:
        """Return what went by each channel last, by name."""
        ...

    async def summaries(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        """Return conversations for the console: those waiting longest first, then by activity."""
        ...

    async def transcript(self, conversation_id: str) -> Sequence[Entry]:
        """Return all that was said and done in a conversation, oldest first."""
        ...


class Nodes(Protocol):
    """Shares the conversations among the programs on one database."""

    @property
    def beat(self) -> timedelta:
        """How often ``take_over`` is to be called."""
        ...

    async def take_over(self) -> Sequence[str]:
        """Stay alive for the others, and return the chats taken from nodes that are gone.

        Only chats in which work is left are taken. What those nodes were sending is uncertain
        from then on.
        """
        ...

    async def secret(self, name: str) -> str:
        """Return a random secret that all programs on the database share."""
        ...

    async def claim(self, job: str, every: timedelta) -> bool:
        """Tell whether scheduled work is due here; it is not due again anywhere for a while."""
        ...


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A chat as a topic of the staff's group.

    Args:
        number: The vendor's; 0 while there is none.
        told: The id of the last entry of the transcript that stands there; empty at first.
        is_open: Whether staff can write there.
        owes_card: Whether what is known of the customer is still to be told there.
    """

    conversation_id: str
    number: int = 0
    told: str = ""
    is_open: bool = False
    owes_card: bool = True


class TopicStore(Protocol):
    """Knows the topics of the staff's group, and how far each has been told.

    Raises:
        DatabaseUnavailable: From every method, while nothing can be read or written.
    """

    async def find(self, conversation_id: str) -> Topic | None:
        """Return the topic of a chat, or None if it never had one."""
        ...

    async def hold(self, conversation_id: str) -> Topic | None:
        """Return the topic of a chat, noted if it is new; None while another node tells it."""
        ...

    async def save(self, topic: Topic) -> None:
        """Note how far a topic has come."""
        ...

    async def let_go(self, conversation_id: str) -> None:
        """Let other nodes tell the topic of a chat."""
        ...

    async def chat_of(self, number: int) -> str | None:
        """Return the chat of a topic, or None if it is none of ours."""
        ...

    async def unfinished(self) -> Sequence[str]:
        """Return the chats that wait for a person, and those whose topic is open."""
        ...

    async def is_done(self, word: str) -> bool:
        """Tell whether what a colleague wrote has been carried out."""
        ...

    async def own_entries(self, conversation_id: str) -> frozenset[str]:
        """Return the ids of those entries of a transcript that were written in the topic."""
        ...


class StaffRoom(Protocol):
    """The group in which staff find a topic for each chat.

    Raises:
        TopicGone: The topic has been deleted.
        DeliveryError: The vendor did not do it.
    """

    async def begin(self, name: str) -> int:
        """Make a topic and return its number."""
        ...

    async def say(self, topic: int, text: str, *, pinned: bool = False) -> None:
        """Write into a topic, as fast as the vendor allows."""
        ...

    async def shut(self, topic: int) -> None:
        """Close a topic; it can be read and reopened."""
        ...

    async def reopen(self, topic: int) -> None:
        """Open a closed topic again."""
        ...


class ContractStore(ContractSource, Protocol):
    """The local read copy of the contracts."""

    async def everything(self) -> Sequence[ContractRecord]:
        """Return all contracts by their numbers."""
        ...

    async def replace_all(self, records: Sequence[ContractRecord]) -> None:
        """Put these contracts in place of all before, in one transaction."""
        ...

    async def put(self, record: ContractRecord) -> None:
        """Put one contract in place of the one with its number, if there is one."""
        ...

    async def remove(self, contract_id: str) -> bool:
        """Take one contract away; return whether there was one."""
        ...

    async def count(self) -> int:
        """Return how many contracts there are."""
        ...


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """All contracts of a back office.

    Args:
        doubts: What may be a slip but keeps nothing from being taken.
    """

    records: Sequence[ContractRecord]
    doubts: Sequence[Fault] = ()


class ContractFeed(Protocol):
    """A back office that is read whole, since it finds no contract by a phone number."""

    async def ping(self) -> None:
        """Make sure that it answers and lets us in; raise SourceUnavailable."""
        ...

    async def fetch(self) -> Fetched:
        """Return all its contracts, dated by the moment of the call.

        Raises:
            SourceUnavailable: It does not answer, or refuses us.
            ContractFileError: Something in it cannot be read; lists every fault.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """A message as a vendor is to keep it, so that it can be sent by its name.

    Args:
        kind: ``quick`` has buttons, ``list`` and ``rows`` have a list, ``text`` only words.
        count: How many buttons or rows.
        language: ISO 639-1.
        body: Of a ``text``: its words, with ``{{1}}`` for the first variable and so on.
        samples: Of a ``text``: what each variable may look like, for whoever approves it.
        category: Under which it is to be approved; empty if it needs no approval.
    """

    name: str
    kind: str
    count: int = 0
    language: str = "it"
    body: str = ""
    samples: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class VendorTemplate:
    """A message that a vendor keeps for us.

    Args:
        vendor_id: The vendor's id for it.
        digest: Of what the vendor was given.
        approval: The vendor's word: approved, pending, rejected; empty if it needs none.
        reason: Why it was rejected, else empty.
    """

    name: str
    vendor_id: str
    digest: str
    approval: str = ""
    reason: str = ""


class TemplateStore(Protocol):
    """Remembers which messages vendors keep for us."""

    async def of(self, channel: str) -> Sequence[VendorTemplate]:
        """Return all of a channel, by name."""
        ...

    async def save(self, channel: str, template: VendorTemplate) -> None:
        """Store one, in place of that with its name."""
        ...

    async def forget(self, channel: str, name: str) -> None:
        """Forget one."""
        ...


class Templates(Protocol):
    """The same as it was read a moment ago, for whoever cannot wait."""

    def of(self, channel: str) -> Mapping[str, VendorTemplate]:
        """Return those of a channel, by name."""
        ...


class VendorTemplates(Protocol):
    """Has a vendor keep messages for us.

    Raises:
        DeliveryError: From each method, if the vendor refuses or does not answer.
    """

    def digest(self, blueprint: Blueprint) -> str:
        """Return a digest of what the vendor would be given."""
        ...

    async def exists(self, vendor_id: str) -> bool:
        """Tell whether the vendor still has one."""
        ...

    async def create(self, blueprint: Blueprint) -> str:
        """Have the vendor keep it, and return the vendor's id."""
        ...

    async def delete(self, vendor_id: str) -> None:
        """Have the vendor forget it, if it is there."""
        ...

    async def submit(self, vendor_id: str, blueprint: Blueprint) -> str:
        """Ask for approval, and return the vendor's word for how far that is."""
        ...

    async def approval(self, vendor_id: str) -> tuple[str, str]:
        """Return the vendor's word for how far the approval is, and why it was rejected."""
        ...


@runtime_checkable
class KeepsTemplates(Protocol):
    """A channel whose vendor keeps messages for us."""

    @property
    def vendor_templates(self) -> VendorTemplates:
        """What has the vendor keep them."""
        ...


class RetentionStore(Protocol):
    """Finds and deletes what is old."""

    async def idle_chats(self, before: datetime, most: int) -> Sequence[str]:
        """Return chats without a message since ``before`` in which nobody waits or is helped."""
        ...

    async def erase(self, chats: Sequence[str]) -> Mapping[str, int]:
        """Delete these chats with all that belongs to them; return how many rows of each table."""
        ...

    async def erase_unreadable(self, before: datetime, most: int) -> int:
        """Delete calls that could not be read and came before; return how many."""
        ...

    async def erase_reports(self, before: datetime, most: int) -> int:
        """Delete reports of messages nobody knows that came before; return how many."""
        ...


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person who works at the desk; the password is stored only as an argon2id hash."""

    name: str
    password_hash: str


class StaffStore(Protocol):
    """Keeps the accounts of the desk."""

    async def save(self, colleague: Colleague) -> None:
        """Store an account, in place of one with the same name."""
        ...

    async def find(self, name: str) -> Colleague | None:
        """Return an account by name, whatever its case."""
        ...

    async def count(self) -> int:
        """Return how many accounts there are."""
        ...


@dataclass(frozen=True, kw_only=True)
class LiveEvent:
    """Something that just happened in a conversation, for screens that are open.

    Args:
        kind: ``message``, ``reply``, ``status`` or ``delivery``.
    """

    conversation_id: str
    kind: str


class Subscription(Protocol):
    """A running view of the live events."""

    async def next(self) -> LiveEvent:
        """Return the next event, waiting for it."""
        ...


class Feed(Protocol):
    """Passes live events to open screens; what nobody watches is forgotten."""

    def publish(self, event: LiveEvent) -> None:
        """Tell every subscriber."""
        ...

    def subscribe(self) -> AbstractAsyncContextManager[Subscription]:
        """Return a subscription that ends with its block."""
        ...


class Notices(Protocol):
    """What programs on one database tell each other; one that is lost is made good later."""

    def tell(self, event: LiveEvent) -> None:
        """Have the others know of something that just happened."""
        ...

    async def keep_telling(self) -> None:
        """Tell the others, for as long as the program runs."""
        ...

    async def keep_hearing(
        self, chat_waits: Callable[[str], None], happened: Callable[[LiveEvent], None]
    ) -> None:
        """Hear the others, for as long as the program runs.

        Args:
            chat_waits: Hears the id of a conversation of this node in which there is work.
            happened: Hears of a live event elsewhere.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Channels:
    """The channels that are switched on, by name."""

    by_name: Mapping[str, Channel] = field(default_factory=dict)

    def of(self, address: Address) -> Channel | None:
        """Return the channel of an address, or None if it is off."""
        return self.by_name.get(address.channel)
