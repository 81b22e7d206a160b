"""What a registry's status words mean for a domain: its phase."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Phase(StrEnum):
    """Where a domain stands between registration and release."""

    ACTIVE = "active"
    GRACE = "grace"
    REDEMPTION = "redemption"
    PENDING_DELETE = "pending_delete"
    PENDING_RESTORE = "pending_restore"
    PENDING_TRANSFER = "pending_transfer"
    UNREACHABLE = "unreachable"
    SPECIAL = "special"
    AVAILABLE = "available"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class RegistryRecord:
    """What a registry says of a domain; facts only, nothing derived.

    Args:
        domain: In ASCII and lower case.
        status: Its status words; ``available`` where the registry knows no such domain.
        expires_on: The day it names, as it names it, if it names one.
        registrar: Who looks after the domain there, if told.
        as_of: When it said so. Aware.
        silent: Whether it was asked again since and did not answer.
    """

    domain: str
    status: tuple[str, ...]
    expires_on: date | None = None
    registrar: str = ""
    as_of: datetime
    silent: bool = False


@dataclass(frozen=True, kw_only=True)
class DomainOutlook:
    """A phase and what it leaves to do.

    Args:
        renewable_here: ``yes``, ``no`` or ``by_recovery``.
        registry_allows_transfer: ``yes``, ``no`` or ``if_unlocked``.
        needs_staff: Whether only a person can say more.
    """

    phase: Phase
    renewable_here: str
    registry_allows_transfer: str
    needs_staff: bool


def needs_staff(phase: Phase) -> bool:
    """Tell whether only a person can say more about a domain in this phase."""
    return phase in _NEEDS_STAFF


def outlook(status_words: Iterable[str]) -> DomainOutlook:
    """Return the phase of a domain from its EPP, RDAP or .it whois status words; total.

    The most severe word wins: a domain in redemption is also "pending delete".

    Source:
        RFC 3915 and RFC 8056 for the words, Registro .it's technical guidelines for its own.
    """
    words = {_folded(word) for status in status_words for word in status.split("/")}
    for phase, decisive in _BY_SEVERITY:
        if words & decisive:
            return _outlook(phase, words)
    return _outlook(Phase.UNCLEAR, words)


_BY_SEVERITY: tuple[tuple[Phase, frozenset[str]], ...] = (
    (Phase.AVAILABLE, frozenset({"available", "released"})),
    (
        Phase.SPECIAL,
        frozenset(
            {"noregistrar", "tobereassigned", "notrenewed", "reserved", "unassignable", "blocked"}
        ),
    ),
    (Phase.PENDING_RESTORE, frozenset({"pendingrestore"})),
    (Phase.REDEMPTION, frozenset({"redemptionperiod", "redemption"})),
    (Phase.PENDING_DELETE, frozenset({"pendingdelete"})),
    (Phase.PENDING_TRANSFER, frozenset({"pendingtransfer"})),
    (
        Phase.UNREACHABLE,
        frozenset({"clienthold", "serverhold", "dnshold", "hold", "inactive", "noname"}),
    ),
    (Phase.GRACE, frozenset({"autorenewperiod", "grace", "graceperiod"})),
    (
        Phase.ACTIVE,
        frozenset(
            {
                "ok",
                "active",
                "addperiod",
                "renewperiod",
                "transferperiod",
                "clienttransferprohibited",
                "servertransferprohibited",
                "clientdeleteprohibited",
                "serverdeleteprohibited",
                "clientupdateprohibited",
                "serverupdateprohibited",
                "clientrenewprohibited",
                "serverrenewprohibited",
            }
        ),
    ),
)

_LOCKS = frozenset({"clienttransferprohibited", "servertransferprohibited"})
_NEEDS_STAFF = frozenset(
    {
        Phase.SPECIAL,
        Phase.PENDING_RESTORE,
        Phase.PENDING_TRANSFER,
        Phase.UNREACHABLE,
        Phase.UNCLEAR,
    }
)


def _outlook(phase: Phase, words: set[str]) -> DomainOutlook:
    renewable = {Phase.ACTIVE: "yes", Phase.GRACE: "yes", Phase.REDEMPTION: "by_recovery"}
    transferable = phase in {Phase.ACTIVE, Phase.GRACE}
    unlocked = "if_unlocked" if words & _LOCKS else "yes"
    return DomainOutlook(
        phase=phase,
        renewable_here=renewable.get(phase, "no"),
        registry_allows_transfer=unlocked if transferable else "no",
        needs_staff=needs_staff(phase),
    )


def _folded(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())
