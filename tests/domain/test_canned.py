from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.calendar import DeskCalendar
from bot.domain.canned import GAP, Blank, Case, Gap, GapLeft, filled, has_gap, whole
from bot.domain.contract import Contact, ContractRecord, Invoice
from bot.domain.conversation import Conversation
from bot.domain.disclosure import Identity
from bot.domain.drafts import Moment
from bot.domain.knowledge import Assurance, Bilingual, CannedReply
from bot.domain.messages import Address
from tests.builders import PHONE, a_contract
from tests.knowledge_sample import a_knowledge

OPEN = Moment(now=datetime(2026, 11, 30, 10, 0, tzinfo=UTC), calendar=DeskCalendar())
CLOSED = replace(OPEN, now=datetime(2026, 11, 29, 10, 0, tzinfo=UTC))
INVOICE = Invoice(number="F7", due_on=date(2026, 12, 11), amount_cents=14640)
RECORD = a_contract("C1", PHONE, invoice=INVOICE, customer_name="Studio Verdi")
CHAT = Conversation(id="web:1", address=Address(channel="web", id="1"), name="Mario")


def said(
    text: str,
    *contracts: ContractRecord,
    assurance: Assurance = Assurance.VERIFIED,
    chat: Conversation = CHAT,
    moment: Moment = OPEN,
) -> tuple[str, dict[str, Blank]]:
    reply = CannedReply(name="x", title="X", text=Bilingual(it=text, en=f"EN {text}"))
    identity = Identity(assurance=assurance, contracts=contracts, phone=PHONE)
    case = Case(chat=chat, identity=identity, colleague="Anna")
    done = filled(reply, case, a_knowledge(), moment)
    return done.text, {gap.placeholder: gap.why for gap in done.gaps}


def test_a_reply_is_filled_from_the_contract() -> None:
    text = "Fattura {invoice_number} di {amount}, scadenza {due_on}, contratto {contract_number}"

    assert said(text, RECORD) == (
        "Fattura F7 di 146,40 €, scadenza 11 dicembre 2026, contratto C1",
        {},
    )


def test_articles_bow_to_the_day_after_them() -> None:
    assert said("entro il {due_on}", RECORD) == ("entro l'11 dicembre 2026", {})


def test_it_speaks_the_customers_language() -> None:
    english = replace(CHAT, language="en")

    assert said("by {due_on}", RECORD, chat=english) == ("EN by 11 December 2026", {})


def test_who_is_only_a_contact_hears_no_amounts() -> None:
    assert said("{amount} il {due_on}", RECORD, assurance=Assurance.CONTACT) == (
        f"{GAP} il 11 dicembre 2026".replace("il 11", "l'11"),
        {"amount": Blank.UNVERIFIED},
    )


def test_who_is_unknown_hears_nothing_of_a_contract() -> None:
    assert said("{contract}", assurance=Assurance.NONE) == (GAP, {"contract": Blank.UNVERIFIED})


def test_a_technical_contact_hears_no_amounts_even_if_verified() -> None:
    technical = Contact(name="Tecnico", phone=PHONE, sees_money=False)
    record = replace(RECORD, contacts=(technical,))

    assert said("{amount}", record) == (GAP, {"amount": Blank.NOT_FOR_THEM})


def test_what_the_record_does_not_know_stays_a_gap() -> None:
    record = replace(RECORD, invoice=None)

    assert said("{amount}", record) == (GAP, {"amount": Blank.UNKNOWN})


def test_of_a_paid_invoice_nothing_is_asked() -> None:
    record = replace(RECORD, invoice=replace(INVOICE, paid_on=date(2026, 11, 20)))

    assert said("{amount} {due_on}", record) == (
        f"{GAP} {GAP}",
        {"amount": Blank.PAID, "due_on": Blank.PAID},
    )


@pytest.mark.parametrize(
    ("expires_on", "said_or_why"),
    [(date(2026, 12, 15), "30 novembre 2026"), (date(2026, 12, 14), Blank.PAST)],
)
def test_a_last_day_that_is_past_is_not_told(expires_on: date, said_or_why: str) -> None:
    text, gaps = said("{cancel_by}", replace(RECORD, expires_on=expires_on))

    assert said_or_why in {text, *gaps.values()}


def test_of_several_contracts_the_one_named_last_counts() -> None:
    other = a_contract("C2", PHONE)
    named = replace(CHAT, contract_id="C2")

    assert said("{contract_number}", RECORD, other) == (
        GAP,
        {"contract_number": Blank.WHICH_CONTRACT},
    )
    assert said("{contract_number}", RECORD, other, chat=named) == ("C2", {})


def test_the_name_of_the_record_is_said_only_to_who_is_verified() -> None:
    text = "{customer} da {colleague}"

    assert said(text, RECORD) == ("Studio Verdi da Anna", {})
    assert said(text, RECORD, assurance=Assurance.CONTACT) == ("Mario da Anna", {})
    nameless = replace(CHAT, name="")
    assert said(text, chat=nameless) == (f"{GAP} da Anna", {"customer": Blank.UNKNOWN})


def test_desk_hours_and_the_next_opening_are_known_to_everybody() -> None:
    assert said("{desk_opens}-{desk_closes}", assurance=Assurance.NONE) == ("9.30-13.00", {})
    assert said("{next_opening}", moment=CLOSED) == ("lunedì 30 novembre alle 9.30", {})
    assert said("{next_opening}") == (GAP, {"next_opening": Blank.UNKNOWN})


def test_gaps_come_in_the_order_of_the_text_and_once_each() -> None:
    reply = CannedReply(
        name="x", title="X", text=Bilingual(it="{due_on} {amount} {due_on}", en="-")
    )
    case = Case(chat=CHAT, identity=Identity(), colleague="Anna")

    done = filled(reply, case, a_knowledge(), OPEN)

    assert done.gaps == (
        Gap(placeholder="due_on", why=Blank.UNVERIFIED),
        Gap(placeholder="amount", why=Blank.UNVERIFIED),
    )


@pytest.mark.parametrize("text", ["pago […] euro", "[...]", "[ … importo]", "x [… dal cliente] y"])
def test_a_gap_is_found_however_it_was_typed(text: str) -> None:
    assert has_gap(text)
    with pytest.raises(GapLeft):
        whole(text)


@pytest.mark.parametrize("text", ["", "[1] e [2]", "aspetti… [ok]", "[un'opzione]", "[\n…]"[1:]])
def test_other_brackets_are_no_gaps(text: str) -> None:
    assert whole(text) == text
