"""Files of replies, on every store."""

from pathlib import Path

import pytest

from bot.domain.errors import StaleEpoch
from bot.domain.messages import Reply
from bot.store.moving import move
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from tests.builders import CHAT, a_conversation, a_staff_turn, an_enclosed_file, an_inbound
from tests.store import postgresql
from tests.store.backends import Backend, new_database

CONTENT = bytes(range(256)) * 40
FILE = an_enclosed_file("città 🌷.pdf", CONTENT)
TURN = a_staff_turn(a_conversation(), replies=(Reply(text="", enclosures=(FILE.enclosure,)),))
TURN_WITH_FILE = a_staff_turn(a_conversation(), replies=TURN.replies, files=(FILE,))


async def test_a_file_is_stored_with_the_turn_that_sends_it(backend: Backend) -> None:
    await backend.conversations.accept([an_inbound()])

    await backend.conversations.commit(TURN_WITH_FILE)

    assert await backend.enclosures.find(FILE.enclosure.id) == FILE
    last = (await backend.conversations.transcript(CHAT))[-1]
    assert (last.text, last.enclosures) == ("", (FILE.enclosure,))
    assert await backend.enclosures.find("another") is None


async def test_of_a_turn_that_comes_too_late_no_file_is_kept(backend: Backend) -> None:
    await backend.conversations.accept([an_inbound()])

    with pytest.raises(StaleEpoch):
        await backend.conversations.commit(
            a_staff_turn(a_conversation(), epoch_before=7, replies=TURN.replies, files=(FILE,))
        )

    assert await backend.enclosures.find(FILE.enclosure.id) is None


async def a_store_with_a_file(path: Path) -> SqliteStore:
    store = SqliteStore.open(path, owner=True)
    await store.conversations.accept([an_inbound()])
    await store.conversations.commit(TURN_WITH_FILE)
    return store


async def test_files_are_part_of_all_that_is_kept_and_go_with_it(tmp_path: Path) -> None:
    store = await a_store_with_a_file(new_database(tmp_path))

    (whole,) = await store.people.everything([CHAT])
    erased = await store.people.erase([CHAT])

    (kept,) = whole["enclosed"]
    assert (kept["name"], kept["type"]) == ("città 🌷.pdf", "application/pdf")
    assert len(kept["content"]) > len(CONTENT)
    assert erased["enclosure"] == 1
    assert await store.enclosures.find(FILE.enclosure.id) is None
    await store.close()


async def test_files_move_to_another_database(tmp_path: Path) -> None:
    path, url = new_database(tmp_path), postgresql.new_database()
    await (await a_store_with_a_file(path)).close()

    await move(path, url, lambda *_: None)

    store = PostgresStore.open(url, owner=False)
    assert await store.enclosures.find(FILE.enclosure.id) == FILE
    await store.close()
