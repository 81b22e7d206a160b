"""The engine: how near a text is to every example, and what that says of its label."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.understanding.calibration import Floats, chance_for_customers, learn, signs
from bot.understanding.embedding import Embedder
from bot.understanding.ngrams import Ngrams, Vector
from bot.understanding.ridge import Fit, fit
from bot.understanding.spelling import Speller

_MOST_MEANING, _LEAST_MEANING = 0.7, 0.3
"""Shares of the meaning in a likeness, the rest is of words and letters. Meaning helps most where
a label has few examples; many examples have the words themselves, and bear typing errors better.
Measured with the public sets (ten a label) and our own knowledge (a hundred and fifty)."""
_FEW = 10
_SHARPNESS = 3.0
"""How much nearer than the rest the nearest sentences count: e to the power of this times the
cosine. A straight cosine loses five points where each label has ten examples."""
_RIDGE = 0.25
_RIDGE_OF_WORDS = 0.5
"""Without the meaning; both chosen by leaving examples out."""
_STRANGE = 0.02
"""Weight of a message the knowledge does not know beside one that it does; out-of-scope
examples speak for most of them."""


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A text as it is compared.

    Args:
        words: For the n-grams, without courtesies.
        sentence: For the embedder; its misspelt words are put right by the engine.
    """

    words: Sequence[str]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the examples say of a text; every label once, in the order of ``Engine.labels``.

    Args:
        scores: About one for the right label, about zero for others.
        by_words: The part of the scores that words and letters give.
        by_meaning: The part that the meaning gives; None without an embedder.
        likeness: To each example, from 0 to 1.
        wording: The likeness of words and letters alone, which depends on the language.
        sure: The probability that the best label is right.
        familiar: Whether anything of the text is known.
    """

    scores: Vector
    by_words: Vector
    by_meaning: Vector | None
    likeness: Vector
    wording: Vector
    sure: float
    familiar: bool


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """All that learning leaves, as plain arrays that can be kept.

    Args:
        labels: In the order of the columns of ``solution``.
        examples: (examples, n-grams).
        vectors: (examples, dimensions); no columns without an embedder.
        meaning: Share of the meaning in a likeness, from 0 to 1.
        solution: (examples, labels).
        bias: (labels,).
        sureness: Coefficients that turn signs into a probability.
    """

    labels: Sequence[str]
    ngrams: Ngrams
    examples: csr_matrix
    vectors: Vector
    meaning: float
    solution: Vector
    bias: Vector
    sureness: Floats


class Engine:
    """Judges texts by what was learnt.

    Args:
        embedder: The one learnt with; None where there was none.
        speller: Puts right what is misspelt before the embedder reads it.
    """

    def __init__(self, learnt: Learnt, embedder: Embedder | None, speller: Speller) -> None:
        self.labels = learnt.labels
        self._learnt = learnt
        self._embedder = embedder
        self._speller = speller
        self._worded, self._meant = np.float32(1 - learnt.meaning), np.float32(learnt.meaning)
        self._weights: Vector = self._worded * (learnt.examples.T @ learnt.solution)
        self._index = learnt.examples.T.tocsr()

    def judge(self, text: Phrase) -> Judgement:
        """Return what the examples say of a text."""
        learnt = self._learnt
        row = learnt.ngrams.rows([text.words])
        by_words: Vector = (row @ self._weights)[0]
        wording: Vector = (row @ self._index).toarray()[0]
        near: Vector = self._worded * wording
        scores = by_words + learnt.bias
        by_meaning: Vector | None = None
        if self._embedder is not None:
            vector = self._embedder.embed([respelt(text.sentence, self._speller)])[0]
            meant: Vector = self._meant * _sharpened(learnt.vectors @ vector)
            told: Vector = np.asarray(meant @ learnt.solution, np.float32)
            near, scores, by_meaning = near + meant, scores + told, told
        found = signs(scores[None, :], near.max(keepdims=True))
        return Judgement(
            scores=scores,
            by_words=by_words,
            by_meaning=by_meaning,
            likeness=near,
            wording=wording,
            sure=float(chance_for_customers(found, learnt.sureness)[0]),
            familiar=bool(row.nnz),
        )


def learn_from(
    phrases: Sequence[Phrase],
    labels: Sequence[str],
    vectors: Vector,
    kinds: Sequence[str],
    strange: str,
) -> Learnt:
    """Return what the examples teach; deterministic.

    Args:
        phrases: The examples.
        labels: One for each phrase.
        vectors: (phrases, dimensions) of their sentences, put right; no columns without them.
        kinds: For each phrase what its label counts as: to take one for another of the same
            kind is no mistake.
        strange: The kind of what belongs to no label of ours.
    """
    given = fitted(phrases, labels, vectors)
    kind_of = dict(zip(labels, kinds, strict=True))
    of_column = np.array([kind_of[name] for name in given.labels])
    return Learnt(
        labels=given.labels,
        ngrams=given.ngrams,
        examples=given.rows,
        vectors=vectors,
        meaning=given.meaning,
        solution=given.fit.solution,
        bias=given.fit.bias,
        sureness=_sureness(given.fit, given.likeness, of_column, given.columns, strange),
    )


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The examples compared with each other.

    Args:
        columns: (examples,): the column of each example's label.
        rows: (examples, n-grams).
        likeness: (examples, examples).
        meaning: Share of the meaning in the likeness.
    """

    labels: Sequence[str]
    columns: NDArray[np.intp]
    ngrams: Ngrams
    rows: csr_matrix
    likeness: Vector
    meaning: float
    fit: Fit


