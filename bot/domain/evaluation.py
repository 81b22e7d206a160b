"""How good the matching is, measured on labelled messages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.knowledge import COMPLAINT, OPERATOR_INTENT, OUT_OF_SCOPE
from bot.domain.matching import Match, Zone, options_of


class Action(StrEnum):
    """What the bot would do with a message on its own, without a conversation."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HANDOVER = "handover"
    FALLBACK = "fallback"


class Grade(StrEnum):
    """What that is worth to the customer."""

    DIRECT = "direct"
    CLARIFIED = "clarified"
    MISSED = "missed"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A message with what the customer wants.

    Args:
        also: Further labels that are right as well.
    """

    text: str
    label: str
    also: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one labelled message."""

    message: Labelled
    action: Action
    intent: str
    grade: Grade


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Shares of messages, from 0 to 1.

    Args:
        count: How many messages.
        helped: Answered directly, or asked back with the right choice on offer.
        wrong: Answered confidently with something else.
    """

    count: int
    direct: float
    helped: float
    wrong: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """Figures by label and in total.

    Args:
        in_scope: All messages but those out of scope.
        out_of_scope_answered: Share of out-of-scope messages that got an answer.
        confusions: Wanted and answered intent, with how often, worst first.
    """

    total: Figures
    in_scope: Figures
    by_label: Mapping[str, Figures]
    out_of_scope_answered: float
    confusions: Sequence[tuple[str, str, int]]


def action_on(match: Match) -> Action:
    """Return what the bot would do with a message, without regard to any conversation."""
    if match.language not in {"it", "en", ""}:
        return Action.HANDOVER
    if match.best is None or match.zone is Zone.OFFER_PERSON:
        return Action.FALLBACK
    if match.zone is Zone.ASK_BACK:
        return Action.CLARIFY
    if match.best.intent == OUT_OF_SCOPE:
        return Action.FALLBACK
    handed = match.best.intent in {OPERATOR_INTENT, COMPLAINT}
    return Action.HANDOVER if handed else Action.ANSWER


def outcome(message: Labelled, match: Match) -> Outcome:
    """Return what became of a labelled message."""
    action = action_on(match)
    intent = match.best.intent if match.best else ""
    return Outcome(
        message=message, action=action, intent=intent, grade=_grade(message, match, action)
    )


def report(outcomes: Sequence[Outcome]) -> Report:
    """Return the figures of all outcomes."""
    labels = sorted({one.message.label for one in outcomes})
    strangers = [one for one in outcomes if one.message.label == OUT_OF_SCOPE]
    answered = sum(one.grade is Grade.WRONG for one in strangers)
    return Report(
        total=_figures(outcomes),
        in_scope=_figures([one for one in outcomes if one.message.label != OUT_OF_SCOPE]),
        by_label={
            label: _figures([one for one in outcomes if one.message.label == label])
            for label in labels
        },
        out_of_scope_answered=answered / len(strangers) if strangers else 0.0,
        confusions=_confusions(outcomes),
    )


def _grade(message: Labelled, match: Match, action: Action) -> Grade:
    right = {message.label, *message.also}
    best = match.best.intent if match.best else ""
    if action is Action.ANSWER:
        return Grade.DIRECT if best in right else Grade.WRONG
    if action is Action.CLARIFY:
        offered = {candidate.intent for candidate in options_of(match.candidates)}
        return Grade.CLARIFIED if offered & right else Grade.MISSED
    if action is Action.FALLBACK and message.label == OUT_OF_SCOPE:
        return Grade.DIRECT
    return Grade.DIRECT if action is Action.HANDOVER and best in right else Grade.MISSED


def _figures(outcomes: Sequence[Outcome]) -> Figures:
    count = len(outcomes)
    grades = Counter(one.grade for one in outcomes)
    share = 1 / count if count else 0.0
    return Figures(
        count=count,
        direct=grades[Grade.DIRECT] * share,
        helped=(grades[Grade.DIRECT] + grades[Grade.CLARIFIED]) * share,
        wrong=grades[Grade.WRONG] * share,
    )


def _confusions(outcomes: Iterable[Outcome]) -> list[tuple[str, str, int]]:
    pairs = Counter(
        (one.message.label, one.intent) for one in outcomes if one.grade is Grade.WRONG
    )
    return [(wanted, got, times) for (wanted, got), times in pairs.most_common()]
