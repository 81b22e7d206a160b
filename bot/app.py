"""Build the program from its settings; the only place that chooses implementations."""

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
)
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from bot.channels.network import LAST_LOOK, LIMITS
from bot.clock import SystemClock
from bot.contracts.json_file import read_contracts
from bot.domain.commands import menu_of
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Query
from bot.drawing.gallery import Gallery
from bot.feed import LocalFeed
from bot.parts import (
    CHANNELS,
    Choices,
    Means,
    SourceContext,
    build_accounts,
    build_channels,
    build_feed,
    build_identity,
    build_mailer,
    build_matcher,
    build_registry,
    build_retention,
    build_staff_room,
    build_transcriber,
    open_store,
    read_knowledge,
    source_builder,
)
from bot.ports import (
    Channels,
    Clock,
    ContractFeed,
    ContractSource,
    IdentityProvider,
    Mailer,
    Matcher,
    Pictures,
    Registry,
    Transcriber,
)
from bot.service.accounts import Accounts
from bot.service.desk import Desk, DeskContext
from bot.service.facts import FactFinder
from bot.service.files import Files
from bot.service.hearing import Hearing
from bot.service.identity import Prover, Recognition
from bot.service.importing import Importer
from bot.service.intake import Beside, Intake, nobody
from bot.service.lanes import Lanes
from bot.service.listening import Ears
from bot.service.menus import keep_shown
from bot.service.news import Newsroom
from bot.service.nodes import Watch
from bot.service.outbox import Outbox
from bot.service.rules import DeskRules
from bot.service.staff_group import StaffGroup
from bot.service.syncing import Syncing
from bot.service.templates import Shelf
from bot.service.turns import Answerer
from bot.service.typing import Typing
from bot.service.workers import Spawn, kept_going, on_its_own
from bot.settings import AllSettings
from bot.sniffing import media_type_of
from bot.store.store import Store

__all__ = ["App", "Choices", "load_demo", "running"]

_PATIENCE = timedelta(seconds=5)
"""How long a stopping program waits for turns and replies under way."""


@dataclass(frozen=True, kw_only=True)
class App:
    """The program, put together."""

    settings: AllSettings
    clock: Clock
    feed: LocalFeed
    channels: Channels
    store: Store
    source: ContractSource
    knowledge: Knowledge
    pictures: Pictures
    shelf: Shelf
    session_key: str
    intake: Intake
    outbox: Outbox
    files: Files
    watch: Watch
    desk: Desk
    staff_group: StaffGroup | None
    accounts: Accounts
    mailer: Mailer | None
    identity: IdentityProvider | None
    importer: Importer
    spawn: Spawn


Work = Callable[[], Awaitable[None]]
"""Work that goes on for as long as the program runs."""


@asynccontextmanager
async def running(settings: AllSettings, choices: Choices | None = None) -> AsyncIterator[App]:
    """Run the program for as long as the block lasts; ends with nothing half done.

    Raises:
        KnowledgeError: The knowledge has faults.
        StartError: The database cannot be opened, or a setting names nothing.
        SettingsError: The source of contracts or what writes voice notes down cannot be used as
            the settings say.
    """
    choices = choices or Choices()
    clock = choices.clock or SystemClock()
    build_source = source_builder(settings)
    transcriber = choices.transcriber or build_transcriber(settings.general)
    knowledge = read_knowledge(settings.general)
    store = await choices.opening(
        lambda: open_store(settings.general, choices.database, owner=True)
    )
    try:
        http = httpx.AsyncClient(limits=LIMITS, event_hooks=LAST_LOOK)
        context = SourceContext(
            settings=settings, read_copy=store.contracts, http=http, clock=clock
        )
        source, feed = choices.source or build_source(context), build_feed(context)
        async with http, asyncio.TaskGroup() as group:
            ground = await _ground(settings, clock, (store, source, http), choices)
            app = _assembled(settings, clock, ground, knowledge, (choices, transcriber), group)
            await app.watch.take_over()
            with _ongoing(group, _endless(app, feed)):
                yield app
                await _drained(app)
    finally:
        await store.close()


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What the services stand on."""

    store: Store
    source: ContractSource
    registry: Registry | None
    pictures: Pictures
    shelf: Shelf
    channels: Channels
    session_key: str
    identity: IdentityProvider | None


async def _ground(
    settings: AllSettings,
    clock: Clock,
    opened: tuple[Store, ContractSource, httpx.AsyncClient],
    choices: Choices,
) -> _Ground:
    store, source, http = opened
    secret = await store.nodes.secret("pictures")
    pictures = Gallery(settings.general.public_address, secret, clock)
    shelf = Shelf(store.templates, CHANNELS)
    await shelf.refresh()
    means = Means(pictures=pictures, templates=shelf, clock=clock)
    asks = choices.ask_registries
    return _Ground(
        store=store,
        source=source,
        registry=build_registry(settings.general, http, clock) if asks else None,
        pictures=pictures,
        shelf=shelf,
        channels=choices.channels or build_channels(settings, http, means),
        session_key=await store.nodes.secret("sessions"),
        identity=build_identity(settings, http, clock),
    )


def _endless(app: App, feed: ContractFeed | None) -> Iterator[Work]:
    """Yield what goes on for as long as the program runs."""
    nodes = app.store.nodes
    yield app.watch.keep_watching
    yield partial(app.intake.keep_answering, nodes.beat)
    yield partial(app.outbox.keep_trying, nodes.beat)
    yield app.files.keep_fetching
    yield partial(build_retention(app.settings, app.store, app.clock).keep_sweeping, nodes)
    if app.staff_group is not None:
        yield app.staff_group.keep_telling
    yield partial(keep_shown, app.channels, menu_of(app.knowledge))
    yield app.shelf.keep_fresh
    yield from _notices(app)
    yield from _syncing(feed, app)


def _syncing(feed: ContractFeed | None, app: App) -> Iterator[Work]:
    """Yield what keeps the read copy like the back office, if the settings name one."""
    if feed is not None:
        every = timedelta(minutes=app.settings.general.sync_minutes)
        yield partial(Syncing(feed, app.importer, every).keep_syncing, app.store.nodes)


def _notices(app: App) -> Iterator[Work]:
    """Yield what keeps programs on one database in touch, where there can be several."""
    if app.store.notices is not None:
        yield app.store.notices.keep_telling
        yield partial(app.store.notices.keep_hearing, app.watch.chat_waits, app.feed.pass_on)


@contextmanager
def _ongoing(group: asyncio.TaskGroup, work: Iterable[Work]) -> Iterator[None]:
    """Keep work going for as long as the block lasts."""
    tasks = [group.create_task(kept_going(one)) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def load_demo(app: App) -> int:
    """Put the demo contracts, dated from today, into the read copy; return how many."""
    records = read_contracts(app.settings.general.demo, app.clock.now())
    await app.store.contracts.replace_all(records)
    return len(records)


async def _warmed_up(matcher: Matcher) -> None:
    """Match something, so that no customer waits for what is loaded on first use."""
    await matcher.match(Query(text="buongiorno"))


async def _drained(app: App) -> None:
    """Wait a little for what is under way; what is left is in the store and goes on next time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            await app.intake.idle()
            await app.outbox.idle()


