"""Placeholders, dates in words, and replies cut to what a channel can hold."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_currency

from bot.domain.calendar import ROME
from bot.domain.knowledge import Bilingual, Language
from bot.domain.messages import SHARE_CONTACT, Button, ChannelLimits, Reply

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


def fitted(reply: Reply, limits: ChannelLimits, by_number: str = "") -> list[Reply]:
    """Return the reply as one or more that the channel can hold; buttons go under the last.

    Args:
        reply: As it was decided, whatever the channel.
        limits: What the channel can hold.
        by_number: Where the channel has too few buttons they become a numbered list, and
            these words above it invite the customer to answer with a number.
    """
    reply = _with_buttons_that_fit(reply, limits, by_number)
    parts = list(_split(reply.text, limits.text))
    return [*(Reply(text=part) for part in parts[:-1]), replace(reply, text=parts[-1])]


def plain(words: Bilingual) -> str:
    """Return both languages at once, for readers whose language we do not know."""
    return f"{words.it.strip()}\n\n{words.en.strip()}"


def _with_buttons_that_fit(reply: Reply, limits: ChannelLimits, by_number: str) -> Reply:
    buttons = [
        button
        for button in reply.buttons
        if limits.shares_contact or button.payload != SHARE_CONTACT
    ]
    if len(buttons) > limits.buttons:
        listed = f"{by_number}\n{numbered([button.text for button in buttons])}".strip()
        return replace(reply, text=f"{reply.text}\n\n{listed}", buttons=())
    cut = tuple(
        Button(text=shortened(button.text, limits.button_text), payload=button.payload)
        for button in buttons
    )
    return replace(reply, buttons=cut)


def _split(text: str, max_chars: int) -> Iterator[str]:
    while len(text) > max_chars:
        at = _break_before(text, max_chars)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    yield text


def _break_before(text: str, max_chars: int) -> int:
    """Return where to cut: after a line, a sentence or a word, so that no address is broken."""
    for mark in ("\n", ". ", " "):
        at = text.rfind(mark, 0, max_chars)
        if at > 0:
            return at + len(mark)
    return max_chars
