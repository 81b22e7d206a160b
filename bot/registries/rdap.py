"""RDAP through ``whoisit``, for every suffix of which the bootstrap file names a server."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError
from whoisit.bootstrap import BaseBootstrap
from whoisit.errors import ResourceDoesNotExist, WhoisItError
from whoisit.parser import parse
from whoisit.query import QueryAsync, QueryBuilder

from bot.domain.errors import SettingsError, SourceUnavailable
from bot.domain.registry import RegistryRecord
from bot.ports import Clock
from bot.registries.names import ascii_name

MAX_ANSWER_BYTES = 256 * 1024
"""Real answers have a few kilobytes."""

BOOTSTRAP_FILE = Path(__file__).with_name("rdap_servers.json")
"""The servers of common generic suffixes, in IANA's own format."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ELSEWHERE = ["https://rdap.invalid/"]
_NOT_ASKED: Mapping[str, Any] = {
    "timestamp": 0,
    "asn": {"services": [[["0"], _ELSEWHERE]]},
    "ipv4": {"services": [[["0.0.0.0/32"], _ELSEWHERE]]},
    "ipv6": {"services": [[["::/128"], _ELSEWHERE]]},
    "object": {"services": [[["0"], _ELSEWHERE]]},
}
"""The package wants a table of everything, although we ask about domains only."""


class Rdap:
    """Registries that speak RDAP.

    Raises:
        SettingsError: The bootstrap file is none.
    """

    def __init__(
        self, http: httpx.AsyncClient, bootstrap: Path, timeout: timedelta, clock: Clock
    ) -> None:
        self._http = http
        self._timeout = timeout
        self._clock = clock
        self._servers = _servers(bootstrap)
        self._queries = QueryBuilder(self._servers)

    async def look_up(self, domain: str) -> RegistryRecord:
        """Return what the registry says.

        Raises:
            SourceUnavailable: No server is known for this suffix, or it did not answer in time
                and in its own format.
        """
        name = ascii_name(domain)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                return await self._asked(name)
        except SourceUnavailable:
            raise
        except (WhoisItError, TimeoutError) as error:
            raise SourceUnavailable(f"RDAP: {error!r}") from error
        except Exception as error:
            # The package lets through whatever an answer that is no RDAP makes it stumble over.
            raise SourceUnavailable(f"The answer is no RDAP: {error!r}") from error

    async def _asked(self, name: str) -> RegistryRecord:
        method, url, _ = self._queries.build("domain", name)
        try:
            answer = await QueryAsync(_Bounded(self._http), method, url).request()
        except ResourceDoesNotExist as error:
            if not _says_so(error.response):
                raise SourceUnavailable(
                    "Something between us and the registry says 404."
                ) from error
            return RegistryRecord(domain=name, status=("available",), as_of=self._clock.now())
        return self._read(name, answer)

    def _read(self, name: str, answer: Mapping[str, Any]) -> RegistryRecord:
        parsed = parse(self._servers, "domain", name, answer)
        status = tuple(str(word) for word in parsed["status"])
        if parsed["name"].rstrip(".").lower() != name or not status:
            raise SourceUnavailable("The answer is about another domain, or tells no status.")
        registrars = parsed["entities"].get("registrar", [])
        return RegistryRecord(
            domain=name,
            status=status,
            expires_on=_expiry(answer),
            registrar=next((str(one.get("name", "")) for one in registrars), ""),
            as_of=self._clock.now(),
        )


class _Bounded:
    """The part of an HTTP client that the package uses, reading no more than is allowed."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def request(self, method: str, url: str, **_: object) -> httpx.Response:
        """Return the answer; uncompressed, so that what is read is what was sent."""
        accepted = {"Accept": "application/rdap+json", "Accept-Encoding": "identity"}
        body = bytearray()
        async with self._http.stream(method, url, headers=accepted, timeout=None) as answer:
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise httpx.ReadError("The answer has no end.")
        return httpx.Response(answer.status_code, content=bytes(body))


class _ServiceFile(BaseModel):
    """IANA's bootstrap file, RFC 9224: suffixes and the addresses of their servers."""

    services: list[tuple[list[str], list[str]]]


def _servers(file: Path) -> BaseBootstrap:
    try:
        read = _ServiceFile.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise SettingsError(
            f"SPORTELLO_RDAP_BOOTSTRAP={file} is no bootstrap file of RDAP. "
            "Fetch https://data.iana.org/rdap/dns.json, or leave the setting empty."
        ) from error
    services = [
        [suffixes, [url for url in urls if _is_safe(url)]] for suffixes, urls in read.services
    ]
    servers = BaseBootstrap()
    table = {**_NOT_ASKED, "dns": {"services": services or [[[], _ELSEWHERE]]}}
    servers.load_bootstrap_data(table, allow_insecure=True, from_json=False)
    return servers


def _is_safe(url: str) -> bool:
    """Tell whether nobody on the way can change an answer."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK


def _says_so(body: str) -> bool:
    """Tell whether a 404 is the registry's own word: empty, or an RDAP error.

    Source:
        RFC 7480, section 5.3, and RFC 9083, section 6.
    """
    if not body.strip():
        return True
    try:
        return bool(json.loads(body).get("errorCode") == httpx.codes.NOT_FOUND)
    except (ValueError, AttributeError):
        return False


def _expiry(answer: Mapping[str, Any]) -> date | None:
    """Return the day of expiry, read strictly: the package itself guesses what is missing."""
    for event in answer.get("events", ()):
        if event.get("eventAction") == "expiration":
            moment = datetime.fromisoformat(event["eventDate"])
            if moment.tzinfo is None:
                raise ValueError("The moment of expiry tells no time zone.")
            return moment.astimezone(UTC).date()
    return None
