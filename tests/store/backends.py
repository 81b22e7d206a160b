"""What can keep conversations, contracts and staff; the same suite is run on each."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from bot.ports import (
    AlertStore,
    ContractStore,
    ConversationStore,
    EnclosureStore,
    FileStore,
    MarkStore,
    Nodes,
    OtherChats,
    StaffStore,
    TemplateStore,
    TopicStore,
)
from bot.store.codec import CALL
from bot.store.migrating import bring_up_to_date
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.fake_alerts import FakeAlerts
from tests.fake_conversations import FakeConversations
from tests.fake_marks import FakeMarks, FakeOtherChats
from tests.fake_staff import FakeStaff
from tests.fake_topics import FakeTopics
from tests.fakes import FakeContracts, FakeTemplates
from tests.store import postgresql


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A store under test.

    Args:
        unreadable: Returns the bodies of the calls it keeps for staff.
        forget_nodes: Has the store take this program for gone, as after a restart.
    """

    conversations: ConversationStore
    nodes: Nodes
    files: FileStore
    enclosures: EnclosureStore
    contracts: ContractStore
    staff: StaffStore
    topics: TopicStore
    alerts: AlertStore
    templates: TemplateStore
    marks: MarkStore
    other_chats: OtherChats
    unreadable: Callable[[], Sequence[bytes]]
    forget_nodes: Callable[[], None]


@asynccontextmanager
async def in_memory(folder: Path) -> AsyncIterator[Backend]:
    """Run the fakes."""
    conversations = FakeConversations()
    yield Backend(
        conversations=conversations,
        nodes=conversations,
        files=conversations.files,
        enclosures=conversations.enclosures,
        contracts=FakeContracts(),
        staff=FakeStaff(),
        topics=FakeTopics(conversations),
        alerts=FakeAlerts(lambda: conversations.chats),
        templates=FakeTemplates(),
        marks=FakeMarks(conversations),
        other_chats=FakeOtherChats(conversations),
        unreadable=lambda: [call.body for call in conversations.unreadable],
        forget_nodes=lambda: None,
    )


@asynccontextmanager
async def in_sqlite(folder: Path) -> AsyncIterator[Backend]:
    """Run on a new file in the folder."""
    path = new_database(folder)
    store = SqliteStore.open(path, owner=True)
    try:
        yield Backend(
            conversations=store.conversations,
            nodes=store.nodes,
            files=store.files,
            enclosures=store.enclosures,
            contracts=store.contracts,
            staff=store.staff,
            topics=store.topics,
            alerts=store.alerts,
            templates=store.templates,
            marks=store.marks,
            other_chats=store.other_chats,
            unreadable=lambda: _unreadable(path),
            forget_nodes=lambda: _forget_nodes(path),
        )
    finally:
        await store.close()


@asynccontextmanager
async def in_postgresql(folder: Path) -> AsyncIterator[Backend]:
    """Run in a new database of a server that all tests share."""
    url = postgresql.new_database()
    store = PostgresStore.open(url, owner=True)
    try:
        yield Backend(
            conversations=store.conversations,
            nodes=store.nodes,
            files=store.files,
            enclosures=store.enclosures,
            contracts=store.contracts,
            staff=store.staff,
            topics=store.topics,
            alerts=store.alerts,
            templates=store.templates,
            marks=store.marks,
            other_chats=store.other_chats,
            unreadable=lambda: _unreadable_in(url),
            forget_nodes=lambda: _forget_nodes_in(url),
        )
    finally:
        await store.close()


BACKENDS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Backend]]] = {
    "fake": in_memory,
    "sqlite": in_sqlite,
    "postgresql": in_postgresql,
}
"""Every store the suite is run on, by name."""


_UNREADABLE = "SELECT call FROM unreadable ORDER BY id"


def new_database(folder: Path) -> Path:
    """Return an empty database of this version."""
    path = folder / "sportello.db"
    path.write_bytes(_empty_database())
    return path


@cache
def _empty_database() -> bytes:
    """Return the bytes of an empty database: migrating once is enough for all tests."""
    with TemporaryDirectory() as name:
        path = Path(name) / "empty.db"
        bring_up_to_date(path)
        return path.read_bytes()


def _unreadable(path: Path) -> list[bytes]:
    with closing(sqlite3.connect(path)) as db:
        return _calls(db.execute(_UNREADABLE).fetchall())


def _unreadable_in(url: str) -> list[bytes]:
    with psycopg.connect(url) as connection:
        return _calls(connection.execute(_UNREADABLE).fetchall())


def _forget_nodes(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("DELETE FROM node")


def _forget_nodes_in(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM node")
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks JOIN pg_database d"
            " ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database()"
        )


def _calls(rows: Sequence[Any]) -> list[bytes]:
    return [CALL.value(call).body.decode().encode("latin-1") for (call,) in rows]
