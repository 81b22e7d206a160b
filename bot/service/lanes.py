"""How much each channel takes at once, and how much a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiolimiter import AsyncLimiter
from cachetools import TTLCache

from bot.domain.messages import Address
from bot.ports import Channel, Channels

MOST_AT_ONCE = 50
"""Calls to one vendor under way; more would wait for a connection instead."""
BURST = 3
"""What may leave for one chat at once, as long as its rate holds on the average."""
_MOST_CHATS = 10_000
_REMEMBERED_SECONDS = 60
"""By then a chat's burst is whole again, whatever the rate."""


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
        self._chats: TTLCache[str, AsyncLimiter] = TTLCache(_MOST_CHATS, _REMEMBERED_SECONDS)

    @asynccontextmanager
    async def turn(self, chat: str = "") -> AsyncIterator[None]:
        """Wait until a chat's reply may leave, and hold its place for as long as the block lasts.

        A chat that is written to too fast waits by itself; others pass it.
        """
        per_chat = self.channel.limits.per_chat
        if per_chat is not None:
            await self._chats.setdefault(chat, AsyncLimiter(BURST, BURST / per_chat)).acquire()
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
