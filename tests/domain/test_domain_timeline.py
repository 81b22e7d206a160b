from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.domain_timeline import GENERIC_SPANS, IT_SPANS, ORDER, domain_timeline
from bot.domain.registry import Phase

TODAY = date(2026, 11, 25)


def days_of(
    domain: str, phase: Phase, expires_on: date | None, today: date = TODAY
) -> list[str | None]:
    """Return the days of the steps as text, those worked out with a tilde."""
    timeline = domain_timeline(domain, phase, expires_on, today)
    assert timeline is not None
    days = [step.day for step in timeline.steps]
    return [f"{'~' if day.about else ''}{day.day}" if day else None for day in days]


@pytest.mark.parametrize(
    ("domain", "phase", "expires_on", "days"),
    [
        pytest.param(
            "a.it",
            Phase.ACTIVE,
            date(2027, 3, 10),
            ["2027-03-10", "~2027-03-25", "~2027-04-24", "~2027-04-29", "~2027-04-30"],
            id="it-counts-15-30-and-5-days",
        ),
        pytest.param(
            "a.com",
            Phase.ACTIVE,
            date(2027, 3, 10),
            ["2027-03-10", "~2027-04-24", "~2027-05-24", "~2027-05-29", "~2027-05-30"],
            id="generic-counts-45-30-and-5-days",
        ),
        pytest.param(
            "a.it",
            Phase.GRACE,
            date(2026, 11, 15),
            ["2026-11-15", "~2026-11-30", "~2026-12-30", "~2027-01-04", "~2027-01-05"],
            id="grace-from-the-day-of-expiry",
        ),
        pytest.param(
            "a.com",
            Phase.GRACE,
            date(2027, 11, 10),
            ["~2026-11-10", "~2026-12-25", "~2027-01-24", "~2027-01-29", "~2027-01-30"],
            id="the-registry-has-renewed-it-by-itself",
        ),
        pytest.param(
            "a.com",
            Phase.REDEMPTION,
            date(2026, 10, 1),
            ["2026-10-01", None, "~2026-12-15", "~2026-12-20", "~2026-12-21"],
            id="nobody-told-when-grace-ended",
        ),
        pytest.param(
            "a.it",
            Phase.REDEMPTION,
            None,
            [None, None, "~2026-12-25", "~2026-12-30", "~2026-12-31"],
            id="without-a-day-the-span-from-today",
        ),
        pytest.param(
            "a.it",
            Phase.PENDING_DELETE,
            date(2026, 10, 8),
            ["2026-10-08", None, None, "~2026-11-27", "~2026-11-28"],
            id="deletion-ends-50-days-after-expiry",
        ),
        pytest.param(
            "a.com",
            Phase.PENDING_DELETE,
            date(2026, 10, 8),
            ["2026-10-08", None, None, "~2026-11-30", "~2026-12-01"],
            id="deletion-lasts-no-longer-than-5-days-from-today",
        ),
        pytest.param(
            "a.it",
            Phase.AVAILABLE,
            date(2026, 6, 1),
            ["2026-06-01", None, None, None, None],
            id="free-since-nobody-knows-when",
        ),
    ],
)
def test_days_follow_from_expiry(
    domain: str, phase: Phase, expires_on: date | None, days: list[str | None]
) -> None:
    assert days_of(domain, phase, expires_on) == days


