"""Files that Twilio keeps for a while: fetched from it, and from nowhere we would be led to."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import httpx

from bot.channels.network import limited
from bot.domain.errors import FileUnavailable
from bot.domain.files import FileTrouble
from bot.domain.messages import MAX_FILE_BYTES

_MOST_REDIRECTS = 3
_TIMEOUT_SECONDS = 10.0
_WHOLE_SECONDS = 30.0
"""Whoever sends drop by drop would keep other files waiting."""
_HTTPS_PORT = 443
_AS_IT_IS = {"Accept-Encoding": "identity"}
"""Packed bytes could unpack to far more than they say."""
_TROUBLES = {
    401: FileTrouble.REFUSED,
    403: FileTrouble.REFUSED,
    404: FileTrouble.GONE,
    410: FileTrouble.GONE,
}

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host."""


async def resolved(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host; raise OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=6)
    return [str(address[0]) for *_, address in found]


class TwilioFiles:
    """Fetches what customers sent.

    Twilio passes a call on to where the file lies. The password goes to Twilio alone, and no way
    leads to an address within our own network.

    Args:
        http: Sends.
        account: Name and password.
        api_base: Twilio's address: a file's own must begin there.
        resolve: Gives the addresses of other hosts.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        account: tuple[str, str],
        api_base: str,
        resolve: Resolve = resolved,
    ) -> None:
        self._http = http
        self._account = account
        self._home = _origin(httpx.URL(api_base))
        self._resolve = resolve

    async def fetch(self, url: str) -> bytes:
        """Return what a file holds; raise FileUnavailable."""
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                return await self._followed(_parsed(url))
        except TimeoutError as error:
            raise FileUnavailable("The file takes too long.") from error
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            raise FileUnavailable(f"The file breaks off: {error}", FileTrouble.BROKEN) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise FileUnavailable(f"Twilio does not give the file: {error!r}") from error

    async def _followed(self, url: httpx.URL) -> bytes:
        """Return what is behind an address, or behind the one to which it leads."""
        if _origin(url) != self._home:
            raise FileUnavailable("This file does not lie with Twilio.", FileTrouble.ELSEWHERE)
        for _ in range(_MOST_REDIRECTS + 1):
            async with self._asked(url) as answer:
                if not answer.has_redirect_location:
                    return await _content(answer)
                url = url.join(answer.headers["location"])
        raise FileUnavailable("Twilio leads on and on.", FileTrouble.ELSEWHERE)

    @asynccontextmanager
    async def _asked(self, url: httpx.URL) -> AsyncIterator[httpx.Response]:
        request = await self._request(url)
        answer = await self._http.send(
            request,
            auth=self._account if _origin(url) == self._home else None,
            stream=True,
            follow_redirects=False,
        )
        try:
            yield answer
        finally:
            await answer.aclose()

    async def _request(self, url: httpx.URL) -> httpx.Request:
        if _origin(url) == self._home:
            return self._http.build_request(
                "GET", url, headers=_AS_IT_IS, timeout=_TIMEOUT_SECONDS
            )
        if url.scheme != "https" or (url.port or _HTTPS_PORT) != _HTTPS_PORT or url.userinfo:
            raise FileUnavailable("Twilio leads to no safe place.", FileTrouble.ELSEWHERE)
        address = await self._public_address(url.host)
        # The very address that was looked at is called: its name may mean another one by then.
        return self._http.build_request(
            "GET",
            url.copy_with(host=address),
            headers=_AS_IT_IS | {"Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host},
            timeout=_TIMEOUT_SECONDS,
        )

    async def _public_address(self, host: str) -> str:
        """Return an address of a host that lies outside our own network."""
        addresses = await self._resolve(host, _HTTPS_PORT)
        if not addresses or not all(_is_public(one) for one in addresses):
            raise FileUnavailable("Twilio leads into a private network.", FileTrouble.ELSEWHERE)
        return min(addresses, key=lambda one: ":" in one)  # Not every network has IPv6.


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise FileUnavailable("The file has no address.", FileTrouble.ELSEWHERE) from error


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_public(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return mapped.is_global and not mapped.is_multicast


async def _content(answer: httpx.Response) -> bytes:
    if not answer.is_success:
        trouble = _TROUBLES.get(answer.status_code, FileTrouble.UNREACHABLE)
        raise FileUnavailable(f"Twilio answers {answer.status_code}.", trouble)
    announced = answer.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MAX_FILE_BYTES:
        reason = f"The file is larger than {MAX_FILE_BYTES} bytes."
        raise FileUnavailable(reason, FileTrouble.TOO_LARGE)
    return await limited(answer.aiter_bytes())
