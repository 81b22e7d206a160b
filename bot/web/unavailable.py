"""What is told while nothing can be stored: come again, and nobody was told that it was."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.domain.errors import DatabaseUnavailable

T = TypeVar("T")

PATIENCE = timedelta(seconds=10)
"""How long a caller waits for something to be stored.

Source: Twilio waits 15 seconds for a webhook and all its repetitions,
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""
RETRY_AFTER = {"Retry-After": "5"}
"""In seconds."""


async def in_time(work: Awaitable[T], patience: timedelta | None = None) -> T:
    """Return what work comes to.

    What comes too late may be stored all the same: the caller repeats it, and it is known then.

    Raises:
        DatabaseUnavailable: It takes longer than callers wait, or nothing can be stored.
    """
    try:
        async with asyncio.timeout((patience or PATIENCE).total_seconds()):
            return await work
    except TimeoutError as error:
        raise DatabaseUnavailable("The database does not answer in time.") from error


async def not_now(request: Request, error: Exception) -> Response:
    """Return 503, at which vendors send again and browsers keep what was typed."""
    del request, error  # The store has logged why, once for all.
    return PlainTextResponse("Nothing can be stored now; please try again.", 503, RETRY_AFTER)
