"""What a message means in its conversation, before any contract is looked at."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.choices import (
    CONTRACT_PREFIX,
    INTENT_PREFIX,
    Answer,
    answer_to,
    named_in_passing,
    picked,
    real,
)
from bot.domain.commands import commanded
from bot.domain.conversation import Conversation, Option, Pending, PendingKind, Status
from bot.domain.feedback import read_comment, read_rating
from bot.domain.follow_up_words import FollowUp
from bot.domain.follow_ups import corrected, follow_up_in, is_only_a_name
from bot.domain.knowledge import PAYMENT_REPORTED, IntentKind, Knowledge, Language
from bot.domain.matching import EntityKind, Match, Query, Zone
from bot.domain.meaning import Reading, Said, Sense, Way, language_of, says_little
from bot.domain.messages import InboundMessage, MessageKind
from bot.domain.scored import read_scores
from bot.domain.taps import is_old, whole
from bot.domain.wording import folded

_PAYMENT_TALK = frozenset(
    {PAYMENT_REPORTED, "payment_methods", "invoice_status", "service_reactivation"}
)
_NAMES = frozenset({EntityKind.DOMAIN, EntityKind.EMAIL})


def query_of(conversation: Conversation, text: str, knowledge: Knowledge) -> Query:
    """Return what is to be matched: of a correction what is meant, whatever we thought before."""
    meant = corrected(text, knowledge.follow_ups)
    intent = conversation.intent if meant is None else ""
    return Query(text=meant or text, language=conversation.language, intent=intent)


def read(
    conversation: Conversation, message: InboundMessage, match: Match, knowledge: Knowledge
) -> Reading:
    """Return what a message means: a tapped button, an answer to our question, or a new topic."""
    reading = read_rating(conversation, message, knowledge) or _read(
        conversation, message, match, knowledge
    )
    phrases = [
        phrase
        for intent in (reading.intent, reading.second)
        if intent
        for phrase in knowledge.intents[intent].handover_when
    ]
    called = _calls_for_person(message.text, phrases)
    meant = corrected(message.text, knowledge.follow_ups) or message.text
    # A voice note is no receipt, whatever it says.
    files = 0 if message.kind is MessageKind.VOICE else len(message.attachments)
    whole = replace(reading, calls_for_person=called, text=meant, files=files, album=message.album)
    return read_comment(conversation, message, whole, knowledge)


def proof_reading(conversation: Conversation, knowledge: Knowledge) -> Reading:
    """Return what to answer once the sender has proved who they are: what they asked before."""
    intent = conversation.proof.intent
    return Reading(
        sense=Sense.INTENT,
        language=language_of("", conversation.language),
        intent=intent if intent in knowledge.live.group_of else "contract_status",
    )


def _read(
    conversation: Conversation, message: InboundMessage, match: Match, knowledge: Knowledge
) -> Reading:
    language = language_of(match.language, conversation.language)
    if message.payload:
        return _read_tap(conversation, message, language, knowledge)
    if message.kind is MessageKind.CONTACT and message.phone:
        intent = _resumed(conversation, knowledge)
        return Reading(sense=Sense.INTENT, language=language, intent=intent)
    if not message.text:
        return _read_wordless(conversation, message, language)
    command = _read_command(conversation, message.text, knowledge)
    if command is not None:
        return command
    meant = corrected(message.text, knowledge.follow_ups)
    return _read_text(
        Said(
            text=meant or message.text,
            corrects=meant is not None,
            conversation=conversation,
            match=match,
            knowledge=knowledge,
        )
    )


def _calls_for_person(text: str, phrases: Sequence[str]) -> bool:
    said = f" {folded(text)} "
    return any(f" {folded(phrase)} " in said for phrase in phrases)


def _read_tap(
    conversation: Conversation, tap: InboundMessage, language: Language, knowledge: Knowledge
) -> Reading:
    """Read a tapped button; of one that no longer means what it meant we say so."""
    open_options = conversation.pending.options if conversation.pending else ()
    payload = whole(tap.payload, (*open_options, *conversation.offered))
    if payload.startswith(CONTRACT_PREFIX) and payload not in {
        one.payload for one in open_options
    }:
        changed = bool(conversation.intent) and not _is_about_one(conversation.intent, knowledge)
        if changed or is_old(tap):
            return Reading(sense=Sense.EXPIRED, language=language)
    return _read_choice(payload, conversation, language, knowledge)


def _read_command(conversation: Conversation, text: str, knowledge: Knowledge) -> Reading | None:
    """Read a command; a word after a slash tells no language."""
    given = commanded(text, knowledge.commands)
    if given is None:
        return None
    language = language_of("", conversation.language)
    if not given.command.intent:
        sense = Sense.PRIVACY if knowledge.privacy_url else Sense.NOT_UNDERSTOOD
        return Reading(sense=sense, language=language)
    topic = given.topic if given.topic in knowledge.intents else given.command.intent
    return Reading(sense=Sense.INTENT, language=language, intent=topic)


def _read_choice(
    payload: str, conversation: Conversation, language: Language, knowledge: Knowledge
) -> Reading:
    if payload.startswith(CONTRACT_PREFIX):
        second = conversation.pending.second if conversation.pending else ""
        return Reading(
            sense=Sense.INTENT,
            language=language,
            intent=_resumed(conversation, knowledge),
            second=second if second in knowledge.intents else "",
            contract_id=payload.removeprefix(CONTRACT_PREFIX),
        )
    intent = payload.removeprefix(INTENT_PREFIX)
    if intent in knowledge.intents:
        return Reading(sense=Sense.INTENT, language=language, intent=intent)
    return Reading(sense=Sense.EXPIRED, language=language)  # a button of older knowledge


def _resumed(conversation: Conversation, knowledge: Knowledge) -> str:
    """Return the intent to go on with once we know who writes, or which contract is meant."""
    pending = conversation.pending
    asked = pending.intent if pending is not None else ""
    intent = asked or conversation.intent
    return intent if intent in knowledge.intents else "contract_status"


def _read_wordless(
    conversation: Conversation, message: InboundMessage, language: Language
) -> Reading:
    """Read a message without words: a picture while we talk of a payment is its receipt.

    A sticker after the end says goodbye; before it may say anything, so a person looks.
    """
    if message.kind is MessageKind.VOICE:
        return Reading(sense=Sense.VOICE, language=language)
    is_file = message.kind is MessageKind.MEDIA or (
        message.kind is MessageKind.EDIT and bool(message.attachments)
    )
    receipt = PAYMENT_REPORTED if is_file and conversation.intent in _PAYMENT_TALK else ""
    if message.album and message.album == conversation.album:
        return Reading(sense=Sense.ALBUM, language=language, intent=receipt)
    if receipt:
        return Reading(sense=Sense.INTENT, language=language, intent=receipt)
    if message.kind is MessageKind.STICKER and conversation.status is Status.CLOSED:
        return Reading(sense=Sense.GESTURE, language=language)
    empty = message.kind in {MessageKind.TEXT, MessageKind.BUTTON}
    return Reading(sense=Sense.EMPTY if empty else Sense.UNREADABLE, language=language)


def _read_text(said: Said) -> Reading:
    """Read a text by what was said before, or else by its own words."""
    return (
        _stopped(said)
        or _answer_to_us(said)
        or _name_alone(said)
        or _question_alone(said)
        or read_scores(said)
    )


def _stopped(said: Said) -> Reading | None:
    """Read STOP or "annulla", if it is the whole message: no language, no question, no answer."""
    if folded(said.text) not in said.knowledge.follow_ups.cancelling:
        return None
    language = language_of("", said.conversation.language)
    return replace(said.as_sense(Sense.STOPPED), language=language)


def _answer_to_us(said: Said) -> Reading | None:
    """Read a text as an answer to our question, or as one of the buttons under our last reply."""
    pending, words = said.conversation.pending, said.knowledge.follow_ups
    if pending is None:
        if said.corrects and answer_to((), said.text, words) is Answer.NONE:
            return said.as_sense(Sense.NONE_OF_THESE)
        return _option(said, picked(said.conversation.offered, said.text, words))
    answer = answer_to(pending.options, said.text, words)
    if answer is None and not _is_another_question(said, pending):
        answer = named_in_passing(pending.options, said.text) or _agrees(said)
    if answer is Answer.YES:
        return _yes(said, pending)
    if answer is Answer.NONE:
        return said.as_sense(Sense.NONE_OF_THESE)
    return _option(said, answer)


def _option(said: Said, option: Option | None) -> Reading | None:
    if option is None:
        return None
    return _read_choice(option.payload, said.conversation, said.language, said.knowledge)


def _is_another_question(said: Said, pending: Pending) -> bool:
    """Tell whether a text is surely a new question, although one of ours is open."""
    best = said.match.best
    if best is None or said.match.zone is not Zone.ANSWER:
        return False
    return best.intent != pending.intent and not says_little(best.intent, said.knowledge)


def _agrees(said: Said) -> Answer | None:
    """Return yes if the scores say so, in words we have not listed."""
    best = said.match.best
    agrees = best is not None and best.intent == "affirm" and said.match.zone is Zone.ANSWER
    return Answer.YES if agrees and said.match.second is None else None


def _yes(said: Said, pending: Pending) -> Reading:
    """Read "yes": where it can mean several things, we must ask again which."""
    options = real(pending.options)
    if len(options) == 1 and pending.kind is PendingKind.WHICH_INTENT:
        return _read_choice(options[0].payload, said.conversation, said.language, said.knowledge)
    return said.as_sense(Sense.WHICH_ONE)


def _name_alone(said: Said) -> Reading | None:
    """Read a bare domain or address: what we talk of goes on, now about that one."""
    named = any(entity.kind in _NAMES for entity in said.match.entities)
    if not named or not is_only_a_name(said.text, said.knowledge.follow_ups):
        return None
    pending = said.conversation.pending
    if pending is not None and pending.kind is PendingKind.WHICH_INTENT:
        return said.as_sense(Sense.WHICH_ONE)
    intent = pending.intent if pending is not None else said.conversation.intent
    return said.as_intent(intent, Way.NAME) if _is_about_one(intent, said.knowledge) else None


def _is_about_one(intent: str, knowledge: Knowledge) -> bool:
    """Tell whether an intent depends on the contract, or goes to a person who asks for which."""
    known = knowledge.intents.get(intent)
    if known is None or known.kind is IntentKind.CONVERSATION:
        return False
    return intent in knowledge.live.group_of or known.handover_after == 1


def _question_alone(said: Said) -> Reading | None:
    """Read a question without a subject by what we talk of, unless it is clear by itself."""
    earlier = said.knowledge.intents.get(said.conversation.intent)
    question = follow_up_in(said.text, said.knowledge.follow_ups)
    if question is None or said.corrects or said.conversation.pending is not None:
        return None
    if earlier is None or earlier.kind is IntentKind.CONVERSATION:
        return None
    if question.after and earlier.name not in question.after:
        return None
    meant = question.leads.get(earlier.name, earlier.name)
    if _is_clear_itself(said, question, {earlier.name, meant}):
        return None
    spoken = said.match.language if said.match.language in {"it", "en"} else ""
    language = language_of(spoken, said.conversation.language)  # A few words tell no language.
    return replace(said.as_intent(meant, Way.FOLLOW_UP), language=language)


def _is_clear_itself(said: Said, question: FollowUp, expected: set[str]) -> bool:
    best = said.match.best
    if best is None or said.match.zone is not Zone.ANSWER:
        return False
    vague = best.intent in expected | question.sounds_like
    return not vague and not says_little(best.intent, said.knowledge)
