"""Worked date cases, one JSON object a line: what `sportello contracts standing` reads."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict

from bot.domain.calendar import DeskCalendar
from bot.domain.contract import (
    Cancellation,
    CancellationKind,
    ContractRecord,
    Invoice,
    Reminder,
)


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Invoice(_Shape):
    number: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    paid_on: date | None = None


class _Reminder(_Shape):
    sent_on: date | None = None
    deadline_on: date | None = None


class _Fee(_Shape):
    paid_on: date | None = None


class _Cancellation(_Shape):
    pec_received_at: AwareDatetime
    kind: CancellationKind = CancellationKind.AT_EXPIRY
    processed_on: date | None = None


class _Contract(_Shape):
    expires_on: date | None = None
    consumer: bool = False
    invoice: _Invoice | None = None
    reminder: _Reminder | None = None
    reactivation_fee: _Fee | None = None
    reactivated_on: date | None = None
    cancellation: _Cancellation | None = None
    ended_on: date | None = None

    @property
    def fee_paid_on(self) -> date | None:
        return self.reactivation_fee.paid_on if self.reactivation_fee else None


class _Calendar(_Shape):
    local_patron_day: bool = False
    closures: tuple[tuple[date, date], ...] = ()


class Case(_Shape):
    """One record at one moment."""

    id: str = ""
    now: AwareDatetime
    contract: _Contract
    calendar: _Calendar = _Calendar()

    def record(self) -> ContractRecord:
        """Return the case's contract."""
        given = self.contract
        return ContractRecord(
            contract_id=self.id,
            expires_on=given.expires_on,
            consumer=given.consumer,
            invoice=Invoice(**given.invoice.model_dump()) if given.invoice else None,
            reminder=Reminder(**given.reminder.model_dump()) if given.reminder else None,
            reactivation_fee_paid_on=given.fee_paid_on,
            reactivated_on=given.reactivated_on,
            cancellation=(
                Cancellation(**given.cancellation.model_dump()) if given.cancellation else None
            ),
            ended_on=given.ended_on,
        )

    def desk_calendar(self) -> DeskCalendar:
        """Return the case's calendar."""
        return DeskCalendar(**self.calendar.model_dump())
