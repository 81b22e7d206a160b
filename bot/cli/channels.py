"""`sportello channels`: what went by each channel last, and what vendors keep for us."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import click
import httpx

from bot.cli.running import asynchronous
from bot.domain.calendar import ROME
from bot.domain.commands import menu_of
from bot.domain.errors import SettingsError
from bot.parts import CHANNELS, build_channels, open_store, read_knowledge
from bot.ports import (
    Blueprint,
    ChannelActivity,
    KeepsTemplates,
    ShowsMenu,
    Syncs,
    VendorTemplate,
)
from bot.service.templates import TemplateSync, blueprints
from bot.settings import AllSettings

_SYNCED = {"twilio": "whatsapp"}
"""Channels whose vendors keep templates, by the name of the vendor."""


@click.group()
def channels() -> None:
    """The ways customers reach the desk."""


@channels.command()
@asynchronous
async def status() -> None:
    """Show for each channel the last message in, the last one out, and the last error.

    Times are Italian. The program may be running meanwhile.
    """
    settings = AllSettings()
    async with httpx.AsyncClient() as http:
        on = build_channels(settings, http).by_name
    store = open_store(settings.general, owner=False)
    try:
        found = {one.channel: one for one in await store.conversations.activity()}
    finally:
        await store.close()
    click.echo(f"{'channel':<12}{'state':<7}{'last in':<20}{'last out':<20}last error")
    for name in CHANNELS:
        click.echo(_line("on" if name in on else "off", found.get(name, _nothing(name))))


@channels.command()
@click.argument("channel", type=click.Choice(["telegram", "twilio"]), metavar="CHANNEL")
@asynchronous
async def sync(channel: str) -> None:
    """Tell the vendor of CHANNEL what it has to know; may be done again at any time.

    Telegram: where to call, with which secret, and the commands of the menu. Twilio: our
    templates; creates what is new, replaces what has changed, and asks for approval where that
    is needed. The program may be running meanwhile. Exits with status 1 if something is wrong
    then, such as a template that was rejected.
    """
    await (_hooked(channel) if channel == "telegram" else _supplied(channel))


async def _supplied(channel: str) -> None:
    """Have a vendor keep our templates: those of choices, and those of faq/templates.yaml."""
    settings = AllSettings()
    wanted = blueprints(read_knowledge(settings.general))
    async with httpx.AsyncClient() as http:
        found: object = build_channels(settings, http).by_name.get(_SYNCED[channel])
        if not isinstance(found, KeepsTemplates):
            raise SettingsError(f"{channel} is off: set its settings in .env.")
        store = open_store(settings.general, owner=False)
        try:
            work = TemplateSync(_SYNCED[channel], found.vendor_templates, store.templates)
            click.echo(f"{'template':<32}{'':<11}approval")
            rejected = [one async for one in _told(work, wanted) if one.approval == "rejected"]
        finally:
            await store.close()
    if rejected:
        raise SystemExit(1)


async def _told(work: TemplateSync, wanted: Sequence[Blueprint]) -> AsyncIterator[VendorTemplate]:
    """Yield each template once what became of it is written."""
    async for one in work.sync(wanted):
        approval = f"{one.template.approval or 'not needed'} {one.template.reason}".strip()
        click.echo(f"{one.template.name:<32}{one.what:<11}{approval}")
        yield one.template


async def _hooked(name: str) -> None:
    """Have a vendor call us, and show the menu."""
    settings = AllSettings()
    public = str(settings.general.public_url or "").rstrip("/")
    async with httpx.AsyncClient() as http:
        channel: object = build_channels(settings, http).by_name.get(name)
        if not isinstance(channel, Syncs):
            raise SettingsError(f"{name} is off: set the {CHANNELS[name].settings}… settings.")
        found = await channel.sync(public)
        if isinstance(channel, ShowsMenu):
            await channel.show_menu(menu_of(read_knowledge(settings.general)))
    for one in found:
        click.echo(f"{'ok  ' if one.is_well else 'FIX '} {name}: {one.words}")
    if not all(one.is_well for one in found):
        raise SystemExit(1)


def _nothing(name: str) -> ChannelActivity:
    return ChannelActivity(channel=name)


def _line(state: str, one: ChannelActivity) -> str:
    error = f"{_when(one.last_error_at)}  {one.last_error}" if one.last_error else "-"
    return f"{one.channel:<12}{state:<7}{_when(one.last_in):<20}{_when(one.last_out):<20}{error}"


def _when(at: datetime | None) -> str:
    return at.astimezone(ROME).strftime("%Y-%m-%d %H:%M") if at else "-"
