"""What nodes on one PostgreSQL tell each other: a chat that waits for its node, live events."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict

import psycopg

from bot.ports import LiveEvent
from bot.store.nodes import Node
from bot.store.server_trouble import diagnosis
from bot.store.trouble import told

_EVENTS = "sportello_events"
_MOST_BYTES = 7_000  # PostgreSQL takes just under 8,000.
_GATHER_SECONDS = 0.1
"""Live events this close together are told at once, each kind of a chat only once."""
_LISTEN_SECONDS = 1.0
"""How often it is seen whether this node is another one now."""


class PostgresNotices:
    """Sends and hears notices; one that is lost is made good by the next sweep or reload."""

    def __init__(self, address: str, node: Node) -> None:
        self._address = address
        self._node = node
        self._ours = secrets.token_hex(8)
        self._waiting: dict[LiveEvent, None] = {}
        self._some = asyncio.Event()

    def tell(self, event: LiveEvent) -> None:
        """Have the other nodes know of something that just happened."""
        self._waiting[event] = None
        self._some.set()

    async def keep_telling(self) -> None:
        """Tell the other nodes of live events, for as long as the program runs."""
        async with self._connected() as db:
            while True:
                await self._some.wait()
                await asyncio.sleep(_GATHER_SECONDS)
                self._some.clear()
                events, self._waiting = list(self._waiting), {}
                for text in _texts(self._ours, events):
                    await db.execute("SELECT pg_notify(%s, %s)", (_EVENTS, text))

    async def keep_hearing(
        self, chat_waits: Callable[[str], None], happened: Callable[[LiveEvent], None]
    ) -> None:
        """Hear what other nodes tell, for as long as the program runs.

        Args:
            chat_waits: Hears the id of a chat of this node in which there is work.
            happened: Hears of a live event elsewhere.
        """
        async with self._connected() as db:
            await db.execute(f"LISTEN {_EVENTS}")
            listening = 0
            while True:
                if listening != self._node.id:
                    listening = self._node.id
                    await db.execute(f"LISTEN sportello_{listening}")
                async for notice in db.notifies(timeout=_LISTEN_SECONDS):
                    if notice.channel == _EVENTS:
                        for event in self._heard(notice.payload):
                            happened(event)
                    else:
                        chat_waits(notice.payload)

    @asynccontextmanager
    async def _connected(self) -> "AsyncIterator[psycopg.AsyncConnection]":
        """Lend a connection; raise DatabaseUnavailable when it is lost."""
        try:
            async with await psycopg.AsyncConnection.connect(self._address, autocommit=True) as db:
                yield db
        except psycopg.Error as error:
            raise told(error, diagnosis) from error

    def _heard(self, text: str) -> Iterator[LiveEvent]:
        sender, events = json.loads(text)
        if sender != self._ours:
            for event in events:
                yield LiveEvent(**event)


def _texts(sender: str, events: Sequence[LiveEvent]) -> Iterator[str]:
    """Yield notices that are short enough."""
    some: list[dict[str, str]] = []
    size = 0
    for event in events:
        # An empty one is left out: programs of an earlier version do not know it.
        one = {name: value for name, value in asdict(event).items() if value}
        more = len(json.dumps(one).encode()) + 2
        if some and size + more > _MOST_BYTES:
            yield json.dumps([sender, some])
            some, size = [], 0
        some.append(one)
        size += more
    if some:
        yield json.dumps([sender, some])
