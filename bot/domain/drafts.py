"""A reply in the making, and what answers a single intent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.answers import ContractAnswer, Question, contract_answer
from bot.domain.calendar import DeskCalendar
from bot.domain.choices import CONTRACT_PREFIX, INTENT_PREFIX
from bot.domain.contract import ContractRecord
from bot.domain.conversation import Conversation, HandoverReason, Option, Pending, PendingKind
from bot.domain.disclosure import Identity
from bot.domain.knowledge import (
    ANSWER_STEP,
    COMPLAINT,
    EMERGENCY,
    OPERATOR_INTENT,
    Choice,
    IntentKind,
    Knowledge,
    Language,
)
from bot.domain.known_contract import KnownContract, known
from bot.domain.meaning import Reading
from bot.domain.messages import SHARE_CONTACT, Button, Picture
from bot.domain.naming import Naming, named_contract
from bot.domain.payments import stated_payment
from bot.domain.proving import START, ProofStep
from bot.domain.sources import Sources
from bot.domain.wording import fill

_REASONS = {
    OPERATOR_INTENT: HandoverReason.ASKED,
    COMPLAINT: HandoverReason.COMPLAINT,
    EMERGENCY: HandoverReason.EMERGENCY,
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was found out for this message.

    Args:
        identity: Whose contracts the sender may hear about.
        source_silent: Whether the source of contracts was asked and did not answer.
        codes: Whether a code can be sent to who wants to prove who they are.
        proof: What the message did to that proof, if it was about it.
    """

    identity: Identity
    source_silent: bool = False
    codes: bool = False
    proof: ProofStep | None = None


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
        contract_id: The contract the customer named or chose, if they did.
        also: The intent of a second question that is answered too.
        invitation: What to say of its buttons; left out where a person takes over.
        missed: Whether the message was not understood.
        again: Whether a question of ours stands, with no answer to it and no new question.
        collects: Whether it asks what exactly does not work.
        picture: What to show after the text, if there is something to show.
        sources: What it rests on.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    pending: Pending | None = None
    handover: HandoverReason | None = None
    contract: KnownContract | None = None
    contract_id: str = ""
    disclosed: tuple[str, ...] = ()
    also: str = ""
    invitation: str = ""
    missed: bool = False
    again: bool = False
    collects: bool = False
    picture: Picture | None = None
    sources: Sources = field(default_factory=Sources)


