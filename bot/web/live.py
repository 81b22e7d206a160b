"""Live events on their way to a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

from bot.ports import LiveEvent, Subscription

GATHER = timedelta(milliseconds=200)
"""Events this close together become one refresh."""


async def bursts(live: Subscription) -> AsyncIterator[list[LiveEvent]]:
    """Yield the events as they come, those that come close together at once."""
    while True:
        events = [await live.next()]
        with suppress(TimeoutError):
            async with asyncio.timeout(GATHER.total_seconds()):
                while True:
                    events.append(await live.next())
        yield events


async def change(live: Subscription, conversation_id: str, patience: timedelta | None) -> None:
    """Return when something happens in a conversation, or when patience ends."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience.total_seconds() if patience else None):
            while (await live.next()).conversation_id != conversation_id:
                pass
