import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.contracts.json_file import read_contracts
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import (
    CancellationKind,
    Contact,
    ContractRecord,
    Invoice,
    Reminder,
    Service,
    ServiceKind,
    Standing,
    StatedState,
)
from bot.domain.errors import ContractFileError
from bot.domain.standing import standing

DEMO = Path(__file__).parents[2] / "demo/contracts.json"
MORNING = datetime(2026, 11, 25, 10, tzinfo=ROME)
TODAY = date(2026, 11, 25)
MEND = "Nothing was imported; mend the file and import it again."


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def demo(now: datetime = MORNING) -> dict[str, ContractRecord]:
    return {record.contract_id: record for record in read_contracts(DEMO, now)}


STANDINGS = {
    "DEMO-0001": Standing.ACTIVE,
    "DEMO-0002": Standing.ACTIVE,
    "DEMO-0003": Standing.ACTIVE,
    "DEMO-0004": Standing.RENEWAL_NOTICE,
    "DEMO-0005": Standing.RENEWAL_NOTICE,  # the last day on which a cancellation is in time
    "DEMO-0006": Standing.RENEWAL_COMMITTED,
    "DEMO-0007": Standing.PAYMENT_DUE,
    "DEMO-0008": Standing.CANCELLATION_ACCEPTED,
    "DEMO-0009": Standing.CANCELLATION_LATE,
    "DEMO-0010": Standing.PAYMENT_DUE,
    "DEMO-0011": Standing.SUSPENDED,
    "DEMO-0012": Standing.REMINDED,
    "DEMO-0013": Standing.REMINDED,  # until the end of today
    "DEMO-0014": Standing.REMINDER_EXPIRED,
    "DEMO-0015": Standing.REACTIVATION_SCHEDULED,
    "DEMO-0016": Standing.REACTIVATION_SCHEDULED,  # in this morning's window
    "DEMO-0017": Standing.REACTIVATION_OVERDUE,
    "DEMO-0018": Standing.FEE_MISSING,
    "DEMO-0019": Standing.TERMINATED,
    "DEMO-0020": Standing.CANCELLED,
    "DEMO-0021": Standing.TERMINATED,
    "DEMO-0022": Standing.TERMINATED,
    "DEMO-0023": Standing.TERMINATED,
    "DEMO-0024": Standing.ACTIVE,
    "DEMO-0025": Standing.ACTIVE,
    "DEMO-0026": Standing.ACTIVE,
    "DEMO-0027": Standing.REMINDED,
    "DEMO-0028": Standing.RENEWAL_NOTICE,
}


def test_each_demo_contract_stands_where_its_story_says() -> None:
    calendar = DeskCalendar()

    found = {number: standing(record, calendar, MORNING) for number, record in demo().items()}

    assert found == STANDINGS


@pytest.mark.parametrize("days_later", range(0, 400, 13))
def test_the_demo_is_never_unclear_on_whatever_day_it_is_imported(days_later: int) -> None:
    """A demo whose story contradicts itself would hand every chat to a person."""
    now = MORNING + timedelta(days=days_later)

    unclear = [
        number
        for number, record in demo(now).items()
        if standing(record, DeskCalendar(), now) is Standing.UNCLEAR
    ]

    assert unclear == []


