import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.contracts.cases import Case
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import (
    Cancellation,
    CancellationKind,
    ContractRecord,
    Doubt,
    Invoice,
    Reminder,
    Standing,
    StatedState,
)
from bot.domain.standing import doubt, standing, timeline

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases/lifecycle.jsonl").read_text("utf-8").splitlines()
]
CALENDAR = DeskCalendar()
NOON = datetime(2026, 12, 1, 12, tzinfo=ROME)
TODAY = NOON.date()


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_worked_cases_come_out_to_the_day(case: dict[str, object]) -> None:
    given_case = Case.model_validate(case)
    calendar, now = given_case.desk_calendar(), given_case.now
    found = timeline(given_case.record(), calendar, now)
    window, opening = found.reactivation, calendar.next_opening(now)

    assert case["expect"] == {
        "standing": standing(given_case.record(), calendar, now),
        "last_cancellation_day": _iso(found.last_cancellation_day),
        "renewal_notice_day": _iso(found.renewal_notice_day),
        "consumer_notice_latest": _iso(found.consumer_notice_latest),
        "reactivation": window
        and {
            "basis": found.reactivation_basis,
            "from": window.start.isoformat(),
            "to": window.end.isoformat(),
        },
        "desk_open": calendar.desk_open(now),
        "next_opening": _iso(opening),
    }


def _iso(moment: date | None) -> str | None:
    return moment.isoformat() if moment else None


OVERDUE = Invoice(number="1", issued_on=days(-30), due_on=days(-10))
LATE_PAID = Invoice(number="1", issued_on=days(-30), due_on=days(-10), paid_on=days(-2))
REMINDER = Reminder(sent_on=days(-5), deadline_on=days(3))
PAST_REMINDER = Reminder(sent_on=days(-5), deadline_on=days(-1))
PEC = Cancellation(pec_received_at=NOON - timedelta(days=3))
AT_ONCE = Cancellation(pec_received_at=NOON, kind=CancellationKind.IMMEDIATE)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, Standing.UNCLEAR, id="nothing-known"),
        pytest.param({"expires_on": days(-1)}, Standing.UNCLEAR, id="older-than-its-expiry"),
        pytest.param({"expires_on": date.min}, Standing.UNCLEAR, id="first-day-of-time"),
        pytest.param({"expires_on": date(1, 1, 20)}, Standing.UNCLEAR, id="no-month-before"),
        pytest.param(
            {"expires_on": days(90), "cancellation": AT_ONCE},
            Standing.CANCELLATION_PENDING,
            id="immediate-not-handled-yet",
        ),
        pytest.param(
            {"expires_on": days(-2), "cancellation": PEC}, Standing.UNCLEAR, id="late-and-expired"
        ),
        pytest.param({"cancellation": PEC}, Standing.UNCLEAR, id="cancelled-but-no-expiry"),
        pytest.param({"expires_on": days(90), "cancellation": PEC}, "cancellation_accepted"),
        pytest.param(
            {"expires_on": days(90), "invoice": Invoice(number="1", due_on=None)},
            Standing.UNCLEAR,
            id="invoice-without-a-due-day",
        ),
        pytest.param(
            {"expires_on": days(90), "invoice": OVERDUE, "reminder": Reminder(
                sent_on=days(-5), deadline_on=None)},
            Standing.UNCLEAR,
            id="reminder-without-deadline",
        ),
        pytest.param(
            {"expires_on": days(90), "invoice": LATE_PAID, "reminder": PAST_REMINDER},
            Standing.REMINDER_EXPIRED,
            id="fee-still-missing-after-the-deadline",
        ),
        pytest.param(
            {"expires_on": days(90), "invoice": LATE_PAID, "services_on": True},
            Standing.ACTIVE,
            id="paid-late-but-back-on",
        ),
        pytest.param(
            {"expires_on": days(90), "reminder": REMINDER}, Standing.UNCLEAR, id="reminder-of-what"
        ),
        pytest.param(
            {"expires_on": days(90), "reactivation_fee_paid_on": days(-1)},
            Standing.UNCLEAR,
            id="fee-for-what",
        ),
        pytest.param(
            {"expires_on": days(90), "services_on": False}, Standing.UNCLEAR, id="off-why"
        ),
        pytest.param(
            {"expires_on": days(90), "invoice": Invoice(number="1", due_on=days(9)),
             "services_on": False},
            Standing.UNCLEAR,
            id="off-though-not-due",
        ),
        pytest.param(
            {"expires_on": days(90), "services_on": False,
             "invoice": Invoice(number="1", due_on=days(-9), paid_on=days(-20))},
            Standing.UNCLEAR,
            id="off-though-paid",
        ),
        pytest.param(
            {"expires_on": days(90),
             "invoice": Invoice(number="1", issued_on=days(5), due_on=days(1))},
            Standing.UNCLEAR,
            id="due-before-issued",
        ),
        pytest.param(
            {"expires_on": days(90), "invoice": OVERDUE,
             "reminder": Reminder(sent_on=days(-1), deadline_on=days(-3))},
            Standing.UNCLEAR,
            id="deadline-before-sent",
        ),
        pytest.param(
            {"expires_on": days(90), "invoice": Invoice(
                number="1", due_on=days(-9), paid_on=days(2))},
            Standing.UNCLEAR,
            id="paid-tomorrow",
        ),
    ],
)  # fmt: skip
def test_what_the_record_cannot_settle_goes_to_a_person(
    facts: dict[str, object], expected: Standing
) -> None:
    record = ContractRecord(contract_id="C", **facts)  # type: ignore[arg-type] # table of facts

    assert standing(record, CALENDAR, NOON) == expected


