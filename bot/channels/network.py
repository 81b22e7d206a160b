"""The way to vendors: a last look before a request leaves, and what a broken connection says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.domain.errors import FileUnavailable
from bot.domain.files import FileTrouble
from bot.domain.messages import MAX_FILE_BYTES
from bot.ports import Finding, may_leave

MOST_SKEW = timedelta(minutes=1)
"""How far a clock may be away: signatures and tokens go by it."""

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


LIMITS = httpx.Limits(
    # Room for all calls to vendors that may be under way, and for others.
    max_connections=200,
    max_keepalive_connections=50,
    # Servers close what is idle after some seconds; who writes just then cannot know what arrived.
    keepalive_expiry=2.0,
)
_LAST_LOOKS = ("send_request_headers.started", "send_request_body.started")


class TooLate(httpx.ConnectError):
    """The request was not sent: staff have taken the chat, or another program may have."""


async def take_a_last_look(request: httpx.Request) -> None:
    """Have a request fail with TooLate if it may not leave at the moment in which it is written.

    A hook of an HTTP client. Between the decision to send and the first byte a program may be
    frozen for minutes.
    """
    may = may_leave.get()

    async def look(event: str, _: dict[str, Any]) -> None:
        if event.endswith(_LAST_LOOKS) and not await may():
            raise TooLate("This chat has been taken.", request=request)

    request.extensions = {**request.extensions, "trace": look}


LAST_LOOK: Mapping[str, list[Callable[[httpx.Request], Awaitable[None]]]] = {
    "request": [take_a_last_look]
}
"""Hooks for an HTTP client."""


def moment_of(text: str) -> datetime | None:
    """Return the moment an HTTP header tells, or None if it tells none."""
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def about_clock(skew: timedelta | None) -> Finding:
    """Return whether our clock is right.

    Args:
        skew: Ours less the vendor's; None if the vendor does not tell the time.
    """
    if skew is None:
        return Finding(is_well=True, words="clock: the vendor does not tell the time")
    if abs(skew) <= MOST_SKEW:
        return Finding(is_well=True, words="clock: right")
    seconds = round(abs(skew).total_seconds())
    words = f"clock: {seconds} seconds off the vendor's; switch on time synchronisation (NTP)"
    return Finding(is_well=False, words=words)


class VendorClock:
    """How far our clock is away from a vendor's, by the dates of its answers.

    Attributes:
        skew: Ours less theirs; None until they have answered.
    """

    def __init__(self) -> None:
        self.skew: timedelta | None = None

    async def hear(self, response: httpx.Response) -> None:
        """Look at the date of an answer; a hook of an HTTP client."""
        theirs = moment_of(response.headers.get("date", ""))
        if theirs is not None:
            self.skew = datetime.now(UTC) - theirs  # noqa: TID251 - it is this clock that is judged


def may_have_arrived(error: BaseException | None) -> bool:
    """Tell whether a request may have arrived although this went wrong with it."""
    return isinstance(error, httpx.RequestError) and not isinstance(error, _NEVER_SENT)


async def limited(chunks: AsyncIterator[bytes]) -> bytes:
    """Return all chunks together; raise FileUnavailable if they are too many."""
    found = bytearray()
    async for chunk in chunks:
        found += chunk
        if len(found) > MAX_FILE_BYTES:
            reason = f"The file is larger than {MAX_FILE_BYTES} bytes."
            raise FileUnavailable(reason, FileTrouble.TOO_LARGE)
    return bytes(found)
