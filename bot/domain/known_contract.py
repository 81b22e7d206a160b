"""A contract at a moment: its standing, its days, its domain's phase, and the words for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import ContractRecord, Doubt, Service, ServiceKind, Standing, Timeline
from bot.domain.domain_timeline import DomainTimeline, domain_timeline
from bot.domain.knowledge import Knowledge, Language
from bot.domain.payments import StatedPayment
from bot.domain.picturing import steps_in_words
from bot.domain.registry import Phase, needs_staff, outlook
from bot.domain.standing import doubt
from bot.domain.standing import standing as standing_of
from bot.domain.standing import timeline as timeline_of
from bot.domain.wording import amount_in_words, day_in_words, in_words, moment_in_words

_OLD_SERVERS = frozenset({"server18", "server2", "server3"})
"""Help page: "alcuni nostri server obsoleti (Server18, Server2, Server3)"."""


_RUNNING = frozenset(
    {
        Standing.ACTIVE,
        Standing.RENEWAL_NOTICE,
        Standing.RENEWAL_COMMITTED,
        Standing.PAYMENT_DUE,
    }
)
_SWITCHED_OFF = frozenset({Standing.SUSPENDED, Standing.REMINDED, Standing.FEE_MISSING})


@dataclass(frozen=True, kw_only=True)
class KnownContract:
    """A contract with what it means at a moment.

    Args:
        doubt: Why its standing is unclear, if it is.
        phase: Of its domain, where its record or the registry tells.
        as_of: The day of its data, if that is not today.
        domain: The way of its domain to release, where that can be said.
    """

    record: ContractRecord
    standing: Standing
    doubt: Doubt | None
    timeline: Timeline
    phase: Phase | None
    as_of: date | None = None
    domain: DomainTimeline | None = None


def known(record: ContractRecord, calendar: DeskCalendar, now: datetime) -> KnownContract:
    """Return a contract with its standing, its days and its domain's phase at ``now``."""
    service = domain_of(record)
    words = service.registry_status if service else ()
    phase = outlook(words).phase if words else None
    expires_on = service.registry_expires_on if service else None
    today = now.astimezone(ROME).date()
    return KnownContract(
        record=record,
        standing=standing_of(record, calendar, now),
        doubt=doubt(record, calendar, now),
        timeline=timeline_of(record, calendar, now),
        phase=phase,
        as_of=_earlier_day(record.as_of, now),
        domain=domain_timeline(service.name if service else "", phase, expires_on, today),
    )


def service_words(record: ContractRecord, knowledge: Knowledge, language: Language) -> str:
    """Return the kinds of service a contract includes, in words: "dominio, sito, posta"."""
    kinds = dict.fromkeys(service.kind for service in record.services)
    names = [knowledge.sentences[f"service_{kind}"].text for kind in kinds]
    return ", ".join(name.in_language(language).strip() for name in names)


def contract_words(
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
        "server": old_server(record.services),
        "data_day": in_words(contract.as_of, language) if contract.as_of else "",
        **(payment.values(language) if payment else {}),
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
    if record.as_of is not None:
        words["data_moment"] = moment_in_words(record.as_of, language)
    if told_at := registry_told_at(record):
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


def domain_of(record: ContractRecord) -> Service | None:
    """Return the first domain of a contract."""
    return next((one for one in record.services if one.kind is ServiceKind.DOMAIN), None)


def registry_told_at(record: ContractRecord) -> datetime | None:
    """Return when the registry told the phase, if it has been silent since."""
    service = domain_of(record)
    return service.registry_told_at if service else None


def old_server(services: Iterable[Service]) -> str:
    """Return the server of mail that still runs over http, else nothing."""
    return next((one.server for one in services if one.server and _is_old(one)), "")


def _is_old(service: Service) -> bool:
    """Tell whether mail is over http; where the source does not say, by the server's name."""
    if service.protocol:
        return service.protocol == "http"
    return service.server.lower().replace(" ", "").partition(".")[0] in _OLD_SERVERS


def _earlier_day(as_of: datetime | None, now: datetime) -> date | None:
    day = as_of.astimezone(ROME).date() if as_of else None
    return day if day and day < now.astimezone(ROME).date() else None


def phase_told(contract: KnownContract) -> Phase | None:
    """Return the phase worth telling: not one that the contract's own standing explains."""
    switched_off = contract.phase is Phase.UNREACHABLE and contract.standing in _SWITCHED_OFF
    settled = contract.phase is Phase.ACTIVE or switched_off or only_renewed(contract)
    return None if settled else contract.phase


def only_renewed(contract: KnownContract) -> bool:
    """Tell whether the grace after expiry only follows the renewal of a running contract.

    Source:
        RFC 3915, "autoRenewPeriod": the registry renews at expiry by itself.
    """
    return contract.phase is Phase.GRACE and contract.standing in _RUNNING


def phase_calls_staff(contract: KnownContract) -> bool:
    """Tell whether the phase needs a person, or does not fit a contract that runs."""
    phase = phase_told(contract)
    return phase is not None and (needs_staff(phase) or contract.standing in _RUNNING)
