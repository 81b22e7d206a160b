"""`sportello doctor`: is everything in place?"""

from collections.abc import AsyncIterator

import click
import httpx

from bot.cli.running import asynchronous
from bot.cli.sources import source_context
from bot.domain.errors import BotError, KnowledgeError
from bot.domain.knowledge import Knowledge
from bot.parts import (
    CHANNELS,
    build_channels,
    build_feed,
    open_store,
    read_knowledge,
    source_builder,
)
from bot.ports import ChecksItself, HearsWebhooks
from bot.service.overview import APPROVED
from bot.service.templates import blueprints
from bot.settings import AllSettings

_SYNC = "run: sportello channels sync twilio"
_NOBODY = "+0000000"
"""No country's number begins with 0."""


@click.command()
@asynchronous
async def doctor() -> None:
    """Check settings, knowledge, database and channels, and say what to do.

    Exits with status 1 if something is wrong.
    """
    wrong = 0
    async for right, line in _findings(AllSettings()):
        click.echo(f"{'ok  ' if right else 'FIX '} {line}")
        wrong += not right
    if wrong:
        raise SystemExit(1)


async def _findings(settings: AllSettings) -> AsyncIterator[tuple[bool, str]]:
    knowledge: Knowledge | None = None
    try:
        knowledge = read_knowledge(settings.general)
        yield True, f"knowledge: {len(knowledge.intents)} intents"
    except KnowledgeError as error:
        yield False, f"knowledge: {len(error.faults)} faults; run: sportello kb check"
    async for finding in _database_findings(settings):
        yield finding
    if settings.general.contracts != "read_copy":
        yield await _source_finding(settings)
    if settings.general.feed:
        yield await _feed_finding(settings)
    async for finding in _channel_findings(settings):
        yield finding
    if settings.twilio.complete and knowledge is not None:
        yield await _template_finding(settings, knowledge)


async def _channel_findings(settings: AllSettings) -> AsyncIterator[tuple[bool, str]]:
    """Tell which channels are on, and have those ask their vendors."""
    public = str(settings.general.public_url or "").rstrip("/")
    async with httpx.AsyncClient() as http:
        on = build_channels(settings, http).by_name
        for name, plan in CHANNELS.items():
            if name not in on:
                yield True, f"{name}: off: set the {plan.settings}… settings to switch it on"
                continue
            yield True, f"{name}: on"
            channel: object = on[name]
            if isinstance(channel, ChecksItself):
                for one in await channel.findings(public):
                    yield one.is_well, f"{name}: {one.words}"
    if any(isinstance(one, HearsWebhooks) for one in on.values()) and not public:
        yield False, "webhooks: set SPORTELLO_PUBLIC_URL to the address vendors call"


async def _template_finding(settings: AllSettings, knowledge: Knowledge) -> tuple[bool, str]:
    """Tell whether all templates are with Twilio and approved."""
    try:
        store = open_store(settings.general, owner=False)
    except BotError as error:
        return False, f"templates: {error}"
    try:
        known = {one.name: one for one in await store.templates.of("whatsapp")}
    finally:
        await store.close()
    wanted = blueprints(knowledge)
    missing = sum(one.name not in known for one in wanted)
    if missing:
        return False, f"templates: {missing} of {len(wanted)} are missing; {_SYNC}"
    not_yet = [one.name for one in known.values() if one.approval not in {"", APPROVED}]
    if not_yet:
        return False, f"templates: not approved: {', '.join(sorted(not_yet))}; {_SYNC}"
    return True, f"templates: {len(wanted)}, approved where they must be"


async def _source_finding(settings: AllSettings) -> tuple[bool, str]:
    """Ask the source of contracts for what nobody has."""
    name = f"source of contracts {settings.general.contracts}"
    try:
        async with source_context(settings) as context:
            source = source_builder(settings)(context)
            await source.by_id("-")
            await source.by_phone(_NOBODY)
    except BotError as error:
        return False, f"{name}: {error}"
    return True, f"{name}: answers"


async def _feed_finding(settings: AllSettings) -> tuple[bool, str]:
    name = f"back office {settings.general.feed}"
    try:
        async with source_context(settings) as context:
            feed = build_feed(context)
            if feed is not None:
                await feed.ping()
    except BotError as error:
        return False, f"{name}: {error}"
    return True, f"{name}: answers"


async def _database_findings(settings: AllSettings) -> AsyncIterator[tuple[bool, str]]:
    try:
        store = open_store(settings.general, owner=False)
    except BotError as error:
        yield False, f"database: {error}"
        return
    try:
        yield True, f"database: {settings.general.database_shown}"
        if settings.general.contracts == "read_copy":
            count = await store.contracts.count()
            cure = "" if count else "; run: sportello contracts import FILE"
            yield bool(count), f"contracts: {count}{cure}"
        accounts = await store.staff.count()
        yield (
            bool(accounts),
            f"staff accounts: {accounts}"
            + ("" if accounts else "; run: sportello staff add NAME"),
        )
    finally:
        await store.close()
