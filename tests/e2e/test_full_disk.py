"""Nothing can be stored for a while: who writes is told so, and it goes on by itself."""

import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest

from tests.e2e.calls import TELEGRAM, health, write
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.test_crash import rows


@contextmanager
def full_disk(desk: Program) -> Iterator[None]:
    """Let no file of the running program grow."""
    log = desk.home / "sportello.db-wal"
    before = resource.prlimit(desk.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(desk.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(desk: Program) -> Iterator[None]:
    """Hold the database as another program might, for longer than anybody waits."""
    with closing(sqlite3.connect(desk.home / "sportello.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


Trouble = Callable[[Program], AbstractContextManager[None]]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        pytest.param(full_disk, "The disk is full or failing.", id="disk-full"),
        pytest.param(locked, "Another program holds the database locked.", id="locked"),
    ],
)
def test_while_nothing_can_be_stored_nothing_is_acknowledged_and_nothing_lost(
    start: Start, trouble: Trouble, words: str
) -> None:
    desk = start(command=("serve",), **TELEGRAM)
    assert write(desk, 1).status_code == 200
    until(lambda: rows(desk, "SELECT 1 FROM outbox"))  # Nothing else is written any more.

    with trouble(desk):
        began = time.monotonic()
        refused = [write(desk, 2), write(desk, 3)]
        took = time.monotonic() - began
        well = health(desk)
        until(lambda: words in desk.errors)
    until(lambda: health(desk)["status"] == "ok")
    repeated = [write(desk, number) for number in (2, 3)]
    until(lambda: rows(desk, "SELECT min(done) FROM inbox") == [(1,)])
    desk.stop()

    assert [one.status_code for one in refused] == [503, 503]
    assert all(int(one.headers["Retry-After"]) > 0 for one in refused)
    assert took < 2 * 14  # Twilio gives up after 15 seconds.
    assert well["status"] == "database unavailable"
    assert well["database"] in {words, "The database does not answer in time."}
    assert [one.status_code for one in repeated] == [200, 200]
    # Each once; which comes first is a matter of when the vendor repeats it.
    assert sorted(rows(desk, "SELECT vendor_id FROM inbox")) == [("1",), ("2",), ("3",)]
    assert desk.errors.count("database_unavailable") == 1
    assert "database_back" in desk.errors


def test_a_file_that_fills_the_disk_for_a_minute_stops_nobody(start: Start) -> None:
    """What was acknowledged before is answered after it, without a restart by anybody."""
    desk = start(command=("serve",), **TELEGRAM)
    write(desk, 1)
    with full_disk(desk):
        until(lambda: health(desk).get("status") == "database unavailable")
        assert desk.runs

    until(lambda: rows(desk, "SELECT min(done) FROM inbox") == [(1,)])
    desk.stop()
