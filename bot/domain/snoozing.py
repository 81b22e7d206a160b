"""Until when a chat is put off: what is offered, and what a colleague wrote."""

from datetime import UTC, datetime, time, timedelta

from bot.domain.calendar import DESK_OPENS, ROME, DeskCalendar
from bot.domain.errors import BadMoment

IN_AN_HOUR = "hour"
"""Stands for an hour after the button is pressed, whenever that is."""
LONGEST_SNOOZE = timedelta(days=60)

_HOUR = timedelta(hours=1)
_NOON = time(12)
_FORM = "%Y-%m-%dT%H:%M"
"""What browsers send for a day and a time of day."""


def offered(calendar: DeskCalendar, now: datetime) -> tuple[datetime, ...]:
    """Return until when a chat may be put off at one press, beside an hour, soonest first.

    Noon of a working day, the next morning on which the desk works, and the first of next week.
    """
    local = now.astimezone(ROME)
    today = local.date()
    noon = datetime.combine(today, _NOON, tzinfo=ROME)
    sunday = today + timedelta(days=6 - today.weekday())
    mornings = {calendar.next_working_day(today), calendar.next_working_day(sunday)}
    later = [datetime.combine(day, DESK_OPENS, tzinfo=ROME) for day in sorted(mornings)]
    is_ahead = calendar.is_working_day(today) and local < noon
    return (noon, *later) if is_ahead else tuple(later)


def as_written(until: datetime) -> str:
    """Return a moment as forms send it: by the clocks of Rome, to the minute."""
    return until.astimezone(ROME).strftime(_FORM)


def until(written: str, now: datetime) -> datetime:
    """Return the moment that a form names.

    A time of day that the change to daylight saving leaves out is the one an hour later.

    Raises:
        BadMoment: It names none, or one that is past or too far ahead.
    """
    if written == IN_AN_HOUR:
        return now + _HOUR
    try:
        named = datetime.strptime(written, _FORM).replace(tzinfo=ROME).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadMoment("This is no day and time of day.") from error
    if not now < named <= now + LONGEST_SNOOZE:
        raise BadMoment("This is past, or too far ahead.")
    return named


def is_due(until: datetime, now: datetime) -> bool:
    """Tell whether a chat comes back now; also if the clock has been set back since."""
    return not now < until <= now + LONGEST_SNOOZE
