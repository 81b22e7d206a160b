"""Where in a text something is named."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.matching import EntityKind

MOST_CHARS = 2000
"""Of a longer message the rest is not looked at."""

_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff")
)
"""What copying from a page or an address book leaves inside names and numbers."""
_GAP = "\0"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of a legible text that names something.

    Args:
        value: In one form whatever the customer's; empty where it cannot be told.
        said: The words that name it, without what belongs to them, such as a path.
        end: Behind the last character.
    """

    kind: EntityKind
    value: str
    said: str
    start: int
    end: int


def legible(text: str) -> str:
    """Return the text as it is searched: one form for each character, none invisible, cut."""
    normal = unicodedata.normalize("NFKC", text[:MOST_CHARS].translate(_INVISIBLE))
    return normal[:MOST_CHARS]


def without(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length in which nothing of the spans can be found again."""
    for span in spans:
        text = text[: span.start] + _GAP * (span.end - span.start) + text[span.end :]
    return text
