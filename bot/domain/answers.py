"""What the sender's contract makes of an answer: steps become words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.domain.contract import ContractRecord, ServiceKind
from bot.domain.disclosure import Identity, may_hear, sayable
from bot.domain.knowledge import (
    ANSWER_STEP,
    COLLECT_STEP,
    HANDOVER_STEP,
    IF_PAID_STEP,
    IF_WAS_PAID_STEP,
    PHASE_STEP,
    TIMELINE_STEP,
    Assurance,
    Condition,
    Knowledge,
    Language,
    Sentence,
    Steps,
)
from bot.domain.known_contract import (
    KnownContract,
    contract_words,
    old_server,
    only_renewed,
    phase_calls_staff,
    phase_told,
    registry_told_at,
)
from bot.domain.messages import Picture
from bot.domain.payments import StatedPayment
from bot.domain.picturing import STEPS_SENTENCE, picture_of
from bot.domain.registry import Phase
from bot.domain.sources import Sources, sources_of
from bot.domain.wording import fill

IF_PAID_TODAY = "if_paid_today"
PAID_SOME_DAY = "paid_some_day"
"""What to say of the reactivation where the customer states no day: before and after paying."""
DATA_OF, DATA_STALE = "data_of", "data_stale"
"""What to say of data that are not of today, and of those whose source is silent."""
ASK_OUTAGE = "ask_outage"
"""What to ask where something does not work."""


@dataclass(frozen=True, kw_only=True)
class ContractAnswer:
    """An answer made exact by a contract.

    Args:
        disclosed: Classes of contract data it tells.
        handover: Whether a person must take over.
        collects: Whether it asks what exactly does not work.
        withheld: Whether the sender would hear more after proving who they are.
        sources: What it rests on.
        picture: What to show beside it, if there is something to show.
    """

    text: str
    disclosed: tuple[str, ...]
    handover: bool
    collects: bool
    withheld: bool
    sources: Sources
    picture: Picture | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a customer asks of a contract.

    Args:
        payment: The payment of which they state the day, if they do.
    """

    intent: str
    language: Language
    payment: StatedPayment | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What steps come to for one sender.

    Args:
        sentences: Names of the sentences that were said.
        disclosed: Classes of contract data they tell.
        sources: What they rest on.
    """

    paragraphs: tuple[str, ...]
    sentences: frozenset[str]
    disclosed: tuple[str, ...]
    sources: Sources


def contract_answer(
    question: Question, contract: KnownContract, identity: Identity, knowledge: Knowledge
) -> ContractAnswer:
    """Return what to say about one contract, as far as the sender may hear it."""
    steps = knowledge.live.steps(question.intent, contract.standing)
    said = told(steps, question, contract, identity, knowledge)
    entry = knowledge.answer_to(question.intent)
    general = entry.answer.in_language(question.language).strip()
    drawn = contract.domain if STEPS_SENTENCE in said.sentences else None
    collects = _collects(steps, contract)
    calls = HANDOVER_STEP in steps or (PHASE_STEP in steps and phase_calls_staff(contract))
    return ContractAnswer(
        text="\n\n".join(said.paragraphs or [general]),
        disclosed=said.disclosed,
        handover=calls or collects,
        collects=collects,
        withheld=_withheld(steps, contract, identity, knowledge),
        sources=said.sources if said.paragraphs else Sources(faq=(entry.name,)),
        picture=picture_of(drawn, knowledge, question.language) if drawn else None,
    )


def told(
    steps: Steps,
    question: Question,
    contract: KnownContract,
    identity: Identity,
    knowledge: Knowledge,
) -> Told:
    """Return what some steps come to, as far as the sender may hear it."""
    language = question.language
    allowed = may_hear(knowledge, identity, contract.record)
    values = contract_words(contract, knowledge, language, question.payment)
    paragraphs: list[str] = []
    disclosed: set[str] = set()
    said: set[str] = set()
    faq: list[str] = []
    for step in _sentences(steps, contract, knowledge, question.payment):
        if step == ANSWER_STEP:
            entry = knowledge.answer_to(question.intent)
            paragraphs.append(entry.answer.in_language(language).strip())
            faq.append(entry.name)
        elif (sentence := sayable(knowledge, step, allowed)) and _applies(sentence, contract):
            text = fill(sentence.text.in_language(language).strip(), values)
            paragraphs.extend([text] if text else [])
            disclosed.update(sentence.reveals if text else ())
            said.update([sentence.name] if text else [])
    if disclosed and (name := _how_old(contract)):
        words = knowledge.sentences[name].text.in_language(language).strip()
        paragraphs.append(fill(words, values) or "")
    return Told(
        paragraphs=tuple(dict.fromkeys(paragraphs)),
        sentences=frozenset(said),
        disclosed=tuple(sorted(disclosed)),
        sources=sources_of(faq, frozenset(said), contract, knowledge),
    )


def _how_old(contract: KnownContract) -> str:
    """Return the sentence that tells how old the data are, if that is worth telling."""
    if contract.record.stale:
        return DATA_STALE
    return DATA_OF if contract.as_of is not None else ""


def _withheld(
    steps: Steps, contract: KnownContract, identity: Identity, knowledge: Knowledge
) -> bool:
    """Tell whether a sentence is said in a milder form only because a code is missing."""
    allowed = may_hear(knowledge, identity, contract.record)
    surer = replace(identity, assurance=Assurance.VERIFIED)
    more = may_hear(knowledge, surer, contract.record) - allowed
    sentences = (knowledge.sentences[step] for step in steps if step in knowledge.sentences)
    return any(
        one.reveals & more and one.reveals <= allowed | more and _applies(one, contract)
        for one in sentences
    )


def _sentences(
    steps: Steps,
    contract: KnownContract,
    knowledge: Knowledge,
    payment: StatedPayment | None,
) -> Iterator[str]:
    """Yield ``answer`` and the names of sentences that the steps come to."""
    for step in steps:
        found: str | None = step
        if step == PHASE_STEP:
            yield from _phase_sentences(contract, knowledge)
            continue
        if step == TIMELINE_STEP:
            found = None if only_renewed(contract) else STEPS_SENTENCE
        elif step in {IF_PAID_STEP, IF_WAS_PAID_STEP}:
            found = _about_payment(step, contract.record, payment)
        elif step == COLLECT_STEP:
            found = ASK_OUTAGE if _collects(steps, contract) else None
        elif step == HANDOVER_STEP:
            found = None
        if found:
            yield found


def _phase_sentences(contract: KnownContract, knowledge: Knowledge) -> Iterator[str]:
    """Yield what to say of the domain's phase, and since when the registry is silent."""
    phase = phase_told(contract)
    if phase and phase in knowledge.live.phases:
        yield knowledge.live.phases[phase]
        if registry_told_at(contract.record) is not None:
            yield "registry_silent"


