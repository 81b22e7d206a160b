"""Words as they are searched for: without case, accents and signs, the same in every database."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST_WORD = 64
"""Characters of a word that count; longer ones are codes, not words."""
MOST_TERMS = 12
"""Words of a search; whatever follows narrows nothing down any more."""
PASSAGE_CHARS = 200
"""How much of a text is shown around what was found."""
_LEAD_CHARS = 60
"""Of these before the first word found."""
_SHORTEST_PREFIX = 2
_PHONE = re.compile(r"[\d\s()+./-]+")
_PHONE_DIGITS = 9
_WORD = re.compile(r"[^\W_]+")
_SPAN = re.compile(r"[^\W_](?:\w|[\u0300-\u036f])*")
"""A word in a text as it was written; accents may be characters of their own."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is looked for: all of these words.

    Args:
        words: Folded.
        open_end: Whether the last one may only be the beginning of a word.
    """

    words: tuple[str, ...] = ()
    open_end: bool = False

    def match(self, word: str) -> bool:
        """Tell whether a folded word is one of these."""
        if word in self.words:
            return True
        return self.open_end and word.startswith(self.words[-1])


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a passage, and whether it was looked for."""

    text: str
    found: bool = False


def folded(text: str) -> str:
    """Return the words of a text in the form in which they are found, separated by spaces."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(one for one in plain if unicodedata.category(one) != "Mn")
    return " ".join(word[:LONGEST_WORD] for word in _WORD.findall(kept.casefold()))


def terms(query: str) -> Terms:
    """Return what somebody looks for; signs, quotes and operators mean nothing."""
    words = tuple(folded(_dialled(query)).split())[:MOST_TERMS]
    ends_open = bool(words) and len(words[-1]) >= _SHORTEST_PREFIX and not query[-1:].isspace()
    return Terms(words=words, open_end=ends_open)


def _dialled(query: str) -> str:
    """Return a phone number without what people write into it; any other query as it is."""
    digits = re.sub(r"\D", "", query).removeprefix("00")
    return digits if _PHONE.fullmatch(query) and len(digits) >= _PHONE_DIGITS else query


def passage(text: str, looked_for: Terms) -> tuple[Piece, ...]:
    """Return the part of a text around the first word found, with all words found marked."""
    spans = [one.span() for one in _SPAN.finditer(text) if _is_found(one.group(), looked_for)]
    start = max(spans[0][0] - _LEAD_CHARS, 0) if spans else 0
    if start:
        start = text.find(" ", start, spans[0][0]) + 1 or start
    end = start + PASSAGE_CHARS
    pieces = list(_pieces(text[:end], start, [span for span in spans if span[1] <= end]))
    if start:
        pieces.insert(0, Piece(text="…"))
    if end < len(text):
        pieces.append(Piece(text="…"))
    return tuple(pieces)


def _is_found(written: str, looked_for: Terms) -> bool:
    return any(looked_for.match(word) for word in folded(written).split())


def _pieces(text: str, start: int, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = start
    for begin, end in spans:
        if begin > at:
            yield Piece(text=text[at:begin])
        yield Piece(text=text[begin:end], found=True)
        at = end
    if at < len(text):
        yield Piece(text=text[at:])
