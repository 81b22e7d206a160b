"""What the web floor stands on, in memory: fakes remember, tests look."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from argon2 import PasswordHasher
from pydantic import AnyHttpUrl

from bot.app import App
from bot.clock import SetClock
from bot.domain import holding
from bot.domain.accounts import Role
from bot.domain.alerts import AlertRules
from bot.domain.calendar import DeskCalendar
from bot.domain.canned import Filled
from bot.domain.contract import Standing
from bot.domain.conversation import ClosingReason, Conversation
from bot.domain.enclosing import require_sendable
from bot.domain.errors import (
    BadPayload,
    BadSignature,
    ContractNotFound,
    DatabaseUnavailable,
    FileUnavailable,
    NoSuchColleague,
    WrongStatus,
)
from bot.domain.knowledge import Assurance, Knowledge
from bot.domain.known_contract import KnownContract
from bot.domain.messages import (
    Address,
    Attachment,
    ChannelLimits,
    FileLimits,
    InboundMessage,
    Reply,
)
from bot.domain.snoozing import offered, until
from bot.drawing.gallery import Gallery
from bot.enclosures import SignedEnclosures
from bot.feed import LocalFeed
from bot.ports import (
    Author,
    Channel,
    Channels,
    Colleague,
    ConversationSummary,
    EnclosedFile,
    Entry,
    Hit,
    HookAnswer,
    IdentityProvider,
    Listing,
    LiveEvent,
    Mailer,
    Mark,
    Numbers,
    Search,
    Stretch,
    Tab,
    Told,
    WebhookCall,
)
from bot.service.accounts import Accounts
from bot.service.alerts import Alerts, Bell
from bot.service.desk import NoticeUnavailable
from bot.service.earlier import Before
from bot.service.importing import Importer
from bot.service.marking import NothingToMark, Verdict
from bot.service.overview import ChatView, Overview, UnknownConversation
from bot.service.presence import Presence
from bot.service.previewing import Previewing
from bot.service.queue import QueuePage, QueueRow
from bot.service.rules import DeskRules
from bot.settings import Settings
from bot.staff_texts import StaffTexts
from tests.fake_alerts import FakeAlerts
from tests.fake_files import FakeEnclosures
from tests.fake_lists import is_named, left_by, listed, paged, part_of, says
from tests.fake_staff import FakeStaff
from tests.fakes import FakeContracts
from tests.knowledge_sample import a_knowledge

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
ALL = Stretch()


class FakeChannel:
    """Refuses calls whose body says so; makes one message of any other."""

    limits = ChannelLimits(text=1600, buttons=3, button_text=20, files=FileLimits())

    def __init__(self, name: str, hook: str = "") -> None:
        self.name = name
        self.hook = hook or name
        self.calls: list[WebhookCall] = []

    def answer_to(self, call: WebhookCall) -> HookAnswer:
        return HookAnswer(body="<Response/>", media_type="text/xml")

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        self._check(call)
        sender = Address(channel=self.name, id="1")
        return [
            InboundMessage(vendor_id="v1", sender=sender, text=call.body.decode(), received_at=NOW)
        ]

    async def send(self, to: Address, reply: Reply) -> str:
        raise NotImplementedError

    def _check(self, call: WebhookCall) -> None:
        self.calls.append(call)
        if call.body == b"forged":
            raise BadSignature("no")
        if call.body == b"garbled":
            raise BadPayload("cannot be read")


@dataclass
class FakeConversations:
    """The part of a store that the web chat reads."""

    transcripts: dict[str, list[Entry]] = field(default_factory=dict)
    known: dict[str, Conversation] = field(default_factory=dict)

    async def transcript(self, conversation_id: str) -> Sequence[Entry]:
        return list(self.transcripts.get(conversation_id, []))

    async def conversation(self, conversation_id: str) -> Conversation | None:
        return self.known.get(conversation_id)


@dataclass
class FakeIntake:
    """Stores each message once and puts it into the transcript."""

    conversations: FakeConversations
    feed: LocalFeed
    broken: bool = False
    away: bool = False
    slow: bool = False
    accepted: list[InboundMessage] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    async def accept(self, messages: Sequence[InboundMessage]) -> int:
        if self.broken:
            raise OSError("disk full")
        if self.away:
            raise DatabaseUnavailable("The disk is full.")
        if self.slow:
            await asyncio.Event().wait()
        known = {message.vendor_id for message in self.accepted}
        new = [message for message in messages if message.vendor_id not in known]
        for message in new:
            self.accepted.append(message)
            entries = self.conversations.transcripts.setdefault(str(message.sender), [])
            entries.append(an_entry(str(len(entries) + 1), Author.CUSTOMER, message.text))
            self.feed.publish(LiveEvent(conversation_id=str(message.sender), kind="message"))
        return len(new)

    async def take(self, channel: Channel, call: WebhookCall) -> None:
        try:
            told = channel.parse(call)
        except BadPayload as error:
            self.unreadable.append((channel.name, str(error)))
            return
        await self.accept([one for one in told if isinstance(one, InboundMessage)])


@dataclass
class FakeOverview:
    """Shows chats in memory."""

    conversations: FakeConversations
    cards: dict[str, list[KnownContract]] = field(default_factory=dict)
    barred: str = ""
    time_left: timedelta | None = None
    notices: dict[str, Reply] = field(default_factory=dict)
    asks_rating: bool = False
    files: dict[tuple[str, int], tuple[Attachment, bytes]] = field(default_factory=dict)
    colleagues: list[str] = field(default_factory=lambda: ["bruno"])
    given_back: Reply | None = None

    async def view(
        self, conversation_id: str, colleague: str = "", stretch: Stretch = ALL
    ) -> ChatView:
        if conversation_id not in self.conversations.known:
            raise UnknownConversation(conversation_id)
        cards = self.cards.get(conversation_id, [])
        part = part_of(self.conversations.transcripts.get(conversation_id, []), stretch)
        return ChatView(
            conversation=self.conversations.known[conversation_id],
            transcript=part.entries,
            has_earlier=part.has_earlier,
            has_later=part.has_later,
            quoted=part.quoted,
            cards=cards,
            assurance=Assurance.CONTACT if cards else Assurance.NONE,
            source_silent=False,
            barred=self.barred,
            time_left=self.time_left,
            needs_notice=self.time_left == timedelta(0),
            notices=self.notices,
            asks_rating=self.asks_rating,
            given_back=self.given_back,
            colleagues=self.colleagues,
            snoozes=offered(DeskCalendar(), NOW),
        )

    async def chat(self, conversation_id: str) -> Conversation:
        return (await self.view(conversation_id)).conversation

    async def takes_free_text(self, conversation_id: str) -> bool:
        return not (await self.view(conversation_id)).needs_notice

    async def file(self, conversation_id: str, entry_id: str, at: int) -> tuple[Attachment, bytes]:
        if (entry_id, at) not in self.files:
            raise FileUnavailable("gone")
        return self.files[entry_id, at]


@dataclass
class FakeQueue:
    """Lists chats in memory; what is known beside them is set by their ids."""

    conversations: FakeConversations
    standings: dict[str, Standing] = field(default_factory=dict)
    left: dict[str, timedelta] = field(default_factory=dict)

    async def counts(self, colleague: str) -> Mapping[Tab, int]:
        known = self.conversations.known.values()
        return {tab: len(listed(known, Listing(tab=tab, colleague=colleague))) for tab in Tab}

    async def page(self, listing: Listing) -> QueuePage:
        chats = listed(self.conversations.known.values(), listing)
        page = paged([self._summary(chat) for chat in chats], listing)
        return QueuePage(rows=[self._row(row) for row in page.rows], more=page.more)

    async def search(self, search: Search) -> Sequence[Hit]:
        chats = left_by(self.conversations.known.values(), search.filters)
        people = [Hit(conversation=one) for one in chats if is_named(one, search.terms)]
        said = [
            Hit(conversation=chat, entry=entry)
            for chat in chats
            for entry in self.conversations.transcripts.get(chat.id, [])
            if says(entry, search.terms)
        ]
        return [*people, *said]

    def _row(self, row: ConversationSummary) -> QueueRow:
        chat = row.conversation.id
        return QueueRow(
            summary=row, standing=self.standings.get(chat), time_left=self.left.get(chat)
        )

    def _summary(self, chat: Conversation) -> ConversationSummary:
        entries = self.conversations.transcripts.get(chat.id) or [an_entry()]
        last = entries[-1]
        return ConversationSummary(
            conversation=chat, last_text=last.text, last_at=last.at, last_author=last.author
        )


@dataclass
class FakeWords:
    """Knows what has been carried out, by its key."""

    keys: set[str] = field(default_factory=set)

    async def is_done(self, word: str) -> bool:
        return word in self.keys


@dataclass
class FakeDesk:
    """Holds chats in memory; its steps are those of the domain."""

    conversations: FakeConversations
    overview: FakeOverview
    words: FakeWords
    word: str = ""
    said: list[tuple[str, ...]] = field(default_factory=list)
    contracts: set[str] = field(default_factory=set)
    files: list[EnclosedFile] = field(default_factory=list)
    takes: FileLimits | None = field(default_factory=FileLimits)

    async def ask_again(self, conversation_id: str, entry_id: str, at: int) -> None:
        await self.overview.file(conversation_id, entry_id, at)
        self.said.append(("fetch", conversation_id, entry_id, str(at)))

    async def claim(self, chat: str, colleague: str) -> None:
        self.conversations.known[chat] = holding.claim(self._chat(chat), colleague)

    async def open_again(self, chat: str, colleague: str) -> None:
        self.conversations.known[chat] = holding.open_again(self._chat(chat), colleague)

    async def let_go(self, chat: str, colleague: str) -> None:
        held = self._chat(chat)
        self.conversations.known[chat] = holding.let_go(held, colleague, NOW, owes_answer=False)

    async def transfer(self, chat: str, colleague: str, to: str, remark: str = "") -> None:
        if to not in self.overview.colleagues:
            raise NoSuchColleague(to)
        self.conversations.known[chat] = holding.transfer(self._chat(chat), colleague, to)
        self.said.append(("transfer", chat, to, remark))

    async def snooze(self, chat: str, colleague: str, written: str) -> None:
        moment = until(written, NOW)
        self.conversations.known[chat] = holding.snooze(self._chat(chat), colleague, moment)

    def carrying_out(self, word: str) -> "FakeDesk":
        return replace(self, word=word)

    async def reply(
        self, chat: str, colleague: str, text: str, files: Sequence[EnclosedFile] = ()
    ) -> None:
        require_sendable([one.enclosure for one in files], self.takes)
        if self.word in self.words.keys:
            raise WrongStatus("This has been carried out already.")
        await self.claim(chat, colleague)
        self.words.keys |= {self.word} - {""}
        self.files += files
        if text or not files:
            self._say("reply", chat, colleague, text)

    async def note(self, chat: str, colleague: str, text: str) -> None:
        self._say("note", chat, colleague, text)

    async def send_notice(self, chat: str, colleague: str, name: str) -> None:
        if name not in self.overview.notices:
            raise NoticeUnavailable("no such notice")
        self._say("notice", chat, colleague, self.overview.notices[name].text)

    async def give_back(self, chat: str, colleague: str, *, tells: bool = False) -> None:
        self.conversations.known[chat] = holding.give_back(self._chat(chat), colleague)
        self.said.append(("give_back", chat, colleague, "told" if tells else "untold"))

    async def close(
        self,
        chat: str,
        colleague: str,
        reason: ClosingReason | None = None,
        *,
        ask: bool = True,
    ) -> None:
        self.said += [] if ask else [("not_asked", chat)]
        self.conversations.known[chat] = holding.close(self._chat(chat), colleague, reason)

    async def vouch(self, chat: str, colleague: str, contract_id: str) -> None:
        if contract_id not in self.contracts:
            raise ContractNotFound(contract_id)
        before = self._chat(chat)
        self.conversations.known[chat] = replace(before, vouched_for=contract_id)

    def _say(self, how: str, chat: str, colleague: str, text: str) -> None:
        if not text:
            raise ValueError("empty")
        self.said.append((how, chat, colleague, text))

    def _chat(self, chat: str) -> Conversation:
        if chat not in self.conversations.known:
            raise UnknownConversation(chat)
        return self.conversations.known[chat]


QUICKLY = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The desk's own hashes are slow on purpose."""
PASSWORD = "correct horse"
STAFF = tuple(
    Colleague(name=name, password_hash=QUICKLY.hash(PASSWORD), role=role)
    for name, role in (("anna", Role.ADMIN), ("bruno", Role.STAFF), ("eva", Role.EDITOR))
)
"""Who has an account at first."""


