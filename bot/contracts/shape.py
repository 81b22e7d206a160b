"""One contract as JSON, wherever it comes from: a file, a call, a billing system."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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

_RELATIVE = re.compile(r"^today(?:([+-]\d+)d)?$")
_PHONE = r"^\+\d{6,15}$"


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


class ContractShape(_Shape):
    """One contract; context ``today`` is the day from which ``today-12d`` counts."""

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

    def record(self, as_of: datetime) -> ContractRecord:
        """Return the contract as the domain knows it.

        Args:
            as_of: When the source said all this.
        """
        return ContractRecord(
            contract_id=self.contract_id,
            customer_id=self.customer.customer_id,
            customer_name=self.customer.name,
            consumer=self.customer.kind == "person",
            language=self.customer.language,
            expires_on=self.renewed_to or self.expires_on,
            invoice=_latest(self.invoices),
            reminder=_reminder(self.reminder),
            reactivation_fee_paid_on=self.reactivation_fee.paid_on
            if self.reactivation_fee
            else None,
            cancellation=_cancellation(self.cancellation),
            auth_code_issued_on=self.auth_code_issued_on,
            ended_on=self.ceased_on,
            services_on=self.services_on,
            stated=self.state,
            as_of=as_of,
            services=tuple(_service(service) for service in self.services),
            contacts=tuple(_contact(contact) for contact in self.contacts),
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


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a contract, for who writes one."""
    return ContractShape.model_json_schema()
