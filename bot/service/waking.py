"""Bringing back what colleagues have put off, when its time comes."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from bot.domain.conversation import Status
from bot.domain.errors import StaleEpoch
from bot.domain.holding import wake, without_owner
from bot.domain.snoozing import is_due
from bot.ports import Clock, ConversationStore, Feed, LiveEvent, StaffStore, Turn, Unattended

_PUT_OFF = frozenset({Status.SNOOZED})
_HELD = frozenset({Status.SNOOZED, Status.STAFF})
LOOK_EVERY = timedelta(seconds=5)
"""How late a chat may come back."""
_log = logging.getLogger(__name__)


class Waking:
    """Wakes chats that are due; whose owner may sign in no more wait for anybody, and at once.

    What is due is a row of the database: it outlives every program, and whichever sees it first
    brings it back. For others the epoch is another one then, so it comes back once.
    """

    def __init__(
        self, store: ConversationStore, staff: StaffStore, clock: Clock, feed: Feed
    ) -> None:
        self._store = store
        self._staff = staff
        self._clock = clock
        self._feed = feed

    async def keep_waking(self, every: timedelta = LOOK_EVERY) -> None:
        """Bring chats back, for as long as the program runs."""
        while True:
            await self.look()
            await asyncio.sleep(every.total_seconds())

    async def look(self) -> None:
        """Bring back what is due now."""
        unattended = await self._store.unattended()
        if not unattended:
            return
        names, now = set(await self._staff.names()), self._clock.now()
        for one in unattended:
            is_there = one.owner in names
            if not is_there or (one.until and is_due(one.until, now)):
                await self._bring_back(one, owner_is_there=is_there)

    async def _bring_back(self, due: Unattended, *, owner_is_there: bool) -> None:
        chat, now = await self._store.conversation(due.conversation_id), self._clock.now()
        expected = _PUT_OFF if owner_is_there else _HELD
        if chat is None or chat.status not in expected or chat.owner != due.owner:
            return
        back = wake(chat) if owner_is_there else without_owner(chat, now)
        turn = Turn(conversation=back, epoch_before=chat.epoch, at=now, event="woken")
        try:
            await self._store.commit(turn if owner_is_there else replace(turn, event="left"))
        except StaleEpoch:
            return  # The customer, a colleague or another program was faster.
        _log.info("chat_woken owner_is_there=%s", owner_is_there)
        self._feed.publish(LiveEvent(conversation_id=chat.id, kind="status"))
