"""Filling in the request form while a colleague is waited for."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import BOT_STILL_HELPS, Conversation, HandoverReason, Status
from bot.domain.drafts import Draft, words_of
from bot.domain.forms import RequestForm, Slot, begun, ended, filled, noted
from bot.domain.knowledge import (
    EMERGENCY,
    OPERATOR_INTENT,
    OUT_OF_SCOPE,
    IntentKind,
    Knowledge,
    Language,
)
from bot.domain.matching import EntityKind, Zone
from bot.domain.meaning import Reading, Sense, Way, says_little
from bot.domain.wording import folded

FORM_REASONS = frozenset({HandoverReason.ASKED, HandoverReason.REQUEST, HandoverReason.CONTRACT})
"""Who is angry, in danger or not understood is not asked further questions by a machine."""

_MAY_LEAVE = frozenset({"web", "terminal"})
"""Channels on which the customer may be gone when a colleague answers."""

_A_NAME = 4
"""Words that may name a service: "la posta dello studio"."""

_TELLS_WHY = 8
"""Words of a wish for a person from which on it also says what for."""


class FormStep(StrEnum):
    """What a message does to an open form; the value is the name of what is said to it."""

    DONE = "form_done"
    CANCELLED = "form_cancelled"
    RESUMED = "form_resumed"
    ASKS_ON = ""


@dataclass(frozen=True, kw_only=True)
class FormTurn:
    """A form after a message.

    Args:
        step: What the message did to it.
    """

    form: RequestForm
    step: FormStep


def form_for(
    conversation: Conversation,
    reading: Reading,
    draft: Draft,
    reason: HandoverReason,
    knowledge: Knowledge,
) -> RequestForm | None:
    """Return the form to fill in before a colleague comes, if this is a case for one."""
    if reason not in FORM_REASONS or reading.sense is not Sense.INTENT:
        return None
    entries: dict[Slot, str] = {}
    subject = _subject(conversation, reading, draft)
    if subject:
        entries[Slot.SUBJECT] = subject
    problem = _problem(reading, knowledge)
    if problem and not draft.collects:
        entries[Slot.PROBLEM] = problem
    if conversation.address.channel not in _MAY_LEAVE or conversation.phone:
        entries[Slot.REACH] = ""
    return begun(entries, Slot.PROBLEM if draft.collects else None)


def form_turn(
    conversation: Conversation, reading: Reading, knowledge: Knowledge
) -> FormTurn | None:
    """Return what a message does to the open form; None if it has nothing to do with it."""
    form = conversation.form
    if conversation.status is not Status.WAITING or form is None or form.open is None:
        return None
    said = folded(reading.text)
    if said in knowledge.follow_ups.cancelling:
        return FormTurn(form=ended(form), step=FormStep.CANCELLED)
    if not said or reading.intent == EMERGENCY:
        return None
    return _answered(form, reading, conversation, knowledge)


def asked_again(conversation: Conversation, reading: Reading, knowledge: Knowledge) -> str:
    """Return the open question of the form once more; nothing where somebody is in danger."""
    form = conversation.form
    if form is None or form.open is None or reading.intent == EMERGENCY:
        return ""
    again = words_of(knowledge, FormStep.RESUMED, reading.language)
    return f"{again} {words_of(knowledge, form.open, reading.language)}"


def form_asks(
    form: RequestForm | None, draft: Draft, language: Language, knowledge: Knowledge
) -> str:
    """Return the first question of a form, unless the answer asks it already."""
    if form is None or form.open is None or draft.collects:
        return ""
    return words_of(knowledge, form.open, language)


def _answered(
    form: RequestForm, reading: Reading, conversation: Conversation, knowledge: Knowledge
) -> FormTurn | None:
    if folded(reading.text) in knowledge.follow_ups.refusing:
        return _after(filled(form, ""))
    helps = conversation.reason in BOT_STILL_HELPS
    most_words = 0 if helps else _A_NAME  # "Accesso a mysite" is answered while the bot helps.
    if _is_clear(reading, knowledge) and _is_more_than_a_name(reading, form, most_words):
        if "?" in reading.text or helps:
            return FormTurn(form=form, step=FormStep.RESUMED)
        return FormTurn(form=noted(form, Slot.PROBLEM, reading.text), step=FormStep.ASKS_ON)
    if _is_talk(reading, knowledge) or "?" in reading.text:
        return None  # "Pronto?" is no domain.
    return _after(filled(form, reading.text))


def _after(form: RequestForm) -> FormTurn:
    return FormTurn(form=form, step=FormStep.ASKS_ON if form.open else FormStep.DONE)


def _subject(conversation: Conversation, reading: Reading, draft: Draft) -> str:
    """Return the domain, mailbox or contract that is meant, if we know it."""
    if draft.contract is not None:
        return draft.contract.record.label
    entities = reading.match.entities if reading.match else ()
    names = [
        entity.said or entity.value
        for entity in entities
        if entity.kind in {EntityKind.DOMAIN, EntityKind.EMAIL}
    ]
    return next(iter(names), conversation.contract_id)


def _problem(reading: Reading, knowledge: Knowledge) -> str:
    """Return what it is about in the customer's words, or those of the button they tapped."""
    if reading.intent == OPERATOR_INTENT and not reading.second:
        return reading.text if len(folded(reading.text).split()) >= _TELLS_WHY else ""
    if reading.way is Way.NAME or not reading.text:
        return knowledge.intents[reading.intent].title.in_language(reading.language)
    return reading.text


def _is_clear(reading: Reading, knowledge: Knowledge) -> bool:
    """Tell whether a message surely is about something of ours."""
    sure = reading.match is not None and reading.match.zone is Zone.ANSWER
    asks = reading.sense is Sense.INTENT and sure
    return asks and not says_little(reading.intent, knowledge) and not _is_talk(reading, knowledge)


def _is_more_than_a_name(reading: Reading, form: RequestForm, most_words: int) -> bool:
    """Tell whether a clear message does not answer what the form asks: "la webmail" does."""
    if "?" in reading.text:
        return True
    named = reading.way is Way.NAME or (reading.match is not None and reading.match.entities)
    words = len(folded(reading.text).split())
    return form.open is Slot.SUBJECT and words > most_words and not named


def _is_talk(reading: Reading, knowledge: Knowledge) -> bool:
    """Tell whether a message only talks around: thanks, a greeting, "voglio un operatore!"."""
    intent = knowledge.intents.get(reading.intent)
    if reading.sense is not Sense.INTENT or intent is None or reading.way is Way.NAME:
        return False
    return intent.kind is IntentKind.CONVERSATION and intent.label != OUT_OF_SCOPE