def fitted(phrases: Sequence[Phrase], labels: Sequence[str], vectors: Vector) -> Fitted:
    """Return the examples compared with each other, and what each label looks like."""
    names = sorted(set(labels))
    columns = np.array([names.index(label) for label in labels], np.intp)
    texts = [phrase.words for phrase in phrases]
    ngrams = Ngrams.learnt_from(texts)
    rows = ngrams.rows(texts)
    meaning = _meaning_share(columns) if vectors.shape[1] else 0.0
    likeness = _likeness(rows, vectors, meaning)
    ridge = _RIDGE if vectors.shape[1] else _RIDGE_OF_WORDS
    return Fitted(
        labels=names,
        columns=columns,
        ngrams=ngrams,
        rows=rows,
        likeness=likeness,
        meaning=meaning,
        fit=fit(likeness, columns, len(names), ridge),
    )


def respelt(sentence: str, speller: Speller) -> str:
    """Return a sentence with its misspelt words put right."""
    return " ".join(speller.right(word) for word in sentence.split())


def _meaning_share(columns: NDArray[np.intp]) -> float:
    """Return the share of the meaning for the usual number of examples a label has."""
    usual = float(np.median(np.unique(columns, return_counts=True)[1]))
    share: float = _MOST_MEANING * (_FEW / usual) ** 0.25
    return min(_MOST_MEANING, max(_LEAST_MEANING, share))


def _sharpened(cosines: Vector) -> Vector:
    found: Vector = np.exp(np.float32(_SHARPNESS) * (cosines - 1))
    return found


def _likeness(rows: csr_matrix, vectors: Vector, meaning: float) -> Vector:
    likeness: Vector = (rows @ rows.T).toarray()
    if meaning:
        likeness *= np.float32(1 - meaning)
        likeness += np.float32(meaning) * _sharpened(vectors @ vectors.T)
    return likeness


def _sureness(
    found: Fit,
    likeness: Vector,
    of_column: NDArray[np.str_],
    columns: NDArray[np.intp],
    strange: str,
) -> Floats:
    """Learn from what the scores would have been without each example, and without its intent."""
    kinds = of_column[columns]
    unknown = kinds != strange  # An out-of-scope example without its kind still is not ours.
    right = of_column[found.without_itself.argmax(axis=1)] == kinds
    np.fill_diagonal(likeness, 0)
    nearest = likeness.max(axis=1)
    for column in range(len(of_column)):
        own = np.flatnonzero(columns == column)
        likeness[np.ix_(own, own)] = 0
    foreign = likeness.max(axis=1)
    return learn(
        np.vstack(
            [
                signs(found.without_itself, nearest),
                signs(found.without_intent[unknown], foreign[unknown]),
            ]
        ),
        np.concatenate([right, np.zeros(int(unknown.sum()), bool)]),
        np.concatenate([np.ones(len(columns)), np.full(int(unknown.sum()), _STRANGE)]),
    )
