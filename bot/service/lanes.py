"""How much each channel takes at once, and how much a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter

from bot.domain.messages import Address
from bot.ports import Channel, Channels

MOST_AT_ONCE = 50
"""Calls to one vendor under way; more would wait for a connection instead."""


class Lane:
    """The way out by one channel: so many calls at once, so many a second.

    Args:
        channel: Where it leads.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        rate = channel.limits.per_second
        self._rate = AsyncLimiter(rate, 1) if rate else None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until one reply may leave, and hold its place for as long as the block lasts."""
        async with self._slots:
            if self._rate is not None:
                await self._rate.acquire()
            yield


class Lanes:
    """The lanes of all channels that are on."""

    def __init__(self, channels: Channels) -> None:
        self._lanes = {name: Lane(one) for name, one in channels.by_name.items()}

    def of(self, address: Address) -> Lane | None:
        """Return the lane to an address, or None if its channel is off."""
        return self._lanes.get(address.channel)

    def to(self, conversation_id: str) -> Lane | None:
        """Return the lane to a conversation, or None if its channel is off."""
        return self._lanes.get(conversation_id.partition(":")[0])
