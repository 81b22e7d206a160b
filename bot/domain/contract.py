"""A contract: what its source records of it, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.calendar import ROME, Window


class Standing(StrEnum):
    """Where a contract stands, as far as its record tells."""

    ACTIVE = "active"
    RENEWAL_NOTICE = "renewal_notice"
    RENEWAL_COMMITTED = "renewal_committed"
    CANCELLATION_ACCEPTED = "cancellation_accepted"
    CANCELLATION_LATE = "cancellation_late"
    CANCELLATION_PENDING = "cancellation_pending"
    CANCELLED = "cancelled"
    PAYMENT_DUE = "payment_due"
    SUSPENDED = "suspended"
    REMINDED = "reminded"
    FEE_MISSING = "fee_missing"
    REACTIVATION_SCHEDULED = "reactivation_scheduled"
    REACTIVATION_OVERDUE = "reactivation_overdue"
    PAID_AFTER_DEADLINE = "paid_after_deadline"
    REMINDER_EXPIRED = "reminder_expired"
    TERMINATED = "terminated"
    UNCLEAR = "unclear"


class Doubt(StrEnum):
    """Why a record does not tell where its contract stands, so that a person decides."""

    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    DAYS_CROSSED = "days_crossed"
    PAID_FOR_WHAT = "paid_for_what"
    OFF_WITHOUT_REASON = "off_without_reason"
    OFF_THOUGH_PAID = "off_though_paid"
    OTHER_STATE = "other_state"
    NO_DUE_DAY = "no_due_day"
    NO_DEADLINE = "no_deadline"
    NO_EXPIRY = "no_expiry"
    PAST_EXPIRY = "past_expiry"


class CancellationKind(StrEnum):
    """What the customer's PEC asks for, article "Disdetta servizi"."""

    AT_EXPIRY = "at_expiry"
    IMMEDIATE = "immediate"


class StatedState(StrEnum):
    """What the back office says of a contract; used only to find contradictions."""

    ACTIVE = "active"
    UNPAID = "unpaid"
    SUSPENDED = "suspended"
    REMINDED = "reminded"
    SUSPENDED_PAID = "suspended_paid"
    CEASED = "ceased"
    ENDED = "ended"


class ServiceKind(StrEnum):
    """What a contract may include."""

    DOMAIN = "domain"
    SITE = "site"
    MAIL = "mail"
    PEC = "pec"


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice; unpaid while ``paid_on`` is empty."""

    number: str
    due_on: date | None
    issued_on: date | None = None
    paid_on: date | None = None
    amount_cents: int | None = None
    currency: str = "EUR"


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """A "sollecito" with its term of payment, article 9.1."""

    sent_on: date | None
    deadline_on: date | None


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """A "disdetta" that arrived by PEC."""

    pec_received_at: datetime
    kind: CancellationKind = CancellationKind.AT_EXPIRY
    processed_on: date | None = None

    @property
    def received_on(self) -> date:
        """The calendar day in Italy on which the PEC arrived."""
        return self.pec_received_at.astimezone(ROME).date()


@dataclass(frozen=True, kw_only=True)
class Service:
    """One thing a contract includes.

    Args:
        name: Domain or site name; empty for mail and PEC.
        registry_status: EPP or RDAP status words of a domain, or the back office's word.
        registry_told_at: When the registry said so, if it has been silent since.
        server: Where mail lives, such as ``server18``.
    """

    kind: ServiceKind
    name: str = ""
    mailboxes: tuple[str, ...] = ()
    server: str = ""
    protocol: str = ""
    registry_status: tuple[str, ...] = ()
    registry_expires_on: date | None = None
    registry_told_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person who may write about a contract.

    Args:
        phone: E.164, or None for somebody who can only be found in other ways.
        sees_money: False for technical contacts, who hear no amounts and no invoices.
    """

    name: str
    phone: str | None = None
    email: str = ""
    role: str = ""
    sees_money: bool = True


@dataclass(frozen=True, kw_only=True)
class ContractRecord:
    """What the source knows of a contract; every fact but the key may be missing.

    Args:
        expires_on: Last day of the current contract year, the renewed one if it was renewed.
        services_on: Whether services run, where the source says so.
        stated: What the back office calls it, as of ``as_of``.
        as_of: When the source said all this.
        stale: Whether the source is silent now, so that this is the last it said.
    """

    contract_id: str
    customer_id: str = ""
    customer_name: str = ""
    consumer: bool = False
    language: str = "it"
    expires_on: date | None = None
    invoice: Invoice | None = None
    reminder: Reminder | None = None
    reactivation_fee_paid_on: date | None = None
    reactivated_on: date | None = None
    cancellation: Cancellation | None = None
    auth_code_issued_on: date | None = None
    ended_on: date | None = None
    services_on: bool | None = None
    stated: StatedState | None = None
    as_of: datetime | None = None
    stale: bool = False
    services: tuple[Service, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @property
    def label(self) -> str:
        """The name by which the customer knows the contract: domain, mailbox or number."""
        names = [service.name for service in self.services if service.name]
        boxes = [box for service in self.services for box in service.mailboxes]
        return next(iter(names + boxes), self.contract_id)

    def contact_at(self, email: str) -> Contact | None:
        """Return the contact who has this e-mail address, in lower case."""
        found = (one for one in self.contacts if one.email and one.email.lower() == email)
        return next(found, None)

    def contact_with(self, phone: str) -> Contact | None:
        """Return the contact who has this phone number."""
        return next((contact for contact in self.contacts if contact.phone == phone), None)


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """The days that matter for a contract as it stands.

    Args:
        last_cancellation_day: Last day on which a cancellation by PEC is in time.
        renewal_notice_day: When the renewal notice goes out.
        consumer_notice_latest: Latest day of the notice for a consumer, else None.
        reactivation: When services come back, if that can be said.
        reactivation_basis: ``paid_on``, or ``if_paid_today`` for an unpaid contract.
    """

    last_cancellation_day: date | None = None
    renewal_notice_day: date | None = None
    consumer_notice_latest: date | None = None
    reactivation: Window | None = None
    reactivation_basis: str = ""
