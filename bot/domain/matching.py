"""Scores become a `Match`: what a message means, and how sure we are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.knowledge import COMPLAINT, EMERGENCY, OPERATOR_INTENT, OUT_OF_SCOPE

MOST_OPTIONS = 3
"""Intents offered when the bot asks back."""


class Zone(StrEnum):
    """What a match is good for."""

    ANSWER = "answer"
    ASK_BACK = "ask_back"
    OFFER_PERSON = "offer_person"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An intent a message may stand for.

    Args:
        confidence: From 0 to 1.
        example: The closest example, kept as evidence.
    """

    intent: str
    confidence: float
    example: str = ""


Candidates = tuple[Candidate, ...]


class EntityKind(StrEnum):
    """What a message can name."""

    DOMAIN = "domain"
    EMAIL = "email"
    NUMBER = "number"
    DATE = "date"
    AMOUNT = "amount"


@dataclass(frozen=True, kw_only=True)
class Entity:
    """Something a message names.

    Args:
        value: In one form whatever the customer's: a domain in lower case as registered, a date
            in ISO 8601, an amount in cents, a number in capitals without what stands
            between its parts; empty where that cannot be told.
        said: As the customer wrote it.
    """

    kind: EntityKind
    value: str
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """What one way of looking at a message makes of it, kept as evidence.

    Args:
        score: From 0 to 1; comparable within a view only.
    """

    name: str
    intent: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is to be matched.

    Args:
        text: The message as the customer wrote it.
        language: The conversation's language so far, if known.
        intent: What the conversation was about so far, if anything.
    """

    text: str
    language: str = ""
    intent: str = ""


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a message means.

    Args:
        candidates: Best first, each intent once.
        language: ISO 639-1 code, of any language.
        entities: What the message names.
        second: The intent of another question in the same message, if it is sure as well.
        greeted: Whether the message greets before it asks.
        views: What each view says on its own.
        expected: What each zone is expected to cost; the cheapest was chosen.
    """

    candidates: tuple[Candidate, ...]
    zone: Zone
    language: str
    entities: tuple[Entity, ...] = ()
    second: Candidate | None = None
    greeted: bool = False
    views: tuple[View, ...] = ()
    expected: Mapping[Zone, float] = field(default_factory=dict)

    @property
    def best(self) -> Candidate | None:
        """The most likely candidate."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What each mistake costs the customer; only how they compare matters.

    Args:
        wrong: An answer to something else.
        question: A question back that was not needed.
        person: A person called in, or offered, where the bot could have helped.
    """

    wrong: float = 10.0
    question: float = 1.0
    person: float = 3.0


def zone_of(
    candidates: Sequence[Candidate], costs: Costs, label_of: Callable[[str], str] = str
) -> Zone:
    """Return what the candidates are good for: whatever is expected to cost least."""
    expected = costs_of(candidates, costs, label_of)
    return min(expected, key=lambda zone: expected[zone])


def costs_of(
    candidates: Sequence[Candidate], costs: Costs, label_of: Callable[[str], str] = str
) -> Mapping[Zone, float]:
    """Return what each zone is expected to cost.

    A question is needless where the best was right, and where the message is not ours. To be
    asked for other words by somebody who cannot help is half as bad.

    Args:
        candidates: All that are possible, best first; what their chances leave is not ours.
        costs: Of each mistake.
        label_of: What an intent counts as; two of one label are no rivals.
    """
    if not candidates:
        return {Zone.OFFER_PERSON: 0.0}
    best = candidates[0]
    ours = sum(one.confidence for one in candidates if label_of(one.intent) != OUT_OF_SCOPE)
    offered = sum(one.confidence for one in options_of(candidates, label_of))
    needless = max(best.confidence, 1 - ours)
    return {
        Zone.ANSWER: (1 - best.confidence) * _cost_of_mistaking(best, costs, label_of),
        Zone.OFFER_PERSON: costs.person * ours + costs.question / 2 * (1 - ours),
        Zone.ASK_BACK: costs.question * needless + costs.person * (ours - offered),
    }


def options_of(
    candidates: Sequence[Candidate], label_of: Callable[[str], str] = str
) -> tuple[Candidate, ...]:
    """Return the likeliest intents that are ours, as many as a question offers."""
    ours = [one for one in candidates if label_of(one.intent) != OUT_OF_SCOPE]
    return tuple(ours[:MOST_OPTIONS])


def asked_in(
    whole: Candidates, parts: Sequence[Candidates], zone: Callable[[Candidates], Zone]
) -> tuple[Candidates, Candidate | None]:
    """Return what a message means, and what else it asks if it is two questions.

    It is where each part is sure by itself, and the whole is taken for one of them; the whole
    counts as long as it is sure.

    Args:
        whole: What the whole message may mean, best first.
        parts: What each of its sentences may mean.
        zone: What candidates are good for.
    """
    own = next((one for one in parts if whole and one and one[0].intent == whole[0].intent), ())
    others = [one[0] for one in parts if own and one and one[0].intent != own[0].intent]
    if not others or any(zone(one) is not Zone.ANSWER for one in parts):
        return whole, None
    return (whole if zone(whole) is Zone.ANSWER else own), others[0]


def in_labels(match: Match, label_of: Callable[[str], str]) -> Match:
    """Return the match as it is reported: each label once, as likely as its likeliest intent."""
    found: dict[str, Candidate] = {}
    for one in match.candidates:
        label = label_of(one.intent)
        found.setdefault(label, replace(one, intent=label))
    return replace(match, candidates=tuple(found.values()))


def _cost_of_mistaking(best: Candidate, costs: Costs, label_of: Callable[[str], str]) -> float:
    """Return what it costs to act on the best candidate where it is wrong.

    To call a person is a smaller mistake than a wrong answer. So is to say that something is not
    ours: a person is offered, but the customer has to ask again.
    """
    if label_of(best.intent) in {OPERATOR_INTENT, COMPLAINT} or best.intent == EMERGENCY:
        return costs.person
    strange = label_of(best.intent) == OUT_OF_SCOPE
    return costs.person + costs.question if strange else costs.wrong
