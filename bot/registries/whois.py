"""Whois on port 43, for ``.it``: its registry offers no RDAP."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from bot.domain.errors import SourceUnavailable
from bot.domain.registry import RegistryRecord
from bot.ports import Clock
from bot.registries.names import ascii_name

MAX_ANSWER_BYTES = 64 * 1024
"""Real answers have about two kilobytes."""

_FIELD = re.compile(r"^(\s*)([A-Za-z][A-Za-z ]*?):[ \t]*(.*?)\s*$")
_SECTION = re.compile(r"^([A-Z][A-Za-z ]*)$")


class Whois:
    """The registry of ``.it``, by its whois server."""

    def __init__(self, server: tuple[str, int], timeout: timedelta, clock: Clock) -> None:
        self._host, self._port = server
        self._timeout = timeout
        self._clock = clock

    async def look_up(self, domain: str) -> RegistryRecord:
        """Return what the registry says.

        Raises:
            SourceUnavailable: It did not answer in time, or not in its own format.
        """
        name = ascii_name(domain)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                answer = await self._ask(name)
        except (OSError, RuntimeError) as error:  # A forbidden socket is a RuntimeError.
            raise SourceUnavailable(f"The whois server did not answer: {error!r}") from error
        return _read(name, answer.decode("utf-8", "replace"), self._clock)

    async def _ask(self, name: str) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            writer.write(f"{name}\r\n".encode("ascii"))
            await writer.drain()
            return await _all_of(reader)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    """Return all the server sends until it hangs up."""
    answer = bytearray()
    while chunk := await reader.read(MAX_ANSWER_BYTES):
        answer += chunk
        if len(answer) > MAX_ANSWER_BYTES:
            raise SourceUnavailable("The whois server's answer has no end.")
    return bytes(answer)


def _read(name: str, text: str, clock: Clock) -> RegistryRecord:
    fields = dict(reversed([*_fields(text)]))  # Of a field that comes twice, the first counts.
    if fields.get("domain", "").rstrip(".").lower() != name:
        raise SourceUnavailable("The whois server's answer is not about this domain.")
    status = fields.get("status", "")
    if not status:
        raise SourceUnavailable("The whois server's answer tells no status.")
    return RegistryRecord(
        domain=name,
        status=(status,),
        expires_on=_day(fields.get("expire date", "")),
        registrar=fields.get("registrar organization", ""),
        as_of=clock.now(),
    )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield names and values; fields of a section are named after it as well."""
    section = ""
    for line in text.splitlines():
        if found := _FIELD.match(line):
            indent, name, value = found.groups()
            yield (f"{section} {name}" if indent else name).lower(), value
        elif found := _SECTION.match(line.rstrip()):
            section = found.group(1)


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None
