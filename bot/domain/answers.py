"""What the sender's contract makes of an answer: steps become words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import ContractRecord, Doubt, Service, ServiceKind, Standing, Timeline
from bot.domain.disclosure import Identity, may_hear, sayable
from bot.domain.knowledge import (
    ANSWER_STEP,
    COLLECT_STEP,
    HANDOVER_STEP,
    IF_PAID_STEP,
    IF_WAS_PAID_STEP,
    PHASE_STEP,
    Assurance,
    Condition,
    Knowledge,
    Language,
    Sentence,
    Steps,
)
from bot.domain.payments import StatedPayment
from bot.domain.registry import Phase, outlook
from bot.domain.standing import doubt
from bot.domain.standing import standing as standing_of
from bot.domain.standing import timeline as timeline_of
from bot.domain.wording import amount_in_words, day_in_words, fill, in_words

IF_PAID_TODAY = "if_paid_today"
PAID_SOME_DAY = "paid_some_day"
"""What to say of the reactivation where the customer states no day: before and after paying."""
DATA_OF = "data_of"
"""What to say of data that are not of today."""
ASK_OUTAGE = "ask_outage"
"""What to ask where something does not work."""

_OLD_SERVERS = frozenset({"server18", "server2", "server3"})
"""Help page: "alcuni nostri server obsoleti (Server18, Server2, Server3)"."""


@dataclass(frozen=True, kw_only=True)
class KnownContract:
    """A contract with what it means at a moment.

    Args:
        doubt: Why its standing is unclear, if it is.
        phase: Of its domain, where its record tells.
        as_of: The day of its data, if that is not today.
    """

    record: ContractRecord
    standing: Standing
    doubt: Doubt | None
    timeline: Timeline
    phase: Phase | None
    as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class ContractAnswer:
    """An answer made exact by a contract.

    Args:
        disclosed: Classes of contract data it tells.
        handover: Whether a person must take over.
        collects: Whether it asks what exactly does not work.
        withheld: Whether the sender would hear more after proving who they are.
    """

    text: str
    disclosed: tuple[str, ...]
    handover: bool
    collects: bool
    withheld: bool


def known(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> KnownContract:
    """Return a contract with its standing, its days and its domain's phase at ``now``."""
    domains = [service for service in record.services if service.kind is ServiceKind.DOMAIN]
    words = domains[0].registry_status if domains else ()
    return KnownContract(
        record=record,
        standing=standing_of(record, calendar, now),
        doubt=doubt(record, calendar, now),
        timeline=timeline_of(record, calendar, now),
        phase=outlook(words).phase if words else None,
        as_of=_earlier_day(record.as_of, now),
    )


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a customer asks of a contract.

    Args:
        payment: The payment of which they state the day, if they do.
    """

    intent: str
    language: Language
    payment: StatedPayment | None = None


def _earlier_day(as_of: datetime | None, now: datetime) -> date | None:
    day = as_of.astimezone(ROME).date() if as_of else None
    return day if day and day < now.astimezone(ROME).date() else None


def contract_answer(
    question: Question, contract: KnownContract, identity: Identity, knowledge: Knowledge
) -> ContractAnswer:
    """Return what to say about one contract, as far as the sender may hear it."""
    intent, language, payment = question.intent, question.language, question.payment
    allowed = may_hear(knowledge, identity, contract.record)
    values = _values(contract, knowledge, language, payment)
    steps = knowledge.live.steps(intent, contract.standing)
    paragraphs: list[str] = []
    disclosed: set[str] = set()
    for step in _sentences(steps, contract, knowledge, payment):
        if step == ANSWER_STEP:
            paragraphs.append(knowledge.answer_to(intent).answer.in_language(language).strip())
        elif (sentence := sayable(knowledge, step, allowed)) and _applies(sentence, contract):
            text = fill(sentence.text.in_language(language).strip(), values)
            paragraphs.extend([text] if text else [])
            disclosed.update(sentence.reveals if text else ())
    if disclosed and contract.as_of is not None:
        words = knowledge.sentences[DATA_OF].text.in_language(language).strip()
        paragraphs.append(fill(words, values) or "")
    said = _once(paragraphs) or [knowledge.answer_to(intent).answer.in_language(language).strip()]
    return ContractAnswer(
        text="\n\n".join(said),
        disclosed=tuple(sorted(disclosed)),
        handover=HANDOVER_STEP in steps or _collects(steps, contract),
        collects=_collects(steps, contract),
        withheld=_withheld(steps, contract, identity, knowledge),
    )


def service_words(record: ContractRecord, knowledge: Knowledge, language: Language) -> str:
    """Return the kinds of service a contract includes, in words: "dominio, sito, posta"."""
    kinds = dict.fromkeys(service.kind for service in record.services)
    names = [knowledge.sentences[f"service_{kind}"].text for kind in kinds]
    return ", ".join(name.in_language(language).strip() for name in names)


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
        if step == PHASE_STEP:
            found = knowledge.live.phases.get(contract.phase) if contract.phase else None
        elif step in {IF_PAID_STEP, IF_WAS_PAID_STEP}:
            found = _about_payment(step, contract.record, payment)
        elif step == COLLECT_STEP:
            found = ASK_OUTAGE if _collects(steps, contract) else None
        else:
            found = None if step == HANDOVER_STEP else step
        if found:
            yield found


def _about_payment(step: str, record: ContractRecord, payment: StatedPayment | None) -> str | None:
    if payment is not None:
        return payment.against(record.reminder.deadline_on if record.reminder else None)
    return IF_PAID_TODAY if step == IF_PAID_STEP else PAID_SOME_DAY


def _collects(steps: Steps, contract: KnownContract) -> bool:
    """Tell whether to ask for the facts: not where the old servers explain the trouble."""
    return COLLECT_STEP in steps and not _old_server(contract.record.services)


def _applies(sentence: Sentence, contract: KnownContract) -> bool:
    return sentence.when is None or _CONDITIONS[sentence.when](contract)


def _lacks(kind: ServiceKind) -> Callable[[KnownContract], bool]:
    return lambda contract: all(service.kind is not kind for service in contract.record.services)


def _old_server(services: Iterable[Service]) -> str:
    """Return the server of mail that still runs over http, else nothing."""
    return next((one.server for one in services if one.server and _is_old(one)), "")


def _is_old(service: Service) -> bool:
    """Tell whether mail is over http; where the source does not say, by the server's name."""
    if service.protocol:
        return service.protocol == "http"
    return service.server.lower().replace(" ", "").partition(".")[0] in _OLD_SERVERS


