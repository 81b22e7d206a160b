"""How sure the matcher may be: scores become a probability."""

import numpy as np
from numpy.typing import NDArray

from bot.understanding.ngrams import Vector

Floats = NDArray[np.float64]

_PRIOR = np.array([-3.5, 4.0, 4.0, 2.0])
"""Starting point for knowledge too small to learn from: constant, score, lead, nearest."""
_TRUST = 10.0
"""How many examples it takes to move away from it."""
_EASIER, _CLEARER = 1.0, 1.4
"""Examples are written to tell close intents apart, so an example left out is harder to place
than what a customer writes: by this much in the log odds, and by this factor. Measured on the
golden messages: without it, what is right nine times in ten is called seven in ten."""


def signs(scores: Vector, nearest: Vector) -> Floats:
    """Return what tells a right answer from a wrong one: (texts, signs).

    Args:
        scores: (texts, intents).
        nearest: (texts,): likeness to the closest example.
    """
    best_two = np.sort(scores, axis=1)[:, -2:]
    ones = np.ones(len(scores))
    lead = best_two[:, -1] - best_two[:, 0]
    return np.column_stack([ones, best_two[:, -1], lead, nearest]).astype(np.float64)


def learn(found: Floats, right: NDArray[np.bool_], weight: Floats) -> Floats:
    """Return the coefficients of a logistic model of being right.

    Args:
        found: (texts, signs).
        right: (texts,): whether the best intent was the right one.
        weight: (texts,): how much each text counts.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - half a second most starts do not need

    def loss(beta: Floats) -> tuple[float, Floats]:
        odds, moved = found @ beta, beta - _PRIOR
        cost = weight @ (np.logaddexp(0, odds) - right * odds) + _TRUST / 2 * moved @ moved
        return float(cost), found.T @ (weight * (chance(found, beta) - right)) + _TRUST * moved

    learnt: Floats = minimize(loss, _PRIOR, jac=True, method="BFGS").x
    return learnt


def chance_for_customers(found: Floats, beta: Floats) -> Floats:
    """Return the probability that the best intent is right for what a customer wrote."""
    odds = _EASIER + _CLEARER * (found @ beta)
    likely: Floats = np.exp(-np.logaddexp(0, -odds))
    return likely


def chance(found: Floats, beta: Floats) -> Floats:
    """Return the probability that the best intent is right for an example left out."""
    likely: Floats = np.exp(-np.logaddexp(0, -(found @ beta)))
    return likely
