"""Where a contract stands today: `standing()` and the days that follow from it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

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
    Timeline,
)

CANCEL_BEFORE = timedelta(days=15)
"""Terms and conditions, article 9: "almeno 15 (quindici) giorni prima della scadenza"."""

NOTICE_BEFORE = relativedelta(months=1)
"""Terms and conditions, article 9: "Un mese prima della scadenza"."""

CONSUMER_NOTICE_BEFORE = timedelta(days=30)
"""Codice del consumo, article 65-bis: notice not less than 30 days before."""


STALE_AFTER = timedelta(days=14)
"""Our own limit: by then an invoice can have fallen due, and a reminder can have been sent."""


def standing(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> Standing:
    """Return where the contract stands at ``now``; total, so it never raises.

    Recorded facts win over derived ones. What the record cannot settle, what contradicts
    itself or the back office's own word, and what is old is ``UNCLEAR``: a person decides.

    Source:
        Terms and conditions, articles 9, 9.1, 9.2 and 9.3.
    """
    found = _judged(record, calendar, now)
    return Standing.UNCLEAR if isinstance(found, Doubt) else found


def doubt(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> Doubt | None:
    """Return why the contract's standing is ``UNCLEAR`` at ``now``, or None if it is not."""
    found = _judged(record, calendar, now)
    return found if isinstance(found, Doubt) else None


