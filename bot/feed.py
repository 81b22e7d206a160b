"""Live events for the screens that are open."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.ports import PRESENCE, LiveEvent

_MAX_BEHIND = 1000
"""A screen further behind than this loses its oldest events; it reloads what it missed."""


class _Queue:
    def __init__(self, *, presence: bool) -> None:
        self.presence = presence
        self._events: asyncio.Queue[LiveEvent] = asyncio.Queue(_MAX_BEHIND)

    async def next(self) -> LiveEvent:
        """Return the next event, waiting for it."""
        return await self._events.get()

    def put(self, event: LiveEvent) -> None:
        """Add an event, in place of the oldest if the screen is too far behind."""
        if self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(event)


class LocalFeed:
    """Passes events to the open screens of this process, and tells the others.

    Args:
        tell: Tells other processes, where there can be some.
    """

    def __init__(self, tell: Callable[[LiveEvent], None] | None = None) -> None:
        self._queues: set[_Queue] = set()
        self._tell = tell

    def publish(self, event: LiveEvent) -> None:
        """Tell every subscriber, here and elsewhere."""
        self.pass_on(event)
        if self._tell is not None:
            self._tell(event)

    def pass_on(self, event: LiveEvent) -> None:
        """Tell every subscriber here of something that happened elsewhere."""
        for queue in self._queues:
            if queue.presence or event.kind != PRESENCE:
                queue.put(event)

    @asynccontextmanager
    async def subscribe(self, *, presence: bool = False) -> AsyncIterator[_Queue]:
        """Return a subscription that ends with its block.

        Args:
            presence: Whether it hears as well which colleagues look at chats and type there.
        """
        queue = _Queue(presence=presence)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