def test_all_that_the_file_says_of_a_contract_is_kept() -> None:
    assert demo()["DEMO-0012"] == ContractRecord(
        contract_id="DEMO-0012",
        customer_id="C-12",
        customer_name="Hotel Miraggio srl",
        expires_on=days(340),
        invoice=Invoice(
            number="DEMO-F-1013", issued_on=days(-39), due_on=days(-19), amount_cents=18300
        ),
        reminder=Reminder(sent_on=days(-4), deadline_on=days(6)),
        services_on=False,
        stated=StatedState.REMINDED,
        as_of=MORNING,
        services=(
            Service(
                kind=ServiceKind.DOMAIN,
                name="hotel-miraggio.example",
                registry_status=("grace",),
                registry_expires_on=days(-25),
            ),
            Service(kind=ServiceKind.SITE, name="www.hotel-miraggio.example"),
            Service(
                kind=ServiceKind.MAIL,
                mailboxes=("info@hotel-miraggio.example", "booking@hotel-miraggio.example"),
                server="server18",
                protocol="http",
            ),
            Service(
                kind=ServiceKind.PEC,
                mailboxes=("hotel-miraggio@pec.example",),
                server="mail-https-demo",
                protocol="https",
            ),
        ),
        contacts=(
            Contact(
                name="Dora Miraggio",
                phone="+390000000012",
                email="dora@hotel-miraggio.example",
                role="direzione",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("now", "today"),
    [
        pytest.param(MORNING, TODAY, id="morning"),
        pytest.param(
            datetime(2026, 11, 25, 23, 30, tzinfo=UTC), days(1), id="rome-is-a-day-ahead"
        ),
        pytest.param(datetime(2026, 11, 25, 22, 59, tzinfo=UTC), TODAY, id="just-before-midnight"),
    ],
)
def test_relative_dates_count_from_the_day_in_rome(now: datetime, today: date) -> None:
    record = demo(now)["DEMO-0013"]

    assert record.reminder is not None
    assert record.reminder.deadline_on == today
    assert record.as_of == now


def a_contract(**facts: object) -> dict[str, Any]:
    """Return a contract with only what it must have."""
    customer = {"customer_id": "C", "kind": "company", "name": "Prova"}
    return {"contract_id": "C-1", "customer": customer} | facts


def written(tmp_path: Path, *contracts: object) -> Path:
    path = tmp_path / "contracts.json"
    path.write_text(json.dumps({"contracts": contracts}), "utf-8")
    return path


def read_one(tmp_path: Path, **facts: object) -> ContractRecord:
    (record,) = read_contracts(written(tmp_path, a_contract(**facts)), MORNING)
    return record


def test_whatever_the_back_office_leaves_out_is_unknown(tmp_path: Path) -> None:
    assert read_one(tmp_path) == ContractRecord(
        contract_id="C-1", customer_id="C", customer_name="Prova", as_of=MORNING
    )


def test_a_file_saved_by_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "contracts.json"
    path.write_text('\ufeff{"contracts": []}', "utf-8")

    assert read_contracts(path, MORNING) == []


def test_a_renewed_year_counts_for_the_expiry(tmp_path: Path) -> None:
    record = read_one(tmp_path, expires_on="today-3d", renewed_to="2027-11-22")

    assert record.expires_on == date(2027, 11, 22)


def test_only_people_are_consumers(tmp_path: Path) -> None:
    person = {"customer_id": "C", "kind": "person", "name": "Prova", "language": "en"}

    record = read_one(tmp_path, customer=person)

    assert record.consumer
    assert record.language == "en"
    assert not read_one(tmp_path).consumer


def test_a_technical_contact_sees_no_money(tmp_path: Path) -> None:
    record = read_one(
        tmp_path, contacts=[{"name": "Webmaster", "may_see": "technical"}, {"name": "Titolare"}]
    )

    assert [contact.sees_money for contact in record.contacts] == [False, True]


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [
        pytest.param("natural_expiry", CancellationKind.AT_EXPIRY, id="at-expiry"),
        pytest.param("immediate", CancellationKind.IMMEDIATE, id="immediate"),
    ],
)
def test_a_cancellation_arrived_on_its_day_in_rome(
    tmp_path: Path, kind: str, read_as: CancellationKind
) -> None:
    record = read_one(tmp_path, cancellation={"pec_received_on": "today-1d", "kind": kind})

    assert record.cancellation is not None
    assert record.cancellation.received_on == days(-1)
    assert record.cancellation.kind is read_as


def an_invoice(number: str, **facts: object) -> dict[str, object]:
    return {"number": number} | facts


@pytest.mark.parametrize(
    ("invoices", "decides"),
    [
        pytest.param([], None, id="none"),
        pytest.param(
            [
                an_invoice("1", status="paid", due_on="2025-01-01", paid_on="2025-01-01"),
                an_invoice("2", status="paid", due_on="2026-01-01", paid_on="2026-01-01"),
            ],
            "2",
            id="all-paid-the-last",
        ),
        pytest.param(
            [
                an_invoice("1", status="paid", due_on="2027-01-01", paid_on="2026-01-01"),
                an_invoice("3", due_on="2026-11-01"),
                an_invoice("2", due_on="2026-10-01"),
            ],
            "2",
            id="the-oldest-unpaid",
        ),
        pytest.param(
            [an_invoice("1", due_on="2026-11-01"), an_invoice("2", issued_on="2026-09-01")],
            "2",
            id="by-issue-where-no-due-day-is-known",
        ),
    ],
)
def test_one_invoice_decides(
    tmp_path: Path, invoices: list[dict[str, object]], decides: str | None
) -> None:
    record = read_one(tmp_path, invoices=invoices)

    assert (record.invoice.number if record.invoice else None) == decides


Break = Callable[[dict[str, Any]], object]


def put(**facts: object) -> Break:
    return lambda contract: contract.update(facts)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        pytest.param(
            put(state="frozen"),
            "contracts[1].state (C-2): Input should be 'active', 'unpaid', 'suspended', "
            "'reminded', 'suspended_paid', 'ceased' or 'ended', not 'frozen'.",
            id="unknown-state",
        ),
        pytest.param(
            put(contacts=[{"name": "Anna", "phone": "0923 1"}]),
            "contracts[1].contacts[0].phone (C-2): String should match pattern "
            "'^\\+\\d{6,15}$', not '0923 1'.",
            id="bad-phone",
        ),
        pytest.param(
            put(expires_on="2026-02-30"),
            "contracts[1].expires_on (C-2): Input should be a valid date or datetime, "
            "day value is outside expected range, not '2026-02-30'.",
            id="no-such-day",
        ),
        pytest.param(
            put(expires_on="today + 3 days"),
            "contracts[1].expires_on (C-2): Input should be a valid date or datetime, "
            "invalid character in year, not 'today + 3 days'.",
            id="date-in-other-words",
        ),
        pytest.param(
            put(expires_on="today+99999999999d"),
            "contracts[1].expires_on (C-2): Value error, the day is too far away, "
            "not 'today+99999999999d'.",
            id="day-beyond-all-calendars",
        ),
        pytest.param(
            put(services=[{"kind": "fax"}]),
            "contracts[1].services[0].kind (C-2): Input should be 'domain', 'site', 'mail' "
            "or 'pec', not 'fax'.",
            id="unknown-service",
        ),
        pytest.param(
            put(invoices=[{"number": "1", "amount_cents": -5}]),
            "contracts[1].invoices[0].amount_cents (C-2): Input should be greater than or "
            "equal to 0, not -5.",
            id="negative-amount",
        ),
        pytest.param(
            put(invoices=[{"number": "1", "amount_cents": 146.4}]),
            "contracts[1].invoices[0].amount_cents (C-2): Input should be a valid integer, "
            "got a number with a fractional part, not 146.4.",
            id="amount-in-euros",
        ),
        pytest.param(
            put(customer=None),
            "contracts[1].customer (C-2): Input should be a valid dictionary or instance of "
            "_Customer, not None.",
            id="no-customer",
        ),
        pytest.param(
            lambda contract: contract.pop("contract_id"),
            "contracts[1].contract_id: Field required.",
            id="no-number",
        ),
        pytest.param(
            put(contract_id=""),
            "contracts[1].contract_id: String should have at least 1 character, not ''.",
            id="empty-number",
        ),
        pytest.param(
            put(contract_id=7),
            "contracts[1].contract_id: Input should be a valid string, not 7.",
            id="number-is-no-text",
        ),
    ],
)
def test_a_fault_names_its_place_and_the_contract(
    tmp_path: Path, spoil: Break, problem: str
) -> None:
    contract = a_contract(contract_id="C-2")
    spoil(contract)
    path = written(tmp_path, a_contract(), contract)

    assert faults(path) == [f"{path}: {problem} {MEND}"]


