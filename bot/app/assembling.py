"""The services, put together."""

import asyncio
from collections.abc import (
    Coroutine,
)
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.app.choices import Choices
from bot.app.ground import Ground
from bot.app.helpers import Helpers, built_helpers
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Query
from bot.feed import LocalFeed
from bot.parts import (
    build_accounts,
    build_mailer,
    build_matcher,
    build_staff_room,
    build_staff_texts,
)
from bot.ports import (
    Channels,
    Clock,
    ContractSource,
    Enclosures,
    IdentityProvider,
    Mailer,
    Matcher,
    Pictures,
    Transcriber,
)
from bot.service.accounts import Accounts
from bot.service.alerts import Alerts, Bell
from bot.service.desk import Desk
from bot.service.facts import FactFinder
from bot.service.files import Files
from bot.service.hearing import Hearing
from bot.service.identity import Prover, Recognition
from bot.service.importing import Importer
from bot.service.intake import Beside, Intake, nobody
from bot.service.lanes import Lanes
from bot.service.listening import Ears
from bot.service.news import Newsroom
from bot.service.nodes import Watch
from bot.service.outbox import Outbox
from bot.service.overview import DeskContext, Overview
from bot.service.queue import Queue
from bot.service.rules import DeskRules
from bot.service.staff_group import StaffGroup
from bot.service.standings import Standings
from bot.service.templates import Shelf
from bot.service.turns import Answerer
from bot.service.typing import Typing
from bot.service.waking import Waking
from bot.service.workers import Spawn, on_its_own
from bot.settings import AllSettings
from bot.sniffing import media_type_of
from bot.store.store import Store


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
    enclosures: Enclosures
    shelf: Shelf
    session_key: str
    intake: Intake
    outbox: Outbox
    files: Files
    alerts: Alerts
    watch: Watch
    overview: Overview
    queue: Queue
    desk: Desk
    helpers: Helpers
    staff_group: StaffGroup | None
    accounts: Accounts
    mailer: Mailer | None
    identity: IdentityProvider | None
    waking: Waking
    importer: Importer
    spawn: Spawn


def assembled(  # noqa: PLR0913, PLR0917 - the one place where everything meets
    settings: AllSettings,
    clock: Clock,
    ground: Ground,
    knowledge: Knowledge,
    chosen: tuple[Choices, Transcriber | None],
    group: asyncio.TaskGroup,
) -> App:
    """Return the program on its ground, with nothing going on yet."""
    store, source, channels = ground.store, ground.source, ground.channels
    choices, transcriber = chosen
    feed = LocalFeed(store.notices.tell if store.notices else None)

    def spawn(work: Coroutine[Any, Any, None]) -> object:
        return group.create_task(on_its_own(work))

    rules = DeskRules(knowledge, settings.general.calendar, clock)
    recognition = _recognition(settings, clock, ground, spawn)
    finder = recognition.finder
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
        asks_rating=settings.general.ask_rating,
        staff=store.staff,
    )
    overview = Overview(store.conversations, finder, channels, context)
    desk = Desk(store.conversations, overview, outbox, channels, context)
    hub = _staff_group(settings, ground, (desk, overview), feed, spawn)
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
        enclosures=ground.enclosures,
        shelf=ground.shelf,
        session_key=ground.session_key,
        intake=intake,
        outbox=outbox,
        files=files,
        alerts=_alerts(settings, ground, rules),
        watch=Watch(store.nodes, intake, outbox, feed),
        overview=overview,
        queue=Queue(store.conversations, channels, Standings(finder, rules, spawn), clock),
        desk=desk,
        helpers=built_helpers(ground, overview, (finder, rules), clock, feed),
        staff_group=hub,
        accounts=build_accounts(settings.general, store, clock),
        mailer=build_mailer(settings),
        identity=ground.identity,
        waking=Waking(store.conversations, store.staff, clock, feed),
        importer=Importer(store.contracts, newsroom.tell),
        spawn=spawn,
    )


def _recognition(settings: AllSettings, clock: Clock, ground: Ground, spawn: Spawn) -> Recognition:
    general = settings.general
    patience = timedelta(seconds=general.contract_timeout_seconds)
    finder = FactFinder(ground.source, patience, clock, ground.registry)
    prover = Prover(ground.source, build_mailer(settings), general.calendar, spawn)
    return Recognition(finder=finder, prover=prover)


def _alerts(settings: AllSettings, ground: Ground, rules: DeskRules) -> Alerts:
    bell = Bell(
        roster=ground.store.staff,
        words=build_staff_texts(settings),
        mailer=build_mailer(settings),
        channels=ground.channels,
    )
    return Alerts(ground.store.alerts, bell, settings.general.alerts, rules)


def _staff_group(
    settings: AllSettings,
    ground: Ground,
    desk: tuple[Desk, Overview],
    feed: LocalFeed,
    spawn: Spawn,
) -> StaffGroup | None:
    found, store = build_staff_room(settings, ground.channels), ground.store
    return found and StaffGroup(*found, store.topics, store.conversations, desk, feed, spawn)


async def _warmed_up(matcher: Matcher) -> None:
    """Match something, so that no customer waits for what is loaded on first use."""
    await matcher.match(Query(text="buongiorno"))
