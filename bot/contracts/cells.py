"""How a cell of a table is read, whatever wrote it: Excel in Italy, a billing system, a person."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import phonenumbers

from bot.domain.wording import folded

Cell = object
"""What a table holds: text, a number, a day, true or false, or nothing."""

_NOTHING = frozenset({"", "-", "--", "n/a", "null", "none"})
_NO_DAY = re.compile(r"^0000-00-00(?: 00:00:00)?$")
_ITALIAN_DAY = re.compile(
    r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s+\d{1,2}[:.]\d{2}(?::\d{2})?)?$"
)
_YES = frozenset({"si", "s", "yes", "y", "vero", "true", "1", "x"})
_NO = frozenset({"no", "n", "falso", "false", "0"})
_THOUSANDS = re.compile(r"^-?\d{1,3}(?:[.' ]\d{3})+(?:,\d+)?$")
_MOST_DECIMALS = 2
_PLUS_DIGITS = re.compile(r"^\+\d{6,15}$")


class BadCell(ValueError):
    """A cell that cannot be read; the message ends with the cure."""


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell holds nothing."""
    if isinstance(cell, str):
        return cell.strip().lower() in _NOTHING or _NO_DAY.match(cell.strip()) is not None
    return cell is None


def text(cell: Cell) -> str:
    """Return a cell as text; Excel keeps whole numbers as decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def day(cell: Cell) -> date:
    """Return a day: Excel's own, ``dd/mm/yyyy``, or ISO 8601."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    said = text(cell)
    found = _ITALIAN_DAY.match(said)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return datetime.fromisoformat(said).date()
    except ValueError as error:
        raise BadCell(f"{said!r} is no date. Write it as 31/12/2026.") from error


def cents(cell: Cell) -> int:
    """Return an amount in cents: 146.4, "146,40", "1.234,56 €"."""
    said = text(cell)
    bare = re.sub(r"[€\s]|EUR", "", said, flags=re.IGNORECASE)
    if "," in bare or _THOUSANDS.match(bare):
        bare = bare.replace(".", "").replace("'", "").replace(",", ".")
    try:
        amount = Decimal(str(round(cell, 4)) if isinstance(cell, float) else bare)
    except InvalidOperation as error:
        raise BadCell(f"{said!r} is no amount. Write it as 146,40.") from error
    whole = amount * 100
    if not amount.is_finite() or whole != whole.to_integral_value() or amount < 0:
        raise BadCell(
            f"{said!r} is no amount. Write it with at most {_MOST_DECIMALS} decimals, as 146,40."
        )
    return int(whole)


def phone(cell: Cell) -> str:
    """Return a number in E.164, Italian where it has no country; a landline keeps its zero.

    A cell that Excel took for a number has lost that zero, so it is put back where only then
    the number makes sense. Numbers of no known plan are kept if they are written with a plus.
    """
    said = text(cell)
    found = _valid(said) or (None if said.startswith(("+", "0")) else _valid(f"0{said}"))
    if found:
        return found
    digits = "+" + re.sub(r"\D", "", said)
    if said.startswith("+") and _PLUS_DIGITS.match(digits):
        return digits
    raise BadCell(f"{said!r} is no telephone number. Write it as +39 0923 952636.")


def _valid(said: str) -> str | None:
    try:
        found = phonenumbers.parse(said, "IT")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found):
        return None
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def yes_no(cell: Cell) -> bool:
    """Return whether a cell says yes."""
    if isinstance(cell, bool):
        return cell
    said = folded(text(cell))
    if said in _YES | _NO:
        return said in _YES
    raise BadCell(f"{text(cell)!r} is neither yes nor no. Write sì or no.")


def several(cell: Cell) -> Sequence[str]:
    """Return the texts of a cell, apart by commas, semicolons or spaces."""
    return re.split(r"[,;\s]+", text(cell).strip(" ,;"))


def choice(cell: Cell, values: Mapping[str, str]) -> str:
    """Return the value that a cell names.

    Args:
        cell: What the table holds.
        values: By their words, folded; the first word of each is what we ask for.
    """
    found = values.get(folded(text(cell)))
    if found is None:
        known = {value: word for word, value in reversed([*values.items()])}
        asked = ", ".join(reversed(known.values()))
        raise BadCell(f"{text(cell)!r} is not known here. Write one of: {asked}.")
    return found


READERS: Mapping[str, Callable[[Cell], object]] = {
    "text": text,
    "day": day,
    "amount": cents,
    "phone": phone,
    "yes_no": yes_no,
    "list": several,
}
"""How each kind of column is read; a choice needs its words as well."""
