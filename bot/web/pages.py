"""HTML pages, with everything that is not ours escaped."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from importlib.metadata import version

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from babel.units import format_unit
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from bot.domain.calendar import ROME
from bot.domain.snoozing import as_written
from bot.domain.wording import amount_in_words, day_in_words, in_words, moment_in_words
from bot.parts import CHANNELS
from bot.ports import Clock
from bot.web.sessions import SIGNED_IN

_CODE = re.compile(r"\b\d{5}\b")
"""Twilio's codes have five digits."""
_HOUR_MINUTES = 60
_KB, _MB = 1_000, 1_000_000
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])")
"""The same as in bubbles.js."""


class Pages:
    """Fills the templates; the console's dates and amounts are in Italian."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(_FILTERS)
        self._environment.globals["version"] = version("sportello")
        self._environment.globals["signed_in"] = SIGNED_IN.get

    def page(
        self, template: str, values: Mapping[str, object] | None = None, status: int = 200
    ) -> HTMLResponse:
        """Return a filled template that no cache may keep."""
        return HTMLResponse(
            self.text(template, values), status, headers={"Cache-Control": "no-store"}
        )

    def text(self, template: str, values: Mapping[str, object] | None = None) -> str:
        """Return a filled template."""
        return self._environment.get_template(template).render(values or {}, now=self._clock.now())


def _channel(name: str) -> str:
    """Return what staff call a channel."""
    return CHANNELS[name].label if name in CHANNELS else name


def _local_day(at: datetime) -> date:
    return at.astimezone(ROME).date()


def _hour(at: datetime) -> str:
    """Return the time of day in Italy, such as "09:05"."""
    return at.astimezone(ROME).strftime("%H:%M")


def _iso(at: datetime) -> str:
    return at.astimezone(ROME).isoformat(timespec="seconds")


def _in_words(day: date) -> str:
    return in_words(day, "it")


def _day_in_words(day: date) -> str:
    return day_in_words(day, "it")


def _short_day(at: datetime) -> str:
    """Return the day in Italy, such as "26 nov"."""
    return format_date(_local_day(at), "d MMM", locale="it")


def _moment(at: datetime) -> str:
    """Return a moment in Italy, such as "lunedì 30 novembre alle 9.30"."""
    return moment_in_words(at, "it")


def _span(since: datetime, now: datetime) -> str:
    """Return how long ago something was, such as "12 minuti"."""
    return format_timedelta(now - since, granularity="minute", locale="it", threshold=1)


def _left(left: timedelta) -> str:
    """Return how long something still lasts, such as "3 ore e 12 minuti"."""
    minutes = max(int(left.total_seconds() // 60), 1)
    parts = [(minutes // 60, "hour"), (minutes % 60, "minute")]
    return " e ".join(
        format_unit(count, f"duration-{unit}", locale="it") for count, unit in parts if count
    )


def _about(left: timedelta) -> str:
    """Return how long something still lasts in whole hours, or minutes, such as "3 ore"."""
    minutes = max(int(left.total_seconds() // 60), 1)
    unit, count = ("hour", minutes // 60) if minutes >= _HOUR_MINUTES else ("minute", minutes)
    return format_unit(count, f"duration-{unit}", locale="it")


def _language(code: str) -> str:
    """Return what a language is called in Italian; its code if it is none we know."""
    try:
        return Locale.parse(code).get_language_name("it") or code
    except (ValueError, UnknownLocaleError):
        return code


def _vendor_code(error: str) -> str:
    """Return the number of a vendor's error that a text holds, else nothing."""
    found = _CODE.search(error)
    return found.group() if found else ""


def _whole_day(at: datetime, language: str) -> str:
    """Return the day in Italy, such as "giovedì 26 novembre"."""
    return format_date(_local_day(at), "EEEE d MMMM", locale=language)


def _linked(text: str) -> Markup:
    """Return one of our own replies with its addresses as links."""
    parts = _LINK.split(text)
    link = Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>')
    return Markup("").join(
        link.format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def _amount(cents: int, currency: str) -> str:
    return amount_in_words(cents, currency, "it")


def _size(count: int) -> str:
    """Return how large a file is, such as "1,4 MB"."""
    if count < _MB:
        return f"{-(-count // _KB)} kB"
    return f"{format_decimal(count / _MB, '0.#', locale='it')} MB"


_FILTERS: dict[str, Callable[..., object]] = {
    "as_written": as_written,
    "from_iso": datetime.fromisoformat,
    "moment": _moment,
    "about": _about,
    "amount": _amount,
    "channel": _channel,
    "day_in_words": _day_in_words,
    "hour": _hour,
    "in_words": _in_words,
    "linked": _linked,
    "iso": _iso,
    "language": _language,
    "left": _left,
    "local_day": _local_day,
    "short_day": _short_day,
    "size": _size,
    "span": _span,
    "vendor_code": _vendor_code,
    "whole_day": _whole_day,
}
