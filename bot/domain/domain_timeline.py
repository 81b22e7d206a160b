"""The steps of a domain from expiry to release: what the registry says, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from bot.domain.registry import Phase

ORDER = (Phase.ACTIVE, Phase.GRACE, Phase.REDEMPTION, Phase.PENDING_DELETE, Phase.AVAILABLE)
"""The phases in the order in which a domain goes through them if nobody renews it."""


@dataclass(frozen=True, kw_only=True)
class Spans:
    """How long the phases after expiry last at most; a registrar may end the first one sooner."""

    grace: timedelta
    redemption: timedelta
    deletion: timedelta


IT_SPANS = Spans(
    grace=timedelta(days=15), redemption=timedelta(days=30), deletion=timedelta(days=5)
)
"""Of ``.it``.

Source:
    Registro .it, "Guidelines for the synchronous management of the domain names", statuses
    autoRenewPeriod (15 days), redemptionPeriod (30 days) and pendingDelete (5 days).
"""

GENERIC_SPANS = Spans(
    grace=timedelta(days=45), redemption=timedelta(days=30), deletion=timedelta(days=5)
)
"""Of generic domains; in other countries' domains nothing is worked out.

Source:
    Auto-renew grace period of up to 45 days: ICANN's base registry agreement, specification 6.
    Redemption of 30 days: ICANN's Expired Registration Recovery Policy. Both, and the 5 days of
    pending delete: RFC 3915.
"""

_COUNTRY_CHARS = 2
"""Two letters are a country's (ISO 3166-1), all others are generic."""
_LEAP_DAY = (2, 29)


@dataclass(frozen=True, kw_only=True)
class TimelineDay:
    """A day on the way.

    Args:
        about: Whether it is worked out; then it is the latest by the registry's rules, and the
            phase may end sooner. Else the registry named it.
    """

    day: date
    about: bool


@dataclass(frozen=True, kw_only=True)
class TimelineStep:
    """A phase with its last day; the last phase, free for anybody, has the day it begins.

    Args:
        day: None where it cannot be said without guessing.
    """

    phase: Phase
    day: TimelineDay | None = None


@dataclass(frozen=True, kw_only=True)
class DomainTimeline:
    """Where a domain stands between expiry and release.

    Args:
        steps: All of ``ORDER``.
        now: Index of the step it is in.
    """

    domain: str
    today: date
    steps: tuple[TimelineStep, ...]
    now: int


def domain_timeline(
    domain: str, phase: Phase | None, expires_on: date | None, today: date
) -> DomainTimeline | None:
    """Return the steps of a domain, or None where its phase is none on this way; total.

    Less is said rather than something false: days that would contradict the phase or today are
    left out.

    Args:
        domain: As the customer knows it; its last label tells the rules.
        phase: As the registry's words give it.
        expires_on: The registry's day, if it named one.
        today: The calendar day in Italy.
    """
    if phase not in ORDER:
        return None
    now = ORDER.index(phase)
    expiry = _expiry(phase, expires_on, today)
    spans = None if phase is Phase.AVAILABLE else _spans(domain)
    days = [expiry, *_last_days(now, expiry, spans, today)]
    steps = tuple(TimelineStep(phase=one, day=day) for one, day in zip(ORDER, days, strict=True))
    return DomainTimeline(domain=domain, today=today, steps=steps, now=now)


def _expiry(phase: Phase, named: date | None, today: date) -> TimelineDay | None:
    """Return the day on which the domain expires or expired.

    In grace the registry has renewed it for a year already and names the new day (RFC 3915,
    "autoRenewPeriod"); in later phases such a day says nothing of the past.
    """
    if named is None:
        return None
    if phase is Phase.ACTIVE:
        return TimelineDay(day=named, about=False) if named >= today else None
    if named <= today:
        return TimelineDay(day=named, about=False)
    if phase is Phase.GRACE and (before := _a_year_before(named)) and before <= today:
        return TimelineDay(day=before, about=True)
    return None


def _a_year_before(day: date) -> date | None:
    if day.year == date.min.year:
        return None
    leap_day = (day.month, day.day) == _LEAP_DAY
    return day.replace(year=day.year - 1, day=day.day - leap_day)


def _spans(domain: str) -> Spans | None:
    suffix = domain.rpartition(".")[2].casefold()
    if suffix == "it":
        return IT_SPANS
    return None if len(suffix) <= _COUNTRY_CHARS else GENERIC_SPANS


def _last_days(
    now: int, expiry: TimelineDay | None, spans: Spans | None, today: date
) -> Sequence[TimelineDay | None]:
    """Return the latest last days of grace, redemption and deletion, and the day of release.

    They count from expiry, and the phase it is in lasts no longer than its span from today on.
    Phases that are over have none, since nobody told when they ended.
    """
    if spans is None:
        return [None] * 4
    lengths = (spans.grace, spans.redemption, spans.deletion)
    over = max(now - 1, 0)
    latest: list[date | None] = _ends(expiry.day, lengths)[over:] if expiry else []
    if any(day is not None and day < today for day in latest):
        return [None] * 4  # It lasts longer than the rules allow: they do not explain it.
    if now:
        latest = _earliest(latest, _ends(today, lengths[over:]))
    known = [*[None] * over, *latest][: len(lengths)]
    ends = [*known, *[None] * (len(lengths) - len(known))]
    free = next(iter(_ends(ends[-1], (timedelta(days=1),))), None) if ends[-1] else None
    return [TimelineDay(day=day, about=True) if day else None for day in (*ends, free)]


def _ends(start: date, lengths: Sequence[timedelta]) -> list[date | None]:
    """Return the days on which spans end that follow one another; none after the last date."""
    ends: list[date | None] = []
    left = date.max - start
    for length in lengths:
        left -= length
        ends.append(date.max - left if left >= timedelta(0) else None)
    return ends


def _earliest(some: Sequence[date | None], others: Sequence[date | None]) -> list[date | None]:
    pairs = zip_longest(some, others)
    return [min((day for day in pair if day), default=None) for pair in pairs]
