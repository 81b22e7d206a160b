"""Which of several standings staff should know of first."""

from collections.abc import Iterable

from bot.domain.contract import Standing

GRAVEST_FIRST = (
    Standing.REMINDER_EXPIRED,
    Standing.SUSPENDED,
    Standing.REMINDED,
    Standing.FEE_MISSING,
    Standing.REACTIVATION_OVERDUE,
    Standing.PAID_AFTER_DEADLINE,
    Standing.CANCELLATION_PENDING,
    Standing.UNCLEAR,
    Standing.CANCELLATION_LATE,
    Standing.PAYMENT_DUE,
    Standing.REACTIVATION_SCHEDULED,
    Standing.RENEWAL_COMMITTED,
    Standing.RENEWAL_NOTICE,
    Standing.CANCELLATION_ACCEPTED,
    Standing.ACTIVE,
    Standing.CANCELLED,
    Standing.TERMINATED,
)
"""What is off comes before what is due; what has ended says nothing of what still runs."""


def gravest(standings: Iterable[Standing]) -> Standing | None:
    """Return the gravest of some standings, or None if there are none."""
    return min(standings, key=GRAVEST_FIRST.index, default=None)
