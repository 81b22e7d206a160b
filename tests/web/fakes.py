"""What the web floor stands on, in memory: fakes remember, tests look."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from pydantic import AnyHttpUrl

from bot.app import App
from bot.clock import SetClock
from bot.domain.canned import Filled
from bot.domain.conversation import Conversation, Status, claim, close, give_back
from bot.domain.errors import (
    BadPayload,
    BadSignature,
    ContractNotFound,
    DatabaseUnavailable,
    FileUnavailable,
)
from bot.domain.knowledge import Assurance, Knowledge
from bot.domain.known_contract import KnownContract
from bot.domain.messages import Address, Attachment, ChannelLimits, InboundMessage, Reply
from bot.drawing.gallery import Gallery
from bot.feed import LocalFeed
from bot.ports import (
    Author,
    Channel,
    Channels,
    Colleague,
    ConversationSummary,
    Entry,
    HookAnswer,
    LiveEvent,
    Mark,
    Told,
    WebhookCall,
)
from bot.service.desk import NoticeUnavailable
from bot.service.earlier import Before
from bot.service.importing import Importer
from bot.service.marking import NothingToMark, Verdict
from bot.service.overview import ChatView, Overview, UnknownConversation
from bot.service.presence import Presence
from bot.service.previewing import Previewing
from bot.settings import Settings
from tests.fakes import FakeContracts
from tests.knowledge_sample import a_knowledge

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


class FakeChannel:
    """Refuses calls whose body says so; makes one message of any other."""

    limits = ChannelLimits(text=1600, buttons=3, button_text=20)

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
    files: dict[tuple[str, int], tuple[Attachment, bytes]] = field(default_factory=dict)

    async def queue(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        return [self._summary(chat) for chat in self.conversations.known.values()]

    async def view(self, conversation_id: str, colleague: str = "") -> ChatView:
        if conversation_id not in self.conversations.known:
            raise UnknownConversation(conversation_id)
        cards = self.cards.get(conversation_id, [])
        return ChatView(
            conversation=self.conversations.known[conversation_id],
            transcript=self.conversations.transcripts.get(conversation_id, []),
            cards=cards,
            assurance=Assurance.CONTACT if cards else Assurance.NONE,
            source_silent=False,
            barred=self.barred,
            time_left=self.time_left,
            needs_notice=self.time_left == timedelta(0),
            notices=self.notices,
        )

    async def chat(self, conversation_id: str) -> Conversation:
        return (await self.view(conversation_id)).conversation

    async def takes_free_text(self, conversation_id: str) -> bool:
        return not (await self.view(conversation_id)).needs_notice

    async def file(self, conversation_id: str, entry_id: str, at: int) -> tuple[Attachment, bytes]:
        if (entry_id, at) not in self.files:
            raise FileUnavailable("gone")
        return self.files[entry_id, at]

    def _summary(self, chat: Conversation) -> ConversationSummary:
        entries = self.conversations.transcripts.get(chat.id) or [an_entry()]
        last = entries[-1]
        return ConversationSummary(
            conversation=chat, last_text=last.text, last_at=last.at, last_author=last.author
        )


@dataclass
class FakeDesk:
    """Holds chats in memory; its steps are those of the domain."""

    conversations: FakeConversations
    overview: FakeOverview
    said: list[tuple[str, ...]] = field(default_factory=list)
    contracts: set[str] = field(default_factory=set)

    async def ask_again(self, conversation_id: str, entry_id: str, at: int) -> None:
        await self.overview.file(conversation_id, entry_id, at)
        self.said.append(("fetch", conversation_id, entry_id, str(at)))

    async def claim(self, chat: str, colleague: str) -> None:
        self.conversations.known[chat] = claim(self._chat(chat), colleague)

    async def reply(self, chat: str, colleague: str, text: str) -> None:
        await self.claim(chat, colleague)
        self._say("reply", chat, colleague, text)

    async def note(self, chat: str, colleague: str, text: str) -> None:
        self._say("note", chat, colleague, text)

    async def send_notice(self, chat: str, colleague: str, name: str) -> None:
        if name not in self.overview.notices:
            raise NoticeUnavailable("no such notice")
        self._say("notice", chat, colleague, self.overview.notices[name].text)

    async def give_back(self, chat: str, colleague: str) -> None:
        self.conversations.known[chat] = give_back(self._chat(chat), colleague)

    async def close(self, chat: str, colleague: str) -> None:
        self.conversations.known[chat] = close(self._chat(chat), colleague)

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
class FakeAccounts:
    """Knows one colleague."""

    async def sign_in(self, name: str, password: str) -> Colleague | None:
        right = (name, password) == ("anna", "correct horse")
        return Colleague(name="anna", password_hash="x") if right else None


@dataclass
class FakeStore:
    conversations: FakeConversations
    trouble: str = ""

    async def check(self) -> None:
        if self.trouble:
            raise DatabaseUnavailable(self.trouble)


@dataclass
class FakeSettings:
    general: Settings


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
    desk: FakeDesk
    accounts: FakeAccounts
    pictures: Gallery
    helpers: FakeHelpers
    knowledge: Knowledge = field(default_factory=a_knowledge)
    session_key: str = "a key of 32 characters, or of more"
    importer: Importer = field(default_factory=lambda: Importer(FakeContracts()))

    @property
    def as_app(self) -> App:
        return cast("App", self)


def a_fake_app(home: Path, *channels: Channel, public_url: AnyHttpUrl | None = None) -> FakeApp:
    """Return an app whose channels are these, in memory."""
    conversations, feed, clock = FakeConversations(), LocalFeed(), SetClock(NOW)
    overview = FakeOverview(conversations)
    known = Channels(by_name={channel.name: channel for channel in channels})
    return FakeApp(
        settings=FakeSettings(Settings(home=home, public_url=public_url)),
        clock=clock,
        feed=feed,
        channels=known,
        store=FakeStore(conversations),
        intake=FakeIntake(conversations, feed),
        overview=overview,
        desk=FakeDesk(conversations, overview),
        accounts=FakeAccounts(),
        pictures=Gallery("https://desk.example", "a secret", clock),
        helpers=FakeHelpers(
            canned=FakeCanned(overview),
            previewing=Previewing(cast("Overview", overview), known),
            presence=Presence(clock, feed),
            marking=FakeMarking(conversations),
            earlier=FakeEarlier(overview),
        ),
    )


def an_entry(
    entry_id: str = "1", author: Author = Author.CUSTOMER, text: str = "Buongiorno", **more: object
) -> Entry:
    return replace(Entry(id=entry_id, at=NOW, author=author, text=text), **more)  # type: ignore[arg-type]  # fields by name


def a_chat(chat_id: str = "whatsapp:1", **more: object) -> Conversation:
    channel, _, address_id = chat_id.partition(":")
    chat = Conversation(id=chat_id, address=Address(channel=channel, id=address_id))
    return replace(chat, **more)  # type: ignore[arg-type]  # fields by name
