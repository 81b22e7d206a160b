"""What is put off comes back whichever program is there, once, and after every restart."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SetClock
from bot.domain.conversation import Status
from bot.domain.holding import claim, snooze
from bot.feed import LocalFeed
from bot.ports import Colleague
from bot.service.waking import Waking
from bot.store.postgresql import PostgresStore
from bot.store.sqlite import SqliteStore
from bot.store.store import Store
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, an_inbound
from tests.store import postgresql
from tests.store.backends import new_database

HOUR = timedelta(hours=1)


async def put_off(store: Store) -> None:
    """Have Anna put a chat off for an hour."""
    await store.nodes.take_over()
    await store.staff.save(Colleague(name="Anna", password_hash="x"))
    await store.conversations.accept([an_inbound()])
    free = a_conversation()
    held = claim(free, "Anna")
    await store.conversations.commit(a_staff_turn(free, conversation=held, event="claim"))
    asleep = snooze(held, "Anna", NOW + HOUR)
    await store.conversations.commit(a_staff_turn(held, conversation=asleep, event="snooze"))


async def rung(store: Store, after: timedelta) -> None:
    """Let the waking of a program ring when it is so much later."""
    clock = SetClock(NOW + after)
    await Waking(store.conversations, store.staff, clock, LocalFeed()).look()


async def events(store: Store) -> list[str]:
    return [one.event for one in await store.conversations.transcript(CHAT) if one.event]


async def test_of_several_programs_one_brings_it_back() -> None:
    url = postgresql.new_database()
    stores = [PostgresStore.open(url, owner=True) for _ in range(3)]
    await put_off(stores[0])

    await asyncio.gather(*(rung(one, HOUR / 2) for one in stores))
    before = await events(stores[1])
    await asyncio.gather(*(rung(one, HOUR) for one in stores))

    chat = await stores[2].conversations.conversation(CHAT)
    assert before == ["claim", "snooze"]
    assert await events(stores[1]) == ["claim", "snooze", "woken"]
    assert chat
    assert (chat.status, chat.owner) == (Status.STAFF, "Anna")
    for one in stores:
        await one.close()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=3)], ids=["on-time", "days-late"])
async def test_it_comes_back_after_a_restart(tmp_path: Path, late: timedelta) -> None:
    path = new_database(tmp_path)
    first = SqliteStore.open(path, owner=True)
    await put_off(first)
    await first.close()

    again = SqliteStore.open(path, owner=True)
    await rung(again, HOUR + late)

    assert await events(again) == ["claim", "snooze", "woken"]
    await again.close()
