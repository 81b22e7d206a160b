import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import DatabaseUnavailable
from bot.service.workers import Spawn, Workers, kept_going, on_its_own
from tests.service.hurried import passes
from tests.service.meanwhile import breaks, database_away

SECOND = timedelta(seconds=1)


class Diary:
    """Work that takes a second; remembers when it began and ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.broken = False

    async def work(self, chat: str) -> None:
        self.lines.append(f"{chat} begins")
        await passes(SECOND)
        if self.broken:
            raise RuntimeError("broken")
        self.lines.append(f"{chat} ends")


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def workers(diary: Diary, spawn: Spawn) -> Workers:
    return Workers(diary.work, spawn)


async def test_the_work_of_one_chat_is_done_one_after_another(
    workers: Workers, diary: Diary
) -> None:
    workers.wake("A")
    await passes(SECOND / 2)
    workers.wake("A")
    await workers.idle()

    assert diary.lines == ["A begins", "A ends", "A begins", "A ends"]


async def test_waking_many_times_means_working_once_more(workers: Workers, diary: Diary) -> None:
    workers.wake("A")
    await passes(SECOND / 2)
    for _ in range(5):
        workers.wake("A")
    await workers.idle()

    assert diary.lines.count("A ends") == 2


async def test_other_chats_go_on_meanwhile(workers: Workers, diary: Diary) -> None:
    workers.wake("A")
    workers.wake("B")
    await workers.idle()

    assert diary.lines == ["A begins", "B begins", "A ends", "B ends"]


async def test_broken_work_holds_nobody_up(
    workers: Workers, diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    diary.broken = True
    workers.wake("A")
    await workers.idle()
    diary.broken = False
    workers.wake("A")
    await workers.idle()

    assert diary.lines == ["A begins", "A begins", "A ends"]
    assert "work_failed" in caplog.text


async def test_what_waits_for_the_database_is_put_off_in_one_line(
    spawn: Spawn, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(chat: str = "") -> None:
        raise DatabaseUnavailable("The disk is full.")

    workers = Workers(work, spawn)
    workers.wake("A")
    await workers.idle()
    task = asyncio.ensure_future(kept_going(work))
    await asyncio.sleep(1.5)
    task.cancel()

    assert caplog.messages == ["work_put_off The disk is full."] * 3


async def test_who_never_worked_is_idle(workers: Workers) -> None:
    async with asyncio.timeout(0):
        await workers.idle()


async def test_work_that_breaks_off_begins_anew(caplog: pytest.LogCaptureFixture) -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise OSError("the database is away")
        await asyncio.Event().wait()

    task = asyncio.ensure_future(kept_going(work))
    await asyncio.sleep(60)
    task.cancel()

    assert begun == 3
    assert caplog.messages == ["work_begins_anew"] * 2


async def test_what_is_begun_beside_the_work_ends_nothing_when_it_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await on_its_own(database_away())
    await on_its_own(breaks())

    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]
