from datetime import date

from bot.domain.contract import Contact, ContractRecord
from bot.domain.disclosure import Identity, identify, may_hear, sayable
from bot.domain.knowledge import Assurance, DisclosureClass
from tests.knowledge_sample import ALL_CLASSES, CONTACT_CLASSES, a_knowledge

KNOWLEDGE = a_knowledge()
MINE = ContractRecord(
    contract_id="B",
    customer_id="C1",
    expires_on=date(2027, 1, 1),
    contacts=(Contact(name="Io", phone="+39000"), Contact(name="Tecnico", sees_money=False)),
)
ALSO_MINE = ContractRecord(contract_id="A", customer_id="C1")
THEIRS = ContractRecord(contract_id="Z", customer_id="C2")


def test_a_number_of_one_customer_identifies_that_customer() -> None:
    identity = identify("+39000", [MINE, ALSO_MINE], None)

    assert identity.assurance is Assurance.CONTACT
    assert identity.contracts == (ALSO_MINE, MINE)


def test_a_number_shared_by_two_customers_identifies_nobody() -> None:
    assert identify("+39000", [MINE, THEIRS], None) == Identity()


def test_an_unknown_number_identifies_nobody() -> None:
    assert identify("+39999", [], None) == Identity()


def test_a_colleagues_word_verifies_one_contract() -> None:
    identity = identify(None, [], MINE)

    assert identity.assurance is Assurance.VERIFIED
    assert may_hear(KNOWLEDGE, identity, MINE) == ALL_CLASSES
    assert may_hear(KNOWLEDGE, identity, ALSO_MINE) == frozenset()


def test_a_contact_hears_what_the_table_says() -> None:
    assert may_hear(KNOWLEDGE, identify("+39000", [MINE], None), MINE) == CONTACT_CLASSES


def test_a_technical_contact_hears_nothing_of_money() -> None:
    technical = Contact(name="Tecnico", phone="+39001", sees_money=False)
    record = ContractRecord(contract_id="B", contacts=(technical,))

    allowed = may_hear(KNOWLEDGE, identify("+39001", [record], None), record)

    assert not allowed & {DisclosureClass.BILLING, DisclosureClass.MONEY}


def test_who_may_not_hear_a_sentence_hears_its_milder_form_or_nothing() -> None:
    billing = frozenset({DisclosureClass.BILLING})

    assert sayable(KNOWLEDGE, "money", ALL_CLASSES) == KNOWLEDGE.sentences["money"]
    assert sayable(KNOWLEDGE, "money", billing) == KNOWLEDGE.sentences["no_money"]
    assert sayable(KNOWLEDGE, "money", frozenset()) is None
