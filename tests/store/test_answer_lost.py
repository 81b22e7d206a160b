"""PostgreSQL commits, and the connection is cut before it can say so: all comes to the same."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from bot.domain.errors import DatabaseUnavailable
from bot.domain.holding import claim
from bot.ports import ConversationStore
from bot.store import writer
from bot.store.database import Database, Rows
from bot.store.doubt import Doubt
from bot.store.nodes import Node
from bot.store.postgresql import POSTGRESQL, _Connection
from bot.store.store import Store
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, an_answer, an_inbound
from tests.store import postgresql

NODE = Node(name="beside", answers=False)


class Cutting:
    """Opens connections that are cut at the commits to come, before or after them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.after: list[bool] = []
        self.away = False
        self.asking_fails = 0

    def __call__(self) -> "_Cut":
        if self.away:
            raise psycopg.OperationalError("nobody there")
        opened = psycopg.connect(self.url, autocommit=True, row_factory=dict_row)
        return _Cut(self, opened)


class _Cut(_Connection):
    def __init__(self, cutting: Cutting, opened: "psycopg.Connection[Any]") -> None:
        super().__init__(opened, opened.close)
        self._cutting = cutting

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Rows:
        if statement == "COMMIT" and self._cutting.after:
            if self._cutting.after.pop(0):
                super().execute(statement)
            self.connection.close()
            raise psycopg.OperationalError("cut")
        if "pg_xact_status" in statement and self._cutting.asking_fails:
            self._cutting.asking_fails -= 1
            self.connection.close()
            raise psycopg.OperationalError("cut again")
        return super().execute(statement, values)


@pytest.fixture
def cutting() -> Cutting:
    return Cutting(postgresql.new_database())


@pytest.fixture
async def store(cutting: Cutting) -> AsyncIterator[ConversationStore]:
    database = Database(dialect=POSTGRESQL, writes=cutting, reads=cutting)
    opened = Store(database, NODE, lambda: None)
    yield opened.conversations
    cutting.away = False
    await opened.close()


@pytest.fixture(params=[[True], [False], [True, True], [False, True]], ids=str)
def cut(request: pytest.FixtureRequest, cutting: Cutting) -> Sequence[bool]:
    """Whether each commit to come took effect before it was cut."""
    found: Sequence[bool] = request.param
    return found


async def texts(store: ConversationStore) -> list[str]:
    return [entry.text for entry in await store.transcript(CHAT)]


async def test_a_message_is_new_once(
    store: ConversationStore, cutting: Cutting, cut: list[bool]
) -> None:
    cutting.after = [*cut]

    assert len(await store.accept([an_inbound("Ciao")])) == 1
    assert await store.accept([an_inbound("Ciao")]) == []


async def test_a_turn_is_taken_once(
    store: ConversationStore, cutting: Cutting, cut: list[bool]
) -> None:
    (stored,) = await store.accept([an_inbound("Ciao")])

    cutting.after = [*cut]
    await store.commit(an_answer(stored, "Buongiorno"))

    assert await texts(store) == ["Ciao", "Buongiorno"]


async def test_a_colleague_takes_the_chat_and_speaks_once(
    store: ConversationStore, cutting: Cutting, cut: list[bool]
) -> None:
    await store.accept([an_inbound("Ciao")])
    held = claim(a_conversation(), "Anna")

    cutting.after = [*cut]
    await store.commit(a_staff_turn(a_conversation(), "Eccomi", conversation=held))
    cutting.after = [*cut]
    await store.commit(a_staff_turn(held, "Un attimo"))

    assert await texts(store) == ["Ciao", "Eccomi", "Un attimo"]


async def test_a_connection_that_is_cut_again_while_asking_changes_nothing(
    store: ConversationStore, cutting: Cutting
) -> None:
    cutting.after, cutting.asking_fails = [True], 2

    assert len(await store.accept([an_inbound("Ciao")])) == 1


async def test_a_reply_is_handed_out_once(
    store: ConversationStore, cutting: Cutting, cut: list[bool]
) -> None:
    (stored,) = await store.accept([an_inbound("Ciao")])
    await store.commit(an_answer(stored, "Buongiorno"))

    reply = await store.next_reply(CHAT, NOW)
    assert reply
    cutting.after = [*cut]
    left = await store.leave(reply)

    assert left
    assert left.reply.text == "Buongiorno"
    assert await store.leave(reply) is None


async def test_nobody_is_told_before_it_is_known_what_became_of_it(
    store: ConversationStore, cutting: Cutting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reply marked as on its way that nobody sends would hold up its chat."""
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.05)
    (stored,) = await store.accept([an_inbound("Ciao")])
    await store.commit(an_answer(stored, "Buongiorno"))
    found = await store.next_reply(CHAT, NOW)
    assert found
    cutting.after, cutting.away = [True], True
    waiting = asyncio.ensure_future(store.leave(found))
    await asyncio.sleep(0.5)
    assert not waiting.done()

    cutting.away = False
    reply = await waiting

    assert reply


async def test_a_program_that_stops_meanwhile_does_not_wait_for_ever(
    cutting: Cutting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.05)
    database = Database(dialect=POSTGRESQL, writes=cutting, reads=cutting)
    opened = Store(database, NODE, lambda: None)
    await opened.conversations.accept([an_inbound("Ciao")])
    cutting.after, cutting.away = [True], True
    waiting = asyncio.ensure_future(opened.conversations.accept([an_inbound("Salve")]))
    await asyncio.sleep(0.2)

    async with asyncio.timeout(5):
        await opened.close()

    with pytest.raises(DatabaseUnavailable):
        await waiting


async def test_a_commit_that_is_still_under_way_is_waited_for(cutting: Cutting) -> None:
    doubt, slow, asking = Doubt(POSTGRESQL), cutting(), cutting()
    doubt.begun(POSTGRESQL.begin(slow))
    doubt.commits(["done"])
    waiting = asyncio.ensure_future(asyncio.to_thread(doubt.settled, asking))
    await asyncio.sleep(0.2)
    assert not waiting.done()

    slow.execute("COMMIT")
    assert await waiting == ["done"]
    assert not doubt.is_there
    for one in (slow, asking):
        one.close()
