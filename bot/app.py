"""Build the program from its settings; the only place that chooses implementations."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx

from bot.channels.network import LAST_LOOK, LIMITS
from bot.clock import SystemClock
from bot.contracts.json_file import read_contracts
from bot.domain.commands import menu_of
from bot.domain.errors import StartError
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Costs, Query
from bot.drawing.gallery import Gallery
from bot.feed import LocalFeed
from bot.knowledge_files import load_knowledge
from bot.parts import (
    CHANNELS,
    Means,
    SourceContext,
    build_channels,
    build_feed,
    build_mailer,
    build_registry,
    build_staff_room,
    source_builder,
)
from bot.ports import (
    Channels,
    Clock,
    ContractFeed,
    ContractSource,
    Matcher,
    Pictures,
    Registry,
)
from bot.service.accounts import Accounts
from bot.service.desk import Desk, DeskContext
from bot.service.facts import FactFinder
from bot.service.hearing import Hearing
from bot.service.identity import Prover, Recognition
from bot.service.importing import Importer
from bot.service.intake import Intake
from bot.service.lanes import Lanes
from bot.service.menus import keep_shown
from bot.service.news import Newsroom
from bot.service.nodes import Watch
from bot.service.outbox import Outbox
from bot.service.retention import Periods, Retention
from bot.service.rules import DeskRules
from bot.service.staff_group import StaffGroup
from bot.service.syncing import Syncing
from bot.service.templates import Shelf
from bot.service.turns import Answerer
from bot.service.typing import Typing
from bot.service.workers import Spawn, kept_going
from bot.settings import AllSettings, Settings
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from bot.understanding.embedding import sentence_embedder
from bot.understanding.matcher import LearntMatcher
from bot.understanding.suggestions import Suggestion, suggestions_for

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
    watch: Watch
    desk: Desk
    staff_group: StaffGroup | None
    accounts: Accounts
    importer: Importer
    spawn: Spawn


Opening = Callable[[Callable[[], Store]], Awaitable[Store]]
"""How the store is opened, given what opens it or raises."""


async def at_once(open_it: Callable[[], Store]) -> Store:
    """Open the store now or not at all."""
    return open_it()


Work = Callable[[], Awaitable[None]]
"""Work that goes on for as long as the program runs."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a caller may choose in place of the usual.

    Args:
        clock: Another time than the machine's.
        channels: Other channels than those in the settings.
        source: Other contracts than the store's read copy.
        database: Another file than the one in the settings.
        matcher: Another one than that which learns from the knowledge.
        opening: Perhaps waits for a database that is not there yet.
        ask_registries: Not about made-up domains, nor at another time than now.
        await_bursts: Not where messages are not sent as they are typed.
    """

    clock: Clock | None = None
    channels: Channels | None = None
    source: ContractSource | None = None
    database: Path | None = None
    matcher: Matcher | None = None
    opening: Opening = at_once
    ask_registries: bool = True
    await_bursts: bool = True


def build_retention(settings: AllSettings, store: Store, clock: Clock) -> Retention:
    """Return what deletes what is older than the settings allow."""
    own = settings.general
    periods = Periods(chats=_days(own.keep_chats_days), unreadable=_days(own.keep_unreadable_days))
    return Retention(store.people, periods, clock)


def _days(count: int) -> timedelta | None:
    return timedelta(days=count) if count else None


def build_matcher(settings: Settings, knowledge: Knowledge) -> LearntMatcher:
    """Return the matcher for this knowledge; what it learns is kept in the home folder."""
    costs = Costs(
        wrong=settings.cost_wrong_answer,
        question=settings.cost_question,
        person=settings.cost_handover,
    )
    return LearntMatcher(knowledge, costs, sentence_embedder(), settings.home / "cache")


def build_suggestions(settings: Settings, knowledge: Knowledge) -> Sequence[Suggestion]:
    """Return what would make this knowledge better."""
    return suggestions_for(knowledge, sentence_embedder(), settings.home / "cache")


def read_knowledge(settings: Settings) -> Knowledge:
    """Return the knowledge the settings name; raise KnowledgeError if it has faults."""
    knowledge = load_knowledge(settings.intents, settings.faq)
    return replace(knowledge, privacy_url=str(settings.privacy_url or ""))


def open_store(settings: Settings, database: Path | None = None, *, owner: bool) -> Store:
    """Return the store the settings name; raise StartError if it cannot be opened."""
    path = database or settings.database
    folder = settings.home if isinstance(path, str) else path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"Cannot write to {folder}: {error.strerror}. "
            "Set SPORTELLO_HOME to a folder you can write to."
        ) from error
    if isinstance(path, Path):
        return SqliteStore.open(path, owner=owner)
    from bot.store.postgresql import PostgresStore  # noqa: PLC0415 - only where it is used

    return PostgresStore.open(path, owner=owner, home=settings.home)


@asynccontextmanager
async def running(settings: AllSettings, choices: Choices | None = None) -> AsyncIterator[App]:
    """Run the program for as long as the block lasts; ends with nothing half done.

    Raises:
        KnowledgeError: The knowledge has faults.
        StartError: The database cannot be opened, or a setting names nothing.
        SettingsError: The source of contracts cannot be used as the settings say.
    """
    choices = choices or Choices()
    clock = choices.clock or SystemClock()
    build_source = source_builder(settings)
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
            secret = await store.nodes.secret("pictures")
            pictures = Gallery(settings.general.public_address, secret, clock)
            shelf = await _shelf(store)
            means = Means(pictures=pictures, templates=shelf, clock=clock)
            channels = choices.channels or build_channels(settings, http, means)
            registry = (
                build_registry(settings.general, http, clock) if choices.ask_registries else None
            )
            app = _assembled(
                settings,
                clock,
                (store, source, registry, (pictures, shelf), await store.nodes.secret("sessions")),
                knowledge,
                (channels, choices.matcher, choices.await_bursts),
                group,
            )
            await app.watch.take_over()
            with _ongoing(group, _endless(app, feed)):
                yield app
                await _drained(app)
    finally:
        await store.close()


async def _shelf(store: Store) -> Shelf:
    """Return what vendors keep for us, read for the first time."""
    shelf = Shelf(store.templates, CHANNELS)
    await shelf.refresh()
    return shelf


def _endless(app: App, feed: ContractFeed | None) -> Iterator[Work]:
    """Yield what goes on for as long as the program runs."""
    nodes = app.store.nodes
    yield app.watch.keep_watching
    yield partial(app.intake.keep_answering, nodes.beat)
    yield partial(app.outbox.keep_trying, nodes.beat)
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
    built: tuple[Store, ContractSource, Registry | None, tuple[Pictures, Shelf], str],
    knowledge: Knowledge,
    chosen: tuple[Channels, Matcher | None, bool],
    group: asyncio.TaskGroup,
) -> App:
    store, source, registry, (pictures, shelf), session_key = built
    channels, matcher, await_bursts = chosen
    feed = LocalFeed(store.notices.tell if store.notices else None)
    spawn = group.create_task
    rules = DeskRules(knowledge, settings.general.calendar, clock)
    patience = timedelta(seconds=settings.general.contract_timeout_seconds)
    finder = FactFinder(source, patience, clock, registry)
    prover = Prover(source, build_mailer(settings), settings.general.calendar, spawn)
    recognition = Recognition(finder=finder, prover=prover)
    lanes = Lanes(channels)
    outbox = Outbox(store.conversations, lanes, clock, feed, spawn)
    matcher = matcher or build_matcher(settings.general, knowledge)
    spawn(_warmed_up(matcher))
    longest = timedelta(seconds=settings.general.burst_seconds if await_bursts else 0)
    hearing = Hearing(store.conversations, matcher, rules, longest)
    typing = Typing(store.conversations, channels, spawn)
    answerer = Answerer(store.conversations, (hearing, typing), recognition, lanes, rules)
    context = DeskContext(rules=rules, source=source, feed=feed, templates=shelf)
    desk = Desk(store.conversations, finder, outbox, channels, context)
    found = build_staff_room(settings, channels)
    hub = found and StaffGroup(*found, store.topics, store.conversations, desk, feed, spawn)
    intake = Intake(store.conversations, answerer, outbox, feed, spawn, hub.hear if hub else None)
    newsroom = Newsroom(store.conversations, finder, outbox, channels, rules, feed)
    return App(
        settings=settings,
        clock=clock,
        feed=feed,
        channels=channels,
        store=store,
        source=source,
        knowledge=knowledge,
        pictures=pictures,
        shelf=shelf,
        session_key=session_key,
        intake=intake,
        outbox=outbox,
        watch=Watch(store.nodes, intake, outbox, feed),
        desk=desk,
        staff_group=hub,
        accounts=Accounts(store.staff),
        importer=Importer(store.contracts, newsroom.tell),
        spawn=spawn,
    )
