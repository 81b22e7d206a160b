"""One thread writes: what waits shares a commit, what fails is undone alone."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.sqlite import SQLITE
from bot.store.writer import Writer

Work = Callable[[sqlite3.Connection], object]
TABLE = """
CREATE TABLE line (id INTEGER PRIMARY KEY,
  follows INTEGER REFERENCES line DEFERRABLE INITIALLY DEFERRED)
"""


@pytest.fixture
def statements() -> list[str]:
    """What has been run on the writer's connection."""
    return []


@pytest.fixture
async def writer(tmp_path: Path, statements: list[str]) -> AsyncIterator[Writer]:
    def connected() -> sqlite3.Connection:
        db = sqlite3.connect(tmp_path / "lines.db", isolation_level=None)
        db.execute(TABLE)
        db.execute("PRAGMA foreign_keys = ON")
        db.set_trace_callback(statements.append)
        return db

    opened = Writer(Database(dialect=SQLITE, writes=connected, reads=connected))
    yield opened
    await opened.close()


def line(number: int, *, follows: int | None = None, fails: bool = False) -> Work:
    """Return a unit that writes a line."""

    def write(db: sqlite3.Connection) -> int:
        db.execute("INSERT INTO line VALUES (?, ?)", (number, follows))
        if fails:
            raise ValueError(number)
        return number

    return write


async def lines(writer: Writer) -> list[int]:
    return await writer.run(lambda db: [row[0] for row in db.execute("SELECT id FROM line")])


async def together(
    writer: Writer, *units: Work, then: Callable[[], Awaitable[None]] | None = None
) -> list[object]:
    """Ask for units while the writer is busy, so that they wait together; return what became."""
    busy, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        busy.set()
        go_on.wait()

    holding = asyncio.ensure_future(writer.run(hold))
    await asyncio.to_thread(busy.wait)
    asked = [writer.run(unit) for unit in units] + ([then()] if then else [])
    waiting = asyncio.gather(*asked, return_exceptions=True)
    await asyncio.sleep(0)  # All of them are in the queue now.
    go_on.set()
    await holding
    return await waiting


async def test_what_waits_shares_one_commit(writer: Writer, statements: list[str]) -> None:
    results = await together(writer, *(line(number) for number in range(20)))

    assert results == list(range(20))
    assert statements.count("COMMIT") == 2  # That of the unit before, and theirs.


async def test_a_unit_that_fails_is_undone_alone(writer: Writer) -> None:
    results = await together(writer, line(1), line(2, fails=True), line(1), line(3))

    assert [type(result) for result in results] == [int, ValueError, sqlite3.IntegrityError, int]
    assert await lines(writer) == [1, 3]


async def test_nothing_is_promised_if_the_commit_fails(writer: Writer) -> None:
    results = await together(writer, line(1), line(2, follows=99))

    assert [type(result) for result in results] == [sqlite3.IntegrityError] * 2
    assert await lines(writer) == []
    assert await writer.run(line(3)) == 3


async def test_what_was_promised_can_be_read_by_others(writer: Writer, tmp_path: Path) -> None:
    await writer.run(line(1))

    other = sqlite3.connect(tmp_path / "lines.db")
    assert other.execute("SELECT id FROM line").fetchall() == [(1,)]
    other.close()


async def test_who_stopped_waiting_holds_nobody_up(writer: Writer) -> None:
    async def give_up() -> None:
        async with asyncio.timeout(0):
            await writer.run(line(1))

    results = await together(writer, line(2), then=give_up)

    assert [type(result) for result in results] == [int, TimeoutError]
    assert await writer.run(line(3)) == 3


async def test_closing_finishes_what_waits(writer: Writer) -> None:
    results = await together(writer, line(1), line(2), then=writer.close)

    assert results == [1, 2, None]
