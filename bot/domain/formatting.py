"""What a channel makes of marks in a text, such as stars around a word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """How a piece of a text looks."""

    BOLD = "bold"
    ITALIC = "italic"
    STRUCK = "struck"
    MONO = "mono"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of a text that looks the same throughout."""

    text: str
    styles: frozenset[Style] = frozenset()


_STYLES = {"*": Style.BOLD, "_": Style.ITALIC, "~": Style.STRUCK}
_MARKED = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<mono>[^`\n]+)`"
    r"|(?<!\w)(?P<mark>[*_~])(?=\S)(?P<inner>[^\n]*?\S)(?P=mark)(?!\w)",
    re.DOTALL,
)


def pieces(text: str, *, formats: bool) -> tuple[Piece, ...]:
    """Return a text in pieces as the customer will see them.

    Args:
        text: As it is sent.
        formats: Whether the channel shows marked words in bold and so on; else marks are signs.

    Source:
        https://faq.whatsapp.com/539178204879377 (how to format your messages)
    """
    return tuple(_pieces(text, frozenset())) if formats else (Piece(text=text),)


def _pieces(text: str, around: frozenset[Style]) -> Iterator[Piece]:
    at = 0
    for found in _MARKED.finditer(text):
        if found.start() > at:
            yield Piece(text=text[at : found.start()], styles=around)
        at = found.end()
        mono = found["block"] or found["mono"]
        if mono:
            yield Piece(text=mono, styles=around | {Style.MONO})
        else:
            yield from _pieces(found["inner"], around | {_STYLES[found["mark"]]})
    if at < len(text):
        yield Piece(text=text[at:], styles=around)
