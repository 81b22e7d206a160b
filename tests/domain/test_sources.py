"""Of every answer it can be said what it rests on."""

from datetime import UTC, date, datetime

from bot.domain.answers import Question, contract_answer
from bot.domain.calendar import DeskCalendar
from bot.domain.contract import ContractRecord, Invoice
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment, answered
from bot.domain.knowledge import Assurance
from bot.domain.known_contract import known
from bot.domain.meaning import Reading, Sense
from bot.domain.sources import Sources
from tests.builders import a_contract, a_conversation, a_domain
from tests.knowledge_sample import a_knowledge

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
KNOWLEDGE = a_knowledge(telling_phases=True)


def sources(
    intent: str, record: ContractRecord, assurance: Assurance = Assurance.VERIFIED
) -> Sources:
    identity = Identity(assurance=assurance, contracts=(record,))
    question = Question(intent=intent, language="it")
    contract = known(record, DeskCalendar(), NOW)
    return contract_answer(question, contract, identity, KNOWLEDGE).sources


def test_an_answer_to_everybody_rests_on_its_entry() -> None:
    reading = Reading(sense=Sense.INTENT, intent="contact_hours", language="it")
    moment = Moment(now=NOW, calendar=DeskCalendar())

    draft = answered(a_conversation(), reading, Facts(identity=Identity()), KNOWLEDGE, moment)

    assert draft.sources == Sources(faq=("contact_hours",))


def test_what_is_told_of_a_contract_is_named_and_not_repeated() -> None:
    invoice = Invoice(number="F7", due_on=date(2026, 11, 1), amount_cents=100)

    assert sources("contract_status", a_contract("C1", invoice=invoice)) == Sources(
        fields=("window_day", "amount")
    )


def test_what_may_not_be_heard_is_not_named() -> None:
    invoice = Invoice(number="F7", due_on=date(2026, 11, 1), amount_cents=100)
    record = a_contract("C1", invoice=invoice)

    assert sources("contract_status", record, Assurance.CONTACT) == Sources(fields=("window_day",))


def test_the_phase_of_a_domain_is_named_where_it_is_told() -> None:
    record = a_contract("C1", services=(a_domain("c1.it", "redemptionPeriod"),))

    assert sources("contract_status", record).phase == "redemption"
    assert not sources("webmail_access", record).phase


def test_an_answer_by_the_contract_may_say_the_entry_as_well() -> None:
    assert sources("webmail_access", a_contract("C1")) == Sources(faq=("webmail_access",))


def test_where_nothing_may_be_said_of_the_contract_the_entry_is_what_is_left() -> None:
    assert sources("contract_status", a_contract("C1"), Assurance.NONE) == Sources(
        faq=("contract_status",)
    )


def test_two_answers_in_one_rest_on_both() -> None:
    first = Sources(faq=("one", "two"), fields=("amount",))
    second = Sources(faq=("two", "three"), fields=("due_on", "amount"), phase="grace")

    assert first.with_those_of(second) == Sources(
        faq=("one", "two", "three"), fields=("amount", "due_on"), phase="grace"
    )
