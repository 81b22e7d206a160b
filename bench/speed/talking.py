"""Customers who write by HTTP and wait until the vendor is called: the whole way, as they feel it.

It runs beside the program in a process of its own, with bare streams on both sides, so that it
has little to do itself.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from bench.speed.children import Child
from bench.speed.customers import number, request, words
from tests.e2e.program import free_port

_PATIENCE_SECONDS = 60.0
_WARM_UP_SECONDS = 1.0
_END = b"\r\n\r\n"
_CREATED = (
    b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
)


@dataclass(frozen=True, kw_only=True)
class Felt:
    """What customers felt.

    Args:
        spans: Seconds from each request to the call of the vendor.
        acknowledged: Seconds from each request to its answer by HTTP.
        spent_seconds: Processor time of the program meanwhile.
    """

    spans: Sequence[float]
    acknowledged: Sequence[float]
    took_seconds: float
    spent_seconds: float


@dataclass
class Vendor:
    """Stands in for Twilio's API: takes each message at once.

    Args:
        waiting: Who waits for an answer, and whom to tell when it is there.
        first_at: When the first message was taken.
    """

    port: int = field(default_factory=free_port)
    waiting: dict[str, "asyncio.Future[float]"] = field(default_factory=dict)
    taken: int = 0
    first_at: float = 0.0

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Take messages for as long as the block lasts."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=1024)
        try:
            yield
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                _, body = await _message(reader)
                self._hear(parse_qs(body.decode())["To"][0].removeprefix("whatsapp:"))
                answer = json.dumps({"sid": f"SM{self.taken:032x}", "status": "queued"})
                writer.write(_CREATED % (len(answer), answer.encode()))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.close()  # The program is gone, or the measuring is over.

    def _hear(self, who: str) -> None:
        self.first_at = self.first_at or time.perf_counter()
        self.taken += 1
        answered = self.waiting.pop(who, None)
        if answered is not None:
            answered.set_result(time.perf_counter())


class Line:
    """A connection that is kept and opened again when the program has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, call: bytes) -> bytes:
        """Send a request; return the first line of its answer."""
        while True:
            if self._open is None:
                self._open = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._open
            try:
                writer.write(call)
                return (await _message(reader))[0]
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()

    def close(self) -> None:
        """Close it, if it is open."""
        if self._open is not None:
            self._open[1].close()
        self._open = None


async def felt(program: Child, vendor: Vendor, chats: int, seconds: float) -> Felt:
    """Have customers write, each again when the one before is answered."""
    lines = [Line(program.port) for _ in range(chats)]
    taken: list[tuple[float, float]] = []
    began = spent = 0.0
    try:
        for first, lasting in ((0, _WARM_UP_SECONDS), (100_000, seconds)):
            taken.clear()
            began, spent = time.perf_counter(), program.spent_seconds
            async with asyncio.TaskGroup() as group:
                for chat, line in enumerate(lines):
                    ask = _asking(program.base, number(chat), first)
                    group.create_task(_talk(line, vendor, ask, lasting, taken))
    finally:
        for line in lines:
            line.close()
    return Felt(
        spans=[answered for answered, _ in taken],
        acknowledged=[acknowledged for _, acknowledged in taken],
        took_seconds=time.perf_counter() - began,
        spent_seconds=program.spent_seconds - spent,
    )


Ask = Callable[[int], tuple[str, bytes]]


def _asking(base: str, who: str, first: int) -> Ask:
    """Return what gives the nth request of a customer who has written before."""
    return lambda at: (who, request(base, who, first + at, words(at)))


async def _talk(
    line: Line,
    vendor: Vendor,
    ask: Ask,
    seconds: float,
    taken: list[tuple[float, float]],
) -> None:
    until, at = time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        who, call = ask(at)
        vendor.waiting[who] = answered = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            status = await line.post(call)
            assert b" 200 " in status, status
            acknowledged = time.perf_counter() - began
            taken.append((await answered - began, acknowledged))
        at += 1


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the first line and the body of an HTTP message."""
    head = await reader.readuntil(_END)
    first, *lines = head.split(b"\r\n")
    lengths = (line[15:] for line in lines if line[:15].lower() == b"content-length:")
    return first, await reader.readexactly(int(next(lengths, b"0")))
