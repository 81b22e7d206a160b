"""Which intent a text has: kernel ridge regression, with every example left out once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.understanding.ngrams import Vector


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What was learnt, and how it would have judged each example without knowing it.

    Args:
        solution: (examples, intents): a text's likenesses to the examples times these, and the
            bias, are its scores.
        bias: (intents,): the scores of a text like nothing known.
        without_itself: (examples, intents): scores had the example not been there.
        without_intent: (examples, intents): scores had no example of its intent been there,
            so that it is a message about something the knowledge does not have.
    """

    solution: Vector
    bias: Vector
    without_itself: Vector
    without_intent: Vector


def fit(likeness: Vector, labels: NDArray[np.intp], intents: int, ridge: float) -> Fit:
    """Return scores that tell the intents apart, all at once and exactly.

    Leaving out needs no second fit: with the inverse G of the ridge matrix and the solution
    a, the residual without the examples S is inverse(G[S,S]) a[S].

    Args:
        likeness: (examples, examples): of each pair, symmetric and positive definite.
        labels: (examples,): the column of each example's intent.
        intents: How many intents there are.
        ridge: How little a single example counts.
    """
    wanted = np.zeros((len(labels), intents), np.float32)
    wanted[np.arange(len(labels)), labels] = 1
    bias: Vector = wanted.mean(axis=0)
    inverse = _inverse(likeness, ridge)
    solution: Vector = inverse @ (wanted - bias)
    return Fit(
        solution=solution,
        bias=bias,
        without_itself=wanted - solution / np.diag(inverse)[:, None],
        without_intent=_without_intent(inverse, solution, wanted, labels),
    )


def _inverse(likeness: Vector, ridge: float) -> Vector:
    from scipy.linalg import lapack  # noqa: PLC0415 - a quarter second most starts do not need

    padded = np.array(likeness, order="F")
    np.fill_diagonal(padded, np.diag(padded) + ridge)
    factor, _ = lapack.spotrf(padded, lower=1, overwrite_a=1)
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
