import json
from datetime import date, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.contracts.cases import Case
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import (
    Cancellation,
    CancellationKind,
    ContractRecord,
    Invoice,
    Reminder,
    Standing,
)
from bot.domain.standing import standing

FILE = Path(__file__).parents[1] / "domain/cases/lifecycle.jsonl"
LINES = FILE.read_text("utf-8").splitlines()


@pytest.mark.parametrize("line", [pytest.param(line, id=json.loads(line)["id"]) for line in LINES])
def test_each_worked_case_is_read_and_stands_where_it_says(line: str) -> None:
    case = Case.model_validate_json(line)

    found = standing(case.record(), case.desk_calendar(), case.now)

    assert found == json.loads(line)["expect"]["standing"]


def test_every_fact_of_a_case_reaches_the_record() -> None:
    case = Case.model_validate(
        {
            "id": "all",
            "now": "2026-12-20T10:00:00+01:00",
            "contract": {
                "expires_on": "2027-03-10",
                "consumer": True,
                "invoice": {
                    "number": "1",
                    "issued_on": "2026-11-01",
                    "due_on": "2026-11-30",
                    "paid_on": "2026-12-10",
                },
                "reminder": {"sent_on": "2026-12-03", "deadline_on": "2026-12-15"},
                "reactivation_fee": {"paid_on": "2026-12-11"},
                "reactivated_on": "2026-12-14",
                "cancellation": {
                    "pec_received_at": "2026-12-05T23:58:00+01:00",
                    "kind": "immediate",
                    "processed_on": "2026-12-07",
                },
                "ended_on": "2026-12-08",
                "a_field_of_tomorrow": 1,
            },
            "calendar": {"local_patron_day": True, "closures": [["2026-12-24", "2026-12-31"]]},
        }
    )

    assert case.record() == ContractRecord(
        contract_id="all",
        expires_on=date(2027, 3, 10),
        consumer=True,
        invoice=Invoice(
            number="1",
            issued_on=date(2026, 11, 1),
            due_on=date(2026, 11, 30),
            paid_on=date(2026, 12, 10),
        ),
        reminder=Reminder(sent_on=date(2026, 12, 3), deadline_on=date(2026, 12, 15)),
        reactivation_fee_paid_on=date(2026, 12, 11),
        reactivated_on=date(2026, 12, 14),
        cancellation=Cancellation(
            pec_received_at=datetime(2026, 12, 5, 23, 58, tzinfo=ROME),
            kind=CancellationKind.IMMEDIATE,
            processed_on=date(2026, 12, 7),
        ),
        ended_on=date(2026, 12, 8),
    )
    assert case.desk_calendar() == DeskCalendar(
        local_patron_day=True, closures=((date(2026, 12, 24), date(2026, 12, 31)),)
    )


def test_a_case_with_nothing_known_is_unclear() -> None:
    case = Case.model_validate({"now": "2026-12-20T10:00:00+01:00", "contract": {}})

    assert standing(case.record(), case.desk_calendar(), case.now) is Standing.UNCLEAR


@pytest.mark.parametrize(
    "case",
    [
        pytest.param({"contract": {}}, id="no-moment"),
        pytest.param({"now": "2026-12-20T10:00:00", "contract": {}}, id="moment-without-zone"),
        pytest.param({"now": "2026-12-20T10:00:00Z"}, id="no-contract"),
        pytest.param(
            {"now": "2026-12-20T10:00:00Z", "contract": {"expires_on": "2026-02-30"}},
            id="no-such-day",
        ),
    ],
)
def test_a_case_that_cannot_be_worked_out_is_refused(case: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Case.model_validate(case)
