"""Scores become a `Match`: what a message means, and how sure we are."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.knowledge import COMPLAINT, OPERATOR_INTENT, OUT_OF_SCOPE


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
            in ISO 8601, an amount in cents, the digits of a number.
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
    """

    candidates: tuple[Candidate, ...]
    zone: Zone
    language: str
    entities: tuple[Entity, ...] = ()
    second: Candidate | None = None
    greeted: bool = False
    views: tuple[View, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The most likely candidate."""
        return self.candidates[0] if self.candidates else None


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Where the zones begin, as confidences from 0 to 1.

    Args:
        answer_from: Below this the bot does not answer on its own.
        lead: By how much the winner must be ahead of the runner-up.
        ask_from: Below this not even a question makes sense.
        hand_over_from: From this a wish for a person, or a complaint, is believed: a needless
            handover is a smaller mistake than a wrong answer.
    """

    answer_from: float
    lead: float
    ask_from: float
    hand_over_from: float


def zone_of(candidates: Sequence[Candidate], thresholds: Thresholds) -> Zone:
    """Return what the candidates, best first, are good for.

    What is probably none of our business is not worth a question.
    """
    if not candidates or candidates[0].confidence < thresholds.ask_from:
        return Zone.OFFER_PERSON
    runner_up = candidates[1].confidence if len(candidates) > 1 else 0.0
    clear = candidates[0].confidence - runner_up >= thresholds.lead
    calls = candidates[0].intent in {OPERATOR_INTENT, COMPLAINT}
    enough = thresholds.hand_over_from if calls else thresholds.answer_from
    if clear and candidates[0].confidence >= enough:
        return Zone.ANSWER
    strange = candidates[0].intent == OUT_OF_SCOPE
    return Zone.OFFER_PERSON if strange else Zone.ASK_BACK
