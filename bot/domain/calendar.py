"""Working days and desk hours, all in the time of Rome."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

ROME = ZoneInfo("Europe/Rome")

DESK_OPENS = time(9, 30)
DESK_CLOSES = time(13, 0)
"""Help page: "dalle 9:30 alle 13:00, da lunedì a venerdì, escluso festivi"."""

REACTIVATION_FROM = time(10, 30)
REACTIVATION_TO = time(12, 30)
"""Article 9.3: "dalle ore 10.30 alle ore 12.30, a partire dal giorno successivo al pagamento"."""

_SATURDAY = 5
_PATRON_MONTH_DAY = (1, 19)
_SEARCH_DAYS = 400


@dataclass(frozen=True, kw_only=True)
class Window:
    """A span of time, both ends aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class DeskCalendar:
    """When the desk works.

    Args:
        local_patron_day: Whether 19 January, Marsala's patron, is a day off.
        closures: First and last day of each company holiday, both included.
    """

    local_patron_day: bool = False
    closures: tuple[tuple[date, date], ...] = ()

    def is_working_day(self, day: date) -> bool:
        """Tell whether the desk works on this day: Monday to Friday, no holiday, no closure."""
        return not (
            day.weekday() >= _SATURDAY
            or day in _holidays(day.year)
            or (self.local_patron_day and (day.month, day.day) == _PATRON_MONTH_DAY)
            or any(first <= day <= last for first, last in self.closures)
        )

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``.

        Raises:
            ValueError: There is none within a year: the closures never end.
        """
        for ahead in range(1, _SEARCH_DAYS):
            candidate = day + timedelta(days=ahead)
            if self.is_working_day(candidate):
                return candidate
        raise ValueError("no working day within a year: check the closures")

    def desk_open(self, now: datetime) -> bool:
        """Tell whether somebody is at the desk; open from 09:30, closed from 13:00 sharp."""
        local = now.astimezone(ROME)
        return self.is_working_day(local.date()) and DESK_OPENS <= local.time() < DESK_CLOSES

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when the desk opens next, or None while it is open."""
        if self.desk_open(now):
            return None
        local = now.astimezone(ROME)
        today = local.date()
        still_today = self.is_working_day(today) and local.time() < DESK_OPENS
        return _at(today if still_today else self.next_working_day(today), DESK_OPENS)

    def desk_time(self, start: datetime, end: datetime) -> timedelta:
        """Return how long somebody was at the desk between two moments; at most a year back."""
        day, last = start.astimezone(ROME).date(), end.astimezone(ROME).date()
        day = max(day, last - timedelta(days=_SEARCH_DAYS))
        total = timedelta(0)
        while day <= last:
            if self.is_working_day(day):
                opened = max(start, _at(day, DESK_OPENS))
                closed = min(end, _at(day, DESK_CLOSES))
                total += max(closed - opened, timedelta(0))
            day += timedelta(days=1)
        return total

    def reactivation_window(self, paid_on: date) -> Window:
        """Return when services paid on a day come back: the first working day after it.

        Source:
            Terms and conditions, article 9.3.
        """
        day = self.next_working_day(paid_on)
        return Window(start=_at(day, REACTIVATION_FROM), end=_at(day, REACTIVATION_TO))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=ROME)


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("IT", years=year))
