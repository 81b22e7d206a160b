"""Registries on this machine: a whois and an RDAP server that say what they are told to say."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

ANSWERS = Path(__file__).parent / "answers"
HANGS = b"(hangs)"
"""An answer that never comes."""
ENDLESS = b"(endless)"
"""An answer that never ends."""
FREE_IN_RDAP = b'{"errorCode": 404, "title": "Not Found"}'
_SLOW = 3600.0


def whois_answer(domain: str, status: str = "ok", expires: str = "2027-03-10") -> bytes:
    text = (ANSWERS / "registered.it.whois").read_text("utf-8")
    return text.format(domain=domain, status=status, expires=expires).encode()


def free_whois_answer(domain: str) -> bytes:
    return (ANSWERS / "free.it.whois").read_text("utf-8").format(domain=domain).encode()


def rdap_answer(
    domain: str, *status: str, expires: str = "2027-03-10T09:00:00Z", **changes: object
) -> bytes:
    text = (ANSWERS / "registered.json").read_text("utf-8")
    text = text.replace("{domain}", domain).replace("{expires}", expires)
    text = text.replace("{status}", json.dumps(list(status or ["active"])))
    return json.dumps({**json.loads(text), **changes}).encode()


@dataclass
class Lab:
    """A server with an answer for each name; it remembers what it was asked."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    asked: list[str] = field(default_factory=list)

    def bootstrap(self, folder: Path, suffixes: Sequence[str] = ("com", "xn--p1ai")) -> Path:
        """Return a bootstrap file that names this server for these suffixes."""
        file = folder / "dns.json"
        services = [[list(suffixes), [f"http://127.0.0.1:{self.port}/rdap/"]]]
        file.write_text(json.dumps({"version": "1.0", "services": services}), "utf-8")
        return file


@asynccontextmanager
async def whois_lab() -> AsyncIterator[Lab]:
    async with _serving(Lab(), _whois) as lab:
        yield lab


@asynccontextmanager
async def rdap_lab() -> AsyncIterator[Lab]:
    async with _serving(Lab(), _rdap) as lab:
        yield lab


async def _whois(lab: Lab, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    name = (await reader.readline()).decode().strip()
    lab.asked.append(name)
    await _say(writer, lab.answers.get(name, b""))


async def _rdap(lab: Lab, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    path = head.split()[1]
    lab.asked.append(path)
    name = path.removeprefix("/rdap/domain/")
    status = lab.status if name in lab.answers or lab.status != 200 else 404
    answer = lab.answers.get(name, FREE_IN_RDAP)
    if answer is not HANGS:
        writer.write(f"HTTP/1.1 {status} -\r\nConnection: close\r\n\r\n".encode())
    await _say(writer, answer)


async def _say(writer: asyncio.StreamWriter, answer: bytes) -> None:
    if answer is HANGS:
        await asyncio.sleep(_SLOW)
    while answer is ENDLESS:
        writer.write(b"Status: ok\n" * 1000)
        await writer.drain()
    writer.write(answer)
    await writer.drain()


@asynccontextmanager
async def _serving(lab: Lab, talk: object) -> AsyncIterator[Lab]:
    talks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(lab, reader, writer)  # type: ignore[operator] # one of the two above
        except (OSError, asyncio.CancelledError):
            pass  # The other side has heard enough, or the test is over.
        finally:
            writer.close()
            talks.discard(task)

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    lab.port = server.sockets[0].getsockname()[1]
    try:
        yield lab
    finally:
        server.close()
        for one in talks:
            one.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
