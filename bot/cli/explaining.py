"""Why a message means what it means, in words and as JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.evaluation import action_on
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Match, Zone, in_labels

_ZONES: Mapping[Zone, str] = {
    Zone.ANSWER: "to answer",
    Zone.ASK_BACK: "to ask back",
    Zone.OFFER_PERSON: "to offer a person",
}


def as_json(found: Match, knowledge: Knowledge) -> dict[str, Any]:
    """Return what others may count on: labels, and the intent's own name as the topic."""
    counted = in_labels(found, knowledge.label_of)
    best = counted.best
    return {
        "action": action_on(counted).value,
        "intent": best.intent if best else None,
        "topic": found.best.intent if found.best else None,
        "confidence": best.confidence if best else 0.0,
        "candidates": [
            {"intent": one.intent, "confidence": one.confidence, "example": one.example}
            for one in counted.candidates
        ],
        "language": found.language,
    }


def explained_as_json(found: Match) -> dict[str, Any]:
    """Return the evidence behind a match."""
    return {
        "zone": found.zone.value,
        "expected_costs": {zone.value: round(cost, 2) for zone, cost in found.expected.items()},
        "views": [
            {"name": view.name, "intent": view.intent, "score": view.score} for view in found.views
        ],
        "entities": [
            {"kind": one.kind.value, "value": one.value, "said": one.said}
            for one in found.entities
        ],
        "second": found.second.intent if found.second else None,
        "greeted": found.greeted,
    }


def in_words(found: Match, knowledge: Knowledge) -> str:
    """Return the action and the likeliest intents, one a line."""
    action = action_on(in_labels(found, knowledge.label_of))
    lines = [f"{action.value}  (language: {found.language})"]
    lines += [
        f"{one.confidence:4.2f}  {one.intent:<24}  {one.example}" for one in found.candidates
    ]
    return "\n".join(lines)


def explained(found: Match) -> str:
    """Return the evidence behind a match, for people."""
    return "\n".join(_evidence(found))


def _evidence(found: Match) -> Iterator[str]:
    yield "\nviews, each by itself"
    yield from (f"{view.score:4.2f}  {view.intent:<24}  {view.name}" for view in found.views)
    yield "\nexpected to cost, the cheapest is done"
    yield from (f"{cost:4.2f}  {_ZONES[zone]}" for zone, cost in found.expected.items())
    if found.entities:
        yield "\nnames"
    yield from (f"{one.kind:<8}{one.value or '?'}  ({one.said})" for one in found.entities)
    if found.second is not None:
        yield f"\nasks as well: {found.second.intent}"
