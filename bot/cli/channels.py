"""`sportello channels`: what went by each channel last, and what vendors must know."""

from datetime import datetime

import click
import httpx

from bot.app import open_store, read_knowledge
from bot.cli.running import asynchronous
from bot.domain.calendar import ROME
from bot.domain.errors import SettingsError
from bot.parts import CHANNELS, build_channels
from bot.ports import ChannelActivity, ShowsMenu, Syncs
from bot.settings import AllSettings


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


@channels.group()
def sync() -> None:
    """Tell a vendor where to call and what to show; may be done again at any time."""


@sync.command()
@asynchronous
async def telegram() -> None:
    """Set Telegram's webhook with its secret, and the commands of the menu.

    Exits with status 1 if something is wrong then.
    """
    await _synced("telegram")


async def _synced(name: str) -> None:
    settings = AllSettings()
    public = str(settings.general.public_url or "").rstrip("/")
    async with httpx.AsyncClient() as http:
        channel: object = build_channels(settings, http).by_name.get(name)
        if not isinstance(channel, Syncs):
            raise SettingsError(f"{name} is off: set the {CHANNELS[name].settings}… settings.")
        found = await channel.sync(public)
        if isinstance(channel, ShowsMenu):
            await channel.show_menu(read_knowledge(settings.general).menu)
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
