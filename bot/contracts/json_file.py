"""Contracts from a JSON file: what `sportello contracts import` reads."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bot.domain.calendar import ROME
from bot.domain.contract import (
    Cancellation,
    CancellationKind,
    Contact,
    ContractRecord,
    Invoice,
    Reminder,
    Service,
    ServiceKind,
    StatedState,
)
from bot.domain.errors import ContractFileError, Fault

_RELATIVE = re.compile(r"^today(?:([+-]\d+)d)?$")
_PHONE = r"^\+\d{6,15}$"


def read_contracts(path: Path, now: datetime) -> list[ContractRecord]:
    """Return the contracts of a file; dates such as ``today-12d`` count from ``now`` in Rome.

    Raises:
        ContractFileError: Something in the file is wrong; lists every fault.
    """
    raw = _parsed(path)
    repeated = list(_repeated(path, raw))
    try:
        whole = _File.model_validate(raw, context={"today": now.astimezone(ROME).date()})
    except ValidationError as error:
        faults = [_in_words(path, raw, detail) for detail in error.errors()]
        raise ContractFileError(faults + repeated) from error
    if repeated:
        raise ContractFileError(repeated)
    return [_record(contract, now) for contract in whole.contracts]


def _resolved(value: Any, info: Any) -> Any:  # noqa: ANN401 - pydantic hands over what it found
    """Turn ``today-12d`` into a date; leave everything else to pydantic."""
    found = _RELATIVE.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    today: date = info.context["today"]
    try:
        return today + timedelta(days=int(found.group(1) or 0))
    except OverflowError as error:
        raise ValueError("the day is too far away") from error


Day = Annotated[date, BeforeValidator(_resolved)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Customer(_Shape):
    customer_id: str
    kind: Literal["company", "person"]
    name: str
    language: Literal["it", "en"] = "it"


class _Contact(_Shape):
    name: str
    role: str = ""
    phone: Annotated[str, Field(pattern=_PHONE)] | None = None
    email: str = ""
    may_see: Literal["all", "technical"] = "all"


class _Service(_Shape):
    kind: ServiceKind
    name: str = ""
    registry_state: str = ""
    registry_expires_on: Day | None = None
    mailboxes: tuple[str, ...] = ()
    server: str = ""
    protocol: Literal["", "http", "https"] = ""


class _Invoice(_Shape):
    number: str
    issued_on: Day | None = None
    due_on: Day | None = None
    amount_cents: Annotated[int, Field(ge=0)] | None = None
    currency: str = "EUR"
    status: Literal["paid", "unpaid"] = "unpaid"
    paid_on: Day | None = None


class _Reminder(_Shape):
    sent_on: Day | None = None
    deadline: Day | None = None


class _Fee(_Shape):
    paid_on: Day | None = None


class _Cancellation(_Shape):
    pec_received_on: Day
    kind: Literal["natural_expiry", "immediate"] = "natural_expiry"


class _Contract(_Shape):
    contract_id: Annotated[str, Field(min_length=1)]
    customer: _Customer
    contacts: tuple[_Contact, ...] = ()
    state: StatedState | None = None
    services_on: bool | None = None
    expires_on: Day | None = None
    renewed_to: Day | None = None
    services: tuple[_Service, ...] = ()
    invoices: tuple[_Invoice, ...] = ()
    reminder: _Reminder | None = None
    reactivation_fee: _Fee | None = None
    cancellation: _Cancellation | None = None
    auth_code_issued_on: Day | None = None
    ceased_on: Day | None = None

    @property
    def fee_paid_on(self) -> date | None:
        return self.reactivation_fee.paid_on if self.reactivation_fee else None


class _File(_Shape):
    contracts: tuple[_Contract, ...]


def _parsed(path: Path) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContractFileError([_fault(path, 0, f"cannot be read: {error}.")]) from error
    except json.JSONDecodeError as error:
        raise ContractFileError(
            [_fault(path, error.lineno, f"is not JSON: {error.msg}.")]
        ) from error


def _repeated(path: Path, raw: Any) -> Iterator[Fault]:  # noqa: ANN401 - any JSON
    contracts = raw.get("contracts") if isinstance(raw, dict) else None
    seen: set[str] = set()
    for position in range(len(contracts) if isinstance(contracts, list) else 0):
        number = _number(raw, position)
        if number and number in seen:
            problem = f"contracts[{position}] repeats the number {number}."
            cure = "Give each contract a number of its own."
            yield Fault(file=str(path), line=0, problem=problem, cure=cure)
        seen.add(number)


def _fault(path: Path, line: int, problem: str) -> Fault:
    cure = "Nothing was imported; mend the file and import it again."
    return Fault(file=str(path), line=line, problem=problem, cure=cure)


def _in_words(path: Path, raw: Any, detail: ErrorDetails) -> Fault:  # noqa: ANN401 - any JSON
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]
    ).lstrip(".")
    number = _number(raw, detail["loc"][1]) if len(detail["loc"]) > 1 else ""
    named = f"{where} ({number})" if number else where or "The file"
    given = "" if detail["type"] == "missing" else f", not {detail['input']!r:.60}"
    return _fault(path, 0, f"{named}: {detail['msg']}{given}.")


def _number(raw: Any, position: int | str) -> str:  # noqa: ANN401 - any JSON
    """Return the number of the contract at a place, or nothing where there is none."""
    try:
        number = raw["contracts"][position]["contract_id"]
    except (LookupError, TypeError):
        return ""
    return number if isinstance(number, str) else ""


def _record(contract: _Contract, now: datetime) -> ContractRecord:
    return ContractRecord(
        contract_id=contract.contract_id,
        customer_id=contract.customer.customer_id,
        customer_name=contract.customer.name,
        consumer=contract.customer.kind == "person",
        language=contract.customer.language,
        expires_on=contract.renewed_to or contract.expires_on,
        invoice=_latest(contract.invoices),
        reminder=_reminder(contract.reminder),
        reactivation_fee_paid_on=contract.fee_paid_on,
        cancellation=_cancellation(contract.cancellation),
        auth_code_issued_on=contract.auth_code_issued_on,
        ended_on=contract.ceased_on,
        services_on=contract.services_on,
        stated=contract.state,
        as_of=now,
        services=tuple(_service(service) for service in contract.services),
        contacts=tuple(_contact(contact) for contact in contract.contacts),
    )


def _latest(invoices: Sequence[_Invoice]) -> Invoice | None:
    """Return the invoice that decides: the oldest unpaid one, else the last."""
    if not invoices:
        return None
    unpaid = [invoice for invoice in invoices if invoice.status == "unpaid"]
    chosen = min(unpaid, key=_due) if unpaid else max(invoices, key=_due)
    return Invoice(
        number=chosen.number,
        issued_on=chosen.issued_on,
        due_on=chosen.due_on,
        paid_on=chosen.paid_on,
        amount_cents=chosen.amount_cents,
        currency=chosen.currency,
    )


def _due(invoice: _Invoice) -> date:
    return invoice.due_on or invoice.issued_on or date.min


def _reminder(reminder: _Reminder | None) -> Reminder | None:
    if reminder is None:
        return None
    return Reminder(sent_on=reminder.sent_on, deadline_on=reminder.deadline)


def _cancellation(cancellation: _Cancellation | None) -> Cancellation | None:
    if cancellation is None:
        return None
    natural = cancellation.kind == "natural_expiry"
    return Cancellation(
        pec_received_at=datetime.combine(cancellation.pec_received_on, time(12), tzinfo=ROME),
        kind=CancellationKind.AT_EXPIRY if natural else CancellationKind.IMMEDIATE,
    )


def _service(service: _Service) -> Service:
    return Service(
        kind=service.kind,
        name=service.name,
        mailboxes=service.mailboxes,
        server=service.server,
        protocol=service.protocol,
        registry_status=(service.registry_state,) if service.registry_state else (),
        registry_expires_on=service.registry_expires_on,
    )


def _contact(contact: _Contact) -> Contact:
    return Contact(
        name=contact.name,
        phone=contact.phone,
        email=contact.email,
        role=contact.role,
        sees_money=contact.may_see == "all",
    )