_CONDITIONS: Mapping[Condition, Callable[[KnownContract], bool]] = {
    Condition.OLD_SERVER: lambda contract: bool(_old_server(contract.record.services)),
    Condition.MAIL_ON_HTTPS: lambda contract: (
        any(service.protocol == "https" for service in contract.record.services)
        and not _old_server(contract.record.services)
    ),
    Condition.NO_MAIL: _lacks(ServiceKind.MAIL),
    Condition.NO_PEC: _lacks(ServiceKind.PEC),
    Condition.NO_SITE: _lacks(ServiceKind.SITE),
    Condition.DOMAIN_ACTIVE: lambda contract: contract.phase is Phase.ACTIVE,
    Condition.CODE_WAS_ISSUED: lambda contract: contract.record.auth_code_issued_on is not None,
}


def _once(paragraphs: list[str]) -> list[str]:
    return list(dict.fromkeys(paragraphs))


def _values(
    contract: KnownContract,
    knowledge: Knowledge,
    language: Language,
    payment: StatedPayment | None,
) -> Mapping[str, str]:
    """Return the words for every placeholder the record can fill."""
    record = contract.record
    found = _days(contract, language) | {
        "contract": record.label,
        "services": service_words(record, knowledge, language),
        "server": _old_server(record.services),
        "data_day": in_words(contract.as_of, language) if contract.as_of else "",
        **(payment.values(language) if payment else {}),
    }
    invoice = record.invoice
    if invoice is not None:
        found["invoice_number"] = invoice.number
        if invoice.amount_cents is not None:
            found["amount"] = amount_in_words(invoice.amount_cents, invoice.currency, language)
    return found


def _days(contract: KnownContract, language: Language) -> dict[str, str]:
    record, days = contract.record, contract.timeline
    dates = {
        "expires_on": record.expires_on,
        "cancel_by": days.last_cancellation_day,
        "due_on": record.invoice and record.invoice.due_on,
        "deadline_on": record.reminder and record.reminder.deadline_on,
        "paid_on": _paid_on(record),
        "pec_received_on": record.cancellation and record.cancellation.received_on,
        "code_issued_on": record.auth_code_issued_on,
        "ended_on": record.ended_on,
        "registry_expires_on": _registry_expiry(record.services),
    }
    words = {name: in_words(day, language) for name, day in dates.items() if day}
    if days.reactivation is not None:
        words["window_day"] = day_in_words(days.reactivation.start.date(), language)
    return words


def _paid_on(record: ContractRecord) -> date | None:
    """Return when everything was paid: the later of invoice and reactivation fee."""
    invoice_paid_on = record.invoice.paid_on if record.invoice else None
    paid = [day for day in (invoice_paid_on, record.reactivation_fee_paid_on) if day]
    return max(paid, default=None)


def _registry_expiry(services: Iterable[Service]) -> date | None:
    days = [service.registry_expires_on for service in services if service.registry_expires_on]
    return next(iter(days), None)
