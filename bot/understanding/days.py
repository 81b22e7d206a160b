"""Dates as customers write them: "12/3", "12 marzo 2026", "March 12", "ieri".

Own patterns: dateutil knows no Italian and takes any number for a date, and dateparser looks for
dates in a text for longer than all the rest of the matcher.
"""

import re
from collections.abc import Iterator
from datetime import date

from bot.domain.matching import EntityKind
from bot.understanding.spans import Span, without

_ITALIAN = (
    *("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto"),
    *("settembre", "ottobre", "novembre", "dicembre"),
)
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = {
    short: number
    for months in (_ITALIAN, _ENGLISH)
    for number, name in enumerate(months, start=1)
    for short in (name, name[:3], name[:4])
}
"""Months by their names and by what customers make of them: "sett", "sept", "dic"."""

_RELATIVE_WORDS = ("oggi", "today", "ieri", "yesterday", "domani", "tomorrow", "dopodomani")

_YEARS = range(1990, 2100)
_BEGIN = r"(?<!\w)(?<!\d[.,:/-])"
_END = r"(?!\w|[.,:/-]\d)"
_YEAR = r"(?P<year>\d{4})"
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_ENGLISH_NAMES = "|".join(
    sorted({name[:size] for name in _ENGLISH for size in (3, 4, 9)}, key=len, reverse=True)
)
_UNITS = (
    r"\s?(?:giorn|gg|volt|or[ae]\b|minut|settiman|mes[ei]|ann[io]|day|time|hour|week|month|year)"
)
_NUMERIC = re.compile(
    rf"{_BEGIN}(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})"
    rf"(?:(?P=mark)(?P<year>\d{{4}}|\d\d){_END}|{_END}(?!{_UNITS}))",
    re.IGNORECASE,
)
"""Day before month, as in Italy and Britain; "2-3 giorni" is no date."""

_ISO = re.compile(rf"{_BEGIN}{_YEAR}(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?){_END}")
_DAY_FIRST = re.compile(
    rf"{_BEGIN}(?P<day>\d{{1,2}}|primo)(?:°|o|th|st|nd|rd)?\s?(?:(?:di|of)\s)?"
    rf"(?P<month>{_NAMES})\b\.?(?:,?\s(?:del\s)?{_YEAR}{_END})?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"{_BEGIN}(?P<month>{_ENGLISH_NAMES})\.?\s"
    rf"(?P<day>\d{{1,2}})(?:th|st|nd|rd)?{_END}(?:,?\s{_YEAR}{_END})?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(rf"{_BEGIN}(?:{'|'.join(_RELATIVE_WORDS)})(?!\w)", re.IGNORECASE)
_HOUR = re.compile(r"\b(?:ore|alle|dalle|h|at|from)\s?$", re.IGNORECASE)
_LOOK_BACK_CHARS = 8
_PARTS = ("day", "month", "year")
_LEAP_YEAR = 2024
_PATTERNS = (_ISO, _NUMERIC, _DAY_FIRST, _MONTH_FIRST)


def days_in(text: str) -> Iterator[Span]:
    """Yield the dates of a text, in no particular order.

    The value is empty where the day cannot be told without knowing more: "ieri", "12 marzo".
    """
    for found in _RELATIVE.finditer(text):
        yield _span(found, "")
    for pattern in _PATTERNS:
        spans = [span for found in pattern.finditer(text) if (span := _day(found))]
        yield from spans
        text = without(text, spans)


def _day(found: re.Match[str]) -> Span | None:
    """Return the date, if there is such a day and it is not a time of day."""
    day, month, year = (found[name].lower() if found[name] else "" for name in _PARTS)
    before = found.string[max(0, found.start() - _LOOK_BACK_CHARS) : found.start()]
    if not year and found.re is _NUMERIC and found["mark"] == "." and _HOUR.search(before):
        return None
    in_month = 1 if day == "primo" else int(day)
    value = _value(in_month, _MONTH.get(month) or int(month), year)
    return None if value is None else _span(found, value)


def _value(day: int, month: int, year: str) -> str | None:
    """Return the date in ISO 8601, empty without a year, or None if there is no such day."""
    if year:
        full = int(year) if len(year) > len("26") else 2000 + int(year)
        exact = _date(full, month, day) or _date(full, day, month)  # "11/25/2026"
        return exact.isoformat() if exact and full in _YEARS else None
    return "" if _date(_LEAP_YEAR, month, day) else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(found: re.Match[str], value: str) -> Span:
    return Span(
        kind=EntityKind.DATE,
        value=value,
        said=found.group(),
        start=found.start(),
        end=found.end(),
    )
