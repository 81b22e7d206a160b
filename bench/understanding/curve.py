"""How much each further example helps: a table and a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.understanding.data import DataSet, at_most
from bench.understanding.figures import Figures
from bench.understanding.running import measured

STEPS = (5, 10, 20, 30, 60)
"""Examples a label; after these, all."""
Curve = Mapping[str, Sequence[Figures]]
"""For each engine the figures at each step, and with all examples."""

_WIDTH, _HEIGHT, _LEFT, _TOP = 360, 260, 60, 70
_COLOURS = ("#1a5fb4", "#c64600", "#26813f", "#813d9c", "#5a6877")


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """One of the figures as lines, one for each engine."""

    title: str
    left: int
    lines: Mapping[str, Sequence[float]]


def curve(names: Sequence[str], given: DataSet, draws: int) -> dict[str, list[Figures]]:
    """Return the figures of engines at each step, averaged over draws of examples."""
    return {
        name: [
            *(_averaged(name, given, step, draws) for step in STEPS),
            measured(name, given),
        ]
        for name in names
    }


def table(found: Curve) -> str:
    """Return the curve in Markdown."""
    lines = [f"| Examples a label | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    for at, step in enumerate(_steps()):
        lines.append(f"| {step} | {' | '.join(str(one[at]) for one in found.values())} |")
    return "\n".join(lines)


def picture(found: Curve) -> str:
    """Return the curve as SVG: right at first, and answered rightly, beside each other."""
    panels = (
        _Panel(
            title="Best label is right",
            left=_LEFT,
            lines={name: [one.first for one in line] for name, line in found.items()},
        ),
        _Panel(
            title="Answered rightly, 9 of 10 out of scope refused",
            left=2 * _LEFT + _WIDTH,
            lines={name: [one.answered for one in line] for name, line in found.items()},
        ),
    )
    drawn = "\n".join([_legend(list(found)), *(_panel(one) for one in panels)])
    return _FRAME.format(width=3 * _LEFT + 2 * _WIDTH, height=_TOP + _HEIGHT + 60, drawn=drawn)


_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
     aria-labelledby="title" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
     font-size="13" fill="#1b2430">
  <title id="title">Share of messages understood, by examples a label and engine</title>
  <style>
    @media (prefers-color-scheme: dark) {{
      svg {{ fill: #e7ecf3; }}
      .paper {{ fill: #11161d; }}
      .grid {{ stroke: #3a4757; }}
    }}
  </style>
  <rect class="paper" width="{width}" height="{height}" fill="#ffffff"/>
{drawn}
</svg>
"""


def _averaged(name: str, given: DataSet, step: int, draws: int) -> Figures:
    found = [measured(name, at_most(given, step, draw)) for draw in range(draws)]
    return Figures(
        first=_mean([one.first for one in found]),
        top=_mean([one.top for one in found]),
        apart=_mean([one.apart for one in found]),
        answered=_mean([one.answered for one in found]),
    )


def _mean(shares: Sequence[float]) -> float:
    return float(np.mean(shares))


def _steps() -> list[str]:
    return [*(str(step) for step in STEPS), "all"]


def _legend(names: Sequence[str]) -> str:
    return "\n".join(
        f'  <rect x="{_LEFT + 170 * at}" y="18" width="14" height="4" fill="{colour}"/>'
        f'<text x="{_LEFT + 20 + 170 * at}" y="25">{name}</text>'
        for at, (name, colour) in enumerate(zip(names, _COLOURS, strict=False))
    )


def _panel(one: _Panel) -> str:
    parts = [f'  <text x="{one.left}" y="{_TOP - 14}" font-weight="600">{one.title}</text>']
    for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        y = _height(share)
        parts.append(
            f'  <path class="grid" stroke="#d5dbe3" d="M{one.left} {y}h{_WIDTH}"/>'
            f'<text x="{one.left - 8}" y="{y + 4}" text-anchor="end">{share:.0%}</text>'
        )
    for at, step in enumerate(_steps()):
        x, y = _across(one.left, at), _TOP + _HEIGHT + 20
        parts.append(f'  <text x="{x}" y="{y}" text-anchor="middle">{step}</text>')
    middle, low = one.left + _WIDTH // 2, _TOP + _HEIGHT + 42
    parts.append(f'  <text x="{middle}" y="{low}" text-anchor="middle">examples a label</text>')
    for line, colour in zip(one.lines.values(), _COLOURS, strict=False):
        points = " ".join(f"{_across(one.left, x)},{_height(y)}" for x, y in enumerate(line))
        parts.append(
            f'  <polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        )
    return "\n".join(parts)


def _across(left: int, at: int) -> int:
    return left + 20 + round(at * (_WIDTH - 40) / len(STEPS))


def _height(share: float) -> int:
    return _TOP + round((1 - share) * _HEIGHT)
