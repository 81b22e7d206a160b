"""What to say to a message: the words, before it is known who else must hear of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.answers import ContractAnswer, KnownContract, contract_answer, known
from bot.domain.calendar import DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, Option, Pending, PendingKind
from bot.domain.disclosure import Identity
from bot.domain.knowledge import (
    ANSWER_STEP,
    COMPLAINT,
    OPERATOR_INTENT,
    Choice,
    IntentKind,
    Knowledge,
    Language,
)
from bot.domain.messages import SHARE_CONTACT, Button
from bot.domain.reading import CONTRACT_PREFIX, INTENT_PREFIX, Reading, Sense
from bot.domain.wording import plain

TRIES = 2
"""Messages in a row that may fail before a person takes over (design, section 8)."""

_MOST_OPTIONS = 3
_REASONS = {
    OPERATOR_INTENT: HandoverReason.ASKED,
    COMPLAINT: HandoverReason.COMPLAINT,
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was found out for this message.

    Args:
        identity: Whose contracts the sender may hear about.
        source_silent: Whether the source of contracts was asked and did not answer.
    """

    identity: Identity
    source_silent: bool = False


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a decision is made, and by which calendar."""

    now: datetime
    calendar: DeskCalendar


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A reply in the making.

    Args:
        handover: Why a person must take over, if one must.
        missed: Whether the message was not understood.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    pending: Pending | None = None
    handover: HandoverReason | None = None
    contract: KnownContract | None = None
    disclosed: tuple[str, ...] = ()
    missed: bool = False


def drafted(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    """Return what to say to a reading, and what to do beside saying it."""
    language = reading.language
    if reading.sense is Sense.INTENT:
        return _answer(conversation, reading, facts, knowledge, moment)
    if reading.sense is Sense.ASK_BACK:
        return _ask_back(conversation, reading, knowledge)
    if reading.sense in {Sense.NOT_UNDERSTOOD, Sense.NONE_OF_THESE}:
        return _missed(conversation, reading.sense.value, language, knowledge)
    if reading.sense is Sense.FOREIGN:
        words = plain(knowledge.sentences["other_language"].text)
        return Draft(text=words, handover=HandoverReason.LANGUAGE)
    unreadable = HandoverReason.UNREADABLE if reading.sense is Sense.UNREADABLE else None
    return Draft(text=words_of(knowledge, reading.sense.value, language), handover=unreadable)


def _missed(
    conversation: Conversation, name: str, language: Language, knowledge: Knowledge
) -> Draft:
    if conversation.misses + 1 >= TRIES:
        return Draft(text="", handover=HandoverReason.NOT_UNDERSTOOD, missed=True)
    button = _operator_button(knowledge, language)
    return Draft(text=words_of(knowledge, name, language), buttons=(button,), missed=True)


def _ask_back(conversation: Conversation, reading: Reading, knowledge: Knowledge) -> Draft:
    """Ask which of the likely intents is meant, with a person as the last choice."""
    if conversation.misses >= TRIES:
        return Draft(text="", handover=HandoverReason.NOT_UNDERSTOOD, missed=True)
    language = reading.language
    intents = [
        knowledge.intents[candidate.intent]
        for candidate in reading.options
        if knowledge.intents[candidate.intent].kind is not IntentKind.CONVERSATION
    ]
    if not intents:
        return _missed(conversation, "not_understood", language, knowledge)
    options = [
        Option(text=intent.title.in_language(language), payload=INTENT_PREFIX + intent.name)
        for intent in intents[:_MOST_OPTIONS]
    ]
    operator = _operator_button(knowledge, language)
    options.append(Option(text=operator.text, payload=operator.payload))
    return _question("which_intent", PendingKind.WHICH_INTENT, options, knowledge, reading)


def _question(
    name: str,
    kind: PendingKind,
    options: list[Option],
    knowledge: Knowledge,
    reading: Reading,
) -> Draft:
    return Draft(
        text=words_of(knowledge, name, reading.language),
        buttons=tuple(Button(text=option.text, payload=option.payload) for option in options),
        pending=Pending(kind=kind, options=tuple(options), intent=reading.intent),
        missed=kind is PendingKind.WHICH_INTENT,
    )


def _answer(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    intent = knowledge.intents[reading.intent]
    if intent.name in knowledge.live.group_of:
        if facts.source_silent and intent.kind is IntentKind.CONTRACT:
            words = words_of(knowledge, "source_silent", reading.language)
            return Draft(text=words, handover=HandoverReason.SOURCE_SILENT)
        if facts.identity.contracts:
            return _contract_draft(conversation, reading, facts.identity, knowledge, moment)
    return _general(conversation, reading, knowledge, moment)


def _general(
    conversation: Conversation, reading: Reading, knowledge: Knowledge, moment: Moment
) -> Draft:
    """Return the answer to everybody; who might have a contract may show their number."""
    language = reading.language
    entry = knowledge.answer_to(reading.intent)
    text = entry.answer.in_language(language).strip()
    if entry.when_closed is not None and not moment.calendar.desk_open(moment.now):
        text += "\n\n" + entry.when_closed.in_language(language).strip()
    buttons = _buttons(entry.buttons, language)
    contract = knowledge.intents[reading.intent].kind is IntentKind.CONTRACT
    if contract and conversation.phone is None:
        words = words_of(knowledge, "share_contact_button", language)
        buttons = (Button(text=words, payload=SHARE_CONTACT), *buttons)
    return Draft(text=text, buttons=buttons, handover=_REASONS.get(reading.intent))


def _contract_draft(
    conversation: Conversation,
    reading: Reading,
    identity: Identity,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    contracts = [known(record, moment.calendar, moment.now) for record in identity.contracts]
    meant = _contract_meant(conversation, reading, contracts)
    if meant is None and any(
        knowledge.live.steps(reading.intent, contract.standing) != (ANSWER_STEP,)
        for contract in contracts
    ):
        options = [
            Option(
                text=contract.record.label, payload=CONTRACT_PREFIX + contract.record.contract_id
            )
            for contract in contracts
        ]
        kind = PendingKind.WHICH_CONTRACT
        return _question("which_contract", kind, options, knowledge, reading)
    contract = meant or contracts[0]
    answer = contract_answer(reading.intent, contract, identity, knowledge, reading.language)
    return _with_contract(answer, contract, reading, knowledge)


def _contract_meant(
    conversation: Conversation, reading: Reading, contracts: list[KnownContract]
) -> KnownContract | None:
    """Return the only contract, the one the message names, or the one chosen before."""
    if len(contracts) == 1:
        return contracts[0]
    named = {entity.value for entity in reading.match.entities} if reading.match else set()
    for contract in contracts:
        if named & _names_of(contract):
            return contract
    chosen = reading.contract_id or conversation.contract_id
    return next((one for one in contracts if one.record.contract_id == chosen), None)


def _names_of(contract: KnownContract) -> set[str]:
    services = contract.record.services
    names = {service.name.removeprefix("www.") for service in services if service.name}
    return names | {box for service in services for box in service.mailboxes}


def _with_contract(
    answer: ContractAnswer, contract: KnownContract, reading: Reading, knowledge: Knowledge
) -> Draft:
    return Draft(
        text=answer.text,
        buttons=_buttons(knowledge.answer_to(reading.intent).buttons, reading.language),
        handover=HandoverReason.CONTRACT if answer.handover else None,
        contract=contract,
        disclosed=answer.disclosed,
    )


def _buttons(choices: tuple[Choice, ...], language: Language) -> tuple[Button, ...]:
    return tuple(
        Button(text=choice.text.in_language(language), payload=INTENT_PREFIX + choice.intent)
        for choice in choices
    )


def _operator_button(knowledge: Knowledge, language: Language) -> Button:
    words = words_of(knowledge, "operator_button", language)
    return Button(text=words, payload=INTENT_PREFIX + OPERATOR_INTENT)


def words_of(knowledge: Knowledge, name: str, language: Language) -> str:
    """Return the words of a sentence the program asks for by name."""
    return knowledge.sentences[name].text.in_language(language).strip()
