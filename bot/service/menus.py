"""Commands that customers find in a menu of their messenger."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.errors import DeliveryError
from bot.domain.knowledge import Command
from bot.ports import Channels, ShowsMenu

AGAIN = timedelta(days=1)
"""Somebody may have changed the menu meanwhile, by the vendor's own means."""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
_log = logging.getLogger(__name__)


async def keep_shown(channels: Channels, commands: Sequence[Command]) -> None:
    """Have channels show the commands, again each day, for as long as the program runs."""
    shown = [one for one in channels.by_name.values() if isinstance(one, ShowsMenu)]
    while True:
        await asyncio.gather(*(_insisted(one, commands) for one in shown))
        await asyncio.sleep(AGAIN.total_seconds())


async def _insisted(channel: ShowsMenu, commands: Sequence[Command]) -> None:
    """Show a menu, if need be after growing pauses."""
    pause = FIRST_PAUSE
    while True:
        try:
            await channel.show_menu(commands)
        except DeliveryError as error:
            _log.warning("menu_not_shown %s", error)
            await asyncio.sleep(max(pause, error.retry_after or pause).total_seconds())
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            return