def _about_payment(step: str, record: ContractRecord, payment: StatedPayment | None) -> str | None:
    if payment is not None:
        return payment.against(record.reminder.deadline_on if record.reminder else None)
    return IF_PAID_TODAY if step == IF_PAID_STEP else PAID_SOME_DAY


def _collects(steps: Steps, contract: KnownContract) -> bool:
    """Tell whether to ask for the facts: not where the old servers explain the trouble."""
    return COLLECT_STEP in steps and not old_server(contract.record.services)


def _applies(sentence: Sentence, contract: KnownContract) -> bool:
    return sentence.when is None or _CONDITIONS[sentence.when](contract)


def _lacks(kind: ServiceKind) -> Callable[[KnownContract], bool]:
    return lambda contract: all(service.kind is not kind for service in contract.record.services)


_CONDITIONS: Mapping[Condition, Callable[[KnownContract], bool]] = {
    Condition.OLD_SERVER: lambda contract: bool(old_server(contract.record.services)),
    Condition.MAIL_ON_HTTPS: lambda contract: (
        any(service.protocol == "https" for service in contract.record.services)
        and not old_server(contract.record.services)
    ),
    Condition.NO_MAIL: _lacks(ServiceKind.MAIL),
    Condition.NO_PEC: _lacks(ServiceKind.PEC),
    Condition.NO_SITE: _lacks(ServiceKind.SITE),
    Condition.DOMAIN_ACTIVE: lambda contract: contract.phase is Phase.ACTIVE,
    Condition.CODE_WAS_ISSUED: lambda contract: contract.record.auth_code_issued_on is not None,
}
