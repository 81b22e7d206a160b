import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.clock import SetClock
from bot.ports import Colleague, Noted, Session
from bot.service.retention import AT_ONCE, SWEEP_EVERY, Periods, Retention
from tests.builders import NOW
from tests.fake_conversations import FakeConversations
from tests.fake_staff import FakeStaff
from tests.service.hurried import LoopClock

YEAR = timedelta(days=365)
MONTH = timedelta(days=30)


class FakeOldThings:
    """Chats and calls, by when they were last touched."""

    def __init__(self, chats: Mapping[str, datetime], calls: Sequence[datetime] = ()) -> None:
        self.chats, self.calls = dict(chats), list(calls)
        self.reports: list[datetime] = []
        self.steps: list[int] = []

    async def idle_chats(self, before: datetime, most: int) -> Sequence[str]:
        return [chat for chat, at in self.chats.items() if at < before][:most]

    async def erase(self, chats: Sequence[str]) -> Mapping[str, int]:
        self.steps.append(len(chats))
        for chat in chats:
            del self.chats[chat]
        return {}

    async def erase_unreadable(self, before: datetime, most: int) -> int:
        gone = [at for at in self.calls if at < before][:most]
        self.calls = [at for at in self.calls if at not in gone]
        return len(gone)

    async def erase_reports(self, before: datetime, most: int) -> int:
        gone = [at for at in self.reports if at < before][:most]
        self.reports = [at for at in self.reports if at not in gone]
        return len(gone)


async def test_reports_of_messages_nobody_knows_go_after_a_day() -> None:
    old = FakeOldThings({})
    old.reports = [NOW, NOW + timedelta(hours=1)]
    clock = SetClock(NOW + timedelta(days=1, seconds=1))

    assert (
        await Retention(old, Periods(chats=None, unreadable=None), clock, FakeStaff()).sweep() == 1
    )

    assert old.reports == [NOW + timedelta(hours=1)]


async def test_what_is_due_goes_when_its_day_has_come() -> None:
    old = FakeOldThings({"a": NOW, "b": NOW + timedelta(days=1)}, [NOW])
    clock = SetClock(NOW)
    retention = Retention(old, Periods(chats=YEAR, unreadable=MONTH), clock, FakeStaff())
    assert await retention.sweep() == 0

    clock.set(NOW + MONTH + timedelta(seconds=1))
    assert await retention.sweep() == 1
    assert old.calls == []

    clock.set(NOW + YEAR + timedelta(seconds=1))
    assert await retention.sweep() == 1
    assert list(old.chats) == ["b"]


async def test_much_goes_in_small_steps() -> None:
    old = FakeOldThings({str(number): NOW for number in range(AT_ONCE * 2 + 1)})

    count = await Retention(
        old, Periods(chats=YEAR, unreadable=None), SetClock(NOW + 2 * YEAR), FakeStaff()
    ).sweep()

    assert count == AT_ONCE * 2 + 1
    assert old.steps == [AT_ONCE, AT_ONCE, 1]


async def test_what_is_kept_for_ever_stays() -> None:
    old = FakeOldThings({"a": NOW}, [NOW])

    assert (
        await Retention(
            old, Periods(chats=None, unreadable=None), SetClock(NOW + 99 * YEAR), FakeStaff()
        ).sweep()
        == 0
    )


async def test_the_program_sweeps_again_and_again() -> None:
    clock = LoopClock()
    old = FakeOldThings({"a": clock.now() - YEAR + SWEEP_EVERY / 2})
    retention = Retention(old, Periods(chats=YEAR, unreadable=None), clock, FakeStaff())

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SWEEP_EVERY.total_seconds() * 1.5):
            await retention.keep_sweeping(FakeConversations())

    assert old.chats == {}


async def test_what_colleagues_did_goes_as_well_and_who_was_signed_in() -> None:
    staff, clock = FakeStaff([Colleague(name="Anna", password_hash="x")]), SetClock(NOW)
    session = Session(id="s", name="Anna", began=NOW, seen=NOW, until=NOW + timedelta(days=1))
    note = Noted(at=NOW, who="Anna", action="sign_in")
    await staff.change("Anna", lambda one: one, note, opens=session)
    periods = Periods(chats=None, unreadable=None, audit=YEAR)
    retention = Retention(FakeOldThings({}), periods, clock, staff)
    assert await retention.sweep() == 0

    clock.set(NOW + timedelta(days=1, seconds=1))
    assert await retention.sweep() == 1
    assert await staff.sessions_of("Anna") == []

    clock.set(NOW + YEAR + timedelta(seconds=1))
    assert await retention.sweep() == 1
    assert staff.noted == []
