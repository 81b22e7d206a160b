"""Sending replies, each conversation in order: hop 8."""

import asyncio
import logging
import random
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.errors import DeliveryError
from bot.ports import (
    LONGEST_WAIT,
    Channels,
    Clock,
    ConversationStore,
    Feed,
    LiveEvent,
    OutboxReply,
)
from bot.service.insisting import insisted
from bot.service.workers import Spawn, Workers

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
"""With growing pauses this is about half an hour; then staff see the failure."""

_SWEEP = timedelta(seconds=30)
_log = logging.getLogger(__name__)


class Outbox:
    """Hands replies to their channels; a passing failure is tried again later."""

    def __init__(
        self,
        store: ConversationStore,
        channels: Channels,
        clock: Clock,
        feed: Feed,
        spawn: Spawn,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._feed = feed
        self._workers = Workers(self.deliver, spawn)
        self._delayed = asyncio.Event()

    def wake(self, conversation_id: str) -> None:
        """Have a conversation's replies sent."""
        self._workers.wake(conversation_id)

    async def resume(self) -> None:
        """Go on with what an earlier run left; what was half sent becomes uncertain."""
        for conversation_id in await self._store.mark_uncertain():
            self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="delivery"))

    async def keep_trying(self) -> None:
        """Send what is due again, for as long as the program runs."""
        while True:
            for conversation_id in await self._store.undelivered(self._clock.now()):
                self.wake(conversation_id)
            await self._until_due()

    async def deliver(self, conversation_id: str) -> None:
        """Send all due replies of one conversation, in order."""
        while True:
            reply = await self._store.next_reply(conversation_id, self._clock.now())
            if reply is None:
                return
            await self._send(reply)
            self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="delivery"))

    async def idle(self) -> None:
        """Wait until no reply is on its way."""
        await self._workers.idle()

    async def _send(self, reply: OutboxReply) -> None:
        """Send a reply and note how that went: left half noted, it would hold the chat up."""
        try:
            vendor_id = await self._hand_over(reply)
        except DeliveryError as error:
            _log.warning("delivery_failed reply=%s permanent=%s", reply.id, error.permanent)
            failure = error
            await insisted(lambda: self._record(reply, failure))
        else:
            now = self._clock.now()
            await insisted(lambda: self._store.mark_sent(reply.id, vendor_id, now))

    async def _record(self, reply: OutboxReply, error: DeliveryError) -> None:
        if error.uncertain:
            await self._store.mark_doubtful(reply.id, str(error))
            return
        await self._store.mark_failed(reply.id, str(error), self._next_try(reply, error))
        self._delayed.set()

    async def _hand_over(self, reply: OutboxReply) -> str:
        channel = self._channels.of(reply.to)
        if channel is None:
            raise DeliveryError(f"The channel {reply.to.channel} is off.", permanent=True)
        try:
            return await channel.send(reply.to, reply.reply)
        except DeliveryError:
            raise
        except Exception as error:
            # Perhaps it was sent, so it is not tried again; staff see it, and the chat goes on.
            _log.exception("sending_failed reply=%s", reply.id)
            raise DeliveryError(f"Sending broke off: {error!r}", uncertain=True) from error

    def _next_try(self, reply: OutboxReply, error: DeliveryError) -> datetime | None:
        if error.permanent or reply.attempts + 1 >= MAX_ATTEMPTS:
            return None
        pause: timedelta = min(FIRST_PAUSE * 2**reply.attempts, LONGEST_PAUSE)
        pause *= 1 + random.random() / 4  # noqa: S311 - spreads retries, no secret
        asked = error.retry_after or timedelta(0)
        return self._clock.now() + min(max(pause, asked), LONGEST_WAIT)

    async def _until_due(self) -> None:
        """Wait until the earliest delayed reply is due, or another one is delayed."""
        self._delayed.clear()  # Before looking, so that none delayed meanwhile is overlooked.
        due = await self._store.next_attempt_at()
        left = due - self._clock.now() if due else _SWEEP
        pause = max(min(left, _SWEEP), timedelta(seconds=0.2))
        with suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self._delayed.wait()
