"""Reads live events from the application: httpx waits for the end, which never comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.types import Message


class Stream:
    """The events of one open connection, as (name, id, data)."""

    def __init__(self) -> None:
        self.status = 0
        self._chunks: asyncio.Queue[str] = asyncio.Queue()
        self._events: list[tuple[str, str, str]] = []
        self._closed = asyncio.Event()
        self._begun = False

    async def next(self) -> tuple[str, str, str]:
        """Return the next event; comments that only keep the connection open are left out."""
        while not self._events:
            async with asyncio.timeout(5):
                self._read(await self._chunks.get())
        return self._events.pop(0)

    async def take(self, count: int) -> list[tuple[str, str, str]]:
        return [await self.next() for _ in range(count)]

    async def receive(self) -> Message:
        if not self._begun:
            self._begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._chunks.put_nowait(message["body"].decode())

    def close(self) -> None:
        self._closed.set()

    def _read(self, chunk: str) -> None:
        for block in filter(None, chunk.split("\r\n\r\n")):
            fields = dict(line.split(": ", 1) for line in block.split("\r\n") if ": " in line)
            if "event" in fields:
                self._events.append((fields["event"], fields.get("id", ""), fields["data"]))


@asynccontextmanager
async def listening(web: Starlette, path: str, headers: dict[str, str]) -> AsyncIterator[Stream]:
    """Open a stream for as long as the block lasts."""
    path, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    stream = Stream()
    async with asyncio.TaskGroup() as group:
        group.create_task(web(scope, stream.receive, stream.send))
        try:
            yield stream
        finally:
            stream.close()
