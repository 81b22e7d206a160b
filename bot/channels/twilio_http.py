"""The HTTP client under the ``twilio`` package: pooled, with a timeout that holds."""

from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from bot.channels.network import may_have_arrived


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

    def __init__(self, http: httpx.AsyncClient, base: str, timeout_seconds: float) -> None:
        super().__init__(None, True, None)
        self._http = http
        self._base = urlsplit(base)
        self._timeout_seconds = timeout_seconds

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
                data=data,
                headers=headers,
                auth=auth,
                timeout=timeout or self._timeout_seconds,
                follow_redirects=allow_redirects,
            )
        except httpx.HTTPError as error:
            raise NoAnswer(repr(error), reached=may_have_arrived(error)) from error
        pause = answer.headers.get("retry-after", "")
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS and pause.isdecimal():
            raise AskedToWait(timedelta(seconds=int(pause)))
        return Response(answer.status_code, answer.text, headers=answer.headers)

    def _rebased(self, uri: str) -> str:
        parts = urlsplit(uri)
        return urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
