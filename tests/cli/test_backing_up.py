"""A copy while the program runs, and the way back."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.ports import Colleague, Noted, Session
from bot.settings import Settings
from bot.store.sqlite import SqliteStore
from tests.builders import CHAT, NOW, a_conversation, a_turn, an_inbound
from tests.cli.console import complaint, sportello
from tests.store.test_moving import INVITATION
from tests.store.test_upgrading import an_old_file

SECRET = ("secret", "session", "invitation")


@pytest.fixture
def database() -> Path:
    found = Settings().database
    assert isinstance(found, Path)
    found.parent.mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture
async def running(database: Path) -> AsyncIterator[SqliteStore]:
    """A running program, with one message answered and one not."""
    store = SqliteStore.open(database, owner=True)
    first, _ = await store.conversations.accept([an_inbound("Uno"), an_inbound("Due")])
    turn = a_turn(a_conversation(CHAT), "Eccomi", inbox_ids=(first.id,))
    await store.conversations.commit(turn)
    yield store
    await store.close()


async def texts(database: Path) -> list[str]:
    store = SqliteStore.open(database, owner=False)
    found = await store.conversations.transcript(CHAT)
    await store.close()
    return sorted(entry.text for entry in found)


async def test_what_was_there_comes_back_and_what_came_since_is_kept_aside(
    running: SqliteStore, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    made = sportello("backup", copy)
    await running.conversations.accept([an_inbound("Dopo la copia")])
    await running.close()

    told = sportello("restore", copy).stdout

    assert "checked" in made.stdout
    assert copy.stat().st_mode & 0o777 == 0o600
    assert await texts(database) == ["Due", "Eccomi", "Uno"]
    assert "1 replies that were waiting are not sent; 1 messages are answered" in told
    (before,) = database.parent.glob("sportello.db.before-*[0-9]")
    assert "Dopo la copia" in await texts(before)


async def test_what_was_waiting_may_be_sent(
    running: SqliteStore, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    sportello("backup", copy)
    await running.close()

    assert "0 replies" in sportello("restore", copy, "--send-waiting").stdout


async def test_a_program_that_runs_is_not_restored(
    running: SqliteStore, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    sportello("backup", copy)

    assert "already running" in complaint(sportello("restore", copy))
    assert "Due" in await texts(database)


def test_a_copy_is_never_overwritten(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert "There is no database" in complaint(sportello("backup", copy))
    copy.write_text("mine")
    database.touch()

    assert "exists already" in complaint(sportello("backup", copy))
    assert copy.read_text() == "mine"


def test_what_is_no_copy_is_refused(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"no database at all" * 100)

    assert "is no database of this program" in complaint(sportello("restore", copy))
    assert not database.exists()


async def test_a_copy_of_a_newer_version_is_refused(
    running: SqliteStore, database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    sportello("backup", copy)
    await running.close()
    with closing(sqlite3.connect(copy)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()

    assert "newer version" in complaint(sportello("restore", copy))
    assert not database.with_name("sportello.db.restoring").exists()


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_tools_of_its_own(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPORTELLO_DATABASE_URL", "postgresql://desk@db.example/desk")
    copy = tmp_path / "copy.db"
    copy.touch()

    assert "PostgreSQL: use pg_" in complaint(sportello(command, copy))


async def test_a_copy_lets_nobody_sign_in(
    running: SqliteStore, database: Path, tmp_path: Path
) -> None:
    await running.nodes.secret("sessions")
    await running.staff.save(Colleague(name="Anna", password_hash="x"))
    session = Session(id="s", name="Anna", began=NOW, seen=NOW, until=NOW)
    did = Noted(at=NOW, who="Anna", action="sign_in")
    await running.staff.change("Anna", lambda one: one, did, opens=session)
    await running.staff.invite(INVITATION, did)

    sportello("backup", tmp_path / "copy.db")

    assert [rows_in(database, table) for table in SECRET] == [1, 1, 1]
    assert [rows_in(tmp_path / "copy.db", table) for table in SECRET] == [0, 0, 0]
    assert rows_in(tmp_path / "copy.db", "audit") == 2


def test_a_copy_of_an_older_release_comes_back(database: Path, tmp_path: Path) -> None:
    told = sportello("restore", an_old_file(tmp_path, "0003"))

    assert told.exit_code == 0, told.output
    assert rows_in(database, "secret") == 0  # Of this release, so it has the table.


def test_nobody_else_may_read_a_new_database(database: Path) -> None:
    sportello("db", "upgrade")

    assert database.stat().st_mode & 0o777 == 0o600


def rows_in(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
