"""What only a file can do: outlive the program, belong to one process, be broken."""

import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.domain.errors import StartError
from bot.ports import Colleague
from bot.store.migrating import HEAD, alembic_config, bring_up_to_date
from bot.store.schema import metadata
from bot.store.sqlite import SqliteStore
from tests.builders import CHAT, NOW, a_contract, a_turn, an_inbound
from tests.store.backends import new_database
from tests.store.test_upgrading import an_old_file

NOBODY = 65534


@asynccontextmanager
async def opened(path: Path, *, owner: bool = True) -> AsyncIterator[SqliteStore]:
    store = SqliteStore.open(path, owner=owner)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_database(tmp_path)


async def test_all_is_there_again_after_closing(path: Path) -> None:
    async with opened(path) as store:
        await store.conversations.accept([an_inbound()])
        await store.conversations.commit(a_turn(None, "one"))
        await store.contracts.replace_all([a_contract("C1", "+390000000001")])
        await store.staff.save(Colleague(name="Anna", password_hash="x"))

    async with opened(path) as again:
        assert await again.nodes.take_over() == [CHAT]
        assert await again.conversations.unanswered() == [CHAT]
        assert await again.conversations.undelivered(NOW) == [CHAT]
        assert await again.contracts.by_phone("+390000000001")
        assert await again.staff.count() == 1


async def test_a_message_is_known_also_after_closing(path: Path) -> None:
    async with opened(path) as store:
        await store.conversations.accept([an_inbound()])

    async with opened(path) as again:
        assert await again.conversations.accept([an_inbound()]) == []


async def test_a_failed_replacement_leaves_the_contracts_before(path: Path) -> None:
    async with opened(path) as store:
        await store.contracts.replace_all([a_contract("C1")])

        with pytest.raises(sqlite3.IntegrityError):
            await store.contracts.replace_all([a_contract("C2"), a_contract("C2")])

        assert await store.contracts.by_id("C1")


async def test_a_file_has_one_owner_at_a_time(path: Path) -> None:
    async with opened(path):
        with pytest.raises(StartError, match=r"already running.* Stop it first"):
            SqliteStore.open(path, owner=True)

    async with opened(path):
        pass  # The first owner has let go.


async def test_others_may_look_and_write_beside_the_owner(path: Path) -> None:
    async with opened(path) as owner, opened(path, owner=False) as beside:
        await beside.contracts.replace_all([a_contract("C1")])

        assert await owner.contracts.count() == 1


def test_a_start_that_failed_owns_nothing(path: Path) -> None:
    path.write_text("This is a letter, not a database.")

    for _ in range(2):
        with pytest.raises(StartError, match="not a database"):
            SqliteStore.open(path, owner=True)


@pytest.mark.parametrize("owner", [True, False])
def test_a_file_that_is_no_database_is_named_with_a_cure(path: Path, owner: bool) -> None:
    path.write_text("This is a letter, not a database.")

    with pytest.raises(StartError, match=r"sportello\.db.* set SPORTELLO_DATABASE_URL"):
        SqliteStore.open(path, owner=owner)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE outbox (letter)")

    with pytest.raises(StartError, match=r"already exists.* set SPORTELLO_DATABASE_URL"):
        SqliteStore.open(path, owner=True)

    assert tables_of(path) == {"outbox"}


@pytest.mark.parametrize("owner", [True, False])
def test_a_folder_that_is_none_is_named_with_a_cure(tmp_path: Path, owner: bool) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StartError, match=r"file.*SPORTELLO_"):
        SqliteStore.open(tmp_path / "file" / "sportello.db", owner=owner)


@contextmanager
def unwritable(*, folder_too: bool) -> Iterator[Path]:
    """Make a folder with a read-only database; root may write anywhere, so be nobody in it."""
    with tempfile.TemporaryDirectory() as name:
        folder, before = Path(name), os.geteuid()
        with closing(sqlite3.connect(new_database(folder))) as db:
            db.execute("PRAGMA journal_mode = WAL")
        (folder / "sportello.db").chmod(0o444)
        folder.chmod(0o555 if folder_too else 0o777)
        os.seteuid(before or NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(before)
            folder.chmod(0o777)


def test_a_read_only_folder_is_named_with_a_cure() -> None:
    with (
        unwritable(folder_too=True) as folder,
        pytest.raises(StartError, match=f"Cannot write to {folder}.*SPORTELLO_HOME"),
    ):
        SqliteStore.open(folder / "sportello.db", owner=True)


@pytest.mark.parametrize(
    ("name", "folder_too"),
    [
        pytest.param("sportello.db", True, id="in-a-read-only-folder"),
        pytest.param("sportello.db", False, id="in-a-folder-that-is-fine"),
        pytest.param("new.db", True, id="that-is-still-to-be-made"),
    ],
)
def test_a_file_that_cannot_be_written_is_found_at_the_start(name: str, folder_too: bool) -> None:
    with (
        unwritable(folder_too=folder_too) as folder,
        pytest.raises(StartError, match=f"{name}.*SPORTELLO_DATABASE_URL"),
    ):
        SqliteStore.open(folder / name, owner=False)


def test_the_migrations_lead_to_exactly_the_declared_tables(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, *_: not is_of_the_index(name)}
        )

        assert compare_metadata(context, metadata) == []


def test_the_newest_revision_is_the_one_the_program_knows(path: Path) -> None:
    script = ScriptDirectory.from_config(alembic_config(path))

    assert script.get_current_head() == HEAD


def test_a_new_file_gets_its_tables(tmp_path: Path) -> None:
    bring_up_to_date(tmp_path / "new.db")

    assert tables_of(tmp_path / "new.db") == {*metadata.tables, "alembic_version"}


def test_an_older_database_is_brought_up_to_date(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        for table in metadata.tables:
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP TABLE said_words")
        db.execute("DELETE FROM alembic_version")
        db.commit()

    bring_up_to_date(path)

    assert tables_of(path) == {*metadata.tables, "alembic_version"}


async def test_what_was_told_before_there_was_a_table_for_it_is_noted(tmp_path: Path) -> None:
    store = SqliteStore.open(an_old_file(tmp_path, "0002"), owner=True)
    found = await store.people.disclosures("IT.1")
    await store.close()

    assert [one["classes"] for one in found] == [["standing"]]


def test_an_upgrade_that_breaks_off_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE outbox (id)")  # The last table of the first revision.
    with pytest.raises(sqlite3.Error):
        bring_up_to_date(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE outbox")

    bring_up_to_date(path)

    assert tables_of(path) == {*metadata.tables, "alembic_version"}


def test_a_database_of_a_newer_version_is_refused_with_a_cure(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()

    with pytest.raises(StartError, match=r"newer version \(revision 9999\).* Install"):
        SqliteStore.open(path, owner=True)


def tables_of(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as db:
        return {
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
            if not is_of_the_index(name)
        }


def is_of_the_index(table: str | None) -> bool:
    """Tell whether SQLite's index of words is made of a table."""
    return table is not None and table.startswith("said_words")
