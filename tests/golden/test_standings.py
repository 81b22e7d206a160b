"""What each standing has to say to each question, with the real knowledge."""

from datetime import date, datetime, timedelta

import pytest

from bot.domain.answers import Question, contract_answer
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import (
    Cancellation,
    CancellationKind,
    Contact,
    ContractRecord,
    Invoice,
    Reminder,
    Service,
    ServiceKind,
    Standing,
)
from bot.domain.disclosure import Identity
from bot.domain.knowledge import Assurance, Language
from bot.domain.known_contract import KnownContract, known
from bot.knowledge_files.tables import QUESTIONS
from bot.parts import read_knowledge
from bot.settings import Settings

NOW = datetime(2026, 12, 1, 11, tzinfo=ROME)
TODAY = NOW.date()
PHONE = "+390000000101"
KNOWLEDGE = read_knowledge(Settings())


def day(count: int) -> date:
    return TODAY + timedelta(days=count)


def unpaid(paid_on: date | None = None, due: int = -20) -> Invoice:
    return Invoice(
        number="F-1", issued_on=day(-50), due_on=day(due), amount_cents=14640, paid_on=paid_on
    )


def pec(days_ago: int, kind: CancellationKind = CancellationKind.AT_EXPIRY) -> Cancellation:
    return Cancellation(pec_received_at=NOW - timedelta(days=days_ago), kind=kind)


FACTS: dict[Standing, dict[str, object]] = {
    Standing.ACTIVE: {"expires_on": day(200)},
    Standing.RENEWAL_NOTICE: {"expires_on": day(25)},
    Standing.RENEWAL_COMMITTED: {"expires_on": day(5)},
    Standing.CANCELLATION_ACCEPTED: {"expires_on": day(25), "cancellation": pec(3)},
    Standing.CANCELLATION_LATE: {"expires_on": day(5), "cancellation": pec(3)},
    Standing.CANCELLATION_PENDING: {
        "expires_on": day(90),
        "cancellation": pec(1, CancellationKind.IMMEDIATE),
    },
    Standing.CANCELLED: {"expires_on": day(-5), "cancellation": pec(40)},
    Standing.PAYMENT_DUE: {"expires_on": day(300), "invoice": unpaid(due=5)},
    Standing.SUSPENDED: {"expires_on": day(300), "invoice": unpaid()},
    Standing.REMINDED: {
        "expires_on": day(300),
        "invoice": unpaid(),
        "reminder": Reminder(sent_on=day(-3), deadline_on=day(4)),
    },
    Standing.FEE_MISSING: {"expires_on": day(300), "invoice": unpaid(day(-2))},
    Standing.REACTIVATION_SCHEDULED: {
        "expires_on": day(300),
        "invoice": unpaid(day(-1)),
        "reactivation_fee_paid_on": day(0),
    },
    Standing.REACTIVATION_OVERDUE: {
        "expires_on": day(300),
        "invoice": unpaid(day(-9)),
        "reactivation_fee_paid_on": day(-8),
    },
    Standing.PAID_AFTER_DEADLINE: {
        "expires_on": day(300),
        "invoice": unpaid(day(-2)),
        "reactivation_fee_paid_on": day(-2),
        "reminder": Reminder(sent_on=day(-15), deadline_on=day(-4)),
    },
    Standing.REMINDER_EXPIRED: {
        "expires_on": day(300),
        "invoice": unpaid(),
        "reminder": Reminder(sent_on=day(-15), deadline_on=day(-4)),
    },
    Standing.TERMINATED: {"expires_on": day(-80), "ended_on": day(-30)},
    Standing.UNCLEAR: {"expires_on": day(-80)},
}


def contract(standing: Standing, *, sees_money: bool = True) -> KnownContract:
    record = ContractRecord(
        contract_id="C-1",
        customer_id="K-1",
        services=(
            Service(
                kind=ServiceKind.DOMAIN,
                name="studio.example",
                registry_status=("ok",),
                registry_expires_on=day(200),
            ),
            Service(kind=ServiceKind.MAIL, mailboxes=("info@studio.example",), protocol="https"),
        ),
        contacts=(Contact(name="Un Contatto", phone=PHONE, sees_money=sees_money),),
        **FACTS[standing],  # type: ignore[arg-type] # a table of facts
    )
    found = known(record, DeskCalendar(), NOW)
    assert found.standing is standing
    return found


@pytest.mark.parametrize("assurance", [Assurance.CONTACT, Assurance.VERIFIED])
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("intent", sorted(QUESTIONS))
@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("sees_money", [True, False])
def test_every_standing_answers_every_question(
    standing: Standing, intent: str, language: Language, assurance: Assurance, *, sees_money: bool
) -> None:
    found = contract(standing, sees_money=sees_money)
    identity = Identity(assurance=assurance, contracts=(found.record,), phone=PHONE)
    everybody = KNOWLEDGE.answer_to(intent).answer.in_language(language).strip()

    said = contract_answer(Question(intent=intent, language=language), found, identity, KNOWLEDGE)

    assert said.text
    assert said.text != everybody, "it must say something of the contract"
    assert "{" not in said.text
    if not sees_money:
        assert "F-1" not in said.text
        assert "146" not in said.text


@pytest.mark.parametrize("intent", sorted(QUESTIONS))
def test_an_unclear_contract_always_goes_to_a_person(intent: str) -> None:
    found = contract(Standing.UNCLEAR)
    identity = Identity(assurance=Assurance.CONTACT, contracts=(found.record,), phone=PHONE)

    said = contract_answer(Question(intent=intent, language="it"), found, identity, KNOWLEDGE)

    assert said.handover


def test_a_suspended_customer_hears_another_answer_to_each_question() -> None:
    found = contract(Standing.SUSPENDED)
    identity = Identity(assurance=Assurance.CONTACT, contracts=(found.record,), phone=PHONE)
    said = {
        intent: contract_answer(
            Question(intent=intent, language="it"), found, identity, KNOWLEDGE
        ).text
        for intent in QUESTIONS - {"contract_status", "invoice_status", "service_reactivation"}
    }

    assert len(set(said.values())) == len(said)
