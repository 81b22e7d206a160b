"""Until when chats are put off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.errors import BadMoment
from bot.domain.snoozing import IN_AN_HOUR, LONGEST_SNOOZE, as_written, is_due, offered, until
from tests.builders import NOW

CALENDAR = DeskCalendar(closures=((date(2026, 12, 1), date(2026, 12, 1)),))


def at(day: str, hour: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ROME)


@pytest.mark.parametrize(
    ("now", "moments"),
    [
        pytest.param(
            at("2026-11-24", "10:00"),
            ["2026-11-24T12:00", "2026-11-25T09:30", "2026-11-30T09:30"],
            id="a-tuesday-morning",
        ),
        pytest.param(
            at("2026-11-24", "12:00"),
            ["2026-11-25T09:30", "2026-11-30T09:30"],
            id="noon-is-past-at-noon",
        ),
        pytest.param(
            at("2026-11-27", "15:00"), ["2026-11-30T09:30"], id="on-friday-monday-comes-once"
        ),
        pytest.param(at("2026-11-28", "10:00"), ["2026-11-30T09:30"], id="no-noon-on-saturday"),
        pytest.param(
            at("2026-11-30", "15:00"),
            ["2026-12-02T09:30", "2026-12-07T09:30"],
            id="a-day-on-which-the-desk-is-closed",
        ),
        pytest.param(
            at("2026-12-04", "15:00"), ["2026-12-07T09:30"], id="the-bridge-before-a-holiday"
        ),
        pytest.param(
            at("2026-12-07", "15:00"),
            ["2026-12-09T09:30", "2026-12-14T09:30"],
            id="over-a-holiday",
        ),
    ],
)
def test_the_next_mornings_of_the_desk_are_offered(now: datetime, moments: list[str]) -> None:
    assert [as_written(one) for one in offered(CALENDAR, now)] == moments


def test_an_hour_is_counted_from_the_press() -> None:
    assert until(IN_AN_HOUR, NOW) == NOW + timedelta(hours=1)


def test_a_moment_of_ones_own_is_by_the_clocks_of_rome() -> None:
    assert until("2026-11-30T09:30", NOW) == datetime(2026, 11, 30, 8, 30, tzinfo=UTC)


def test_a_time_of_day_that_does_not_exist_is_the_one_an_hour_later() -> None:
    night = at("2027-03-27", "22:00")

    assert as_written(until("2027-03-28T02:30", night)) == "2027-03-28T03:30"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("domani", id="no-moment"),
        pytest.param("2026-11-31T09:30", id="no-such-day"),
        pytest.param("0001-01-01T00:00", id="before-time"),
        pytest.param("9999-12-31T23:59", id="after-time"),
        pytest.param("2026-11-30T09:30+01:00", id="with-a-zone"),
        pytest.param("2026-11-23T10:00", id="now"),
        pytest.param("2026-11-22T10:00", id="past"),
        pytest.param("2027-01-22T10:01", id="in-more-than-sixty-days"),
    ],
)
def test_what_is_no_moment_ahead_is_refused(written: str) -> None:
    with pytest.raises(BadMoment):
        until(written, NOW)


def test_sixty_days_may_be_waited() -> None:
    assert until("2027-01-22T10:00", NOW) == NOW + LONGEST_SNOOZE


@pytest.mark.parametrize(
    ("left", "due"),
    [
        pytest.param(timedelta(seconds=1), False, id="ahead"),
        pytest.param(timedelta(0), True, id="on-the-dot"),
        pytest.param(-timedelta(days=3), True, id="long-past"),
        pytest.param(LONGEST_SNOOZE, False, id="as-long-as-can-be"),
        pytest.param(LONGEST_SNOOZE + timedelta(seconds=1), True, id="the-clock-was-set-back"),
    ],
)
def test_a_chat_is_due_when_its_time_has_come(left: timedelta, due: bool) -> None:
    assert is_due(NOW + left, NOW) is due


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(ROME)))
def test_all_that_is_offered_can_be_had(now: datetime) -> None:
    for moment in offered(DeskCalendar(), now):
        assert until(as_written(moment), now) == moment
