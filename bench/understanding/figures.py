"""How good an engine is, in four figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.understanding.data import STRANGE, Message

_REFUSED = 0.9
_TOP = 3
_NOTHING = -2.0
"""Below every other confidence: nothing was found at all."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an engine makes of a message.

    Args:
        ranked: Labels with their scores, best first.
        sure: How sure the best is; higher is surer, on whatever scale from zero.
    """

    ranked: Sequence[tuple[str, float]]
    sure: float

    @property
    def labels(self) -> list[str]:
        """The labels, best first."""
        return [label for label, _ in self.ranked]

    @property
    def in_scope(self) -> float:
        """How sure it is that the message belongs to one of the intents."""
        if not self.ranked:
            return _NOTHING
        return -self.sure if self.ranked[0][0] == STRANGE else self.sure


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Shares from 0 to 1; not a number where there was nothing to measure.

    Args:
        first: Messages in scope whose best label is right.
        top: Messages in scope with a right label among the best three.
        apart: Chance that a message in scope is taken for that more surely than one out of
            scope: the area under the ROC curve.
        answered: Messages in scope that are answered rightly while nine of ten out of scope
            are refused.
    """

    first: float
    top: float
    apart: float
    answered: float

    def __str__(self) -> str:
        """Return the figures in percent, as they stand in a table."""
        shares = (self.first, self.top, self.apart, self.answered)
        return " / ".join("-" if np.isnan(one) else f"{one:.1%}"[:-1] for one in shares)


def figures(messages: Sequence[Message], verdicts: Sequence[Verdict]) -> Figures:
    """Return how good the verdicts on these messages are."""
    judged = list(zip(messages, verdicts, strict=True))
    known = [(message, verdict) for message, verdict in judged if not message.strange]
    sure = np.array([verdict.in_scope for _, verdict in known])
    strange = np.array([verdict.in_scope for message, verdict in judged if message.strange])
    right = _right_among(known, 1)
    return Figures(
        first=_share(right),
        top=_share(_right_among(known, _TOP)),
        apart=_apart(sure, strange),
        answered=_share(right & (sure > _limit(strange))),
    )


Judged = Sequence[tuple[Message, Verdict]]
Shares = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _right_among(judged: Judged, best: int) -> Flags:
    return np.array(
        [bool({*verdict.labels[:best]} & {*message.right}) for message, verdict in judged], bool
    )


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else float("nan")


def _apart(sure: Shares, strange: Shares) -> float:
    if not len(sure) or not len(strange):
        return float("nan")
    surer = (sure[:, None] > strange[None, :]).mean()
    return float(surer + (sure[:, None] == strange[None, :]).mean() / 2)


def _limit(strange: Shares) -> float:
    """Return the confidence that nine of ten messages out of scope do not exceed."""
    if not len(strange):
        return -np.inf
    return float(np.quantile(strange, _REFUSED, method="inverted_cdf"))