@dataclass
class FakeNumbers:
    """Tells the same numbers of every period, and remembers which was asked for."""

    known: Numbers = field(default_factory=lambda: Numbers(since=NOW, until=NOW))

    async def numbers(self, since: datetime, until: datetime) -> Numbers:
        self.known = replace(self.known, since=since, until=until)
        return self.known


@dataclass
class FakeStore:
    conversations: FakeConversations
    numbers: FakeNumbers = field(default_factory=FakeNumbers)
    topics: FakeWords = field(default_factory=FakeWords)
    trouble: str = ""

    async def check(self) -> None:
        if self.trouble:
            raise DatabaseUnavailable(self.trouble)


@dataclass
class FakeSettings:
    general: Settings


@dataclass
class FakeCanned:
    """Has the same replies for every chat."""

    overview: FakeOverview
    replies: list[Filled] = field(default_factory=list)

    async def ready(self, conversation_id: str, colleague: str) -> Sequence[Filled]:
        await self.overview.chat(conversation_id)
        return self.replies


@dataclass
class FakeMarking:
    """Keeps verdicts on the replies of the bot."""

    conversations: FakeConversations
    marks: dict[str, dict[str, Mark]] = field(default_factory=dict)

    async def of(self, conversation_id: str) -> Mapping[str, Mark]:
        return self.marks.get(conversation_id, {})

    async def mark(self, chat: str, colleague: str, entry: str, verdict: Verdict) -> None:
        said = self.conversations.transcripts.get(chat, [])
        if not any(one.id == entry and one.author is Author.BOT for one in said):
            raise NothingToMark(entry)
        self.marks.setdefault(chat, {})[entry] = Mark(
            conversation_id=chat,
            entry=entry,
            is_right=verdict.is_right,
            intent=verdict.intent,
            note=verdict.note,
            colleague=colleague,
            at=NOW,
        )


