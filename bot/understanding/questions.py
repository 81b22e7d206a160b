"""A message cut into its questions, and whether it greets before it asks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from importlib.resources import files

import yaml

from bot.domain.wording import folded
from bot.understanding.normalising import all_tokens, is_courtesy, is_greeting

MOST_PARTS = 3
_MOST_CHARS = 2000
_SENTENCE_END = re.compile(r"[.?!;]+(?=\s|$)|\n+")
_WORD = re.compile(r"\w+")
_AND = frozenset({"e", "ed", "and"})
_FEWEST_BEFORE_AND = 3
"""Words before a mere "e": fewer are no clause, as in "come e quando"."""
_FEWEST = 2
"""Words of a question; a single one belongs to its neighbour."""


@dataclass(frozen=True, kw_only=True)
class _Words:
    """What shows where a question begins, by the first words of a clause.

    Args:
        joints: Phrases between two questions.
        asking: Phrases that begin a question.
        idle: Words that ask nothing by themselves.
        shortened: Words whose full stop ends no sentence.
    """

    joints: Sequence[Sequence[str]]
    asking: Sequence[Sequence[str]]
    idle: frozenset[str]
    shortened: frozenset[str]


def parts_of(text: str) -> tuple[str, ...]:
    """Return the questions of a message, each with what is told before it; mostly just one.

    What cannot be understood alone, such as "e quanto costa?", stays with what it follows.
    """
    pieces = [
        piece
        for sentence in _sentences(text[:_MOST_CHARS])
        for piece in _clauses(sentence)
        if not is_courtesy(all_tokens(piece))
    ]
    parts = _few(reduce(_with_idle_joined, pieces, []))
    return tuple(parts) if len(parts) > 1 else (text,)


def greeted(text: str) -> bool:
    """Tell whether a greeting stands before a question."""
    words = all_tokens(text)
    return is_greeting(words) and not is_courtesy(words)


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if not _is_no_end(text[start : end.start()], end.group()):
            yield text[start : end.end()].strip()
            start = end.end()
    yield text[start:].strip()


def _is_no_end(before: str, mark: str) -> bool:
    """Tell whether a full stop only shortens a word, numbers a list or makes a pause."""
    if not set(mark) <= {"."}:
        return False
    words = [folded(word) for word in _WORD.findall(before)]
    if len(mark) > 1 or not words:
        return True
    numbers = len(words) == 1 and words[0].isdigit()
    return numbers or len(words[-1]) == 1 or words[-1] in _words().shortened


def _clauses(sentence: str) -> Iterator[str]:
    """Yield the clauses of a sentence that ask something of their own."""
    spans = list(_WORD.finditer(sentence))
    said = [folded(span.group()) for span in spans]
    start = 0
    for at in range(1, len(said)):
        skipped = _joint_at(said, at, sentence[: spans[at].start()].rstrip())
        if not skipped and _asks_on(said[start:at], said[at:], sentence):
            skipped = 1
        enough = at - start >= _FEWEST and len(said) - at - skipped >= _FEWEST
        if skipped and enough:
            yield sentence[spans[start].start() : spans[at].start()].rstrip(" ,")
            start = at + skipped
    if spans:
        yield sentence[spans[start].start() :].strip()


def _joint_at(said: Sequence[str], at: int, before: str) -> int:
    """Return how many words join two questions here; a single one does after a pause only."""
    found = _phrase_at(said[at:], _words().joints)
    return found if found > 1 or before[-1:] in {",", "-", ")", ":"} else 0


def _asks_on(before: Sequence[str], after: Sequence[str], sentence: str) -> bool:
    """Tell whether a mere "e" stands between two clauses that both ask."""
    if after[0] not in _AND or len(before) < _FEWEST_BEFORE_AND:
        return False
    asks = sentence.endswith("?") or _phrase_at(before, _words().asking) > 0
    return asks and _phrase_at(after[1:], _words().asking) > 0


def _phrase_at(said: Sequence[str], phrases: Sequence[Sequence[str]]) -> int:
    """Return the length of the longest phrase with which the words begin, or 0."""
    found = (len(one) for one in phrases if list(said[: len(one)]) == list(one))
    return max(found, default=0)


def _with_idle_joined(parts: list[str], piece: str) -> list[str]:
    """Return the parts with one more; what asks nothing by itself belongs to the one before."""
    if parts and (_is_idle(piece) or _is_idle(parts[-1])):
        return [*parts[:-1], f"{parts[-1]} {piece}"]
    return [*parts, piece]


def _is_idle(piece: str) -> bool:
    words = all_tokens(piece)
    return len(words) < _FEWEST or all(word in _words().idle for word in words)


def _few(parts: list[str]) -> list[str]:
    """Return at most three parts: of a long story each question with what leads to it."""
    if len(parts) <= MOST_PARTS:
        return parts
    questions, told = [], ""
    for part in parts:
        told = f"{told} {part}".strip()
        if part.endswith("?"):
            questions.append(told)
            told = ""
    if not questions:
        return [" ".join(parts)]
    questions[-1] = f"{questions[-1]} {told}".strip()
    kept, rest = questions[: MOST_PARTS - 1], questions[MOST_PARTS - 1 :]
    return [*kept, " ".join(rest)] if rest else kept


@cache
def _words() -> _Words:
    source = files("bot.understanding").joinpath("questions.yaml")
    read = yaml.safe_load(source.read_text("utf-8"))
    return _Words(
        joints=[phrase.split() for phrase in read["joints"]],
        asking=[phrase.split() for phrase in read["asking"]],
        idle=frozenset(read["idle"]),
        shortened=frozenset(read["shortened"]),
    )