@pytest.mark.parametrize("stated", list(StatedState))
def test_the_back_office_is_believed_only_where_the_facts_agree(stated: StatedState) -> None:
    record = ContractRecord(contract_id="C", expires_on=days(90), stated=stated, as_of=NOON)

    agrees = stated is StatedState.ACTIVE

    assert (standing(record, CALENDAR, NOON) is Standing.ACTIVE) == agrees


def test_the_back_offices_word_is_compared_as_of_its_own_day() -> None:
    """A word that was right when it was imported does not become a contradiction by waiting."""
    unpaid = Invoice(number="1", issued_on=days(-5), due_on=days(2))
    record = ContractRecord(
        contract_id="C",
        expires_on=days(300),
        invoice=unpaid,
        stated=StatedState.UNPAID,
        as_of=NOON,
    )

    assert standing(record, CALENDAR, NOON) is Standing.PAYMENT_DUE
    assert standing(record, CALENDAR, NOON + timedelta(days=3)) is Standing.SUSPENDED


_days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
_maybe_day = st.none() | _days
_records = st.builds(
    ContractRecord,
    contract_id=st.just("C"),
    consumer=st.booleans(),
    expires_on=_maybe_day | st.just(date.min) | st.just(date.max),
    invoice=st.none()
    | st.builds(
        Invoice, number=st.just("1"), due_on=_maybe_day, issued_on=_maybe_day, paid_on=_maybe_day
    ),
    reminder=st.none() | st.builds(Reminder, sent_on=_maybe_day, deadline_on=_maybe_day),
    reactivation_fee_paid_on=_maybe_day,
    reactivated_on=_maybe_day,
    cancellation=st.none()
    | st.builds(
        Cancellation,
        pec_received_at=st.datetimes(
            datetime(2026, 1, 1),
            datetime(2028, 12, 31),
            timezones=st.just(UTC),
        ),
        kind=st.sampled_from(CancellationKind),
        processed_on=_maybe_day,
    ),
    ended_on=_maybe_day,
    services_on=st.none() | st.booleans(),
    stated=st.none() | st.sampled_from(StatedState),
    as_of=st.none() | st.just(NOON),
)
_EDGES = [
    datetime(2026, 3, 29, 2, tzinfo=ROME),  # the clock goes forward
    datetime(2026, 10, 25, 2, tzinfo=ROME),  # and back
    datetime(2027, 3, 29, tzinfo=ROME),  # Easter Monday
    datetime(2026, 10, 4, tzinfo=ROME),  # a holiday from this year
    datetime(2027, 10, 4, tzinfo=ROME),  # and a Monday
    datetime(2028, 2, 29, tzinfo=ROME),
    datetime(2026, 12, 24, tzinfo=ROME),
    datetime(2027, 1, 1, tzinfo=ROME),
]
_moments = st.datetimes(
    datetime(2026, 1, 1),
    datetime(2028, 12, 31),
    timezones=st.just(UTC),
) | st.builds(
    lambda edge, hours, second: edge.astimezone(UTC) + timedelta(hours=hours, seconds=second),
    st.sampled_from(_EDGES),
    st.integers(-48, 48),
    st.integers(-1, 1),
)


