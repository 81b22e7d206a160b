"""A long chat opens like a short one, and many who wait are listed like few."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.ports import Filters, Listing, Stretch, Tab
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from tests.store import backends, postgresql
from tests.store.filling import a_long_chat, many_waiting

SHORT, LONG = "web:short", "web:long"
ROUNDS = 12
MOST_TIMES = 3
Work = Callable[[], Awaitable[object]]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty database."""
    if request.param == "sqlite":
        return backends.new_database(tmp_path)
    return postgresql.new_database()


@pytest.fixture
async def store(place: Path | str) -> AsyncIterator[Store]:
    opened: Store
    if isinstance(place, Path):
        opened = SqliteStore.open(place, owner=True)
    else:
        opened = PostgresStore.open(place, owner=True)
    yield opened
    await opened.close()


async def times_as_long(work: Work, other: Work) -> float:
    """Return how many times as long something takes as another, at their best.

    By turns, so that whatever else the machine does falls upon both.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for one, times in zip((work, other), taken, strict=True):
            began = time.perf_counter()
            await one()
            times.append(time.perf_counter() - began)
    return min(taken[0]) / min(taken[1])


async def test_a_chat_of_twenty_thousand_messages_opens_like_one_of_two_hundred(
    store: Store, place: Path | str
) -> None:
    a_long_chat(place, SHORT, 200)
    a_long_chat(place, LONG, 20_000)
    kept = store.conversations
    part = await kept.part(LONG, Stretch())
    end, before = Stretch(), Stretch(before=part.entries[0].id)

    assert part.entries[-1].text == "Risposta numero 19999 sulla posta"
    assert len(part.entries) == 100
    for asked in (end, before):
        times = await times_as_long(lambda: kept.part(LONG, asked), lambda: kept.part(SHORT, end))  # noqa: B023 - it is awaited here
        assert times < MOST_TIMES
    a_list = Listing(tab=Tab.ALL)
    assert await times_as_long(lambda: kept.page(a_list), lambda: kept.part(SHORT, end)) < 1


async def test_two_thousand_who_wait_are_listed_like_fifty(
    store: Store, place: Path | str
) -> None:
    kept = store.conversations
    many_waiting(place, 60, "telegram")
    many_waiting(place, 2_000)
    all_of_them = Listing(tab=Tab.WAITING)
    few = Listing(tab=Tab.WAITING, filters=Filters(channel="telegram"))
    page = await kept.page(all_of_them)
    second = Listing(tab=Tab.WAITING, after=page.more)

    assert (await kept.counts("Anna"))[Tab.WAITING] == 2_060
    assert len(page.rows) == 50
    for asked in (all_of_them, second):
        times = await times_as_long(lambda: kept.page(asked), lambda: kept.page(few))  # noqa: B023 - it is awaited here
        assert times < MOST_TIMES
