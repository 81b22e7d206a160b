"""What a message means in its conversation, before any contract is looked at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.conversation import Conversation, Option, Pending, PendingKind
from bot.domain.knowledge import OPERATOR_INTENT, Knowledge, Language
from bot.domain.matching import Candidate, Match, Zone
from bot.domain.messages import InboundMessage, MessageKind
from bot.domain.wording import folded

INTENT_PREFIX = "intent:"
CONTRACT_PREFIX = "contract:"

_ORDINALS = (
    ("prima", "primo", "uno", "first", "one", "1"),
    ("seconda", "secondo", "due", "second", "two", "2"),
    ("terza", "terzo", "tre", "third", "three", "3"),
    ("quarta", "quarto", "quattro", "fourth", "four", "4"),
    ("quinta", "quinto", "cinque", "fifth", "five", "5"),
)
_LEADING = frozenset({"la", "il", "lo", "the", "numero", "number", "n", "opzione", "option"})
_LONGEST_CHOICE_WORDS = 4
_PAYMENT_TALK = frozenset(
    {"payment_reported", "payment_methods", "invoice_status", "service_reactivation"}
)


class Sense(StrEnum):
    """What kind of thing a message is."""

    INTENT = "intent"
    ASK_BACK = "ask_back"
    NOT_UNDERSTOOD = "not_understood"
    NONE_OF_THESE = "none_of_these"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    FOREIGN = "foreign"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a message means in its conversation.

    Args:
        intent: The intent to answer, for ``Sense.INTENT``.
        contract_id: The contract the customer chose, if they just did.
        options: The likely intents, for ``Sense.ASK_BACK``.
        match: The scores behind it; None where no text was matched.
        calls_for_person: Whether its words call for a person beside the answer.
    """

    sense: Sense
    language: Language
    intent: str = ""
    contract_id: str = ""
    options: tuple[Candidate, ...] = ()
    match: Match | None = None
    calls_for_person: bool = False


def read(
    conversation: Conversation, message: InboundMessage, match: Match, knowledge: Knowledge
) -> Reading:
    """Return what a message means: a tapped button, an answer to our question, or a new topic."""
    reading = _read(conversation, message, match, knowledge)
    called = reading.sense is Sense.INTENT and _calls_for_person(
        message.text, knowledge.intents[reading.intent].handover_when
    )
    return replace(reading, calls_for_person=called)


def language_of(matched: str, before: str) -> Language:
    """Return the language to answer in: the message's, else the conversation's, else Italian."""
    spoken = matched or before
    return "it" if spoken in {"it", ""} else "en"


def _read(
    conversation: Conversation, message: InboundMessage, match: Match, knowledge: Knowledge
) -> Reading:
    language = language_of(match.language, conversation.language)
    chosen = _chosen(conversation, message)
    if chosen is not None:
        return _read_choice(chosen, conversation, language, knowledge)
    if message.kind is MessageKind.CONTACT and message.phone:
        return Reading(sense=Sense.INTENT, language=language, intent=_resumed(conversation))
    if not message.text:
        return _read_wordless(conversation, message, language)
    if match.language not in {"it", "en", ""}:
        return Reading(sense=Sense.FOREIGN, language="en", match=match)
    return _read_words(conversation, match, language, knowledge)


def _calls_for_person(text: str, phrases: Sequence[str]) -> bool:
    said = f" {folded(text)} "
    return any(f" {folded(phrase)} " in said for phrase in phrases)


def _chosen(conversation: Conversation, message: InboundMessage) -> str | None:
    """Return the payload of the choice the customer made, if this is one."""
    if message.payload:
        return message.payload
    options = conversation.pending.options if conversation.pending else conversation.offered
    return _option_meant(options, message.text)


def _option_meant(options: Sequence[Option], text: str) -> str | None:
    said = re.sub(r"[^\w\s.@-]", " ", text.casefold()).strip(" .")
    for option in options:
        if _names(said, option):
            return option.payload
    words = [word for word in said.split() if word not in _LEADING]
    if len(words) == 1:
        for option, names in zip(options, _ORDINALS, strict=False):
            if words[0] in names:
                return option.payload
    return None


def _names(said: str, option: Option) -> bool:
    """Tell whether a short text names an option: all of it, or a domain without its ending."""
    name = option.text.casefold()
    if said == name or (option.payload.startswith(CONTRACT_PREFIX) and name in said):
        return True
    stem = name.split("@")[-1].split(".")[0]
    dotless = said.replace(" ", "-")
    short = len(said.split()) <= _LONGEST_CHOICE_WORDS
    return option.payload.startswith(CONTRACT_PREFIX) and short and stem in dotless


def _read_choice(
    payload: str, conversation: Conversation, language: Language, knowledge: Knowledge
) -> Reading:
    if payload.startswith(CONTRACT_PREFIX):
        intent = _resumed(conversation)
        contract_id = payload.removeprefix(CONTRACT_PREFIX)
        return Reading(
            sense=Sense.INTENT, language=language, intent=intent, contract_id=contract_id
        )
    intent = payload.removeprefix(INTENT_PREFIX)
    if intent in knowledge.intents:
        return Reading(sense=Sense.INTENT, language=language, intent=intent)
    return Reading(sense=Sense.NOT_UNDERSTOOD, language=language)  # a button of older knowledge


def _resumed(conversation: Conversation) -> str:
    """Return the intent to go on with once we know who writes, or which contract is meant."""
    pending = conversation.pending
    if pending is not None and pending.intent:
        return pending.intent
    return conversation.intent or "contract_status"


def _read_wordless(
    conversation: Conversation, message: InboundMessage, language: Language
) -> Reading:
    """Read a message without words: a picture while we talk of a payment is its receipt."""
    if message.kind is MessageKind.MEDIA and conversation.intent in _PAYMENT_TALK:
        return Reading(sense=Sense.INTENT, language=language, intent="payment_reported")
    empty = message.kind in {MessageKind.TEXT, MessageKind.BUTTON}
    return Reading(sense=Sense.EMPTY if empty else Sense.UNREADABLE, language=language)


def _read_words(
    conversation: Conversation, match: Match, language: Language, knowledge: Knowledge
) -> Reading:
    best = match.best
    if best is None or match.zone is Zone.OFFER_PERSON:
        return Reading(sense=Sense.NOT_UNDERSTOOD, language=language, match=match)
    if match.zone is Zone.ASK_BACK:
        return _read_doubt(match, language, knowledge)
    pending = conversation.pending
    if pending is not None and best.intent == "deny":
        return Reading(sense=Sense.NONE_OF_THESE, language=language, match=match)
    if pending is not None and best.intent == "affirm" and _offers_one(pending):
        return _read_choice(pending.options[0].payload, conversation, language, knowledge)
    return Reading(sense=Sense.INTENT, language=language, intent=best.intent, match=match)


def _offers_one(pending: Pending) -> bool:
    """Tell whether "yes" can only mean one thing: one option beside the operator."""
    real = [option for option in pending.options if not option.payload.endswith(OPERATOR_INTENT)]
    return len(real) == 1 and pending.kind is PendingKind.WHICH_INTENT


def _read_doubt(match: Match, language: Language, knowledge: Knowledge) -> Reading:
    known = [candidate for candidate in match.candidates if candidate.intent in knowledge.intents]
    options = tuple(known)
    return Reading(sense=Sense.ASK_BACK, language=language, options=options, match=match)
