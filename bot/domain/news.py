"""What customers who wait are told by themselves when their contract changes."""

from dataclasses import dataclass

from bot.domain.answers import Question, Told, told
from bot.domain.contract import ContractRecord, Standing
from bot.domain.conversation import Conversation, Status
from bot.domain.disclosure import Identity
from bot.domain.knowledge import Knowledge
from bot.domain.known_contract import KnownContract
from bot.domain.meaning import language_of


@dataclass(frozen=True, kw_only=True)
class Change:
    """A contract whose standing has changed."""

    before: Standing
    contract: KnownContract

    @property
    def key(self) -> str:
        """The same words for the same change: it is told once."""
        number = self.contract.record.contract_id
        return f"{number} {self.before} {self.contract.standing}"


def may_concern(chat: Conversation, record: ContractRecord) -> bool:
    """Tell whether the sender of a chat may have to do with a contract."""
    phones = {contact.phone for contact in record.contacts if contact.phone}
    return (
        chat.vouched_for == record.contract_id
        or chat.phone in phones
        or record.contact_at(chat.proof.email) is not None
    )


def news_for(
    chat: Conversation, change: Change, identity: Identity, knowledge: Knowledge
) -> Told | None:
    """Return what to tell a customer of a change.

    None while a colleague speaks, to senders who have not to do with the contract, and where they
    may hear nothing of it.
    """
    number = change.contract.record.contract_id
    theirs = any(record.contract_id == number for record in identity.contracts)
    if chat.status is not Status.WAITING or not theirs:
        return None
    steps = knowledge.live.news_of(change.before, change.contract.standing)
    question = Question(intent="", language=language_of("", chat.language))
    said = told(steps, question, change.contract, identity, knowledge)
    return said if said.disclosed else None
