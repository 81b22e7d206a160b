"""Which day a customer states: "ieri", "venerdì alle 18", "il 24 dicembre", "two days ago".

Own patterns: of twenty ways in which Italians name a day, dateparser 1.5 reads nine.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.domain.wording import folded

_WEEKDAYS = {
    name: number
    for names in (
        ("lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica"),
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    )
    for number, name in enumerate(names)
}
_MONTHS = {
    name: number
    for names in (
        ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"),
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    )
    for number, name in enumerate(names, start=1)
}
_COUNTS = {
    word: number
    for words in (
        ("un", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci"),
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        ("una",),
        ("a",),
    )
    for number, word in enumerate(words, start=1)
}
_FROM_TODAY = {
    "l altro ieri": -2,
    "altro ieri": -2,
    "ieri l altro": -2,
    "avantieri": -2,
    "avant ieri": -2,
    "day before yesterday": -2,
    "ieri": -1,
    "yesterday": -1,
    "oggi": 0,
    "stamattina": 0,
    "stamani": 0,
    "stamane": 0,
    "questa mattina": 0,
    "stasera": 0,
    "poco fa": 0,
    "ho appena": 0,
    "today": 0,
    "this morning": 0,
    "just now": 0,
    "dopodomani": 2,
    "day after tomorrow": 2,
    "domani": 1,
    "tomorrow": 1,
}

_DAYS_IN_A = {"giorn": 1, "gg": 1, "day": 1, "settiman": 7, "week": 7}
_NUMBER = rf"(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)})"
_UNIT = rf"(?P<unit>{'|'.join(_DAYS_IN_A)})\w*"
_AGO = re.compile(rf"\b{_NUMBER} {_UNIT} (?:fa|ago)\b")
_AHEAD = re.compile(rf"\b(?:tra|fra|in) {_NUMBER} {_UNIT}\b")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*"
_DATED = re.compile(
    rf"\b(?P<day>\d{{1,2}}|primo)(?:st|nd|rd|th)? (?:di |of )?{_MONTH}"
    r"(?: (?:del )?(?P<year>20\d\d))?\b"
)
_DATED_IN_ENGLISH = re.compile(
    rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: (?P<year>20\d\d))?\b"
)
_NUMERIC = re.compile(
    r"(?<![\d.,/-])(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})(?:[/.-](?P<year>20\d\d|\d\d))?(?![\d/-])"
)
_ISO = re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_HOUR = re.compile(r"\b(?:alle|dalle|ore|at)\s*\d{1,2}(?:[.:,]\d\d)?", re.IGNORECASE)
_IN_MONTH = re.compile(
    rf"\b(?:il|giorno|{'|'.join(_WEEKDAYS)}|the) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"(?! (?:euro|eur|per|giorn|ann|mes|or[ae]|{'|'.join(_MONTHS)}))"
)
_WEEKDAY = re.compile(
    rf"\b(?P<before>scors[oa] |prossim[oa] |last |next )?(?P<name>{'|'.join(_WEEKDAYS)})"
    r"(?P<after> scors[oa]| prossim[oa]| passat[oa])?\b"
)
_RELATIVE = re.compile(rf"\b(?:{'|'.join(sorted(_FROM_TODAY, key=len, reverse=True))})\b")
_DONE = re.compile(
    r"\b(?:pagat|saldat|versat|bonificat|effettuat|eseguit|fatt|mandat|inviat|partit"
    r"|paid|sent|made|transferred|settled)\w*\b"
)
"""What tells that the payment lies behind: "ho pagato venerdì" is not "pago venerdì"."""

_MOST_DAYS_OFF = 180
"""A day further away is no day of a payment we talk about now."""


def stated_day(text: str, today: date) -> date | None:
    """Return the day a text states, or None if it states none, or several, or an absurd one.

    A day and month without a year are the nearest such day. A weekday is the last one if the
    text speaks of something done, else the next one.
    """
    found = set(_days(text, today))
    if len(found) != 1:
        return None
    (day,) = found
    return day if abs((day - today).days) <= _MOST_DAYS_OFF else None


def is_done(text: str) -> bool:
    """Tell whether a text speaks of something done: "ho pagato", not "pago" or "se pago"."""
    return _DONE.search(folded(text)) is not None


def _days(text: str, today: date) -> Iterator[date]:
    """Yield the days that the most exact kind of words states."""
    bare = _HOUR.sub(" ", text)
    numeric = [day for one in (_ISO, _NUMERIC) for day in _dated(one, bare, today)]
    words = folded(bare)
    done = is_done(text)
    exact = [
        *numeric,
        *_dated(_DATED, words, today),
        *_dated(_DATED_IN_ENGLISH, words, today),
    ]
    yield from (
        exact
        or [*_relative(words, today)]
        or [*_in_month(words, today, done=done)]
        or [*_weekdays(words, today, done=done)]
    )


def _dated(pattern: re.Pattern[str], text: str, today: date) -> Iterator[date]:
    for found in pattern.finditer(text):
        day = 1 if found["day"] == "primo" else int(found["day"])
        month = _MONTHS.get(found["month"]) or int(found["month"])
        years = [_year(found["year"])] if found["year"] else range(today.year - 1, today.year + 2)
        days = [one for year in years if (one := _date(year, month, day))]
        if days:
            yield min(days, key=lambda one: abs((one - today).days))


def _relative(words: str, today: date) -> Iterator[date]:
    for found in _RELATIVE.finditer(words):
        yield today + timedelta(days=_FROM_TODAY[found.group()])
    for pattern, sign in ((_AGO, -1), (_AHEAD, 1)):
        for found in pattern.finditer(words):
            count = _COUNTS.get(found["count"]) or int(found["count"])
            yield today + timedelta(days=sign * count * _DAYS_IN_A[found["unit"]])


def _in_month(words: str, today: date, *, done: bool) -> Iterator[date]:
    """Yield the last or next day of a month with this number: "il 24", "giovedì 24"."""
    for found in _IN_MONTH.finditer(words):
        months = (today.replace(day=1) + relativedelta(months=off) for off in (-1, 0, 1))
        days = [one for at in months if (one := _date(at.year, at.month, int(found["day"])))]
        right = [one for one in days if (one <= today if done else one >= today)]
        yield from sorted(right, reverse=done)[:1]


def _weekdays(words: str, today: date, *, done: bool) -> Iterator[date]:
    for found in _WEEKDAY.finditer(words):
        said = f"{found['before'] or ''}{found['after'] or ''}"
        ahead = "prossim" in said or "next" in said or not (said or done)
        away = (_WEEKDAYS[found["name"]] - today.weekday()) % 7
        yield today + timedelta(days=(away or 7) if ahead else away - 7)


def _year(digits: str) -> int:
    return int(digits) if len(digits) > len("26") else 2000 + int(digits)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
