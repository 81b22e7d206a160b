"""Asking how it went, and what is made of the answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.choices import answer_to
from bot.domain.conversation import Conversation, Option, Status
from bot.domain.decision import Decision
from bot.domain.drafts import words_of
from bot.domain.knowledge import COMPLAINT, Knowledge, Language
from bot.domain.meaning import Reading, Sense, language_of, says_little
from bot.domain.messages import Button, InboundMessage, MessageKind, Reply
from bot.domain.rating import (
    COMMENTED,
    MOST_COMMENT_CHARS,
    PREFIX,
    RATED,
    Rating,
    RatingAsked,
)
from bot.domain.wording import folded

RATING_SENTENCES = frozenset(
    {
        "rating_ask",
        *(f"rating_{value}" for value in Rating),
        "rating_thanks",
        "rating_noted",
        "rating_commented",
    }
)
COURTESIES = frozenset({"thanks", "goodbye", "affirm"})
_MERE_COURTESY = 5
"""Words; a longer thanks says why."""
_UNCLEAR = frozenset({Sense.ASK_BACK, Sense.NOT_UNDERSTOOD, Sense.FOREIGN})


def asked(
    closed: Conversation, colleague: str, knowledge: Knowledge, now: datetime
) -> tuple[Conversation, Reply]:
    """Return a chat that a colleague has just closed, now asked how it went, and the question."""
    asking = RatingAsked(closing=closed.epoch, colleague=colleague, asked_at=now)
    language = language_of("", closed.language)
    choices = _choices(asking, language, knowledge)
    buttons = tuple(Button(text=one.text, payload=one.payload) for one in choices)
    reply = Reply(text=words_of(knowledge, "rating_ask", language), buttons=buttons)
    return replace(closed, rating=asking), reply


def attended(
    conversation: Conversation, reading: Reading, knowledge: Knowledge, now: datetime
) -> Conversation:
    """Return the conversation after the customer has written something, whatever it was.

    A complaint right after a rating is its comment as well, and answered as any other.
    """
    asking = conversation.rating
    if asking is None:
        return conversation
    after = replace(asking, untouched=False)
    closed = conversation.status is Status.CLOSED
    if closed and asking.awaits_comment(now) and _complains(reading, knowledge):
        after = replace(after, comment=reading.text[:MOST_COMMENT_CHARS])
    return replace(conversation, rating=after)


def read_rating(
    conversation: Conversation, message: InboundMessage, knowledge: Knowledge
) -> Reading | None:
    """Return what a message means if it rates a chat, or would if that still counted.

    Words do so only right after the question; of a strange or old button nothing is rated.
    """
    language = language_of("", conversation.language)
    if message.payload.startswith(PREFIX):
        rated = _tapped(conversation.rating, message)
        return Reading(sense=Sense.RATED, language=language, rated=rated)
    said = _said(conversation, message, language, knowledge)
    return Reading(sense=Sense.RATED, language=language, rated=said) if said else None


def read_comment(
    conversation: Conversation, message: InboundMessage, reading: Reading, knowledge: Knowledge
) -> Reading:
    """Return the reading, as a comment if a rating came just before and it asks nothing we know.

    Short thanks stay what they are.
    """
    asking = conversation.rating
    in_time = asking is not None and asking.awaits_comment(message.received_at)
    words = message.kind is MessageKind.TEXT and bool(message.text)
    if conversation.status is not Status.CLOSED or not in_time or not words:
        return reading
    if not _asks_nothing(message, reading, knowledge):
        return reading
    language = language_of("", conversation.language)
    return replace(reading, sense=Sense.COMMENT, intent="", language=language, text=message.text)


def on_feedback(
    conversation: Conversation, reading: Reading, knowledge: Knowledge, now: datetime
) -> Decision:
    """Return the thanks for a rating or comment; who speaks stays the same.

    While staff hold the chat the bot keeps quiet.
    """
    asking = conversation.rating
    if reading.sense is Sense.COMMENT and asking is not None:
        after = replace(asking, comment=reading.text[:MOST_COMMENT_CHARS])
        decision = Decision(conversation=replace(conversation, rating=after), event=COMMENTED)
        name = "rating_commented"
    elif reading.rated is not None and asking is not None:
        decision, name = _rated(conversation, asking, reading.rated, now)
    else:
        decision, name = Decision(conversation=conversation), Sense.EXPIRED.value
    if conversation.status in {Status.STAFF, Status.SNOOZED}:
        return decision
    return replace(decision, replies=(Reply(text=words_of(knowledge, name, reading.language)),))


def _complains(reading: Reading, knowledge: Knowledge) -> bool:
    return bool(reading.intent) and knowledge.label_of(reading.intent) == COMPLAINT


def _rated(
    conversation: Conversation, asking: RatingAsked, value: Rating, now: datetime
) -> tuple[Decision, str]:
    """Return what becomes of a rating, and the sentence that thanks for it."""
    after = replace(conversation, rating=replace(asking, value=value, rated_at=now))
    offers_comment = conversation.status is Status.CLOSED and not asking.comment
    name = "rating_thanks" if offers_comment else "rating_noted"
    if value is asking.value:
        return Decision(conversation=after), name
    return Decision(conversation=after, event=RATED, note=value.value), name


def _choices(asking: RatingAsked, language: Language, knowledge: Knowledge) -> Sequence[Option]:
    return [
        Option(
            text=words_of(knowledge, f"rating_{value}", language), payload=asking.payload(value)
        )
        for value in Rating
    ]


def _tapped(asking: RatingAsked | None, tap: InboundMessage) -> Rating | None:
    if asking is None or not asking.is_open(tap.received_at):
        return None
    return next((value for value in Rating if asking.payload(value) == tap.payload), None)


def _said(
    conversation: Conversation, message: InboundMessage, language: Language, knowledge: Knowledge
) -> Rating | None:
    asking = conversation.rating
    is_first = asking is not None and asking.untouched and asking.is_open(message.received_at)
    answers = message.kind is MessageKind.TEXT and bool(message.text) and not message.payload
    if asking is None or not is_first or not answers or conversation.status is not Status.CLOSED:
        return None
    choices = _choices(asking, language, knowledge)
    meant = answer_to(choices, message.text, knowledge.follow_ups)
    if not isinstance(meant, Option):
        meant = _by_sign(choices, message.text)
    return _tapped(asking, replace(message, payload=meant.payload)) if meant else None


def _by_sign(choices: Sequence[Option], text: str) -> Option | None:
    """Return the choice that begins with the sign of a text without words: a thumb up."""
    if folded(text):
        return None
    return next((one for one in choices if one.text[0] == text[0]), None)


def _asks_nothing(message: InboundMessage, reading: Reading, knowledge: Knowledge) -> bool:
    """Tell whether a message is no question that we know, and more than thanks."""
    if not reading.intent:
        return reading.sense in _UNCLEAR
    if reading.sense is not Sense.INTENT or not says_little(reading.intent, knowledge):
        return False
    return reading.intent not in COURTESIES or len(message.text.split()) > _MERE_COURTESY
