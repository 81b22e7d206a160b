"""Time that passes at once when nothing else is to be done, so that no test waits for it."""

import asyncio
import selectors
from datetime import datetime, timedelta

from tests.builders import later

_Ready = list[tuple[selectors.SelectorKey, int]]


class _Hurried(selectors.DefaultSelector):
    """Skips every wait for a moment to come, and counts the seconds it skipped."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> _Ready:
        if timeout is None:
            return super().select(None)  # Nothing is planned: a thread will wake us.
        self.skipped += max(timeout, 0)
        return super().select(0)


class HurriedLoop(asyncio.SelectorEventLoop):
    """An event loop whose sleeps and timeouts take their turn but no time."""

    def __init__(self) -> None:
        self._hurried = _Hurried()
        super().__init__(self._hurried)

    def time(self) -> float:
        return self._hurried.skipped


class LoopClock:
    """Tells the time of a hurried loop, or one that is wrong by ``off``."""

    off = timedelta(0)

    def now(self) -> datetime:
        return later(asyncio.get_running_loop().time()) + self.off


async def passes(time: timedelta) -> None:
    """Let time pass."""
    await asyncio.sleep(time.total_seconds())
