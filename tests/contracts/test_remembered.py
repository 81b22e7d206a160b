"""Answers of a source are kept for a while, and used for longer while it is silent."""

import asyncio
from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.contracts.remembered import FAILURES, PAUSE, Ages, Remembered
from bot.domain.errors import SourceUnavailable
from tests.builders import NOW, PHONE, a_contract
from tests.fakes import FakeContracts

FRESH, STALE = timedelta(minutes=1), timedelta(hours=24)
RECORD = a_contract("C1", PHONE, as_of=NOW)


class Desk:
    """A remembered source, its clock, and how often the source itself was asked."""

    def __init__(self) -> None:
        self.clock = SetClock(NOW)
        self.source = FakeContracts(RECORD)
        self.remembered = Remembered(self.source, Ages(fresh=FRESH, stale=STALE), self.clock)

    def later(self, time: timedelta) -> None:
        self.clock.set(self.clock.now() + time)

    async def fails(self, times: int = 1, phone: str = PHONE) -> None:
        for _ in range(times):
            with pytest.raises(SourceUnavailable):
                await self.remembered.by_phone(phone)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_fresh_answer_is_not_asked_for_again(desk: Desk) -> None:
    first = await desk.remembered.by_phone(PHONE)
    desk.source.silent = True
    desk.later(FRESH - timedelta(seconds=1))

    assert await desk.remembered.by_phone(PHONE) == first == [RECORD]


async def test_an_older_one_is_asked_for_anew(desk: Desk) -> None:
    await desk.remembered.by_phone(PHONE)
    await desk.source.put(a_contract("C1", PHONE, language="en"))
    desk.later(FRESH)

    assert [one.language for one in await desk.remembered.by_phone(PHONE)] == ["en"]


async def test_while_it_is_silent_the_last_answer_is_used_and_said_to_be_old(desk: Desk) -> None:
    await desk.remembered.by_phone(PHONE)
    await desk.remembered.by_id("C1")
    desk.source.silent = True
    desk.later(STALE - timedelta(seconds=1))

    (by_phone,) = await desk.remembered.by_phone(PHONE)
    by_id = await desk.remembered.by_id("C1")

    assert by_phone == by_id
    assert by_phone.stale
    assert by_phone.as_of == NOW


async def test_after_a_day_it_is_no_longer_used(desk: Desk) -> None:
    await desk.remembered.by_phone(PHONE)
    desk.source.silent = True
    desk.later(STALE)

    await desk.fails()


async def test_that_nobody_was_known_is_not_told_while_it_is_silent(desk: Desk) -> None:
    assert await desk.remembered.by_phone("+390000000099") == []
    assert await desk.remembered.by_id("C9") is None
    assert await desk.remembered.by_email("a@example.org") == []
    desk.source.silent = True
    desk.later(FRESH)

    await desk.fails(phone="+390000000099")


async def test_a_source_that_fails_again_and_again_is_left_alone_for_a_while(desk: Desk) -> None:
    desk.source.silent = True
    await desk.fails(FAILURES)
    desk.source.silent = False

    await desk.fails()  # It is not even asked.
    desk.later(PAUSE)

    assert await desk.remembered.by_phone(PHONE) == [RECORD]
    desk.source.silent = True
    await desk.fails(phone="+390000000099")
    desk.source.silent = False
    assert await desk.remembered.by_phone("+390000000099") == []


async def test_a_clock_set_back_leaves_no_source_alone_and_no_answer_fresh_for_longer(
    desk: Desk,
) -> None:
    await desk.remembered.by_phone(PHONE)
    desk.source.silent = True
    await desk.fails(FAILURES, phone="+390000000099")
    desk.source.silent = False
    await desk.source.put(a_contract("C1", PHONE, language="en"))
    desk.later(-timedelta(hours=1))

    assert [one.language for one in await desk.remembered.by_phone(PHONE)] == ["en"]


async def test_if_it_is_still_silent_it_is_left_alone_again(desk: Desk) -> None:
    desk.source.silent = True
    await desk.fails(FAILURES)
    desk.later(PAUSE)
    await desk.fails()
    desk.source.silent = False

    await desk.fails()


async def test_only_one_question_tries_whether_it_is_back(desk: Desk) -> None:
    desk.source.silent = True
    await desk.fails(FAILURES)
    desk.source.silent = False
    desk.later(PAUSE)
    desk.source.slowness = timedelta(seconds=0.01)

    async def ask(phone: str) -> str:
        try:
            await desk.remembered.by_phone(phone)
        except SourceUnavailable:
            return "left alone"
        return "asked"

    assert tuple(await asyncio.gather(ask(PHONE), ask("+390000000099"))) == ("asked", "left alone")
