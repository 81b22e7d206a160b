"""Short messages that mean something only after what was said before."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.domain.follow_up_words import FollowUp, FollowUps
from bot.domain.wording import folded

_WORD = re.compile(r"\w+")
_CLAUSE_END = re.compile(r"[,.;:!?\n]")
_NAME = re.compile(r"(?:https?://)?(?:[\w.+-]+@)?(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")
_MOST_CHARS = 254
"""Of a domain or an e-mail address (RFC 5321)."""
_OPENING_WORDS = 12
"""A correction opens a message; what comes later in a long one tells a story."""
_MOST_NOT_MEANT = 4
"""Words of what was not meant, as in "non la posta normale, la PEC"; more are a sentence."""


def follow_up_in(text: str, words: FollowUps) -> FollowUp | None:
    """Return the kind of question a text is, if it is one without a subject of its own."""
    said = " ".join(core(text, words))
    return next((one for one in words.questions if said in one.phrases), None)


def corrected(text: str, words: FollowUps) -> str | None:
    """Return what is left of a text that corrects us, or None if it does not.

    "No, intendevo la PEC" leaves "la PEC", and so does "non la webmail, la PEC".
    """
    spans = list(_WORD.finditer(text))
    said = [folded(span.group()) for span in spans]
    start = _start_of_what_is_meant(text, spans, said, words)
    rest = text[spans[start].start() :] if 0 < start < len(spans) else ""
    return rest or None


def is_only_a_name(text: str, words: FollowUps) -> bool:
    """Tell whether a text is a domain or an address and nothing that asks for something."""
    rest, names = _NAME.subn(" ", text[:_MOST_CHARS])
    idle = words.fillers | words.pointing | words.naming
    return (
        names > 0
        and len(text) <= _MOST_CHARS
        and all(word in idle for word in folded(rest).split())
    )


def core(text: str, words: FollowUps) -> Sequence[str]:
    """Return the folded words of a text without the fillers around them."""
    said = folded(text).split()
    while said and said[0] in words.fillers:
        said = said[1:]
    while said and said[-1] in words.fillers:
        said = said[:-1]
    return said


def _start_of_what_is_meant(
    text: str, spans: Sequence[re.Match[str]], said: Sequence[str], words: FollowUps
) -> int:
    """Return the number of the first word after the correcting ones, or 0 if there are none."""
    for at in range(min(len(said), _OPENING_WORDS)):
        if _begins_a_clause(at, text, spans, said, words):
            after = _end_of_phrase(said, at, words.correcting)
            if after:
                return after
            after = _end_of_phrase(said, at, words.instead_of)
            if after:
                return _after_what_was_not_meant(text, spans, said, after, words)
    return 0


def _begins_a_clause(
    at: int, text: str, spans: Sequence[re.Match[str]], said: Sequence[str], words: FollowUps
) -> bool:
    if all(word in words.fillers for word in said[:at]):
        return True
    return bool(_CLAUSE_END.search(text, spans[at - 1].end(), spans[at].start()))


def _end_of_phrase(said: Sequence[str], at: int, phrases: frozenset[str]) -> int:
    """Return where the longest of the phrases ends that begins at a word, or 0."""
    ends = (
        at + len(phrase)
        for phrase in _by_first_word(phrases).get(said[at], ())
        if tuple(said[at : at + len(phrase)]) == phrase
    )
    return max(ends, default=0)


@lru_cache
def _by_first_word(phrases: frozenset[str]) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Return phrases as words; a message is compared with few of them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append(words)
    return found


def _after_what_was_not_meant(
    text: str, spans: Sequence[re.Match[str]], said: Sequence[str], start: int, words: FollowUps
) -> int:
    for at in range(start + 1, min(len(said), start + _MOST_NOT_MEANT + 1)):
        parted = _CLAUSE_END.search(text, spans[at - 1].end(), spans[at].start())
        if parted or said[at] in words.but:
            return at + 1 if said[at] in words.but else at
    return 0