def timeline(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> Timeline:
    """Return the days that matter at ``now``; empty for contracts that are over or unclear."""
    current = standing(record, calendar, now)
    if current in _WITHOUT_DATES or record.expires_on is None:
        return Timeline()
    basis, paid_on = _reactivation_basis(record, current, now.astimezone(ROME).date())
    return Timeline(
        last_cancellation_day=_back(record.expires_on, CANCEL_BEFORE),
        renewal_notice_day=_back(record.expires_on, NOTICE_BEFORE),
        consumer_notice_latest=(
            _back(record.expires_on, CONSUMER_NOTICE_BEFORE) if record.consumer else None
        ),
        reactivation=calendar.reactivation_window(paid_on) if paid_on else None,
        reactivation_basis=basis,
    )


_WITHOUT_DATES = frozenset(
    {
        Standing.CANCELLED,
        Standing.REMINDER_EXPIRED,
        Standing.TERMINATED,
        Standing.UNCLEAR,
    }
)

_AGREES_WITH: dict[StatedState, frozenset[Standing]] = {
    StatedState.ACTIVE: frozenset(
        {
            Standing.ACTIVE,
            Standing.RENEWAL_NOTICE,
            Standing.RENEWAL_COMMITTED,
            Standing.CANCELLATION_ACCEPTED,
            Standing.CANCELLATION_LATE,
            Standing.CANCELLATION_PENDING,
            Standing.PAYMENT_DUE,
        }
    ),
    StatedState.UNPAID: frozenset({Standing.PAYMENT_DUE}),
    StatedState.SUSPENDED: frozenset({Standing.SUSPENDED, Standing.FEE_MISSING}),
    StatedState.REMINDED: frozenset(
        {Standing.REMINDED, Standing.REMINDER_EXPIRED, Standing.FEE_MISSING}
    ),
    StatedState.SUSPENDED_PAID: frozenset(
        {
            Standing.REACTIVATION_SCHEDULED,
            Standing.REACTIVATION_OVERDUE,
            Standing.PAID_AFTER_DEADLINE,
        }
    ),
    StatedState.CEASED: frozenset({Standing.TERMINATED}),
    StatedState.ENDED: frozenset({Standing.CANCELLED}),
}


def _back(day: date, span: timedelta | relativedelta) -> date | None:
    try:
        return day - span
    except (OverflowError, ValueError):  # the first days of year 1
        return None


def _judged(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> Standing | Doubt:
    if record.as_of is not None and now - record.as_of > STALE_AFTER:
        return Doubt.TOO_OLD
    return (
        _contradiction(record, now.astimezone(ROME).date())
        or _contradicts_back_office(record, calendar)
        or _derived(record, calendar, now)
    )


def _contradiction(record: ContractRecord, today: date) -> Doubt | None:
    invoice, reminder = record.invoice, record.reminder
    if any(day > today for day in _recorded_days(record)):
        return Doubt.IN_THE_FUTURE
    if (invoice is not None and _before(invoice.due_on, invoice.issued_on)) or (
        reminder is not None and _before(reminder.deadline_on, reminder.sent_on)
    ):
        return Doubt.DAYS_CROSSED
    if invoice is None and (reminder or record.reactivation_fee_paid_on):
        return Doubt.PAID_FOR_WHAT
    return Doubt.OFF_WITHOUT_REASON if _off_without_a_reason(record) else None


def _recorded_days(record: ContractRecord) -> Iterator[date]:
    """Yield the days on which something is said to have happened already."""
    days = [record.reactivation_fee_paid_on, record.reactivated_on]
    if record.invoice is not None:
        days.append(record.invoice.paid_on)
    if record.reminder is not None:
        days.append(record.reminder.sent_on)
    yield from (day for day in days if day is not None)


def _off_without_a_reason(record: ContractRecord) -> bool:
    return (
        record.services_on is False
        and record.invoice is None
        and record.ended_on is None
        and record.cancellation is None
    )


def _before(earlier: date | None, later: date | None) -> bool:
    return earlier is not None and later is not None and earlier < later


def _contradicts_back_office(record: ContractRecord, calendar: DeskCalendar) -> Doubt | None:
    if record.stated is None or record.as_of is None:
        return None
    derived = _derived(record, calendar, record.as_of)
    if isinstance(derived, Doubt):
        return derived
    return None if derived in _AGREES_WITH[record.stated] else Doubt.OTHER_STATE


def _derived(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> Standing | Doubt:
    today = now.astimezone(ROME).date()
    if record.ended_on is not None and record.ended_on <= today:
        return Standing.TERMINATED
    if _cancelled(record, today):
        return Standing.CANCELLED
    if record.invoice is not None:
        unpaid = _invoice_standing(record, record.invoice, calendar, now)
        if unpaid is not None:
            return unpaid
    return _term_standing(record, today)


def _cancelled(record: ContractRecord, today: date) -> bool:
    cancellation = record.cancellation
    if cancellation is None:
        return False
    if cancellation.kind is CancellationKind.IMMEDIATE and cancellation.processed_on:
        return cancellation.processed_on <= today
    expires_on = record.expires_on
    return expires_on is not None and expires_on < today and _in_time(expires_on, cancellation)


def _in_time(expires_on: date, cancellation: Cancellation) -> bool:
    """Article 9: received at least 15 days before expiry, by the calendar day in Italy."""
    last_day = _back(expires_on, CANCEL_BEFORE)
    return last_day is not None and cancellation.received_on <= last_day


def _invoice_standing(
    record: ContractRecord, invoice: Invoice, calendar: DeskCalendar, now: datetime
) -> Standing | Doubt | None:
    """Return the standing the invoice gives, or None if it is settled and services run."""
    today = now.astimezone(ROME).date()
    if invoice.due_on is None:
        return Doubt.NO_DUE_DAY
    if invoice.paid_on is None:
        return _unpaid_standing(record, invoice.due_on, today)
    if invoice.paid_on <= invoice.due_on or record.reactivated_on is not None:
        return Doubt.OFF_THOUGH_PAID if record.services_on is False else None
    if record.services_on is True:
        return None  # The back office says that the services are back.
    return _late_payment_standing(record, invoice.paid_on, calendar, now)


def _unpaid_standing(record: ContractRecord, due_on: date, today: date) -> Standing | Doubt:
    if due_on >= today:
        return Doubt.OFF_WITHOUT_REASON if record.services_on is False else Standing.PAYMENT_DUE
    if record.reminder is None:
        return Standing.SUSPENDED
    return _reminder_standing(record.reminder, today)


def _reminder_standing(reminder: Reminder, today: date) -> Standing | Doubt:
    if reminder.deadline_on is None:
        return Doubt.NO_DEADLINE
    return Standing.REMINDED if reminder.deadline_on >= today else Standing.REMINDER_EXPIRED


def _late_payment_standing(
    record: ContractRecord, invoice_paid_on: date, calendar: DeskCalendar, now: datetime
) -> Standing:
    deadline = record.reminder.deadline_on if record.reminder else None
    fee_paid_on = record.reactivation_fee_paid_on
    if fee_paid_on is None:
        past = deadline is not None and deadline < now.astimezone(ROME).date()
        return Standing.REMINDER_EXPIRED if past else Standing.FEE_MISSING
    paid_on = max(invoice_paid_on, fee_paid_on)
    if deadline is not None and paid_on > deadline:
        return Standing.PAID_AFTER_DEADLINE
    window = calendar.reactivation_window(paid_on)
    if now <= window.end:
        return Standing.REACTIVATION_SCHEDULED
    return Standing.REACTIVATION_OVERDUE


def _term_standing(record: ContractRecord, today: date) -> Standing | Doubt:
    """Return what the contract year alone says: article 9."""
    if record.expires_on is None:
        return Doubt.NO_EXPIRY
    if record.cancellation is not None:
        return _cancellation_standing(record.expires_on, record.cancellation, today)
    last_day = _back(record.expires_on, CANCEL_BEFORE)
    notice_day = _back(record.expires_on, NOTICE_BEFORE)
    if record.expires_on < today or last_day is None or notice_day is None:
        return Doubt.PAST_EXPIRY  # Renewed or not?
    if today > last_day:
        return Standing.RENEWAL_COMMITTED
    return Standing.RENEWAL_NOTICE if today >= notice_day else Standing.ACTIVE


def _cancellation_standing(
    expires_on: date, cancellation: Cancellation, today: date
) -> Standing | Doubt:
    if cancellation.kind is CancellationKind.IMMEDIATE:
        return Standing.CANCELLATION_PENDING
    if _in_time(expires_on, cancellation):
        return Standing.CANCELLATION_ACCEPTED
    return Doubt.PAST_EXPIRY if expires_on < today else Standing.CANCELLATION_LATE


def _reactivation_basis(
    record: ContractRecord, current: Standing, today: date
) -> tuple[str, date | None]:
    if current in {Standing.SUSPENDED, Standing.REMINDED, Standing.FEE_MISSING}:
        return "if_paid_today", today
    if current in {Standing.REACTIVATION_SCHEDULED, Standing.REACTIVATION_OVERDUE}:
        paid = record.invoice.paid_on if record.invoice else None
        fee = record.reactivation_fee_paid_on
        return "paid_on", max(paid, fee) if paid and fee else None
    return "", None
