"""What the sender's contract makes of an answer: steps become words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import ContractRecord, Service, ServiceKind, Standing, Timeline
from bot.domain.disclosure import Identity, may_hear, sayable
from bot.domain.domain_timeline import DomainTimeline, domain_timeline
from bot.domain.knowledge import (
    ANSWER_STEP,
    HANDOVER_STEP,
    PHASE_STEP,
    TIMELINE_STEP,
    Condition,
    Knowledge,
    Language,
    Sentence,
)
from bot.domain.messages import Picture
from bot.domain.picturing import STEPS_SENTENCE, picture_of, steps_in_words
from bot.domain.registry import Phase, needs_staff, outlook
from bot.domain.standing import standing as standing_of
from bot.domain.standing import timeline as timeline_of
from bot.domain.wording import amount_in_words, day_in_words, fill, in_words, moment_in_words


@dataclass(frozen=True, kw_only=True)
class KnownContract:
    """A contract with what it means at a moment.

    Args:
        phase: Of its domain, where its record or the registry tells.
        domain: The way of its domain to release, where that can be said.
    """

    record: ContractRecord
    standing: Standing
    timeline: Timeline
    phase: Phase | None
    domain: DomainTimeline | None = None


@dataclass(frozen=True, kw_only=True)
class ContractAnswer:
    """An answer made exact by a contract.

    Args:
        disclosed: Classes of contract data it tells.
        handover: Whether a person must take over.
        picture: What to show beside it, if there is something to show.
    """

    text: str
    disclosed: tuple[str, ...]
    handover: bool
    picture: Picture | None = None


def known(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> KnownContract:
    """Return a contract with its standing, its days and its domain's phase at ``now``."""
    service = _domain_of(record)
    words = service.registry_status if service else ()
    phase = outlook(words).phase if words else None
    expires_on = service.registry_expires_on if service else None
    today = now.astimezone(ROME).date()
    return KnownContract(
        record=record,
        standing=standing_of(record, calendar, now),
        timeline=timeline_of(record, calendar, now),
        phase=phase,
        domain=domain_timeline(service.name if service else "", phase, expires_on, today),
    )


def contract_answer(
    intent: str,
    contract: KnownContract,
    identity: Identity,
    knowledge: Knowledge,
    language: Language,
) -> ContractAnswer:
    """Return what to say about one contract, as far as the sender may hear it."""
    allowed = may_hear(knowledge, identity, contract.record)
    values = _values(contract, knowledge, language)
    steps = knowledge.live.steps(intent, contract.standing)
    paragraphs: list[str] = []
    disclosed: set[str] = set()
    said: set[str] = set()
    for step in _named(steps, contract, knowledge):
        if step == ANSWER_STEP:
            paragraphs.append(knowledge.answer_to(intent).answer.in_language(language).strip())
        elif (sentence := sayable(knowledge, step, allowed)) and _applies(sentence, contract):
            text = fill(sentence.text.in_language(language).strip(), values)
            paragraphs.extend([text] if text else [])
            disclosed.update(sentence.reveals if text else ())
            said.update([sentence.name] if text else [])
    whole = _once(paragraphs) or [knowledge.answer_to(intent).answer.in_language(language).strip()]
    drawn = contract.domain if STEPS_SENTENCE in said else None
    return ContractAnswer(
        text="\n\n".join(whole),
        disclosed=tuple(sorted(disclosed)),
        handover=HANDOVER_STEP in steps or (PHASE_STEP in steps and _calls_staff(contract)),
        picture=picture_of(drawn, knowledge, language) if drawn else None,
    )


def service_words(record: ContractRecord, knowledge: Knowledge, language: Language) -> str:
    """Return the kinds of service a contract includes, in words: "dominio, sito, posta"."""
    kinds = dict.fromkeys(service.kind for service in record.services)
    names = [knowledge.sentences[f"service_{kind}"].text for kind in kinds]
    return ", ".join(name.in_language(language).strip() for name in names)


def _domain_of(record: ContractRecord) -> Service | None:
    return next((one for one in record.services if one.kind is ServiceKind.DOMAIN), None)


def _told_at(record: ContractRecord) -> datetime | None:
    """Return when the registry told the phase, if it has been silent since."""
    service = _domain_of(record)
    return service.registry_told_at if service else None


def _named(steps: Iterable[str], contract: KnownContract, knowledge: Knowledge) -> Iterable[str]:
    """Yield the steps that have words; ``phase`` becomes the sentence for the domain's phase."""
    phase = _phase_told(contract)
    for step in steps:
        if step == PHASE_STEP:
            if phase and phase in knowledge.live.phases:
                yield knowledge.live.phases[phase]
                if _told_at(contract.record) is not None:
                    yield "registry_silent"
        elif step == TIMELINE_STEP:
            if not _renewed(contract):
                yield STEPS_SENTENCE
        elif step != HANDOVER_STEP:
            yield step


def _phase_told(contract: KnownContract) -> Phase | None:
    """Return the phase worth telling: not one that the contract's own standing explains."""
    switched_off = contract.phase is Phase.UNREACHABLE and contract.standing in _SWITCHED_OFF
    settled = contract.phase is Phase.ACTIVE or switched_off or _renewed(contract)
    return None if settled else contract.phase


def _renewed(contract: KnownContract) -> bool:
    """Tell whether the grace after expiry only follows the renewal of a running contract.

    Source:
        RFC 3915, "autoRenewPeriod": the registry renews at expiry by itself.
    """
    return contract.phase is Phase.GRACE and contract.standing in _RUNNING


def _calls_staff(contract: KnownContract) -> bool:
    """Tell whether the phase needs a person, or does not fit a contract that runs."""
    phase = _phase_told(contract)
    return phase is not None and (needs_staff(phase) or contract.standing in _RUNNING)


def _applies(sentence: Sentence, contract: KnownContract) -> bool:
    return sentence.when is None or _CONDITIONS[sentence.when](contract)


def _lacks(kind: ServiceKind) -> Callable[[KnownContract], bool]:
    return lambda contract: all(service.kind is not kind for service in contract.record.services)


def _old_server(services: Iterable[Service]) -> str:
    """Return the server of mail that still runs over http, else nothing."""
    return next((s.server for s in services if s.protocol == "http" and s.server), "")


_RUNNING = frozenset(
    {
        Standing.ACTIVE,
        Standing.RENEWAL_NOTICE,
        Standing.RENEWAL_COMMITTED,
        Standing.PAYMENT_DUE,
    }
)
_SWITCHED_OFF = frozenset({Standing.SUSPENDED, Standing.REMINDED, Standing.FEE_MISSING})

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
    contract: KnownContract, knowledge: Knowledge, language: Language
) -> Mapping[str, str]:
    """Return the words for every placeholder the record can fill."""
    record = contract.record
    found = _days(contract, language) | {
        "contract": record.label,
        "services": service_words(record, knowledge, language),
        "server": _old_server(record.services),
    }
    if contract.domain is not None:
        found["domain"] = contract.domain.domain
        found["domain_steps"] = steps_in_words(contract.domain, knowledge, language)
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
    if told_at := _told_at(record):
        words["registry_told_at"] = moment_in_words(told_at, language)
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
