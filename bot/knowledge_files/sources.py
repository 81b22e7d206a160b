"""What the examples and passages must be compared with: test sentences and the help page."""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.domain.wording import folded
from bot.knowledge_files.checks import examples_of, one_line
from bot.knowledge_files.findings import Finding
from bot.knowledge_files.reading import Files


def golden_sentences(files: Files, golden: Path) -> Iterator[Finding]:
    """Yield examples that are test sentences: a test on them would prove nothing."""
    tested = {folded(text) for text in _golden_texts(golden)}
    for text, place in examples_of(files):
        if folded(text) in tested:
            cure = "Write it in other words."
            yield place.error(f"The example {text!r} is a test sentence.", cure)


def passages(files: Files, help_page: Path) -> Iterator[Finding]:
    """Yield passages that the help page does not have, letter by letter."""
    page = one_line(help_page.read_text("utf-8"))
    for entry, doc in files.faq.values():
        for at, passage in enumerate(entry.passages):
            if one_line(passage) not in page:
                problem = f"The help page does not say {passage[:60]!r}."
                yield doc.place("passages", at).error(problem, "Copy it letter by letter.")


def _golden_texts(golden: Path) -> Iterator[str]:
    paths = sorted(golden.rglob("*")) if golden.is_dir() else [golden]
    for path in paths:
        if path.suffix == ".jsonl":
            for line in path.read_text("utf-8").splitlines():
                yield str(json.loads(line).get("text", ""))
        elif path.suffix == ".yaml":
            yield from _texts_in(yaml.safe_load(path.read_text("utf-8")))


def _texts_in(value: object) -> Iterator[str]:
    """Yield every ``text`` or ``customer`` line anywhere in a YAML document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"text", "customer"} and isinstance(inner, str):
                yield inner
            else:
                yield from _texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_in(inner)