def faults(path: Path) -> list[str]:
    with pytest.raises(ContractFileError) as refused:
        read_contracts(path, MORNING)
    return [str(fault) for fault in refused.value.faults]


def test_a_number_may_stand_only_once(tmp_path: Path) -> None:
    path = written(tmp_path, a_contract(), a_contract(contract_id="C-2"), a_contract())

    assert faults(path) == [
        f"{path}: contracts[2] repeats the number C-1. Give each contract a number of its own."
    ]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        a_contract(state="frozen"),
        a_contract(expires_on="soon", services_on="perhaps"),
        "not a contract",
    )

    told = faults(path)

    assert [fault.split(": ")[1] for fault in told] == [
        "contracts[0].state (C-1)",
        "contracts[1].services_on (C-1)",
        "contracts[1].expires_on (C-1)",
        "contracts[2]",
        "contracts[1] repeats the number C-1. Give each contract a number of its own.",
    ]


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        pytest.param(b"", ":1", "is not JSON", id="empty"),
        pytest.param(
            b'{\n"contracts": [\n{"a": 1,}\n]}', ":3", "is not JSON", id="comma-too-many"
        ),
        pytest.param(b"contract;name\n", ":1", "is not JSON", id="csv"),
        pytest.param(b'{"contracts": ["citt\xe0"]}', "", "cannot be read", id="not-utf-8"),
        pytest.param(b"[]", "", "The file: Input should be", id="a-list"),
        pytest.param(b"null", "", "The file: Input should be", id="null"),
        pytest.param(b"{}", "", "contracts: Field required", id="no-contracts"),
        pytest.param(
            b'{"contracts": {"a": 1}}', "", "contracts: Input should be", id="contracts-by-name"
        ),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_place(
    tmp_path: Path, content: bytes, place: str, problem: str
) -> None:
    path = tmp_path / "contracts.json"
    path.write_bytes(content)

    (told,) = faults(path)

    assert told.startswith(f"{path}{place}: {problem}")
    assert told.endswith(MEND)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (told,) = faults(tmp_path / "nowhere.json")

    assert "cannot be read" in told