@given(_records, _moments)
@example(ContractRecord(contract_id="C", expires_on=date(2028, 2, 29)), NOON)
def test_every_record_has_a_standing_at_every_moment(
    record: ContractRecord, now: datetime
) -> None:
    found = timeline(record, CALENDAR, now)

    assert standing(record, CALENDAR, now) in Standing
    if found.reactivation is not None:
        assert CALENDAR.is_working_day(found.reactivation.start.astimezone(ROME).date())


@given(_records, _moments)
def test_only_an_unclear_contract_has_a_doubt(record: ContractRecord, now: datetime) -> None:
    unclear = standing(record, CALENDAR, now) is Standing.UNCLEAR

    assert (doubt(record, CALENDAR, now) is not None) == unclear


@given(_records, _moments)
def test_a_standing_changes_at_midnight_in_italy_or_when_a_window_ends(
    record: ContractRecord, now: datetime
) -> None:
    record = replace(record, as_of=None)
    midnight = datetime.combine(now.astimezone(ROME).date(), time(0), tzinfo=ROME)
    today = {standing(record, CALENDAR, midnight), standing(record, CALENDAR, now)}

    assert len(today - {Standing.REACTIVATION_SCHEDULED, Standing.REACTIVATION_OVERDUE}) <= 1


@given(_moments, st.integers(0, 30))
def test_services_come_back_on_the_first_working_day_after_the_payment(
    now: datetime, days_ago: int
) -> None:
    paid_on = now.astimezone(ROME).date() - timedelta(days=days_ago)
    window = CALENDAR.reactivation_window(paid_on)
    between = [
        paid_on + timedelta(days=count) for count in range(1, (window.start.date() - paid_on).days)
    ]

    assert window.start.date() > paid_on
    assert not any(CALENDAR.is_working_day(day) for day in between)
    assert (window.start.hour, window.start.minute) == (10, 30)
    assert (window.end.hour, window.end.minute) == (12, 30)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"expires_on": days(90), "as_of": NOON - timedelta(days=15)}, Doubt.TOO_OLD),
        ({"expires_on": days(90), "as_of": NOON - timedelta(days=14)}, None),
        ({"expires_on": days(90), "reactivated_on": days(1)}, Doubt.IN_THE_FUTURE),
        (
            {"invoice": Invoice(number="1", issued_on=days(5), due_on=days(1))},
            Doubt.DAYS_CROSSED,
        ),
        ({"expires_on": days(90), "reminder": REMINDER}, Doubt.PAID_FOR_WHAT),
        ({"expires_on": days(90), "services_on": False}, Doubt.OFF_WITHOUT_REASON),
        (
            {
                "services_on": False,
                "invoice": Invoice(number="1", due_on=days(-9), paid_on=days(-20)),
            },
            Doubt.OFF_THOUGH_PAID,
        ),
        (
            {"expires_on": days(90), "stated": StatedState.SUSPENDED, "as_of": NOON},
            Doubt.OTHER_STATE,
        ),
        ({"stated": StatedState.ACTIVE, "as_of": NOON}, Doubt.NO_EXPIRY),
        ({"invoice": Invoice(number="1", due_on=None)}, Doubt.NO_DUE_DAY),
        (
            {"invoice": OVERDUE, "reminder": Reminder(sent_on=days(-5), deadline_on=None)},
            Doubt.NO_DEADLINE,
        ),
        ({}, Doubt.NO_EXPIRY),
        ({"expires_on": days(-1)}, Doubt.PAST_EXPIRY),
        ({"expires_on": days(-2), "cancellation": PEC}, Doubt.PAST_EXPIRY),
    ],
)
def test_staff_learn_why_a_contract_is_unclear(
    facts: dict[str, object], reason: Doubt | None
) -> None:
    record = ContractRecord(contract_id="C", **facts)  # type: ignore[arg-type] # table of facts

    assert doubt(record, CALENDAR, NOON) is reason
