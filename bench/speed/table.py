"""Figures beside the limits of the machine they were measured on, and what is aimed at."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a figure should be: its ratio to the limit where it has one."""

    value: float
    at_most: bool = False
    unit: str = ""

    def is_met(self, value: float) -> bool:
        """Tell whether a figure is good enough."""
        return value <= self.value if self.at_most else value >= self.value

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {_short(self.value)} {self.unit}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table.

    Args:
        limit: What nothing on this machine can be better than, in the same unit; None if there
            is no such thing.
    """

    what: str
    value: float
    unit: str
    limit: float | None = None
    aim: Aim | None = None

    @property
    def ratio(self) -> float | None:
        """The figure as a part of its limit, or a multiple."""
        return self.value / self.limit if self.limit else None

    @property
    def verdict(self) -> str:
        """What is aimed at and whether it is reached; empty without an aim."""
        if self.aim is None:
            return ""
        judged = self.value if self.ratio is None else self.ratio
        return f"{self.aim}: {'yes' if self.aim.is_met(judged) else 'NO'}"


HEADING = """\
| What | Figure | Limit | Ratio | Aim |
|---|---|---|---|---|"""


def row(one: Figure) -> str:
    """Return a figure as a row in Markdown."""
    limit = "" if one.limit is None else _short(one.limit)
    ratio = "" if one.ratio is None else f"{one.ratio:.2f}"
    return f"| {one.what} | {_short(one.value)} {one.unit} | {limit} | {ratio} | {one.verdict} |"


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(len(ordered) * share) - 1]


_LARGE = 100


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.3g}"
