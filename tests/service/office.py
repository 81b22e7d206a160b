"""The services on fakes, put together as `bot.app` does."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from bot.domain.calendar import DeskCalendar
from bot.feed import LocalFeed
from bot.ports import Channels
from bot.service.desk import Desk
from bot.service.facts import FactFinder
from bot.service.files import Files
from bot.service.hearing import Hearing
from bot.service.identity import Prover, Recognition
from bot.service.importing import Importer
from bot.service.intake import Beside, Intake
from bot.service.lanes import Lanes
from bot.service.listening import Ears
from bot.service.news import Newsroom
from bot.service.nodes import Watch
from bot.service.outbox import Outbox
from bot.service.overview import DeskContext, Overview
from bot.service.queue import Queue
from bot.service.rules import DeskRules
from bot.service.standings import Standings
from bot.service.turns import Answerer
from bot.service.typing import Typing
from bot.service.waking import Waking
from bot.service.workers import Spawn
from tests.builders import PHONE, a_contract
from tests.fake_conversations import FakeConversations
from tests.fake_staff import FakeStaff
from tests.fakes import (
    FakeChannel,
    FakeContracts,
    FakeMailer,
    FakeMatcher,
    FakeTranscriber,
    KnownTemplates,
)
from tests.knowledge_sample import a_knowledge
from tests.service.hurried import LoopClock

PATIENCE = timedelta(seconds=3)
"""How long the source of contracts may take."""

TEXTS: Mapping[str, str | Exception] = {
    "Buongiorno": "greeting",
    "Grazie": "thanks",
    "Come apro la webmail?": "webmail_access",
    "Che orari fate?": "contact_hours",
    "Com'è il mio contratto?": "contract_status",
    "Voglio un operatore": "human_handoff",
    "Ho perso la password": "webmail_password",
    "Al fuoco!": "emergency",
    "Boom": RuntimeError("broken"),
}
"""What the matcher knows."""


def sniffed(content: bytes) -> str:
    """Return what a file says it is: the word before its first colon."""
    return content.decode().partition(":")[0] if b":" in content else ""


class Office:
    """A desk at work: what it stands on and what stands on it."""

    def __init__(
        self,
        spawn: Spawn,
        channel: FakeChannel | None = None,
        bursts: timedelta = timedelta(0),
        *,
        listens: bool = False,
        store: FakeConversations | None = None,
    ) -> None:
        self.spawn = spawn
        self.clock, self.feed = LoopClock(), LocalFeed()
        self.store, self.matcher = store or FakeConversations(), FakeMatcher(TEXTS)
        self.source, self.staff = FakeContracts(a_contract("C1", PHONE)), FakeStaff()
        self.channel = channel or FakeChannel()
        self.rules = DeskRules(a_knowledge(), DeskCalendar(), self.clock)
        self.templates = KnownTemplates()
        channels = Channels(by_name={self.channel.name: self.channel})
        self.files = Files(self.store.files, channels, self.clock, self.feed, sniffed)
        context = DeskContext(
            rules=self.rules,
            source=self.source,
            feed=self.feed,
            templates=self.templates,
            files=self.store.files,
            fetch=self.files.wake,
            staff=self.staff,
        )
        self.finder = FactFinder(self.source, PATIENCE, self.clock)
        self.mailer = FakeMailer()
        self.prover = Prover(self.source, self.mailer, DeskCalendar(), spawn)
        self.lanes = Lanes(channels)
        self.outbox = Outbox(self.store, self.lanes, self.clock, self.feed, spawn)
        self.transcriber = FakeTranscriber()
        senses = (
            Ears(self.transcriber if listens else None, self.store.files),
            Hearing(self.store, self.matcher, self.rules, bursts),
            Typing(self.store, channels, spawn),
        )
        answerer = Answerer(self.store, senses, self.recognition, self.lanes, self.rules)
        beside = Beside(files_wait=self.files.wake)
        self.intake = Intake(self.store, answerer, self.outbox, self.feed, spawn, beside)
        self.watch = Watch(self.store, self.intake, self.outbox, self.feed)
        self.overview = Overview(self.store, self.finder, channels, context)
        self.desk = Desk(self.store, self.overview, self.outbox, channels, context)
        newsroom = Newsroom(self.store, self.finder, self.outbox, channels, self.rules, self.feed)
        self.importer = Importer(self.source, newsroom.tell)

    @cached_property
    def queue(self) -> Queue:
        """The list of chats."""
        channels = Channels(by_name={self.channel.name: self.channel})
        standings = Standings(self.finder, self.rules, self.spawn)
        return Queue(self.store, channels, standings, self.clock)

    @property
    def recognition(self) -> Recognition:
        """How it knows who writes."""
        return Recognition(finder=self.finder, prover=self.prover)

    @property
    def waking(self) -> Waking:
        """What brings back chats that were put off."""
        return Waking(self.store, self.staff, self.clock, self.feed)

    @staticmethod
    def channels_with(channel: FakeChannel) -> Channels:
        """Return a channel in place of the office's own."""
        return Channels(by_name={channel.name: channel})

    async def idle(self) -> None:
        """Wait until everything is answered and sent, or put off."""
        await self.intake.idle()
        await self.outbox.idle()
