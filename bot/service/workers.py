"""One worker a conversation: its work is done in order, other conversations go on meanwhile."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.domain.errors import DatabaseUnavailable

Spawn = Callable[[Coroutine[Any, Any, None]], object]
"""Starts a task in the program's one task group."""

_PAUSE_SECONDS = 1.0
_log = logging.getLogger(__name__)


async def kept_going(work: Callable[[], Awaitable[None]]) -> None:
    """Do work that never ends, and begin it anew when something is away, such as the database."""
    while True:
        try:
            await work()
        except DatabaseUnavailable as error:
            _log.warning("work_put_off %s", error)
            await asyncio.sleep(_PAUSE_SECONDS)
        except Exception:  # noqa: BLE001 - what is away today is back tomorrow
            _log.exception("work_begins_anew")
            await asyncio.sleep(_PAUSE_SECONDS)


async def on_its_own(work: Coroutine[Any, Any, None]) -> None:
    """Do something once; if it fails, nothing else ends with it."""
    try:
        await work
    except DatabaseUnavailable as error:
        _log.warning("work_given_up %s", error)
    except Exception:  # noqa: BLE001 - the program goes on without it
        _log.exception("work_failed")


class Workers:
    """Runs a piece of work for each conversation that needs it, one at a time for each.

    Args:
        work: Does all there is to do for one conversation.
        spawn: Starts a task.
    """

    def __init__(self, work: Callable[[str], Awaitable[None]], spawn: Spawn) -> None:
        self._work = work
        self._spawn = spawn
        self._again: dict[str, bool] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    def wake(self, conversation_id: str) -> bool:
        """Make sure the work is done after now; tell whether it was not under way already."""
        if conversation_id in self._again:
            self._again[conversation_id] = True
            return False
        self._again[conversation_id] = False
        self._idle.clear()
        self._spawn(self._run(conversation_id))
        return True

    async def idle(self) -> None:
        """Wait until no work is under way."""
        await self._idle.wait()

    async def _run(self, conversation_id: str) -> None:
        try:
            while True:
                self._again[conversation_id] = False
                await self._work(conversation_id)
                if not self._again[conversation_id]:
                    return
        except DatabaseUnavailable as error:
            _log.warning("work_put_off %s", error)
        except Exception:  # noqa: BLE001 - one chat must not end the program
            # Nothing is lost: the work is in the store, and the next sweep finds it there.
            channel = conversation_id.partition(":")[0]  # What follows may be a phone number.
            _log.exception("work_failed channel=%s", channel)
        finally:
            del self._again[conversation_id]
            if not self._again:
                self._idle.set()
