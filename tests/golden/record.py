"""Writes what the bot answers now into the golden conversations, for a person to review.

Run `python -m tests.golden.record`, then read the difference: every changed line is an answer
that customers will read.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.golden.playing import CONVERSATIONS, Said, conversations, lines_of, played


class _Readable(yaml.SafeDumper):
    """Writes texts of several lines as blocks, so that a person can read them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Readable.add_representer(str, _text)


def main() -> None:
    """Play every conversation and store the answers beside its messages."""
    golden = conversations()
    lines = [line for name, one in golden.items() for line in lines_of(name, one)]
    with TemporaryDirectory() as folder:
        answers = iter(played(lines, Path(folder)))
    for name, one in golden.items():
        for turn in one["turns"]:
            turn["bot"] = as_yaml(next(answers))
        text = yaml.dump(one, Dumper=_Readable, allow_unicode=True, sort_keys=False, width=999)
        (CONVERSATIONS / f"{name}.yaml").write_text(text, encoding="utf-8")


def as_yaml(said: Said) -> dict[str, Any]:
    """Return an answer as it stands in a golden conversation; what is empty is left out."""
    shown = {
        "intent": said.intent,
        "standing": said.standing,
        "status": said.status,
        "buttons": list(said.buttons),
        "says": said.text,
    }
    return {name: value for name, value in shown.items() if value}


if __name__ == "__main__":
    main()
