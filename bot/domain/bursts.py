"""Messages that come close together and are meant as one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.conversation import Conversation, Status
from bot.domain.follow_up_words import FollowUps
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Match, Zone
from bot.domain.meaning import Reading, Sense, Way, says_little
from bot.domain.messages import InboundMessage, MessageKind
from bot.domain.wording import folded

_PATIENCE = 1.5
"""How many times as long as the last gap the next one may be."""
_AT_FIRST = 0.6
"""Of the longest pause, while nothing is known of how the customer writes."""
_SHORTEST = timedelta(seconds=1)
_IN_VAIN = 0.7
"""By how much a gap is thought shorter each time nothing came after it."""
_ENDS = (".", "?", "!")
_GOES_ON = (",", ";", ":", "…", "...", "-")
_SHORT = 12
"""Words; who writes more before the first stop has said what they wanted."""
_HINTS = frozenset(
    {Sense.ASK_BACK, Sense.NOT_UNDERSTOOD, Sense.FOREIGN, Sense.UNREADABLE, Sense.COMMENT}
)
_OF_A_NAME = 3
"""Words of what only names a thing: "il mio sito"."""


def may_go_on(conversation: Conversation, reading: Reading, said: InboundMessage) -> bool:
    """Tell by its kind, and by what the chat waits for, whether more may come after a message."""
    if conversation.status not in {Status.BOT, Status.CLOSED} or conversation.pending is not None:
        return False
    if said.kind is MessageKind.MEDIA and not said.text:
        return reading.sense is Sense.UNREADABLE  # What it shows may be told next.
    # What was matched was no choice of ours, no button, no word that stops.
    words = said.kind in {MessageKind.TEXT, MessageKind.EDIT} and bool(said.text)
    return words and reading.match is not None and reading.way is Way.OWN_WORDS


def sounds_unfinished(reading: Reading, text: str, knowledge: Knowledge) -> bool:
    """Tell by its words whether more is to come after a text: it greets, it hints, it breaks off.

    What is clear, or ends with a full stop, is finished.
    """
    if _breaks_off(text, knowledge.follow_ups):
        return True
    if reading.sense is Sense.INTENT and not says_little(reading.intent, knowledge):
        return _only_names(text, knowledge.follow_ups)
    if reading.sense is Sense.INTENT and knowledge.label_of(reading.intent) == "greeting":
        return True
    strange = bool(reading.intent) and knowledge.label_of(reading.intent) == "out_of_scope"
    hints = strange or (reading.sense in _HINTS and not reading.intent)
    return hints and not text.endswith(_ENDS) and len(text.split()) < _SHORT


def joined(messages: Sequence[InboundMessage]) -> InboundMessage:
    """Return several messages as one, with the words and files of all."""
    text = "\n".join(one.text for one in messages if one.text)
    return replace(
        messages[-1],
        kind=MessageKind.TEXT if text else messages[-1].kind,
        text=text,
        attachments=tuple(file for one in messages for file in one.attachments),
        phone=next((one.phone for one in messages if one.phone), None),
    )


def clearer(one: Match, other: Match) -> Match:
    """Return the surer of two matches, the first if they are alike, with all that is named."""
    better = other if _clarity(other) > _clarity(one) else one
    named = tuple(dict.fromkeys((*one.entities, *other.entities)))
    return replace(better, entities=named, greeted=one.greeted or other.greeted)


def due(
    messages: Sequence[InboundMessage], pace: timedelta | None, longest: timedelta
) -> datetime:
    """Return until when more may come after messages, by how fast the customer writes.

    Args:
        messages: What came so far, oldest first.
        pace: The gap that is usual in this chat, if known.
        longest: Longer nobody waits.
    """
    gap = longest_gap(messages) or pace or longest * _AT_FIRST / _PATIENCE
    return messages[-1].received_at + min(max(gap * _PATIENCE, _SHORTEST), longest)


def longest_gap(messages: Sequence[InboundMessage]) -> timedelta | None:
    """Return the longest time between two messages, or None of a single one."""
    gaps = (after.received_at - before.received_at for before, after in pairwise(messages))
    return max(gaps, default=None)


def pace_after(
    conversation: Conversation, messages: Sequence[InboundMessage], *, waited: bool
) -> timedelta | None:
    """Return the gap that is usual in a chat after messages were answered together.

    Args:
        conversation: The chat as it was before.
        messages: What was answered.
        waited: Whether more was expected at the end, and nothing came.
    """
    pace = longest_gap(messages) or conversation.pace
    return pace * _IN_VAIN if waited and pace is not None else pace


def _breaks_off(text: str, words: FollowUps) -> bool:
    # Not folded: "e" leads on, while "è" may end a question.
    said = text.casefold().split()
    return text.endswith(_GOES_ON) or bool(said and said[-1] in words.dangling)


def _only_names(text: str, words: FollowUps) -> bool:
    """Tell whether a text says of a thing only what it is called: "la webmail", "il mio sito"."""
    said = folded(text).split()
    few = len(said) <= _OF_A_NAME and not text.endswith(_ENDS)
    return few and len(said) > 1 and said[0] in words.articles


def _clarity(match: Match) -> tuple[bool, float]:
    best = match.best
    return match.zone is Zone.ANSWER, best.confidence if best else 0.0
