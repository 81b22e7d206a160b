"""What would make the knowledge better: each example judged as if it had not been there."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.knowledge import Intent, Knowledge
from bot.understanding.cache import Cache
from bot.understanding.embedding import Embedder
from bot.understanding.engine import Fitted, fitted
from bot.understanding.model import Taught, speller_for, taught_by, vectors_of

_FEWEST_EXAMPLES = 20
_FEWEST_IN_A_LANGUAGE = 5
_OFTEN = 3
"""Examples taken for another intent from which the two are worth telling apart."""
_FAR = 0.3
"""By how much another intent must be ahead of an example's own."""


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Something to look at.

    Args:
        weight: How much it matters, among those of the same kind.
    """

    kind: str
    intent: str
    told: str
    weight: float


def suggestions_for(
    knowledge: Knowledge, embedder: Embedder | None, folder: Path | None = None
) -> Sequence[Suggestion]:
    """Return confusable intents, examples nearer to another intent, and gaps; worst first.

    Args:
        knowledge: Whose examples are compared.
        embedder: The one the matcher uses.
        folder: Where vectors are kept.
    """
    cache = Cache(folder)
    taught = taught_by(knowledge, cache)
    vectors = vectors_of(taught, embedder, speller_for(taught), cache)
    compared = fitted([one.phrase for one in taught], [one.intent for one in taught], vectors)
    found = [
        *_confusable(compared),
        *_astray(compared, taught),
        *(gap for intent in knowledge.intents.values() for gap in _gaps(intent)),
    ]
    return sorted(found, key=lambda one: (one.kind, -one.weight, one.intent))


def _confusable(compared: Fitted) -> Iterator[Suggestion]:
    taken_for = compared.fit.without_itself.argmax(axis=1)
    pairs = Counter(
        (compared.labels[own], compared.labels[other])
        for own, other in zip(compared.columns, taken_for, strict=True)
        if own != other
    )
    for (own, other), times in pairs.items():
        if times >= _OFTEN:
            told = f"{times} examples are taken for {other}; add some that tell the two apart"
            yield Suggestion(kind="confusable", intent=own, told=told, weight=times)


def _astray(compared: Fitted, taught: Sequence[Taught]) -> Iterator[Suggestion]:
    scores = compared.fit.without_itself
    for at, own in enumerate(compared.columns):
        other = int(scores[at].argmax())
        ahead = float(scores[at, other] - scores[at, own])
        if other != own and ahead >= _FAR:
            told = f'"{taught[at].example.text}" looks like {compared.labels[other]}'
            yield Suggestion(kind="astray", intent=taught[at].intent, told=told, weight=ahead)


def _gaps(intent: Intent) -> Iterator[Suggestion]:
    count = len(intent.examples)
    if count < _FEWEST_EXAMPLES:
        told = f"only {count} examples; write at least {_FEWEST_EXAMPLES}"
        yield Suggestion(
            kind="gap", intent=intent.name, told=told, weight=_FEWEST_EXAMPLES - count
        )
    languages = Counter(example.language for example in intent.examples)
    for language in ("it", "en"):
        if languages[language] < _FEWEST_IN_A_LANGUAGE:
            told = f"only {languages[language]} examples in {language}"
            yield Suggestion(kind="gap", intent=intent.name, told=told, weight=1)
