"""Who may hear what about a contract."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.contract import ContractRecord
from bot.domain.knowledge import Assurance, DisclosureClass, Knowledge, Sentence


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whose contracts the sender may hear about, and how sure we are.

    Args:
        contracts: Empty while the sender is nobody we know.
        phone: The number by which the sender was recognised, if any.
        email: The address by which they proved who they are, if they did.
    """

    assurance: Assurance = Assurance.NONE
    contracts: tuple[ContractRecord, ...] = ()
    phone: str | None = None
    email: str = ""


def proved(email: str, by_email: Sequence[ContractRecord]) -> Identity:
    """Return who writes, after a code to this address; shared by two customers it is nobody."""
    if not by_email or len({record.customer_id for record in by_email}) > 1:
        return Identity()
    ordered = sorted(by_email, key=lambda record: record.contract_id)
    return Identity(assurance=Assurance.VERIFIED, contracts=tuple(ordered), email=email)


def identify(
    phone: str | None, by_phone: Sequence[ContractRecord], vouched: ContractRecord | None
) -> Identity:
    """Return who writes.

    A colleague's word counts most. A number counts only if all its contracts belong to one
    customer: a number shared by two customers identifies neither.
    """
    if vouched is not None:
        return Identity(assurance=Assurance.VERIFIED, contracts=(vouched,), phone=phone)
    if not by_phone or len({record.customer_id for record in by_phone}) > 1:
        return Identity()
    ordered = sorted(by_phone, key=lambda record: record.contract_id)
    return Identity(assurance=Assurance.CONTACT, contracts=tuple(ordered), phone=phone)


def may_hear(
    knowledge: Knowledge, identity: Identity, record: ContractRecord
) -> frozenset[DisclosureClass]:
    """Return what the sender may hear about one contract; technical contacts nothing of money."""
    if record not in identity.contracts:
        return frozenset()
    allowed = knowledge.disclosure.get(identity.assurance, frozenset())
    contact = record.contact_with(identity.phone) if identity.phone else None
    contact = record.contact_at(identity.email) if identity.email else contact
    if contact is not None and not contact.sees_money:
        return allowed - {DisclosureClass.BILLING, DisclosureClass.MONEY}
    return allowed


def sayable(
    knowledge: Knowledge, name: str, allowed: frozenset[DisclosureClass]
) -> Sentence | None:
    """Return the sentence the sender may hear: this one, its milder form, or none."""
    sentence = knowledge.sentences[name]
    if sentence.reveals <= allowed:
        return sentence
    return sayable(knowledge, sentence.otherwise, allowed) if sentence.otherwise else None