def _assembled(  # noqa: PLR0913, PLR0917 - the one place where everything meets
    settings: AllSettings,
    clock: Clock,
    ground: _Ground,
    knowledge: Knowledge,
    chosen: tuple[Choices, Transcriber | None],
    group: asyncio.TaskGroup,
) -> App:
    store, source, channels = ground.store, ground.source, ground.channels
    choices, transcriber = chosen
    feed = LocalFeed(store.notices.tell if store.notices else None)

    def spawn(work: Coroutine[Any, Any, None]) -> object:
        return group.create_task(on_its_own(work))

    rules = DeskRules(knowledge, settings.general.calendar, clock)
    patience = timedelta(seconds=settings.general.contract_timeout_seconds)
    finder = FactFinder(source, patience, clock, ground.registry)
    mailer = build_mailer(settings)
    prover = Prover(source, mailer, settings.general.calendar, spawn)
    recognition = Recognition(finder=finder, prover=prover)
    lanes = Lanes(channels)
    outbox = Outbox(store.conversations, lanes, clock, feed, spawn)
    matcher = choices.matcher or build_matcher(settings.general, knowledge)
    group.create_task(_warmed_up(matcher))
    longest = timedelta(seconds=settings.general.burst_seconds if choices.await_bursts else 0)
    senses = (
        Ears(transcriber, store.files),
        Hearing(store.conversations, matcher, rules, longest),
        Typing(store.conversations, channels, spawn),
    )
    answerer = Answerer(store.conversations, senses, recognition, lanes, rules)
    files = Files(store.files, channels, clock, feed, media_type_of)
    context = DeskContext(
        rules=rules,
        source=source,
        feed=feed,
        templates=ground.shelf,
        files=store.files,
        fetch=files.wake,
    )
    desk = Desk(store.conversations, finder, outbox, channels, context)
    found = build_staff_room(settings, channels)
    hub = found and StaffGroup(*found, store.topics, store.conversations, desk, feed, spawn)
    beside = Beside(files_wait=files.wake, staff=hub.hear if hub else nobody)
    intake = Intake(store.conversations, answerer, outbox, feed, spawn, beside)
    newsroom = Newsroom(store.conversations, finder, outbox, channels, rules, feed)
    return App(
        settings=settings,
        clock=clock,
        feed=feed,
        channels=channels,
        store=store,
        source=source,
        knowledge=knowledge,
        pictures=ground.pictures,
        shelf=ground.shelf,
        session_key=ground.session_key,
        intake=intake,
        outbox=outbox,
        files=files,
        watch=Watch(store.nodes, intake, outbox, feed),
        desk=desk,
        staff_group=hub,
        accounts=build_accounts(settings.general, store, clock),
        mailer=mailer,
        identity=ground.identity,
        importer=Importer(store.contracts, newsroom.tell),
        spawn=spawn,
    )
