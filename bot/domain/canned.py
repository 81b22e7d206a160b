"""Replies that colleagues need often, filled for a chat; what cannot be filled stays a gap."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum

from bot.domain.calendar import DESK_CLOSES, DESK_OPENS, ROME
from bot.domain.contract import ContractRecord
from bot.domain.conversation import Conversation
from bot.domain.disclosure import Identity, may_hear
from bot.domain.drafts import Moment
from bot.domain.errors import BotError
from bot.domain.knowledge import Assurance, CannedReply, DisclosureClass, Knowledge, Language
from bot.domain.known_contract import contract_words, known
from bot.domain.meaning import language_of
from bot.domain.standing import timeline
from bot.domain.wording import PLACEHOLDER, PLACEHOLDERS, fill, moment_in_words

GAP = "[…]"
"""What stands where nothing could be filled in."""

_ANY_GAP = re.compile(r"\[\s*(?:…|\.{3})[^\]\n]*\]")
_OF_EVERYBODY = ("customer", "colleague", "desk_opens", "desk_closes", "next_opening")
_OF_INVOICES = ("due_on", "invoice_number", "amount")
_OF_CONTRACTS = (
    "contract",
    "services",
    "expires_on",
    "cancel_by",
    "due_on",
    "deadline_on",
    "paid_on",
    "pec_received_on",
    "code_issued_on",
    "window_day",
    "invoice_number",
    "amount",
)

CANNED_PLACEHOLDERS: Mapping[str, DisclosureClass | None] = {
    **dict.fromkeys(_OF_EVERYBODY),
    **{name: DisclosureClass(PLACEHOLDERS[name]) for name in _OF_CONTRACTS},
    "contract_number": DisclosureClass.SERVICES,
}
"""What may be filled in, with the class of contract data it reveals, if any."""


class Blank(StrEnum):
    """Why a gap is left."""

    UNKNOWN = "unknown"
    UNVERIFIED = "unverified"
    NOT_FOR_THEM = "not_for_them"
    WHICH_CONTRACT = "which_contract"
    PAID = "paid"
    PAST = "past"


class GapLeft(BotError):
    """A reply still has a gap that somebody must fill before it is sent."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A placeholder that could not be filled, and why."""

    placeholder: str
    why: Blank


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A reply as a colleague gets it, with its gaps in the order of the text."""

    name: str
    title: str
    text: str
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """For whom replies are filled, and by whom they are sent."""

    chat: Conversation
    identity: Identity
    colleague: str


def filled(reply: CannedReply, case: Case, knowledge: Knowledge, moment: Moment) -> Filled:
    """Return a reply in the customer's language, with what they may hear of their contract."""
    language = language_of("", case.chat.language)
    text = reply.text.in_language(language).strip()
    values = _values(case, knowledge, moment, language)
    names = dict.fromkeys(PLACEHOLDER.findall(text))
    missing = [name for name in names if not values.get(name)]
    words = fill(text, values | dict.fromkeys(missing, GAP)) or text
    gaps = (Gap(placeholder=name, why=_why(name, case, knowledge, moment)) for name in missing)
    return Filled(name=reply.name, title=reply.title, text=words, gaps=tuple(gaps))


def contract_of(chat: Conversation, identity: Identity) -> ContractRecord | None:
    """Return the contract a chat is about: the one named last, or the only one."""
    named = (one for one in identity.contracts if one.contract_id == chat.contract_id)
    only = identity.contracts[0] if len(identity.contracts) == 1 else None
    return next(named, only)


def has_gap(text: str) -> bool:
    """Tell whether something is still to be filled in."""
    return _ANY_GAP.search(text) is not None


def whole(text: str) -> str:
    """Return a text without gaps as it is; raise GapLeft for any other."""
    if has_gap(text):
        raise GapLeft("Something is still to be filled in.")
    return text


def _values(
    case: Case, knowledge: Knowledge, moment: Moment, language: Language
) -> dict[str, str]:
    opening = moment.calendar.next_opening(moment.now)
    general = {
        "customer": case.chat.name,
        "colleague": case.colleague,
        "desk_opens": _hour(DESK_OPENS),
        "desk_closes": _hour(DESK_CLOSES),
        "next_opening": moment_in_words(opening, language) if opening else "",
    }
    record = contract_of(case.chat, case.identity)
    if record is None:
        return general
    allowed = may_hear(knowledge, case.identity, record)
    words = contract_words(known(record, moment.calendar, moment.now), knowledge, language, None)
    told = words.keys() - _over(record, moment).keys()
    own = {name: words[name] for name in _OF_CONTRACTS if name in told}
    own["contract_number"] = record.contract_id
    if DisclosureClass.REGISTRANT in allowed and record.customer_name:
        general["customer"] = record.customer_name
    return general | {
        name: value for name, value in own.items() if CANNED_PLACEHOLDERS[name] in allowed
    }


def _over(record: ContractRecord, moment: Moment) -> Mapping[str, Blank]:
    """Return what is not to be said any more, and why: of a paid invoice, or of a day gone by."""
    paid = record.invoice is not None and record.invoice.paid_on is not None
    last = timeline(record, moment.calendar, moment.now).last_cancellation_day
    is_past = last is not None and last < moment.now.astimezone(ROME).date()
    over = dict.fromkeys(_OF_INVOICES if paid else (), Blank.PAID)
    return over | dict.fromkeys(("cancel_by",) if is_past else (), Blank.PAST)


def _why(name: str, case: Case, knowledge: Knowledge, moment: Moment) -> Blank:
    kind, identity = CANNED_PLACEHOLDERS.get(name), case.identity
    record = contract_of(case.chat, identity)
    if kind is None:
        return Blank.UNKNOWN
    if identity.assurance is Assurance.NONE:
        return Blank.UNVERIFIED
    if record is None:
        return Blank.WHICH_CONTRACT
    if kind in may_hear(knowledge, identity, record):
        return _over(record, moment).get(name, Blank.UNKNOWN)
    surer = may_hear(knowledge, replace(identity, assurance=Assurance.VERIFIED), record)
    return Blank.UNVERIFIED if kind in surer else Blank.NOT_FOR_THEM


def _hour(at: time) -> str:
    """Return a time of day such as "9.30"."""
    return f"{at.hour}.{at.minute:02}"