@dataclass
class FakeEarlier:
    """Knows one past for every chat."""

    overview: FakeOverview
    before: Before = field(default_factory=lambda: Before(episodes=[], chats=[]))

    async def of(self, conversation_id: str) -> Before:
        await self.overview.chat(conversation_id)
        return self.before


@dataclass
class FakeHelpers:
    """What stands beside the composer and the chat."""

    canned: FakeCanned
    previewing: Previewing
    presence: Presence
    marking: FakeMarking
    earlier: FakeEarlier


@dataclass
class FakeApp:
    """All that `build_web` asks of an App."""

    settings: FakeSettings
    clock: SetClock
    feed: LocalFeed
    channels: Channels
    store: FakeStore
    intake: FakeIntake
    overview: FakeOverview
    queue: FakeQueue
    desk: FakeDesk
    accounts: Accounts
    staff: FakeStaff
    pictures: Gallery
    alerts: Alerts
    helpers: FakeHelpers
    kept: FakeEnclosures
    enclosures: SignedEnclosures
    mailer: Mailer | None = None
    identity: IdentityProvider | None = None
    knowledge: Knowledge = field(default_factory=a_knowledge)
    session_key: str = "a key of 32 characters, or of more"
    importer: Importer = field(default_factory=lambda: Importer(FakeContracts()))

    @property
    def as_app(self) -> App:
        return cast("App", self)


