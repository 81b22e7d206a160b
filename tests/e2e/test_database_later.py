"""A database that comes later than the program, or goes away under it and comes back."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.database_servers import postgresql
from tests.e2e.calls import TELEGRAM, health, write
from tests.e2e.program import HTTP, Program, until
from tests.learning import learnt


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name, as sockets need one."""
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        yield Path(name)


@pytest.fixture
def desk(tmp_path: Path, folder: Path) -> Iterator[Program]:
    """The program, not started yet, with a database that is not there."""
    address = f"postgresql://owner:segreto@/postgres?host={folder}"
    program = Program(tmp_path / "desk", TELEGRAM | {"SPORTELLO_DATABASE_URL": address})
    shutil.copytree(learnt(), program.home / "cache")
    yield program
    program.kill()


def word(desk: Program) -> str:
    return str(health(desk).get("status"))


def waits(desk: Program) -> None:
    """Start it and see that it waits."""
    desk.start_soon()
    until(lambda: word(desk) == "waiting for the database")


def test_it_waits_for_the_server_and_begins_by_itself(desk: Program, folder: Path) -> None:
    waits(desk)
    calls = [write(desk), HTTP.get(f"{desk.base}/"), HTTP.get(f"{desk.base}/healthz")]

    assert [call.status_code for call in calls] == [503] * 3
    assert all(int(call.headers["Retry-After"]) > 0 for call in calls)

    with postgresql(folder):
        until(lambda: word(desk) == "ok")
        assert write(desk).status_code == 200
        desk.stop()
    said = [line for line in desk.errors.splitlines() if "Cannot use the database" in line]
    assert len(said) == 1
    assert "SPORTELLO_DATABASE_URL" in said[0]
    assert "segreto" not in desk.errors


def test_a_server_that_refuses_connections_for_now_is_waited_for(
    tmp_path: Path, folder: Path
) -> None:
    """As many connections as a server takes are in use by others."""
    with postgresql(folder) as address:
        url = address.replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as control:
            control.execute("CREATE ROLE guest LOGIN")
            control.execute("GRANT ALL ON SCHEMA public TO guest")
            guest = url.replace("owner", "guest")
            taken = as_many_as_it_takes(guest)
            desk = Program(tmp_path / "guest", {"SPORTELLO_DATABASE_URL": guest})
            shutil.copytree(learnt(), desk.home / "cache")
            try:
                waits(desk)
                for one in taken:
                    one.close()
                until(lambda: word(desk) == "ok")
                desk.stop()
            finally:
                desk.kill()


def as_many_as_it_takes(url: str) -> list[psycopg.Connection]:
    taken: list[psycopg.Connection] = []
    with suppress(psycopg.OperationalError):
        while True:
            taken.append(psycopg.connect(url))
    return taken


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "systemd"])
def test_it_can_be_stopped_while_it_waits(desk: Program, how: signal.Signals) -> None:
    waits(desk)

    desk.stop(how)


def test_other_commands_do_not_wait(desk: Program) -> None:
    waits(desk)

    went = desk.run("db", "upgrade")

    assert went.returncode == 2
    assert went.stderr.startswith("sportello: Cannot use the database")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("/postgres?", "/nowhere?", id="no-such-database"),
        pytest.param("owner@", "nobody@", id="no-such-user"),
    ],
)
def test_what_waiting_would_not_mend_ends_it(
    tmp_path: Path, folder: Path, before: str, after: str
) -> None:
    with postgresql(folder) as address:
        url = address.replace("+psycopg", "").replace(before, after)
        desk = Program(tmp_path / "desk", {"SPORTELLO_DATABASE_URL": url}).start_soon()

        assert desk.ended() == 2
    assert "Cannot use the database" in desk.errors
    assert "tried again" not in desk.errors


def test_a_database_that_turns_out_to_be_newer_ends_the_waiting(
    desk: Program, folder: Path
) -> None:
    with (
        postgresql(folder) as address,
        psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection,
    ):
        connection.execute("CREATE TABLE alembic_version (version_num text)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    waits(desk)

    with postgresql(folder, new=False):
        assert desk.ended() == 2
    assert "made by a newer version" in desk.errors


def test_a_server_that_goes_away_for_long_loses_nothing(desk: Program, folder: Path) -> None:
    """Who writes meanwhile is asked in time to come again, and is answered once."""
    with postgresql(folder):
        desk.start()
        assert write(desk, 1).status_code == 200
    began = time.monotonic()
    refused = write(desk, 2)
    took = time.monotonic() - began
    well = health(desk)

    with postgresql(folder, new=False) as address:
        until(lambda: word(desk) == "ok")
        repeated = [write(desk, number) for number in (2, 2, 3)]
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            asked = "SELECT vendor_id, done FROM inbox ORDER BY id"
            wanted = [("1", 1), ("2", 1), ("3", 1)]
            until(lambda: connection.execute(asked).fetchall() == wanted)
        desk.stop()

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert took < 14  # Twilio gives up after 15 seconds.
    assert well["status"] == "database unavailable"
    assert [one.status_code for one in repeated] == [200] * 3
