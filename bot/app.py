"""Build the program from its settings; the only place that chooses implementations."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from telegram import Bot

from bot.channels.telegram import Telegram
from bot.channels.web import Web
from bot.channels.whatsapp import WhatsApp
from bot.clock import SystemClock
from bot.contracts import SOURCES
from bot.contracts.json_file import read_contracts
from bot.domain.errors import StartError
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Costs, Query
from bot.drawing.gallery import Gallery
from bot.feed import LocalFeed
from bot.knowledge_files import load_knowledge
from bot.ports import Channel, Channels, Clock, ContractSource, Feed, Matcher, Pictures, Registry
from bot.registries import BySuffix
from bot.registries.cached import Cached
from bot.registries.rdap import BOOTSTRAP_FILE, Rdap
from bot.registries.whois import Whois
from bot.service.accounts import Accounts
from bot.service.desk import Desk, DeskContext
from bot.service.facts import FactFinder
from bot.service.intake import Intake
from bot.service.outbox import Outbox
from bot.service.turns import Answerer, DeskRules
from bot.service.workers import Spawn
from bot.settings import AllSettings, Settings
from bot.store.sqlite import SqliteStore
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
    feed: Feed
    channels: Channels
    store: SqliteStore
    source: ContractSource
    knowledge: Knowledge
    pictures: Pictures
    intake: Intake
    outbox: Outbox
    desk: Desk
    accounts: Accounts
    spawn: Spawn


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a caller may choose in place of the usual.

    Args:
        clock: Another time than the machine's.
        channels: Other channels than those in the settings.
        source: Other contracts than the store's read copy.
        database: Another file than the one in the settings.
    """

    clock: Clock | None = None
    channels: Channels | None = None
    source: ContractSource | None = None
    database: Path | None = None


def build_channels(
    settings: AllSettings, http: httpx.AsyncClient, pictures: Pictures | None = None
) -> Channels:
    """Return the channels that have credentials."""
    built = {name: build(settings, http, pictures) for name, build in CHANNELS.items()}
    return Channels(by_name={name: channel for name, channel in built.items() if channel})


def build_matcher(settings: Settings, knowledge: Knowledge) -> LearntMatcher:
    """Return the matcher for this knowledge; what it learns is kept in the home folder."""
    costs = Costs(
        wrong=settings.cost_wrong_answer,
        question=settings.cost_question,
        person=settings.cost_handover,
    )
    return LearntMatcher(knowledge, costs, sentence_embedder(), settings.home / "cache")


def build_registry(settings: Settings, http: httpx.AsyncClient, clock: Clock) -> Registry | None:
    """Return what tells where domains stand, or None if it is switched off.

    Raises:
        SettingsError: The bootstrap file in the settings is none.
    """
    if not settings.registry:
        return None
    timeout = timedelta(seconds=settings.registry_timeout_seconds)
    whois = Whois((settings.whois_host, settings.whois_port), timeout, clock)
    rdap = Rdap(http, settings.rdap_bootstrap or BOOTSTRAP_FILE, timeout, clock)
    keep = timedelta(minutes=settings.registry_cache_minutes)
    return Cached(BySuffix({"it": whois}, others=rdap), keep, clock)


def build_suggestions(settings: Settings, knowledge: Knowledge) -> Sequence[Suggestion]:
    """Return what would make this knowledge better."""
    return suggestions_for(knowledge, sentence_embedder(), settings.home / "cache")


def read_knowledge(settings: Settings) -> Knowledge:
    """Return the knowledge the settings name; raise KnowledgeError if it has faults."""
    return load_knowledge(settings.intents, settings.faq)


def open_store(settings: Settings, database: Path | None = None, *, owner: bool) -> SqliteStore:
    """Return the store the settings name; raise StartError if it cannot be opened."""
    path = database or settings.database_file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"Cannot write to {path.parent}: {error.strerror}. "
            "Set SPORTELLO_HOME to a folder you can write to."
        ) from error
    return SqliteStore.open(path, owner=owner)


