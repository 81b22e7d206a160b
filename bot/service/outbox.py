"""Sending replies, each conversation in order: hop 8."""

import asyncio
import logging
import random
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta

from bot.domain.errors import DatabaseUnavailable, DeliveryError
from bot.domain.reply_window import TOO_LATE, is_open
from bot.ports import (
    LONGEST_WAIT,
    Channel,
    Clock,
    ConversationStore,
    Feed,
    LiveEvent,
    OutboxReply,
    may_leave,
)
from bot.service.insisting import insisted
from bot.service.lanes import Lanes
from bot.service.workers import Spawn, Workers

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
"""With growing pauses this is about half an hour; then staff see the failure."""

SWEEP = timedelta(seconds=30)
_log = logging.getLogger(__name__)


class Outbox:
    """Hands replies to their channels; a passing failure is tried again later."""

    def __init__(
        self,
        store: ConversationStore,
        lanes: Lanes,
        clock: Clock,
        feed: Feed,
        spawn: Spawn,
    ) -> None:
        self._store = store
        self._lanes = lanes
        self._clock = clock
        self._feed = feed
        self._workers = Workers(self.deliver, spawn)
        self._at_hand: dict[str, OutboxReply] = {}  # By chat: read when its turn was stored.
        self._delayed = asyncio.Event()

    def wake(self, conversation_id: str, reply: OutboxReply | None = None) -> None:
        """Have a conversation's replies sent, beginning with one that was just stored."""
        if self._workers.wake(conversation_id) and reply is not None:
            self._at_hand[conversation_id] = reply  # Else it may have been found already.

    async def keep_trying(self, every: timedelta = SWEEP) -> None:
        """Send what is due again, for as long as the program runs."""
        while True:
            for conversation_id in await self._store.undelivered(self._clock.now()):
                self.wake(conversation_id)
            await self._until_due(every)

    async def deliver(self, conversation_id: str) -> None:
        """Send all due replies of one conversation, in order."""
        lane = self._lanes.to(conversation_id)
        while True:
            async with lane.turn(conversation_id) if lane else nullcontext():
                if not await self._send_next(conversation_id):
                    return

    async def _send_next(self, conversation_id: str) -> bool:
        """Send one reply, if one is due; tell whether there may be more."""
        reply = self._at_hand.pop(conversation_id, None)
        reply = reply or await self._store.next_reply(conversation_id, self._clock.now())
        if reply is None:
            return False
        more = await self._send(reply)
        self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="delivery"))
        return more

    async def idle(self) -> None:
        """Wait until no reply is on its way."""
        await self._workers.idle()

    async def _send(self, reply: OutboxReply) -> bool:
        """Send a reply and note how that went: left half noted, it would hold the chat up."""
        departure = _Departure(self._store, reply)
        try:
            vendor_id = await self._hand_over(reply, departure)
        except DeliveryError as error:
            if departure.is_refused:
                return True  # It is not ours to send any more; what follows may be.
            _log.warning("delivery_failed reply=%s permanent=%s", reply.id, error.permanent)
            failure = error
            await insisted(lambda: self._record(reply, failure))
            return True
        now = self._clock.now()
        return await insisted(lambda: self._store.mark_sent(reply.id, vendor_id, now))

    async def _record(self, reply: OutboxReply, error: DeliveryError) -> None:
        if error.barred:
            await self._store.bar(str(reply.to), error.barred)
        if error.uncertain:
            await self._store.mark_doubtful(reply.id, str(error))
            return
        await self._store.mark_failed(reply.id, str(error), self._next_try(reply, error))
        if error.barred:
            await self._store.bar(str(reply.to), error.barred)
        self._delayed.set()

    async def _hand_over(self, reply: OutboxReply, departure: "_Departure") -> str:
        lane = self._lanes.of(reply.to)
        if lane is None:
            raise DeliveryError(f"The channel {reply.to.channel} is off.", permanent=True)
        if reply.reply.template is None and not self._is_open(lane.channel, reply):
            raise DeliveryError(TOO_LATE, permanent=True)
        may_leave.set(departure)
        try:
            return await lane.channel.send(reply.to, reply.reply)
        except DeliveryError:
            raise
        except Exception as error:
            # Perhaps it was sent, so it is not tried again; staff see it, and the chat goes on.
            _log.exception("sending_failed reply=%s", reply.id)
            raise DeliveryError(f"Sending broke off: {error!r}", uncertain=True) from error

    def _is_open(self, channel: Channel, reply: OutboxReply) -> bool:
        return is_open(reply.heard_at, self._clock.now(), channel.limits.window)

    def _next_try(self, reply: OutboxReply, error: DeliveryError) -> datetime | None:
        if error.permanent or reply.attempts + 1 >= MAX_ATTEMPTS:
            return None
        pause: timedelta = min(FIRST_PAUSE * 2**reply.attempts, LONGEST_PAUSE)
        pause = max(pause, error.retry_after or timedelta(0))
        pause *= 1 + random.random() / 4  # noqa: S311 - spreads retries, no secret
        return self._clock.now() + min(pause, LONGEST_WAIT)

    async def _until_due(self, every: timedelta) -> None:
        """Wait until the earliest delayed reply is due, or another one is delayed."""
        self._delayed.clear()  # Before looking, so that none delayed meanwhile is overlooked.
        due = await self._store.next_attempt_at()
        left = due - self._clock.now() if due else every
        pause = max(min(left, every), timedelta(seconds=0.2))
        with suppress(TimeoutError):
            async with asyncio.timeout(pause.total_seconds()):
                await self._delayed.wait()


class _Departure:
    """Marks a reply as being sent at the last moment, and tells whether it may be.

    What is marked too early would be uncertain after a power cut although it never left, and
    could not be dropped any more when staff take the chat.

    Attributes:
        is_refused: Whether it is not to be sent: it was dropped, or has been sent, or the chat is
            another program's.
    """

    def __init__(self, store: ConversationStore, reply: OutboxReply) -> None:
        self._store = store
        self._reply = reply
        self._marked: OutboxReply | None = None
        self.is_refused = False

    async def __call__(self) -> bool:
        """Return whether the reply may leave now; asked again for each part of a request."""
        if self._marked is None:
            with suppress(DatabaseUnavailable):
                self._marked = await self._store.leave(self._reply)
                self.is_refused = self._marked is None
        return self._marked is not None and self._store.may_send(self._marked)
