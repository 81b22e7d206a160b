"""Misspelt words put right, by the words of the knowledge and of the language."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from simplemma.strategies.dictionaries.stream_dictionary_factory import StreamDictionaryFactory

from bot.domain.wording import folded

_SHORTEST = 4
"""Shorter words are too like one another to guess."""
_LONG = 8
"""From this many letters two slips are forgiven, else one."""
_REMEMBERED = 20_000


class Speller:
    """Puts right what is misspelt, and leaves alone what is a word.

    Args:
        words: Those of the examples, as often as they occur; the commoner of two that are
            equally near is believed.
    """

    def __init__(self, words: Iterable[str]) -> None:
        counts = Counter(words)
        commonest = sorted(counts, key=lambda word: (-counts[word], word))
        self._known = frozenset(commonest)
        self._with_accents = {folded(word): word for word in reversed(commonest)}
        self._choices = [word for word in commonest if len(word) >= _SHORTEST]
        self.right = lru_cache(_REMEMBERED)(self._right)

    def _right(self, word: str) -> str:
        """Return the word as it was meant: with its accents, without a slip or two."""
        if word in self._known or len(word) < _SHORTEST or not word.isalpha():
            return word
        accented = self._with_accents.get(folded(word))
        if accented is not None:
            return accented
        return word if is_a_word(word) else self._nearest(word)

    def _nearest(self, word: str) -> str:
        slips = 2 if len(word) >= _LONG else 1
        found = process.extractOne(
            word, self._choices, scorer=DamerauLevenshtein.distance, score_cutoff=slips
        )
        return found[0] if found else word


def is_a_word(word: str) -> bool:
    """Tell whether Italian or English has the word, whether or not the knowledge does."""
    return any(lexicon.get(word) is not None for lexicon in _lexicons())


@cache
def _lexicons() -> tuple[Mapping[str, str], ...]:
    """Return the dictionaries in the form that takes seven megabytes instead of seventy."""
    factory = StreamDictionaryFactory()
    return factory.get_dictionary("it"), factory.get_dictionary("en")
