"""Texts as weighted n-grams of words and letters."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Vector = NDArray[np.float32]
Words = Sequence[str]

_LETTERS = range(2, 6)
_LETTERS_SHARE = 0.6
"""Share of the letters in a likeness; the rest is of the words. Chosen by leaving examples out."""
_RARE = 2
"""A run of letters that fewer examples have teaches nothing."""


class Ngrams:
    """Turns texts into rows of length one, so that the product of two rows is their likeness.

    Args:
        weights: For each n-gram that counts, how much: more where fewer examples have it.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights
        self._known = {
            ngram: (column, weight) for column, (ngram, weight) in enumerate(weights.items())
        }

    @classmethod
    def learnt_from(cls, texts: Sequence[Words]) -> "Ngrams":
        """Return the n-grams of these texts, given as words."""
        words, letters = Counter[str](), Counter[str]()
        for text in texts:
            words.update(set(_words(text)))
            letters.update(set(_letters(text)))
        uses = words + Counter({run: n for run, n in letters.items() if n >= _RARE})
        most = 1 + len(texts)
        return cls({n: float(1 + np.log(most / (1 + uses[n]))) for n in sorted(uses)})

    def rows(self, texts: Sequence[Words]) -> csr_matrix:
        """Return one row a text: (texts, n-grams), zero where nothing of it is known."""
        ends, columns, values = [0], list[int](), list[float]()
        for text in texts:
            for ngrams, share in (
                (_letters(text), _LETTERS_SHARE),
                (_words(text), 1 - _LETTERS_SHARE),
            ):
                known = sorted(self._known[n] for n in set(ngrams) if n in self._known)
                length = sum(weight * weight for _, weight in known) ** 0.5
                columns += [column for column, _ in known]
                values += [weight / length * share**0.5 for _, weight in known]
            ends.append(len(columns))
        shape = (len(texts), len(self._known))
        return csr_matrix((np.array(values, np.float32), columns, ends), shape=shape)


def _words(text: Words) -> Iterator[str]:
    """Yield words and pairs of words."""
    yield from text
    yield from (f"{first} {second}" for first, second in pairwise(text))


def _letters(text: Words) -> Iterator[str]:
    """Yield runs of two to five letters within each word, with its ends; marked by a hash."""
    for word in text:
        yield from _letters_of(word)


@lru_cache(maxsize=20_000)
def _letters_of(word: str) -> tuple[str, ...]:
    padded = f"<{word}>"
    return tuple(
        f"#{padded[start : start + size]}"
        for size in _LETTERS
        for start in range(max(1, len(padded) - size + 1))
    )
