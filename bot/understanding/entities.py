"""What a message names: domains, e-mail addresses, amounts, dates and numbers."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from bot.domain.matching import Entity, EntityKind
from bot.understanding.days import days_in
from bot.understanding.hosts import (
    addresses_in,
    domain_of,
    domains_in,
    is_nobodys,
    spoken_domains_in,
)
from bot.understanding.spans import Span, legible, without

_SUM = r"(?:\d{1,3}(?:[ '\u2019]\d{3}){1,3}+|\d++)(?:[.,]\d++)*+"
_AMOUNT = re.compile(
    rf"(?:€|\beur(?:os?)?\b)\s?(?P<after>{_SUM})"
    rf"|(?<![\d.,])(?P<before>{_SUM})\s?(?:€|eur(?:os?|i)?\b)",
    re.IGNORECASE,
)
_WHOLE_AND_CENTS = re.compile(r"(\d{1,3}(?:[., '\u2019]\d{3})+|\d+)(?:[.,](\d\d?))?")
_REFERENCE = re.compile(
    r"(?:\b(?:fattur[ae]|contratt[oi]|invoice|contract|nr|numero|number)|\bnr?[.°]|#)"
    r"\s?(?:n[.°]|nr\.?|numero|number|no\.?)?\s?(?P<code>\d{1,6}[/-]\d{1,4})(?![\w/-])",
    re.IGNORECASE,
)
"""An invoice or contract number that could be taken for a date: "fattura n. 12/26"."""

_CODE = re.compile(r"(?<![\w-])(?:[A-Za-z]{1,8}[-/_]){1,3}(?:\d{1,8}[-/_]){0,2}\d{3,15}(?![\w-])")
_PHONE = re.compile(r"(?<!\w)(?:\+\s?\(?|\(\+?)?\d++(?!\w)\)?(?:[ ./-]{1,3}\d++(?!\w))*+")
_NUMBER = re.compile(r"(?<!\w)\+?\d++(?:[.,:/-]\d++)*(?!\w)")
_PHONE_DIGITS = range(6, 16)
_FEWEST_CODE_DIGITS = 4
"""Fewer are a name, such as "office-365", unless it is all in capitals."""

_REMEMBERED = 16
"""Texts: one message is looked through for its words, its sentence, its parts and its names."""


def entities(text: str) -> tuple[Entity, ...]:
    """Return what a text names, in the order of the text.

    An e-mail address names its domain as well. Domains that can be no customer's, such as
    gmail.com, are not named.
    """
    seen = legible(text)
    names = names_in(seen)
    spans = [*names, *figures_in(without(seen, names))]
    in_order = sorted(spans, key=lambda span: span.start)
    return tuple(entity for span in in_order for entity in _named(span))


@lru_cache(_REMEMBERED)
def names_in(text: str) -> tuple[Span, ...]:
    """Return the e-mail addresses and domains of a legible text, in its order."""
    return _found(text, (addresses_in, spoken_domains_in, domains_in))


@lru_cache(_REMEMBERED)
def figures_in(text: str) -> tuple[Span, ...]:
    """Return the amounts, dates and numbers of a legible text, in its order."""
    return _found(text, (_amounts, _references, _codes, days_in, _phones, _numbers))


def _found(text: str, finders: Sequence[Callable[[str], Iterable[Span]]]) -> tuple[Span, ...]:
    """Return what the finders find; what one has found is not there for the next."""
    found: list[Span] = []
    for finder in finders:
        new = list(finder(text))
        found += new
        text = without(text, new)
    return tuple(sorted(found, key=lambda span: span.start))


def _named(span: Span) -> Iterator[Entity]:
    domain = span.value if span.kind is EntityKind.DOMAIN else ""
    if not domain:
        yield Entity(kind=span.kind, value=span.value, said=span.said)
    if span.kind is EntityKind.EMAIL:
        domain = domain_of(span.value.rpartition("@")[2])
    if domain and not is_nobodys(domain):
        yield Entity(kind=EntityKind.DOMAIN, value=domain, said=span.said)


def _amounts(text: str) -> Iterator[Span]:
    for found in _AMOUNT.finditer(text):
        value = _cents(found["after"] or found["before"])
        yield _span(EntityKind.AMOUNT, value, found)


def _cents(number: str) -> str:
    """Return an amount in cents, or nothing where the marks make no sense: "1.2345"."""
    parts = _WHOLE_AND_CENTS.fullmatch(number)
    if parts is None:
        return ""
    whole, cents = parts.groups(default="")
    return str(int(_bare(whole)) * 100 + int(cents.ljust(2, "0")))


def _references(text: str) -> Iterator[Span]:
    for found in _REFERENCE.finditer(text):
        yield _span(EntityKind.NUMBER, _bare(found["code"]), found, "code")


def _codes(text: str) -> Iterator[Span]:
    for found in _CODE.finditer(text):
        code = found.group()
        digits = sum(char.isdigit() for char in code)
        if code.isupper() or digits >= _FEWEST_CODE_DIGITS:
            yield _span(EntityKind.NUMBER, _bare(code), found)


def _phones(text: str) -> Iterator[Span]:
    for found in _PHONE.finditer(text):
        if sum(char.isdigit() for char in found.group()) in _PHONE_DIGITS:
            yield _span(EntityKind.NUMBER, _bare(found.group()), found)


def _numbers(text: str) -> Iterator[Span]:
    for found in _NUMBER.finditer(text):
        yield _span(EntityKind.NUMBER, _bare(found.group()), found)


def _bare(number: str) -> str:
    """Return a number in capitals, without what people put between its parts."""
    return re.sub(r"[^\w+]|_", "", number).upper()


def _span(kind: EntityKind, value: str, found: re.Match[str], part: str | int = 0) -> Span:
    start, end = found.span(part)
    return Span(kind=kind, value=value, said=found[part], start=start, end=end)
