"""What the engines learn and what they are asked."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bench.noise import noisy
from bot.domain.knowledge import OUT_OF_SCOPE, IntentKind
from bot.knowledge_files import load_knowledge

STRANGE = "__oos__"
"""The label of what belongs to no intent, as the public sets write it."""

_PLACEHOLDERS = {
    "domain": "esempio.it",
    "email": "info@esempio.it",
    "amount": "45,00 €",
    "date": "12/03/2026",
    "number": "1234",
}
"""What customers write where our examples have a placeholder."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A phrase with the label it teaches."""

    text: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """A phrase with all labels that are right, the one that is wanted first."""

    text: str
    right: Sequence[str]

    @property
    def strange(self) -> bool:
        """Whether it belongs to no intent."""
        return self.right[0] == STRANGE


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """Examples to learn from and messages to be asked.

    Args:
        language: ISO 639-1 code of most messages, for engines that must be told.
        counts_as: Under which label a finer one is counted.
        talk: Labels of talk about the talk, such as thanks.
    """

    name: str
    language: str
    examples: Sequence[Example]
    messages: Sequence[Message]
    counts_as: Mapping[str, str] = field(default_factory=dict)
    talk: frozenset[str] = frozenset()


def public_sets(folder: Path) -> list[DataSet]:
    """Return the sets of a folder with files of {"train": [...], "test": [...]}."""
    return [_public(file) for file in sorted(folder.glob("*.json"))]


def own_set(intents: Path, faq: Path, messages: Path) -> DataSet:
    """Return the knowledge of this desk, asked the messages of a labelled JSONL file."""
    known = load_knowledge(intents, faq).intents.values()
    return DataSet(
        name="our own",
        language="it",
        examples=[
            Example(text=_filled(one.text), label=_label(intent.name))
            for intent in known
            for one in intent.examples
        ],
        messages=list(_labelled(messages)),
        counts_as={one.name: _label(one.counts_as) for one in known if one.counts_as},
        talk=frozenset(_label(one.name) for one in known if one.kind is IntentKind.CONVERSATION),
    )


def with_noise(given: DataSet) -> DataSet:
    """Return the set with typing errors in its messages."""
    typed = [replace(one, text=noisy(one.text)) for one in given.messages]
    return replace(given, name=f"{given.name} noisy", messages=typed)


def at_most(given: DataSet, a_label: int, draw: int) -> DataSet:
    """Return the set with so many examples a label, drawn by chance but always the same."""
    return replace(given, examples=list(_drawn(given.examples, a_label, Random(draw))))  # noqa: S311 - no secret


def enlarged(given: DataSet, examples: int) -> DataSet:
    """Return the set with so many examples: its own, then the same with more and more noise."""
    grown, seed = list(given.examples), 0
    while len(grown) < examples:
        seed += 1
        grown += [replace(one, text=noisy(one.text, seed)) for one in given.examples]
    return replace(given, examples=grown[:examples])


def _public(file: Path) -> DataSet:
    read = json.loads(file.read_text("utf-8"))
    name = re.sub(r"\.full|\.s0", "", file.stem).replace(".", " ")
    return DataSet(
        name=name,
        language="it" if "_it" in name else "en",
        examples=[Example(text=one["t"], label=one["y"]) for one in read["train"]],
        messages=[_message(one["t"], one["y"], one) for one in read["test"]],
    )


def _labelled(file: Path) -> Iterator[Message]:
    for line in file.read_text("utf-8").splitlines():
        if line.strip():
            one = json.loads(line)
            yield _message(one["text"], one["label"], one)


def _message(text: str, label: str, read: Mapping[str, Any]) -> Message:
    return Message(text=text, right=[_label(one) for one in (label, *read.get("also", ()))])


def _label(name: str) -> str:
    return STRANGE if name == OUT_OF_SCOPE else name


def _filled(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _PLACEHOLDERS.get(found[1], found[1]), text)


def _drawn(examples: Sequence[Example], a_label: int, random: Random) -> Iterable[Example]:
    by_label: dict[str, list[Example]] = {}
    for one in examples:
        by_label.setdefault(one.label, []).append(one)
    for own in by_label.values():
        yield from random.sample(own, min(a_label, len(own)))