def a_fake_app(home: Path, *channels: Channel, public_url: AnyHttpUrl | None = None) -> FakeApp:
    """Return an app whose channels are these, in memory."""
    conversations, feed, clock = FakeConversations(), LocalFeed(), SetClock(NOW)
    overview, kept = FakeOverview(conversations), FakeEnclosures()
    staff, words = FakeStaff(STAFF), FakeWords()
    known = Channels(by_name={channel.name: channel for channel in channels})
    return FakeApp(
        settings=FakeSettings(Settings(home=home, public_url=public_url)),
        clock=clock,
        feed=feed,
        channels=known,
        store=FakeStore(conversations, topics=words),
        intake=FakeIntake(conversations, feed),
        overview=overview,
        queue=FakeQueue(conversations),
        desk=FakeDesk(conversations, overview, words),
        accounts=Accounts(staff, clock, hasher=QUICKLY),
        staff=staff,
        pictures=Gallery("https://desk.example", "a secret", clock),
        alerts=_alerts(conversations, clock),
        kept=kept,
        enclosures=SignedEnclosures("https://desk.example", "a secret", clock, kept),
        helpers=FakeHelpers(
            canned=FakeCanned(overview),
            previewing=Previewing(cast("Overview", overview), known),
            presence=Presence(clock, feed),
            marking=FakeMarking(conversations),
            earlier=FakeEarlier(overview),
        ),
    )


def _alerts(conversations: FakeConversations, clock: SetClock) -> Alerts:
    """Return what calls out chats, to screens only."""
    bell = Bell(
        roster=FakeStaff(),
        words=StaffTexts({"telegram": "Telegram"}, ""),
        mailer=None,
        channels=Channels(by_name={}),
    )
    rules = DeskRules(a_knowledge(), DeskCalendar(), clock)
    return Alerts(FakeAlerts(conversations.known.values), bell, AlertRules(), rules)


def an_entry(
    entry_id: str = "1", author: Author = Author.CUSTOMER, text: str = "Buongiorno", **more: object
) -> Entry:
    return replace(Entry(id=entry_id, at=NOW, author=author, text=text), **more)  # type: ignore[arg-type]  # fields by name


def a_chat(chat_id: str = "whatsapp:1", **more: object) -> Conversation:
    channel, _, address_id = chat_id.partition(":")
    chat = Conversation(id=chat_id, address=Address(channel=channel, id=address_id))
    return replace(chat, **more)  # type: ignore[arg-type]  # fields by name
