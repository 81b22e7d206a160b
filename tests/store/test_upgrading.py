"""Databases of earlier releases, with rows as these wrote them, are read and go on."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from bot.domain.accounts import Role
from bot.domain.conversation import HandoverReason, Status
from bot.domain.errors import StartError
from bot.domain.files import FileState
from bot.domain.messages import Button
from bot.ports import Author, ReplyState
from bot.store.migrating import HEAD, alembic_config
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from tests.builders import NOW, a_turn, an_inbound
from tests.store import postgresql

OLDER = Path(__file__).with_name("older")
LAST_WHOLE = "0003"
RELEASES = sorted(path.stem for path in OLDER.glob("*.sql"))
CHAT, PHONE = "whatsapp:+390000000001", "+390000000001"
_numbers = count()


def an_old_file(folder: Path, revision: str) -> Path:
    """Return a SQLite file as a release of that revision left it."""
    path = folder / "sportello.db"
    command.upgrade(alembic_config(path), revision)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(rows_of(revision))
    return path


def an_old_server(revision: str) -> str:
    """Return the address of a PostgreSQL database as a release of that revision left it."""
    name = f"old{next(_numbers)}"
    url = postgresql.new_database()
    with psycopg.connect(url, autocommit=True) as control:
        control.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = f"postgresql://owner@/{name}?{url.partition('?')[2]}"
    command.upgrade(alembic_config(url), revision)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(rows_of(revision))
    return url


def rows_of(revision: str) -> str:
    """Return what fills a database of a revision; from 0004 on a file has what was new."""
    files = [one for one in RELEASES if LAST_WHOLE <= one <= revision] or [revision]
    return "".join((OLDER / f"{one}.sql").read_text(encoding="utf-8") for one in files)


def opened_file(folder: Path, revision: str) -> Store:
    return SqliteStore.open(an_old_file(folder, revision), owner=True)


def opened_server(folder: Path, revision: str) -> Store:
    return PostgresStore.open(an_old_server(revision), owner=True)


@pytest.fixture(params=RELEASES)
def revision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[opened_file, opened_server], ids=["sqlite", "postgresql"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, revision: str
) -> AsyncIterator[Store]:
    """A database of an earlier release, opened by this one."""
    open_it: Callable[[Path, str], Store] = request.param
    opened = open_it(tmp_path, revision)
    await opened.nodes.take_over()
    yield opened
    await opened.close()


def test_each_release_has_rows_to_try(tmp_path: Path) -> None:
    script = ScriptDirectory.from_config(alembic_config(tmp_path / "x.db"))

    older = {one.revision for one in script.walk_revisions()} - {HEAD}
    assert older <= set(RELEASES)


async def test_chats_are_read_as_they_were(store: Store) -> None:
    (summary,) = await store.conversations.summaries(Status.WAITING)
    chat = summary.conversation
    told, waiting = [
        entry for entry in await store.conversations.transcript(CHAT) if entry.author is Author.BOT
    ]

    assert (chat.name, chat.phone, chat.epoch) == ("Lucia", PHONE, 1)
    assert chat.reason is HandoverReason.ASKED
    assert (told.text, told.state) == ("Il contratto attivo.", ReplyState.DELIVERED)
    assert told.evidence
    assert told.evidence.contract_id == "IT.1"
    assert (waiting.text, waiting.state) == ("Un momento.", ReplyState.WAITING)


async def test_what_was_under_way_goes_on(store: Store) -> None:
    conversations = store.conversations
    message = await conversations.next_message(CHAT)
    reply = await conversations.next_reply(CHAT, NOW)

    assert message
    assert message.message.text == "siete aperti"
    assert await conversations.unanswered() == [CHAT]
    assert reply
    assert reply.reply.buttons == (Button(text="Uno", payload="intent:one"),)
    assert await conversations.accept([message.message]) == []  # It is still known.


async def test_new_messages_follow_the_old_ones(store: Store) -> None:
    conversations = store.conversations
    (stored,) = await conversations.accept([an_inbound("Ci siete?", CHAT)])
    chat = await conversations.conversation(CHAT)
    await conversations.commit(a_turn(chat, "Eccoci", inbox_ids=(stored.id,)))

    texts = [entry.text for entry in await conversations.transcript(CHAT)]
    assert texts[-2:] == ["Ci siete?", "Eccoci"]


async def test_contracts_and_colleagues_are_known(store: Store) -> None:
    (by_phone,) = await store.contracts.by_phone(PHONE)
    (by_email,) = await store.contracts.by_email("lucia@studio.example")
    colleague = await store.staff.find("ANNA")

    assert by_phone == by_email
    assert by_phone.contract_id == "IT.1"
    assert colleague
    assert colleague.name == "Anna"
    assert (colleague.role, colleague.active, colleague.recovery) == (Role.ADMIN, True, ())


async def test_it_is_known_who_was_told_what(store: Store) -> None:
    (noted,) = await store.people.disclosures("IT.1")

    assert (noted["chat"], noted["classes"]) == (CHAT, ["standing"])


async def test_an_upgraded_database_is_not_upgraded_again(tmp_path: Path, revision: str) -> None:
    path = an_old_file(tmp_path, revision)
    for _ in range(2):
        await SqliteStore.open(path, owner=True).close()

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert db.execute("SELECT count(*) FROM unreadable").fetchone() == (1,)
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()
    with pytest.raises(StartError, match="newer version"):
        SqliteStore.open(path, owner=True)


@pytest.mark.parametrize("open_it", [opened_file, opened_server], ids=["sqlite", "postgresql"])
async def test_files_of_older_messages_are_fetched_when_staff_ask_for_them(
    tmp_path: Path, open_it: Callable[[Path, str], Store]
) -> None:
    store = open_it(tmp_path, "0005")

    entry = (await store.conversations.transcript(CHAT))[0]
    assert [(one.state, one.trouble) for one in entry.files] == [(FileState.FAILED, "never_asked")]
    assert await store.files.due(NOW, 10) == []
    assert await store.files.ask_again(CHAT, entry.id, 0)
    assert len(await store.files.due(NOW, 10)) == 1
    await store.close()
