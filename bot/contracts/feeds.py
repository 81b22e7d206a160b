"""What back offices that are read whole have in common: sketches of contracts become records."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import phonenumbers
from dateutil.relativedelta import relativedelta

from bot.contracts.cells import BadCell, day, is_empty
from bot.contracts.rows import KEY, Column, Row, Table, known_columns
from bot.domain.errors import ContractFileError, Fault, SourceUnavailable
from bot.domain.standing import CANCEL_BEFORE
from bot.domain.wording import folded
from bot.ports import Fetched

FORGOTTEN_AFTER = timedelta(days=365)
"""Contracts that ended longer ago are left out: customers ask about the ones they have."""
PAID_LATELY = timedelta(days=90)
"""Paid invoices are of interest for as long: they tell when services are back."""

Part = dict[str, object]


@dataclass
class Sketch:
    """A contract as a back office has it, by the keys of columns.yaml.

    Args:
        place: How a person finds it there, such as "WHMCS, service 12".
        facts: Of the contract itself.
        parts: Contacts, services and invoices, one each.
    """

    place: str
    facts: Part
    parts: list[Part] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield the sketch as rows of a table, which know how each value is read."""
        number = self.facts[KEY]
        yield Row(place=self.place, number=0, cells=self.facts)
        for part in self.parts:
            yield Row(place=self.place, number=0, cells={KEY: number, **part})


def fetched(sketches: Iterable[Sketch], as_of: datetime, doubts: Sequence[Fault]) -> Fetched:
    """Return the contracts of all sketches.

    Raises:
        ContractFileError: Something in them cannot be read; lists every fault.
    """
    table = Table()
    for sketch in sketches:
        for row in sketch.rows():
            table.add(row)
    records = table.records(as_of)
    if table.faults:
        raise ContractFileError(table.faults)
    return Fetched(records=records, doubts=doubts)


def own_fields(fields: Iterable[tuple[object, object]]) -> Part:
    """Return what fields of the provider's own say, of those whose names we know as columns."""
    known = ((_column(str(name)), value) for name, value in fields if not is_empty(value))
    return {column.key: value for column, value in known if column is not None}


def _column(name: str) -> Column | None:
    return known_columns().get(folded(name.replace("_", " ")))


def telephone(said: str, country: str, place: str, doubts: list[Fault]) -> str | None:
    """Return a number in E.164; what is no number is a doubt, since it identifies nobody."""
    if not said.strip():
        return None
    lost_zero = re.sub(r"^\+39[. ]?(?=[1-9])", "+390", said.strip())
    found = (_valid(one, country) for one in (said, lost_zero))
    number = next((one for one in found if one is not None), None)
    if number is None:
        cure = "Nobody is recognised by it; correct it there."
        doubts.append(
            Fault(file=place, line=0, problem=f"{said!r} is no telephone number.", cure=cure)
        )
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _valid(said: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(said, country or "IT")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def whole_number(said: str) -> int:
    """Return a count; raise SourceUnavailable if it is none."""
    if not said.isdigit():
        raise SourceUnavailable("It tells a count that is no number.")
    return int(said)


def day_of(value: object) -> date | None:
    """Return a day, or None where there is none or nobody can read it."""
    try:
        return None if is_empty(value) else day(value)
    except BadCell:
        return None


@dataclass(frozen=True, kw_only=True)
class Bill:
    """An invoice as a back office has it.

    Args:
        amount: As text or number, with any number of decimals.
    """

    number: str
    issued_on: date | None
    due_on: date | None
    paid_on: date | None
    amount: object
    currency: str

    def part(self) -> Part:
        """Return it by the keys of columns.yaml."""
        return {
            "invoice.number": self.number,
            "invoice.issued_on": self.issued_on,
            "invoice.due_on": self.due_on,
            "invoice.paid_on": self.paid_on,
            "invoice.amount_cents": None if is_empty(self.amount) else _rounded(self.amount),
            "invoice.currency": self.currency,
        }


def _rounded(amount: object) -> object:
    try:
        return round(float(str(amount)), 2)
    except ValueError:
        return amount  # What cannot be read is blamed with its place.


def term(
    next_due_on: date | None, span: relativedelta | None, bills: Sequence[Bill], today: date
) -> tuple[date | None, Sequence[Bill]]:
    """Return the last day of the current term, and the bills that matter in it.

    Back offices issue the bill of the next term early, and keep its day as that of the next
    payment until it is paid. Only from the last day for cancelling on is the contract renewed and
    that bill a debt; before, it announces the renewal.

    Args:
        next_due_on: That day.
        span: How long a term lasts; None if it is not renewed by itself.
        bills: Of this contract.
        today: The calendar day in Italy.

    Source:
        Terms and conditions, article 9: cancellation at least 15 days before expiry, else the
        services are renewed and the invoice of renewal is issued.
    """
    lately = [one for one in bills if one.paid_on is None or today - one.paid_on < PAID_LATELY]
    if next_due_on is None:
        return None, lately
    coming = [one for one in lately if one.paid_on is None and _from(one, next_due_on)]
    if today <= next_due_on - CANCEL_BEFORE:
        return next_due_on, [one for one in lately if one not in coming]
    return (next_due_on + span if coming and span else next_due_on), lately


def _from(bill: Bill, day_due: date) -> bool:
    return bill.due_on is not None and bill.due_on >= day_due


def long_over(ended_on: date | None, today: date) -> bool:
    """Tell whether what ended then is of no interest any more."""
    return ended_on is not None and ended_on < today - FORGOTTEN_AFTER


def contact(name: str, phone: str | None, email: object, *, sees_money: bool, role: str) -> Part:
    """Return a contact; one without a name is called by their address."""
    return {
        "contact.name": name.strip() or str(email),
        "contact.phone": phone,
        "contact.email": str(email or "").strip(),
        "contact.role": role,
        "contact.may_see": "all" if sees_money else "technical",
    }


def text(row: Mapping[str, object], key: str) -> str:
    """Return a value as text; numbers come as text or as numbers, letters as entities of HTML."""
    value = row.get(key)
    return "" if value is None else html.unescape(str(value)).strip()
