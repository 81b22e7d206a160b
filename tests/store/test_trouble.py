"""A database that cannot be used for a while: all are told why, and it goes on by itself."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout

import bot.store.sqlite as sqlite_store
from bot.domain.errors import DatabaseUnavailable
from bot.store import writer
from bot.store.database import Database
from bot.store.postgresql import PostgresStore
from bot.store.server_trouble import diagnosis, may_come_back
from bot.store.sqlite import SQLITE, SqliteStore
from bot.store.writer import Writer
from tests.builders import CHAT, an_inbound
from tests.database_servers import postgresql as server
from tests.store import postgresql
from tests.store.backends import new_database

LONG = "a" * 20_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_database(tmp_path)


@pytest.fixture
async def store(path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteStore]:
    monkeypatch.setattr(sqlite_store, "_BUSY_SECONDS", 0.1)
    opened = SqliteStore.open(path, owner=True)
    yield opened
    await opened.close()


async def accept(store: SqliteStore | PostgresStore, *texts: str) -> list[object]:
    """Have messages stored at once, each by a call of its own; return what became of them."""
    calls = [store.conversations.accept([an_inbound(text)]) for text in texts]
    return await asyncio.gather(*calls, return_exceptions=True)


async def kept(store: SqliteStore | PostgresStore) -> list[str]:
    return [entry.text for entry in await store.conversations.transcript(CHAT)]


@contextmanager
def no_room(log: Path) -> Iterator[None]:
    """Let no file grow beyond the size of this one, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_at_the_commit_is_told_to_all_and_goes_on(
    store: SqliteStore, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await accept(store, "Prima")
    with no_room(path.with_name(path.name + "-wal")):
        refused = [*await accept(store, "Uno", "Due", "Tre"), *await accept(store, "Uno")]
        with pytest.raises(DatabaseUnavailable):
            await store.check()
        assert await kept(store) == ["Prima"]  # What is there can still be read.
    await store.check()
    again = await accept(store, "Uno", "Due", "Tre")

    assert [type(one) for one in refused] == [DatabaseUnavailable] * 4
    assert str(refused[0]) == "The disk is full or failing."
    assert not any(isinstance(one, Exception) for one in again)
    assert await kept(store) == ["Prima", "Uno", "Due", "Tre"]
    assert [line.partition(" ")[0] for line in caplog.messages] == [
        "database_unavailable",
        "database_back",
    ]


async def test_a_file_that_may_not_grow_takes_only_what_it_has_acknowledged(path: Path) -> None:
    """SQLite undoes a whole transaction by itself when it is full in the middle of it."""

    def connected() -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA cache_size = 1")  # So that the middle is written before the end.
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 3}")
        return db

    def put(name: str, text: str) -> object:
        statement = "INSERT INTO staff (key, name, password_hash) VALUES (?, ?, ?)"
        return opened.execute(statement, name, name, text)

    opened = Writer(Database(dialect=SQLITE, writes=connected, reads=connected))
    calls = [put(str(number), LONG if number % 3 == 1 else "x") for number in range(9)]
    results = await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload]
    await opened.close()

    acknowledged = [str(number) for number, one in enumerate(results) if one is None]
    assert {str(one) for one in results if one is not None} == {"The disk is full."}
    with closing(sqlite3.connect(path)) as db:
        assert [key for (key,) in db.execute("SELECT key FROM staff ORDER BY key")] == acknowledged


async def test_a_database_another_program_holds_is_told_and_goes_on(
    store: SqliteStore, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        (refused,) = await accept(store, "Uno")
        other.execute("ROLLBACK")
    await accept(store, "Uno")

    assert str(refused) == "Another program holds the database locked."
    assert await kept(store) == ["Uno"]


async def test_a_file_that_cannot_be_written_is_told(path: Path) -> None:
    def read_only() -> sqlite3.Connection:
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    opened = Writer(Database(dialect=SQLITE, writes=read_only, reads=read_only))
    with pytest.raises(DatabaseUnavailable, match="cannot be written"):
        await opened.execute("UPDATE alembic_version SET version_num = version_num")
    await opened.close()


async def test_what_is_wrong_with_a_statement_is_no_trouble_of_the_database(
    store: SqliteStore,
) -> None:
    database = Database(
        dialect=SQLITE,
        writes=lambda: sqlite3.connect(":memory:"),
        reads=lambda: sqlite3.connect(":memory:"),
    )

    with pytest.raises(sqlite3.OperationalError, match="no such table"), database.reading() as db:
        db.execute("SELECT 1 FROM nowhere")


async def test_a_server_that_is_away_is_told_in_reading_and_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.5)
    folder = tmp_path / "pg"
    folder.mkdir()
    with server(folder) as address:
        store = PostgresStore.open(address.replace("+psycopg", ""), owner=True)
        await accept(store, "Prima")
    refused = await accept(store, "Uno", "Due")
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await store.conversations.unanswered()

    with server(folder, new=False):
        await accept(store, "Uno", "Due")
        assert await kept(store) == ["Prima", "Uno", "Due"]
        await store.close()
    assert {str(one) for one in refused} == {"The database server does not answer."}


async def test_a_server_that_takes_nothing_new_is_told() -> None:
    """As after a failover to a copy that only reads."""
    url = postgresql.new_database()
    name = url.partition("@/")[2].partition("?")[0]
    store = PostgresStore.open(url, owner=True)
    with psycopg.connect(url, autocommit=True) as control:
        control.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        control.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        (refused,) = await accept(store, "Uno")
        await store.close()

    assert "read-only" in str(refused)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.DiskFull(), "the disk of the database server is full"),
        (errors.TooManyConnections(), "the database server has too many connections"),
        (PoolTimeout(), "the database server does not answer"),
        (psycopg.InterfaceError(), "the database server does not answer"),
        (errors.UniqueViolation(), ""),
    ],
)
def test_the_trouble_of_a_server_has_words(error: Exception, words: str) -> None:
    assert diagnosis(error) == words


@pytest.mark.parametrize(
    ("error", "comes_back"),
    [
        (errors.AdminShutdown(), True),
        (errors.TooManyConnections(), True),
        (errors.ConnectionTimeout(), True),
        (errors.InvalidPassword(), False),
        (errors.UndefinedTable(), False),
    ],
)
def test_some_trouble_passes_by_itself(error: psycopg.Error, comes_back: bool) -> None:
    assert may_come_back(error, "host=/missing") is comes_back
