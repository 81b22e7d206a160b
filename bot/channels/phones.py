"""Phone numbers in the one form by which contacts are known."""

import re
from functools import lru_cache

import phonenumbers

_PLUS_DIGITS = re.compile(r"^\+\d{6,15}$")


@lru_cache(maxsize=500)  # Who writes once writes again soon, and parsing takes a while.
def e164(number: str) -> str | None:
    """Return a number as E.164, such as ``+393511212469``, or None if it is none.

    Vendors write numbers with or without a plus sign; Italian landlines keep their zero.
    Numbers of no known plan are kept as they are written.
    """
    digits = "+" + re.sub(r"\D", "", number)
    if not _PLUS_DIGITS.match(digits):
        return None
    try:
        parsed = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException:
        return digits
    if not phonenumbers.is_valid_number(parsed):
        return digits
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
