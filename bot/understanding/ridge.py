"""Which intent a text has: ridge regression on likenesses, with every example left out once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.understanding.ngrams import Vector

_RIDGE = 0.5
"""How little a single example counts; chosen by leaving examples out."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What was learnt, and how it would have judged each example without knowing it.

    Args:
        weights: (n-grams, intents): a text's row times these are its scores.
        bias: (intents,): the scores of a text of which nothing is known.
        without_itself: (examples, intents): scores had the example not been there.
        without_intent: (examples, intents): scores had no example of its intent been there,
            so that it is a message about something the knowledge does not have.
        likeness: (examples, examples): of each pair.
    """

    weights: Vector
    bias: Vector
    without_itself: Vector
    without_intent: Vector
    likeness: Vector


def fit(rows: csr_matrix, labels: NDArray[np.intp], intents: int) -> Fit:
    """Return scores that tell the intents apart, all at once and exactly.

    Leaving out needs no second fit: with the inverse G of the ridge matrix and the solution
    a, the residual without the examples S is inverse(G[S,S]) a[S].

    Args:
        rows: (examples, n-grams), each of length one.
        labels: (examples,): the column of each example's intent.
        intents: How many intents there are.
    """
    likeness: Vector = (rows @ rows.T).toarray()
    wanted = np.zeros((len(labels), intents), np.float32)
    wanted[np.arange(len(labels)), labels] = 1
    bias: Vector = wanted.mean(axis=0)
    inverse = _inverse(likeness)
    solution: Vector = inverse @ (wanted - bias)
    residual = solution / np.diag(inverse)[:, None]
    return Fit(
        weights=np.asarray(rows.T @ solution, np.float32),
        bias=bias,
        without_itself=wanted - residual,
        without_intent=_without_intent(inverse, solution, wanted, labels),
        likeness=likeness,
    )


def _inverse(likeness: Vector) -> Vector:
    from scipy.linalg import lapack  # noqa: PLC0415 - a quarter second most starts do not need

    ridge = likeness + _RIDGE * np.eye(len(likeness), dtype=np.float32)
    factor, _ = lapack.spotrf(ridge, lower=1, overwrite_a=1)
    lower, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    half: Vector = np.tril(lower)
    return half + np.tril(half, -1).T


def _without_intent(
    inverse: Vector, solution: Vector, wanted: Vector, labels: NDArray[np.intp]
) -> Vector:
    scores = np.empty_like(wanted)
    for intent in np.unique(labels):
        own = np.flatnonzero(labels == intent)
        residual = np.linalg.solve(inverse[np.ix_(own, own)], solution[own])
        scores[own] = wanted[own] - residual
    return scores
