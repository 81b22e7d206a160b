"""What follows if a payment arrived, or arrives, on the day a customer states."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.calendar import ROME, DeskCalendar, Window
from bot.domain.conversation import PaymentClaim
from bot.domain.knowledge import Language
from bot.domain.meaning import Reading
from bot.domain.stated_days import is_done, stated_day
from bot.domain.wording import day_in_words


class PaymentTime(StrEnum):
    """When a stated payment is, seen from now; the name of what to say about it."""

    COMING = "if_paid_on"
    MADE = "if_was_paid_on"
    LONG_MADE = "if_paid_long_ago"
    AFTER_DEADLINE = "paid_after_term"


@dataclass(frozen=True, kw_only=True)
class StatedPayment:
    """A payment on a day the customer states; never believed, only answered under condition.

    Args:
        window: When services would come back after it.
    """

    day: date
    window: Window
    time: PaymentTime

    def against(self, deadline_on: date | None) -> PaymentTime:
        """Return what to say of it, given the deadline of a reminder if there is one.

        Source:
            Terms and conditions, article 9.2: after the deadline the contract has ended.
        """
        late = deadline_on is not None and self.day > deadline_on
        return PaymentTime.AFTER_DEADLINE if late else self.time

    def values(self, language: Language) -> Mapping[str, str]:
        """Return the words for the placeholders of what is said of it."""
        return {
            "stated_day": day_in_words(self.day, language),
            "stated_window": day_in_words(self.window.start.date(), language),
        }


def stated_payment(text: str, calendar: DeskCalendar, now: datetime) -> StatedPayment | None:
    """Return the payment of which a text states the day, or None if it states none.

    Source:
        Terms and conditions, article 9.3, for the window.
    """
    today = now.astimezone(ROME).date()
    day = stated_day(text, today)
    if day is None:
        return None
    window = calendar.reactivation_window(day)
    if day > today or (day == today and not is_done(text)):
        time = PaymentTime.COMING
    else:
        time = PaymentTime.LONG_MADE if window.end < now else PaymentTime.MADE
    return StatedPayment(day=day, window=window, time=time)


def claimed(
    before: PaymentClaim | None, reading: Reading, payment: StatedPayment | None, now: datetime
) -> PaymentClaim | None:
    """Return what the customer says of a payment, with what this message adds to it."""
    if not reading.reports_payment:
        return before
    claim = before or PaymentClaim(made_at=now)
    return replace(
        claim,
        day=payment.day if payment else claim.day,
        receipts=claim.receipts + reading.files,
    )
