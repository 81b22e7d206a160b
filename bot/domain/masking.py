"""Numbers of cards and bank accounts, which nobody needs to keep."""

import re

from stdnum import iban, luhn

_SHOWN = 4
"""Last digits that stay, so that customer and staff can tell which one is meant."""
_CARD = re.compile(
    r"(?<![\w+])[3-6]\d{3}(?:([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|([ -]?)\d{6}\2\d{5})(?!\w)"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text in which card numbers and IBANs show their last digits only.

    What merely looks like one, by its check digits, stays.

    Source:
        GDPR, article 5(1)(c): data shall be limited to what is necessary.
    """
    text = _IBAN.sub(_iban, text)
    return _CARD.sub(lambda found: _hidden(found) if _is_card(found[0]) else found[0], text)


def _is_card(said: str) -> bool:
    return luhn.is_valid(_compact(said))


def _iban(found: re.Match[str]) -> str:
    """Mask the account, which may be followed by words that look like a part of it."""
    said = found[0]
    for end in range(len(said), 0, -1):
        if said[end - 1] != " " and iban.is_valid(said[:end]):
            return f"{said[:2]} •••• {_compact(said[:end])[-_SHOWN:]}{said[end:]}"
    return said


def _hidden(found: re.Match[str]) -> str:
    return f"•••• {_compact(found[0])[-_SHOWN:]}"


def _compact(said: str) -> str:
    return re.sub(r"[^\w]", "", said)
