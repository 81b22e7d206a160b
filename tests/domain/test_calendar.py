from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import ROME, DeskCalendar


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 11, 23), True, id="an-ordinary-monday"),
        pytest.param(date(2026, 11, 22), False, id="sunday"),
        pytest.param(date(2027, 3, 29), False, id="easter-monday"),
        pytest.param(date(2026, 12, 8), False, id="immacolata"),
        pytest.param(date(2027, 10, 4), False, id="saint-francis-since-2026"),
        pytest.param(date(2025, 1, 20), True, id="the-day-after-the-patron"),
    ],
)
def test_the_desk_works_on_weekdays_that_are_no_holiday(day: date, works: bool) -> None:
    assert DeskCalendar().is_working_day(day) is works


def test_the_patrons_day_counts_only_where_it_is_kept() -> None:
    patron = date(2027, 1, 19)

    assert DeskCalendar().is_working_day(patron)
    assert not DeskCalendar(local_patron_day=True).is_working_day(patron)


def test_closures_without_end_are_an_error_not_a_hang() -> None:
    closed = DeskCalendar(closures=((date(2026, 1, 1), date(2030, 1, 1)),))

    with pytest.raises(ValueError, match="closures"):
        closed.next_working_day(date(2026, 6, 1))


@given(
    st.datetimes(
        datetime(2026, 1, 1),
        datetime(2030, 1, 1),
        timezones=st.just(ROME),
    )
)
def test_the_next_opening_is_ahead_and_the_desk_is_open_then(now: datetime) -> None:
    opening = DeskCalendar().next_opening(now)

    assert (opening is None) == DeskCalendar().desk_open(now)
    if opening is not None:
        assert opening > now
        assert DeskCalendar().desk_open(opening)
        assert not DeskCalendar().desk_open(opening - timedelta(seconds=1))
