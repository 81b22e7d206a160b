"""The HTTP client under the ``twilio`` package: pooled, with a timeout that holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from bot.channels.network import may_have_arrived, moment_of
from bot.ports import Clock

_TWILIO = ".twilio.com"
_ASK_TO_WAIT = frozenset({httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE})


class NoAnswer(TwilioException):  # type: ignore[misc] # twilio ships no types
    """Twilio could not be reached, or did not answer in time.

    Args:
        message: What happened.
        reached: Whether the request may have arrived.
    """

    def __init__(self, message: str, *, reached: bool) -> None:
        super().__init__(message)
        self.reached = reached


class AskedToWait(TwilioException):  # type: ignore[misc] # twilio ships no types
    """Twilio has too much to do and says for how long.

    Args:
        pause: How long to wait before the next try.
    """

    def __init__(self, pause: timedelta) -> None:
        super().__init__(f"Twilio asks to wait for {pause}.")
        self.pause = pause


class PooledHttpClient(AsyncHttpClient):  # type: ignore[misc] # twilio ships no types
    """Sends the package's requests by our own client, to the address in the settings.

    The package's own asynchronous client ignores its timeout and lets errors of its HTTP
    library through.
    """

    def __init__(
        self, http: httpx.AsyncClient, base: str, timeout_seconds: float, clock: Clock
    ) -> None:
        super().__init__(None, True, None)
        self._http = http
        self._base = urlsplit(base)
        self._timeout_seconds = timeout_seconds
        self._clock = clock

    async def request(  # noqa: PLR0913, PLR0917 - the package's own signature
        self,
        method: str,
        uri: str,
        params: dict[str, str] | None = None,
        data: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
        allow_redirects: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        """Send one request; raise NoAnswer or AskedToWait, which the package does not know."""
        try:
            answer = await self._http.request(
                method,
                self._rebased(uri),
                params=params,
                **_content(data, headers or {}),
                headers=headers,
                auth=auth,
                timeout=timeout or self._timeout_seconds,
                follow_redirects=allow_redirects,
            )
        except httpx.HTTPError as error:
            raise NoAnswer(repr(error), reached=may_have_arrived(error)) from error
        pause = _pause(answer.headers, self._clock.now())
        if pause is not None and answer.status_code in _ASK_TO_WAIT:
            raise AskedToWait(pause)
        return Response(answer.status_code, answer.text, headers=answer.headers)

    def _rebased(self, uri: str) -> str:
        """Return an address at the place in the settings.

        Content and Messaging have hosts of their own at Twilio, and stay there.
        """
        parts = urlsplit(uri)
        if self._base.netloc.endswith(_TWILIO) and parts.netloc != f"api{_TWILIO}":
            return uri
        return urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))


def _content(data: dict[str, str] | None, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return what httpx is to send: JSON or a form."""
    as_json = headers.get("Content-Type") == "application/json"
    return {"json" if as_json else "data": data}


def _pause(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return for how long an answer asks to wait: so many seconds, or until a moment.

    A moment is told by the vendor's clock, which its answer shows.
    """
    asked = headers.get("retry-after", "")
    if asked.isdecimal():
        return timedelta(seconds=int(asked))
    until = moment_of(asked)
    return (
        max(until - (moment_of(headers.get("date", "")) or now), timedelta(0)) if until else None
    )
