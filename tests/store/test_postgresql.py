"""PostgreSQL: one process answers, a lost connection is made anew, and nothing is lost by it."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect

from bot.domain.errors import StartError
from bot.store.migrating import address_for_sqlalchemy, bring_up_to_date
from bot.store.postgresql import PostgresStore, without_password
from bot.store.schema import metadata
from tests.builders import CHAT, NOW, a_conversation, a_turn, an_inbound
from tests.database_servers import postgresql as server
from tests.store import postgresql


@pytest.fixture
def url() -> str:
    return postgresql.new_database()


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    opened = PostgresStore.open(url, owner=True)
    yield opened
    await opened.close()


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


async def texts(store: PostgresStore) -> list[str]:
    return [entry.text for entry in await store.conversations.transcript(CHAT)]


def test_the_migrations_lead_to_the_declared_tables(url: str) -> None:
    engine = create_engine(address_for_sqlalchemy(url))
    tables = inspect(engine)
    found = {
        table: {column["name"] for column in tables.get_columns(table)}
        for table in tables.get_table_names()
        if table != "alembic_version"
    }
    engine.dispose()

    assert found == {
        table.name: {column.name for column in table.columns} for table in metadata.tables.values()
    }


async def test_connections_that_are_cut_are_made_anew(url: str, store: PostgresStore) -> None:
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'sportello'"
    )
    for number in range(5):
        await store.conversations.accept([an_inbound(f"Messaggio {number}")])
        run(url, cut)

    assert await texts(store) == [f"Messaggio {number}" for number in range(5)]


async def test_a_server_that_is_started_again_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "pg"
    folder.mkdir()
    with server(folder) as address:
        url = address.replace("+psycopg", "")
        store = PostgresStore.open(url, owner=True)
        await store.conversations.accept([an_inbound("Prima")])
    waiting = asyncio.ensure_future(store.conversations.accept([an_inbound("Durante")]))
    await asyncio.sleep(0.2)
    assert not waiting.done()

    with server(folder, new=False):
        (stored,) = await waiting
        turn = a_turn(a_conversation(CHAT), "Eccomi", inbox_ids=(stored.id,), at=NOW)
        await store.conversations.commit(turn)
        assert sorted(await texts(store)) == ["Durante", "Eccomi", "Prima"]
        await store.close()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql://me:segreto@127.0.0.1:1/x", id="nobody-there"),
        pytest.param("postgresql://me:segreto@/x?host=/missing", id="no-such-socket"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_the_password(url: str) -> None:
    began = time.monotonic()
    with pytest.raises(StartError, match="SPORTELLO_DATABASE_URL") as raised:
        PostgresStore.open(url, owner=True)

    assert "segreto" not in str(raised.value)
    assert time.monotonic() - began < 60


def test_a_database_with_another_encoding_is_refused_with_a_cure(url: str) -> None:
    run(url, "CREATE DATABASE old TEMPLATE template0 ENCODING 'SQL_ASCII'")

    with pytest.raises(StartError, match="--encoding=UTF8"):
        PostgresStore.open(
            url.replace(url.partition("?")[0], "postgresql://owner@/old"), owner=True
        )


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    run(url, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StartError, match="newer version"):
        bring_up_to_date(url)


def test_an_address_is_shown_without_its_password() -> None:
    assert without_password("postgresql://me:a@b@h/x") == "postgresql://me:***@h/x"
    assert (
        without_password("postgresql://h/x?password=a&a=b") == "postgresql://h/x?password=***&a=b"
    )
    assert without_password("postgresql://me@h/x") == "postgresql://me@h/x"
