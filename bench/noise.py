"""Messages as they are typed in a hurry: slips, missing accents and apostrophes, abbreviations.

    python -m bench.noise < labelled.jsonl > noisy.jsonl

The same text, seed and strength always give the same noise.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

import click
import yaml

_SLIPS = 0.185
"""Share of the longer words with a slip. Chosen, like the shares below, so that as much changes
as in the public sets with `noisy` in their name."""
_SHORTEST_SLIPPED = 4
_ABBREVIATED = 0.63
"""Share of the words with a usual abbreviation that are abbreviated."""
_MARKS_DROPPED = 0.8
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PART = re.compile(r"\S*[@{}\d]\S*|\S+\.[^\W\d_]\S*|[^\W_]+|[^\w\s]|_")
"""An address, domain, number or placeholder; a word; or a mark."""


def noisy(text: str, seed: int = 0, strength: float = 1.0) -> str:
    """Return the text as it is typed in a hurry.

    Args:
        seed: Another one gives other noise.
        strength: How many slips and abbreviations, as a multiple of the usual.
    """
    random = Random(f"{seed}:{text}")  # noqa: S311 - noise is no secret
    typed = [_typed(part, random, strength) for part in _PART.findall(_bare(text))]
    return " ".join(part for part in typed if part)


@click.command()
@click.option("--seed", default=0, show_default=True)
@click.option("--strength", default=1.0, show_default=True, help="Multiple of the usual noise.")
def main(seed: int, strength: float) -> None:
    """Copy lines of {"text": ...} from stdin to stdout with noise in the texts."""
    for line in sys.stdin:
        if line.strip():
            message = json.loads(line)
            message["text"] = noisy(message["text"], seed, strength)
            click.echo(json.dumps(message, ensure_ascii=False))


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _typed(part: str, random: Random, strength: float) -> str:
    if not part[0].isalnum() and len(part) == 1:
        return "" if random.random() < _MARKS_DROPPED else part
    short = _abbreviations().get(part)
    if short and random.random() < _ABBREVIATED * strength:
        return random.choice(short)
    long = part.isalpha() and len(part) >= _SHORTEST_SLIPPED
    return _slipped(part, random) if long and random.random() < _SLIPS * strength else part


def _slipped(word: str, random: Random) -> str:
    """Return the word with a letter dropped, doubled, swapped with the next, or its neighbour."""
    at = random.randrange(len(word))
    left = min(at, len(word) - 2)
    neighbour = random.choice(_neighbours().get(word[at], [word[at]]))
    return random.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:left] + word[left + 1] + word[left] + word[left + 2 :],
            word[:at] + neighbour + word[at + 1 :],
        ]
    )


@cache
def _neighbours() -> Mapping[str, Sequence[str]]:
    at = {char: (x, y) for y, row in enumerate(_ROWS) for x, char in enumerate(row)}
    return {
        char: [other for other, (u, v) in at.items() if abs(u - x) + abs(v - y) == 1]
        for char, (x, y) in at.items()
    }


@cache
def _abbreviations() -> Mapping[str, Sequence[str]]:
    file = Path(__file__).with_name("abbreviations.yaml")
    read: dict[str, list[str]] = yaml.safe_load(file.read_text("utf-8"))
    return read


if __name__ == "__main__":
    main()
