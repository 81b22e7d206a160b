"""Build the program from its settings; the only place that chooses implementations."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta

import httpx

from bot.app.assembling import App, assembled
from bot.app.choices import Choices, Opening, at_once
from bot.app.ground import build_ground
from bot.app.ongoing import Work, endless
from bot.channels.network import LAST_LOOK, LIMITS
from bot.clock import SystemClock
from bot.contracts.json_file import read_contracts
from bot.parts import (
    SourceContext,
    build_feed,
    build_transcriber,
    open_store,
    read_knowledge,
    source_builder,
)
from bot.service.workers import kept_going
from bot.settings import AllSettings

__all__ = ["App", "Choices", "Opening", "at_once", "load_demo", "running"]

_PATIENCE = timedelta(seconds=5)
"""How long a stopping program waits for turns and replies under way."""


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
            ground = await build_ground(settings, clock, (store, source, http), choices)
            app = assembled(settings, clock, ground, knowledge, (choices, transcriber), group)
            await app.watch.take_over()
            with _ongoing(group, endless(app, feed)):
                yield app
                await _drained(app)
    finally:
        await store.close()


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


async def _drained(app: App) -> None:
    """Wait a little for what is under way; what is left is in the store and goes on next time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            await app.intake.idle()
            await app.outbox.idle()