@asynccontextmanager
async def running(settings: AllSettings, choices: Choices | None = None) -> AsyncIterator[App]:
    """Run the program for as long as the block lasts; ends with nothing half done.

    Raises:
        KnowledgeError: The knowledge has faults.
        StartError: The database cannot be opened.
    """
    choices = choices or Choices()
    knowledge = read_knowledge(settings.general)
    store = open_store(settings.general, choices.database, owner=True)
    try:
        async with httpx.AsyncClient() as http, asyncio.TaskGroup() as group:
            clock = choices.clock or SystemClock()
            pictures = Gallery(settings.general.public_address, clock)
            channels = choices.channels or build_channels(settings, http, pictures)
            source = choices.source or SOURCES["read_copy"](store.contracts)
            registry = build_registry(settings.general, http, clock)
            app = _assembled(
                settings,
                clock,
                (store, source, registry, pictures),
                knowledge,
                channels,
                group,
            )
            await app.outbox.resume()
            ongoing = [
                group.create_task(app.intake.keep_answering()),
                group.create_task(app.outbox.keep_trying()),
            ]
            try:
                yield app
                await _drained(app)
            finally:
                for task in ongoing:
                    task.cancel()
    finally:
        await store.close()


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
    built: tuple[SqliteStore, ContractSource, Registry | None, Pictures],
    knowledge: Knowledge,
    channels: Channels,
    group: asyncio.TaskGroup,
) -> App:
    store, source, registry, pictures = built
    feed, spawn = LocalFeed(), group.create_task
    rules = DeskRules(knowledge, settings.general.calendar, clock)
    patience = timedelta(seconds=settings.general.contract_timeout_seconds)
    finder = FactFinder(source, patience, registry)
    outbox = Outbox(store.conversations, channels, clock, feed, spawn)
    matcher = build_matcher(settings.general, knowledge)
    spawn(_warmed_up(matcher))
    answerer = Answerer(store.conversations, matcher, finder, channels, rules)
    context = DeskContext(rules=rules, source=source, feed=feed)
    return App(
        settings=settings,
        clock=clock,
        feed=feed,
        channels=channels,
        store=store,
        source=source,
        knowledge=knowledge,
        pictures=pictures,
        intake=Intake(store.conversations, answerer, outbox, feed, spawn),
        outbox=outbox,
        desk=Desk(store.conversations, finder, outbox, channels, context),
        accounts=Accounts(store.staff),
        spawn=spawn,
    )


def _whatsapp(
    settings: AllSettings, http: httpx.AsyncClient, pictures: Pictures | None
) -> Channel | None:
    own = settings.twilio
    if not own.complete:
        return None
    return WhatsApp(
        account=(own.account_sid, own.auth_token.get_secret_value()),
        sender=own.whatsapp_from,
        report_url=f"{settings.general.public_address}/webhooks/twilio/status",
        http=http,
        api_base=str(own.api_base),
        pictures=pictures,
    )


def _telegram(
    settings: AllSettings, _: httpx.AsyncClient, pictures: Pictures | None
) -> Channel | None:
    own = settings.telegram
    if not own.complete:
        return None
    base = str(own.api_base).rstrip("/")
    bot = Bot(
        own.bot_token.get_secret_value(), base_url=f"{base}/bot", base_file_url=f"{base}/file/bot"
    )
    return Telegram(bot, own.webhook_secret.get_secret_value(), pictures)


def _web(_: AllSettings, __: httpx.AsyncClient, ___: Pictures | None) -> Channel:
    return Web()


ChannelBuilder = Callable[[AllSettings, httpx.AsyncClient, Pictures | None], Channel | None]

CHANNELS: Mapping[str, ChannelBuilder] = {
    "whatsapp": _whatsapp,
    "telegram": _telegram,
    "web": _web,
}
"""Every channel that can be switched on; each builder returns None without credentials."""
