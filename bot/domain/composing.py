"""What to say to a reading: an answer or two, or a question of ours."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.choices import INTENT_PREFIX
from bot.domain.conversation import (
    Conversation,
    HandoverReason,
    Option,
    Pending,
    PendingKind,
)
from bot.domain.drafts import (
    Draft,
    Facts,
    Moment,
    answered,
    naming_of,
    operator_button,
    privacy_notice,
    question,
    words_of,
)
from bot.domain.knowledge import COMPLAINT, OPERATOR_INTENT, IntentKind, Knowledge, Language
from bot.domain.matching import MOST_OPTIONS
from bot.domain.meaning import Reading, Sense, Way
from bot.domain.messages import Button
from bot.domain.wording import plain

TRIES = 2
"""Messages in a row that may fail before a person takes over (design, section 8)."""
MOST_CHARS_OF_TWO = 900
"""Of two answers in one reply: what still fits on a telephone's screen."""
_FOR_A_PERSON = {
    Sense.UNREADABLE: HandoverReason.UNREADABLE,
    Sense.VOICE: HandoverReason.VOICE,
}
"""What the bot cannot read by itself."""
_GIVEN_UP = Draft(text="", handover=HandoverReason.NOT_UNDERSTOOD, missed=True)


def drafted(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    """Return what to say to a reading, and what to do beside saying it."""
    if reading.sense is Sense.INTENT:
        return _answers(conversation, reading, facts, knowledge, moment)
    if reading.sense is Sense.FOREIGN:
        return _foreign(conversation, reading, facts, knowledge, moment)
    if reading.sense is Sense.ASK_BACK:
        return _ask_back(conversation, reading, knowledge)
    if reading.sense is Sense.WHICH_ONE:
        return _which_one(conversation, reading.language, knowledge)
    if reading.sense in {Sense.NOT_UNDERSTOOD, Sense.NONE_OF_THESE}:
        return _missed(conversation, reading.sense, reading.language, knowledge)
    return _program_words(reading, knowledge)


def _answers(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    """Return the answer to one question or to both, or where it ends if it depends on words."""
    if reading.way is Way.NAME and not _knows_the_name(reading, facts):
        words = words_of(knowledge, "name_noted", reading.language)
        return Draft(text=words, handover=HandoverReason.REQUEST)
    if reading.way is Way.FOLLOW_UP and reading.intent == OPERATOR_INTENT:
        words = words_of(knowledge, "no_indication", reading.language)
        return Draft(text=words, handover=HandoverReason.REQUEST)
    first = answered(conversation, reading, facts, knowledge, moment)
    if not reading.second:
        return first
    if first.pending is not None:
        return replace(first, pending=replace(first.pending, second=reading.second))
    other = replace(reading, intent=reading.second, second="")
    second = answered(conversation, other, facts, knowledge, moment)
    return _both(first, second, reading, knowledge)


def _knows_the_name(reading: Reading, facts: Facts) -> bool:
    """Tell whether a name alone says more than before; a silent source says so itself."""
    return facts.source_silent or bool(naming_of(reading, facts.identity.contracts).contracts)


def _both(first: Draft, second: Draft, reading: Reading, knowledge: Knowledge) -> Draft:
    """Return two answers in one; if that is too long, the second as a button."""
    labels = knowledge.label_of(reading.intent), knowledge.label_of(reading.second)
    if second.pending is not None and _calls_a_person(first, reading.intent, knowledge):
        return first  # Who comes reads the other question; the bot's own would be in the way.
    said = (first.text, second.text)
    if labels[1] == COMPLAINT or labels[0] == OPERATOR_INTENT:
        said = (second.text, first.text)
    text = "\n\n".join(dict.fromkeys("\n\n".join(said).split("\n\n")))
    if len(text) > MOST_CHARS_OF_TWO and not {COMPLAINT, OPERATOR_INTENT} & {*labels}:
        return _second_later(first, reading, knowledge)
    buttons = (*first.buttons, *second.buttons)
    return Draft(
        text=text,
        buttons=second.buttons if second.pending else _few(buttons, reading),
        pending=second.pending,
        handover=first.handover or second.handover,
        contract=first.contract or second.contract,
        contract_id=first.contract_id or second.contract_id,
        disclosed=tuple(sorted({*first.disclosed, *second.disclosed})),
        also=reading.second,
        collects=first.collects or second.collects,
        picture=first.picture or second.picture,
        sources=first.sources.with_those_of(second.sources),
    )


def _calls_a_person(draft: Draft, intent: str, knowledge: Knowledge) -> bool:
    return draft.handover is not None or knowledge.intents[intent].handover_after == 1


def _second_later(first: Draft, reading: Reading, knowledge: Knowledge) -> Draft:
    title = knowledge.intents[reading.second].title.in_language(reading.language)
    button = Button(text=title, payload=INTENT_PREFIX + reading.second)
    others = [one for one in first.buttons if one.payload != button.payload]
    return replace(
        first,
        buttons=_few([button, *others]),
        invitation=words_of(knowledge, "second_later", reading.language),
    )


def _few(buttons: Iterable[Button], reading: Reading | None = None) -> tuple[Button, ...]:
    """Return as many buttons as fit, each payload once, with a person as the last one."""
    done = {INTENT_PREFIX + reading.intent, INTENT_PREFIX + reading.second} if reading else set()
    kept: dict[str, Button] = {}
    for button in buttons:
        if button.payload not in done:
            kept.setdefault(button.payload, button)
    person = kept.pop(INTENT_PREFIX + OPERATOR_INTENT, None)
    last = () if person is None else (person,)
    return (*[*kept.values()][: MOST_OPTIONS - len(last)], *last)


def _foreign(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    """Return what we are sure of in English, or that we answer in two languages; and a person."""
    words = knowledge.sentences["other_language"].text
    if reading.intent:
        draft = answered(conversation, reading, facts, knowledge, moment)
        if draft.pending is None:
            text = f"{draft.text}\n\n{words.en.strip()}"
            return replace(draft, text=text, handover=draft.handover or HandoverReason.LANGUAGE)
    return Draft(text=plain(words), handover=HandoverReason.LANGUAGE)


def _program_words(reading: Reading, knowledge: Knowledge) -> Draft:
    """Return the sentence that stands for what a message is, whatever it says."""
    if reading.sense is Sense.PRIVACY:
        return Draft(text=privacy_notice(knowledge, reading.language))
    words = words_of(knowledge, reading.sense.value, reading.language)
    person = (operator_button(knowledge, reading.language),)
    buttons = person if reading.sense is Sense.EXPIRED else ()
    return Draft(text=words, buttons=buttons, handover=_FOR_A_PERSON.get(reading.sense))


def _ask_back(conversation: Conversation, reading: Reading, knowledge: Knowledge) -> Draft:
    """Ask which of the likely intents is meant, with a person as the last choice."""
    if conversation.misses >= TRIES:
        return _GIVEN_UP
    language = reading.language
    intents = [
        knowledge.intents[candidate.intent]
        for candidate in reading.options
        if knowledge.intents[candidate.intent].kind is not IntentKind.CONVERSATION
    ]
    if not intents:
        return _missed(conversation, Sense.NOT_UNDERSTOOD, language, knowledge)
    options = [
        Option(text=intent.title.in_language(language), payload=INTENT_PREFIX + intent.name)
        for intent in intents[:MOST_OPTIONS]
    ]
    operator = operator_button(knowledge, language)
    options.append(Option(text=operator.text, payload=operator.payload))
    pending = Pending(kind=PendingKind.WHICH_INTENT, options=tuple(options))
    return replace(question("which_intent", pending, knowledge, language), missed=True)


def _which_one(conversation: Conversation, language: Language, knowledge: Knowledge) -> Draft:
    """Ask once more; the first time that is nobody's fault, so it does not count as a miss."""
    pending = conversation.pending
    if pending is None:
        return _missed(conversation, Sense.NOT_UNDERSTOOD, language, knowledge)
    if conversation.misses >= TRIES:
        return _GIVEN_UP
    draft = question("which_one", replace(pending, repeated=True), knowledge, language)
    return replace(draft, missed=pending.repeated, again=not pending.repeated)


def _missed(
    conversation: Conversation, sense: Sense, language: Language, knowledge: Knowledge
) -> Draft:
    """Say that we did not get it; "none of these" to a question of ours is heard out once more."""
    misses = conversation.misses + (sense is Sense.NOT_UNDERSTOOD)
    if misses >= TRIES:
        return _GIVEN_UP
    button = operator_button(knowledge, language)
    return Draft(text=words_of(knowledge, sense.value, language), buttons=(button,), missed=True)