@pytest.mark.parametrize(
    ("domain", "phase", "expires_on", "days"),
    [
        pytest.param("a.it", Phase.ACTIVE, None, [None] * 5, id="no-day-at-all"),
        pytest.param(
            "a.it", Phase.ACTIVE, date(2026, 11, 24), [None] * 5, id="active-yet-expired"
        ),
        pytest.param(
            "a.it",
            Phase.GRACE,
            date(2026, 10, 1),
            ["2026-10-01", *[None] * 4],
            id="grace-for-longer-than-the-rules-allow",
        ),
        pytest.param(
            "a.fr",
            Phase.GRACE,
            date(2026, 11, 15),
            ["2026-11-15", *[None] * 4],
            id="another-country-has-rules-of-its-own",
        ),
        pytest.param(
            "a.com",
            Phase.REDEMPTION,
            date(2027, 9, 30),
            [None, None, "~2026-12-25", "~2026-12-30", "~2026-12-31"],
            id="deleted-in-the-middle-of-its-year",
        ),
        pytest.param(
            "a.com",
            Phase.GRACE,
            date(2029, 9, 30),
            [None, "~2027-01-09", "~2027-02-08", "~2027-02-13", "~2027-02-14"],
            id="renewed-for-years",
        ),
    ],
)
def test_what_would_be_a_guess_is_left_out(
    domain: str, phase: Phase, expires_on: date | None, days: list[str | None]
) -> None:
    assert days_of(domain, phase, expires_on) == days


def test_a_year_before_a_leap_day_is_the_day_before() -> None:
    days = days_of("a.com", Phase.GRACE, date(2028, 2, 29), date(2027, 3, 10))

    assert days[0] == "~2027-02-28"


def test_the_calendar_may_end_before_the_steps_do() -> None:
    days = days_of("a.it", Phase.ACTIVE, date(9999, 12, 1))

    assert days == ["9999-12-01", "~9999-12-16", None, None, None]


@pytest.mark.parametrize("phase", [None, *sorted(set(Phase) - {*ORDER})])
def test_other_phases_are_on_no_way_to_release(phase: Phase | None) -> None:
    assert domain_timeline("a.it", phase, date(2027, 1, 1), TODAY) is None


ANY_DAY = st.dates()
NEAR = st.dates(TODAY - timedelta(days=800), TODAY + timedelta(days=800))


@given(
    domain=st.sampled_from(["a.it", "a.com", "a.fr", "example", ""]) | st.text(max_size=20),
    phase=st.sampled_from([None, *Phase]),
    expires_on=st.none() | NEAR | ANY_DAY,
    today=NEAR | ANY_DAY,
)
def test_no_step_contradicts_today_or_another_one(
    domain: str, phase: Phase | None, expires_on: date | None, today: date
) -> None:
    timeline = domain_timeline(domain, phase, expires_on, today)

    if timeline is None:
        assert phase not in ORDER
        return
    assert tuple(step.phase for step in timeline.steps) == ORDER
    assert ORDER[timeline.now] is phase
    days = [step.day.day for step in timeline.steps if step.day]
    assert days == sorted(days)
    facts = [step.day.day for step in timeline.steps if step.day and not step.day.about]
    assert set(facts) <= {expires_on}
    past = [step.day for step in timeline.steps[: timeline.now] if step.day]
    assert all(day.day <= today for day in past)
    to_come = [step.day for step in timeline.steps[timeline.now :] if step.day]
    assert all(day.day >= today for day in to_come)


@given(
    suffix=st.sampled_from(["it", "com", "online"]),
    lasting=st.integers(0, 200),
    phase=st.sampled_from([Phase.GRACE, Phase.REDEMPTION, Phase.PENDING_DELETE]),
)
def test_a_phase_never_lasts_longer_than_its_span(suffix: str, lasting: int, phase: Phase) -> None:
    spans = IT_SPANS if suffix == "it" else GENERIC_SPANS
    span = {
        Phase.GRACE: spans.grace,
        Phase.REDEMPTION: spans.redemption,
        Phase.PENDING_DELETE: spans.deletion,
    }[phase]
    timeline = domain_timeline(f"a.{suffix}", phase, TODAY - timedelta(days=lasting), TODAY)

    assert timeline is not None
    last = timeline.steps[timeline.now].day
    assert last is None or last.day <= TODAY + span


def test_there_is_no_year_before_the_first() -> None:
    assert days_of("a.com", Phase.GRACE, date(1, 12, 31), date(1, 1, 1))[0] is None