def answered(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    """Return the answer to a reading's first intent, as exact as the sender may hear it."""
    intent = knowledge.intents[reading.intent]
    if intent.name in knowledge.live.group_of:
        if facts.source_silent and intent.kind is IntentKind.CONTRACT:
            words = words_of(knowledge, "source_silent", reading.language)
            return Draft(text=words, handover=HandoverReason.SOURCE_SILENT)
        if facts.identity.contracts:
            return _contract_draft(conversation, reading, facts, knowledge, moment)
    return _general(conversation, reading, facts, knowledge, moment)


def _general(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    """Return the answer to everybody; who might have a contract may show their number."""
    language = reading.language
    entry = knowledge.answer_to(reading.intent)
    text = entry.answer.in_language(language).strip()
    text += _if_paid(reading, knowledge, moment)
    if entry.when_closed is not None and not moment.calendar.desk_open(moment.now):
        text += "\n\n" + entry.when_closed.in_language(language).strip()
    buttons = _buttons(entry.buttons, language)
    contract = knowledge.intents[reading.intent].kind is IntentKind.CONTRACT
    if contract and facts.codes and not facts.identity.contracts:
        buttons = (_code_button(knowledge, language), *buttons)
    if contract and conversation.phone is None:
        words = words_of(knowledge, "share_contact_button", language)
        buttons = (Button(text=words, payload=SHARE_CONTACT), *buttons)
    return Draft(
        text=text,
        buttons=buttons,
        handover=_REASONS.get(reading.intent),
        sources=Sources(faq=(entry.name,)),
    )


def _if_paid(reading: Reading, knowledge: Knowledge, moment: Moment) -> str:
    """Return what follows from a payment on the day the message states, if it states one."""
    payment = stated_payment(reading.text, moment.calendar, moment.now)
    if payment is None or not knowledge.live.is_about_paying(reading.intent):
        return ""
    words = words_of(knowledge, payment.time, reading.language)
    return "\n\n" + (fill(words, payment.values(reading.language)) or "")


def _contract_draft(
    conversation: Conversation,
    reading: Reading,
    facts: Facts,
    knowledge: Knowledge,
    moment: Moment,
) -> Draft:
    identity = facts.identity
    naming = naming_of(reading, identity.contracts)
    if naming.elsewhere:  # About a domain that is not theirs they hear what everybody hears.
        stranger = replace(facts, identity=Identity())
        return _general(conversation, reading, stranger, knowledge, moment)
    contracts = [known(record, moment.calendar, moment.now) for record in identity.contracts]
    meant = _contract_meant(conversation, reading, contracts, naming)
    if meant is None and any(
        knowledge.live.steps(reading.intent, contract.standing) != (ANSWER_STEP,)
        for contract in contracts
    ):
        return _which_contract(contracts, reading, knowledge)
    contract = meant or contracts[0]
    asked = Question(
        intent=reading.intent,
        language=reading.language,
        payment=stated_payment(reading.text, moment.calendar, moment.now),
    )
    answer = contract_answer(asked, contract, identity, knowledge)
    draft = _with_contract(answer, contract, reading, knowledge)
    if facts.codes and answer.withheld:
        draft = replace(draft, buttons=(_code_button(knowledge, reading.language), *draft.buttons))
    return replace(draft, contract_id=meant.record.contract_id if meant else "")


def _which_contract(
    contracts: list[KnownContract], reading: Reading, knowledge: Knowledge
) -> Draft:
    options = tuple(
        Option(text=one.record.label, payload=CONTRACT_PREFIX + one.record.contract_id)
        for one in contracts
    )
    kind = PendingKind.WHICH_CONTRACT
    pending = Pending(kind=kind, options=options, intent=reading.intent)
    return question("which_contract", pending, knowledge, reading.language)


def _contract_meant(
    conversation: Conversation,
    reading: Reading,
    contracts: list[KnownContract],
    naming: Naming,
) -> KnownContract | None:
    """Return the contract the message names, the only one, or the one chosen before."""
    named = {record.contract_id for record in naming.contracts}
    if not named and len(contracts) == 1:
        return contracts[0]
    meant = named or {reading.contract_id or conversation.contract_id}
    found = [one for one in contracts if one.record.contract_id in meant]
    return found[0] if len(found) == 1 else None


def naming_of(reading: Reading, contracts: Sequence[ContractRecord]) -> Naming:
    """Return which of the contracts a message names, or whether it names another domain."""
    entities = reading.match.entities if reading.match else ()
    return named_contract(reading.text, entities, contracts)


def _with_contract(
    answer: ContractAnswer, contract: KnownContract, reading: Reading, knowledge: Knowledge
) -> Draft:
    return Draft(
        text=answer.text,
        buttons=_buttons(knowledge.answer_to(reading.intent).buttons, reading.language),
        handover=HandoverReason.CONTRACT if answer.handover else None,
        contract=contract,
        disclosed=answer.disclosed,
        collects=answer.collects,
        picture=answer.picture,
        sources=answer.sources,
    )


def _buttons(choices: tuple[Choice, ...], language: Language) -> tuple[Button, ...]:
    return tuple(
        Button(text=choice.text.in_language(language), payload=INTENT_PREFIX + choice.intent)
        for choice in choices
    )


def _code_button(knowledge: Knowledge, language: Language) -> Button:
    return Button(text=words_of(knowledge, "code_button", language), payload=START)


def question(name: str, pending: Pending, knowledge: Knowledge, language: Language) -> Draft:
    """Return a question of ours, with its options as buttons."""
    return Draft(
        text=words_of(knowledge, name, language),
        buttons=tuple(Button(text=one.text, payload=one.payload) for one in pending.options),
        pending=pending,
    )


def operator_button(knowledge: Knowledge, language: Language) -> Button:
    """Return the button that asks for a person."""
    words = words_of(knowledge, "operator_button", language)
    return Button(text=words, payload=INTENT_PREFIX + OPERATOR_INTENT)


def words_of(knowledge: Knowledge, name: str, language: Language) -> str:
    """Return the words of a sentence the program asks for by name."""
    return knowledge.sentences[name].text.in_language(language).strip()


def privacy_notice(knowledge: Knowledge, language: Language) -> str:
    """Return where to read what becomes of what the customer writes; nothing if nowhere."""
    if not knowledge.privacy_url:
        return ""
    words = words_of(knowledge, "privacy_notice", language)
    return fill(words, {"privacy_url": knowledge.privacy_url}) or ""
