"""The numbers are of whole days in Italy."""

from datetime import datetime, timedelta

import pytest

from bot.domain.calendar import ROME
from bot.domain.rating import Rating
from bot.ports import Numbers
from bot.service.numbers import numbers_of


class FakeNumbers:
    """Counts nothing."""

    async def numbers(self, since: datetime, until: datetime) -> Numbers:
        return Numbers(since=since, until=until, ratings={Rating.GOOD: 3, Rating.BAD: 1})


@pytest.mark.parametrize(
    ("now", "days", "since"),
    [
        pytest.param((2026, 11, 30, 15, 0), 1, (2026, 11, 30), id="today"),
        pytest.param((2026, 11, 30, 0, 5), 7, (2026, 11, 24), id="a-week"),
        pytest.param((2026, 10, 26, 12, 0), 7, (2026, 10, 20), id="clocks-went-back"),
    ],
)
async def test_days_are_counted_from_midnight_in_italy(
    now: tuple[int, ...], days: int, since: tuple[int, int, int]
) -> None:
    moment = datetime(*now, tzinfo=ROME)  # type: ignore[arg-type,misc] # year to minute
    numbers = await numbers_of(FakeNumbers(), moment, days)

    assert numbers.since == datetime(*since, tzinfo=ROME)
    assert numbers.since.utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert numbers.until == moment
    assert numbers.rated == 4
