"""Deleting what is older than it may be kept: the scheduled part of privacy."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Clock, Nodes, RetentionStore, StaffStore

SWEEP_EVERY = timedelta(hours=1)
LOOK_EVERY = timedelta(minutes=1)
"""How often it is seen whether a sweep is due, since another node may have ended."""
AT_ONCE = 500
"""Chats or calls deleted in one transaction: 300,000 rows at once froze intake for a second."""

_REPORTS_KEPT = timedelta(days=1)
"""Reports come within seconds; one whose message is not known by then is of nobody here."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Periods:
    """How long things are kept; None for ever.

    Args:
        chats: After the last message of a chat that nobody waits in.
        unreadable: After a call came that could not be read.
        audit: After a colleague did something.
    """

    chats: timedelta | None
    unreadable: timedelta | None
    audit: timedelta | None = None


class Retention:
    """Deletes in small steps, so that nobody who writes meanwhile has to wait."""

    def __init__(
        self, store: RetentionStore, periods: Periods, clock: Clock, staff: StaffStore
    ) -> None:
        self._store = store
        self._staff = staff
        self._periods = periods
        self._clock = clock

    async def sweep(self) -> int:
        """Delete what is due and return how much that was."""
        now, done = self._clock.now(), 0
        if self._periods.chats is not None:
            while ids := await self._store.idle_chats(now - self._periods.chats, AT_ONCE):
                await self._store.erase(ids)
                done += len(ids)
        if self._periods.unreadable is not None:
            before = now - self._periods.unreadable
            while gone := await self._store.erase_unreadable(before, AT_ONCE):
                done += gone
        while gone := await self._store.erase_reports(now - _REPORTS_KEPT, AT_ONCE):
            done += gone
        done += await self._sweep_staff(now)
        if done:
            _log.info("retention_deleted count=%s", done)
        return done

    async def _sweep_staff(self, now: datetime) -> int:
        """Delete what is old of the accounts; return how much that was."""
        done = 0
        if self._periods.audit is not None:
            while gone := await self._staff.erase_audit(now - self._periods.audit, AT_ONCE):
                done += gone
        while gone := await self._staff.erase_stale(now, AT_ONCE):
            done += gone
        return done

    async def keep_sweeping(self, nodes: Nodes) -> None:
        """Sweep every hour, on one node at a time, for as long as the program runs."""
        while True:
            if await nodes.claim("retention", SWEEP_EVERY):
                await self.sweep()
            await asyncio.sleep(LOOK_EVERY.total_seconds())
