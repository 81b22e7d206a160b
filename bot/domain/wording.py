"""Placeholders, dates in words, and replies cut to what a channel can hold."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_currency

from bot.domain.calendar import ROME
from bot.domain.knowledge import Bilingual, Language

PLACEHOLDER = re.compile(r"\{(\w+)\}")

PLACEHOLDERS: Mapping[str, str] = {
    "contract": "services",
    "services": "services",
    "expires_on": "dates",
    "cancel_by": "dates",
    "due_on": "dates",
    "deadline_on": "dates",
    "paid_on": "dates",
    "pec_received_on": "dates",
    "code_issued_on": "dates",
    "ended_on": "dates",
    "registry_expires_on": "dates",
    "window_day": "dates",
    "invoice_number": "money",
    "amount": "money",
    "server": "server",
    "domain": "services",
    "domain_steps": "dates",
    "registry_told_at": "standing",
    "day": "dates",
    "next_opening": "",
    "privacy_url": "",
    "code": "",
    "tries_left": "",
    "data_day": "",
    "data_moment": "",
    "stated_day": "",
    "stated_window": "",
}
"""Every placeholder, with the class of contract data it reveals."""

_ELIDED = {"il": "l'", "al": "all'", "dal": "dall'", "del": "dell'"}
_BEFORE_A_VOWEL = re.compile(r"\b(il|al|dal|del) (?=(?:8|11) [a-z])")
"""Otto and undici are the only days that begin with a vowel."""

_LOCALES: Mapping[Language, str] = {"it": "it_IT", "en": "en_GB"}
_HOUR_JOINED: Mapping[Language, str] = {"it": "alle", "en": "at"}


def fill(text: str, values: Mapping[str, str]) -> str | None:
    """Return the text with its placeholders filled, or None if a value is missing.

    Italian articles bow to the number after them: "entro l'11 marzo", "fino all'8 aprile".
    """
    if not all(values.get(name) for name in PLACEHOLDER.findall(text)):
        return None
    filled = PLACEHOLDER.sub(lambda found: values[found.group(1)], text)
    return _BEFORE_A_VOWEL.sub(lambda found: _ELIDED[found.group(1)], filled)


def in_words(day: date, language: Language) -> str:
    """Return a date such as "12 marzo 2026"."""
    return format_date(day, "d MMMM y", locale=_LOCALES[language])


def day_in_words(day: date, language: Language) -> str:
    """Return a near date with its weekday, such as "lunedì 30 novembre"."""
    return format_date(day, "EEEE d MMMM", locale=_LOCALES[language])


def moment_in_words(moment: datetime, language: Language) -> str:
    """Return a moment such as "lunedì 30 novembre alle 9.30", in Italian time."""
    local = moment.astimezone(ROME)
    day = day_in_words(local.date(), language)
    return f"{day} {_HOUR_JOINED[language]} {local.hour}.{local.minute:02}"


def amount_in_words(cents: int, currency: str, language: Language) -> str:
    """Return an amount such as "146,40 €"."""
    text = format_currency(cents / 100, currency, locale=_LOCALES[language])
    return text.replace("\xa0", " ")


def numbered(texts: list[str]) -> str:
    """Return the texts as a numbered list, one a line."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1))


def shortened(text: str, max_chars: int) -> str:
    """Return the text, with an ellipsis where it is too long for a button."""
    return text if len(text) <= max_chars else text[: max_chars - 1].rstrip() + "…"


@lru_cache(maxsize=200)  # One message is looked at from many sides.
def folded(text: str) -> str:
    """Return the words of a text without case, accents and punctuation."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", bare))


def plain(words: Bilingual) -> str:
    """Return both languages at once, for readers whose language we do not know."""
    return f"{words.it.strip()}\n\n{words.en.strip()}"
