"""Texts cut to what a channel can hold, where a reader would cut them."""

from collections.abc import Iterator

import regex  # knows where a sign that a reader sees ends: an emoji may be seven characters

_SIGN = regex.compile(r"\X")
_SPACE = regex.compile(r"\s")
_ADDRESS = regex.compile(r"https?://\S+")
_MARKS = ("\n", ". ", " ")
"""After what to cut, the best first."""


def split(text: str, max_chars: int) -> Iterator[str]:
    """Yield the text in parts of at most so many characters; none is empty if the text is not."""
    text = text.strip() or text[:max_chars]
    while len(text) > max_chars:
        at = _break_before(text, max_chars)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    yield text


def _break_before(text: str, max_chars: int) -> int:
    """Return where to cut: after a line, a sentence or a word, rather late than early."""
    for least in (max_chars // 4, 1):
        for mark in _MARKS:
            at = text.rfind(mark, least, max_chars)
            if at > 0:
                return at + len(mark)
    spaces = [found.start() for found in _SPACE.finditer(text, 1, max_chars)]
    return spaces[-1] if spaces else _within_a_word(text, max_chars)


def _within_a_word(text: str, max_chars: int) -> int:
    """Return where to cut what has no gap: before an address, else between two signs."""
    for address in _ADDRESS.finditer(text):
        if 0 < address.start() < max_chars < address.end():
            return int(address.start())
    ends = (found.end() for found in _SIGN.finditer(text, 0, max_chars + 1))
    at = max((end for end in ends if end <= max_chars), default=0)
    return at or max_chars
