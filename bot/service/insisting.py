"""Doing what must be done, however long the database is away."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.domain.errors import DatabaseUnavailable

T = TypeVar("T")
_PAUSE_SECONDS = 1.0
_log = logging.getLogger(__name__)


async def insisted(work: Callable[[], Awaitable[T]]) -> T:
    """Do work again until the database takes it; it must come to the same if it did before."""
    while True:
        try:
            return await work()
        except DatabaseUnavailable as error:
            _log.warning("tried_again %s", error)
            await asyncio.sleep(_PAUSE_SECONDS)
