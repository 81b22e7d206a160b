from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.answers import Question, contract_answer
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import Invoice, Reminder, Service, ServiceKind
from bot.domain.conversation import PaymentClaim, Status
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment, answered
from bot.domain.holding import claim, give_back
from bot.domain.knowledge import Assurance, Knowledge
from bot.domain.known_contract import known
from bot.domain.meaning import Reading, Sense
from bot.domain.payments import PaymentTime, claimed, stated_payment
from tests.builders import a_contract, a_conversation
from tests.knowledge_sample import a_knowledge, a_sentence

CALENDAR = DeskCalendar()
CHRISTMAS_EVE = datetime(2026, 12, 24, 18, tzinfo=ROME)
OVERDUE = Invoice(number="1", issued_on=date(2026, 11, 1), due_on=date(2026, 12, 1))


@pytest.mark.parametrize(
    ("text", "time", "window"),
    [
        ("ho pagato oggi alle 17", PaymentTime.MADE, "28/12"),
        ("ho pagato il 23 dicembre", PaymentTime.LONG_MADE, "24/12"),
        ("e se pago oggi?", PaymentTime.COMING, "28/12"),
        ("pago il 29 dicembre", PaymentTime.COMING, "30/12"),
    ],
)
def test_a_stated_payment_says_when_services_would_be_back(
    text: str, time: PaymentTime, window: str
) -> None:
    payment = stated_payment(text, CALENDAR, CHRISTMAS_EVE)

    assert payment is not None
    assert (payment.time, f"{payment.window.start:%d/%m}") == (time, window)


def test_a_payment_after_the_deadline_of_a_reminder_promises_nothing() -> None:
    payment = stated_payment("pago il 29 dicembre", CALENDAR, CHRISTMAS_EVE)

    assert payment is not None
    assert payment.against(date(2026, 12, 29)) is PaymentTime.COMING
    assert payment.against(date(2026, 12, 28)) is PaymentTime.AFTER_DEADLINE


def a_table(*steps: str) -> Knowledge:
    """Return a knowledge that says these steps whatever the standing."""
    knowledge = a_knowledge()
    extra = [
        a_sentence("if_paid_today", "oggi"),
        a_sentence("paid_some_day", "di regola"),
        a_sentence("if_was_paid_on", "se {stated_day}, {stated_window}"),
        a_sentence("paid_after_term", "oltre"),
    ]
    return replace(
        knowledge,
        sentences={**knowledge.sentences, **{one.name: one for one in extra}},
        live=replace(
            knowledge.live,
            defaults=dict.fromkeys(knowledge.live.defaults, steps),
            groups={"status": {}},
            group_of={"contract_status": "status"},
        ),
    )


def answer_to(text: str, *steps: str, **facts: object) -> tuple[str, bool]:
    record = a_contract("C1", invoice=OVERDUE, **facts)
    asked = Question(
        intent="contract_status",
        language="it",
        payment=stated_payment(text, CALENDAR, CHRISTMAS_EVE),
    )
    identity = Identity(assurance=Assurance.CONTACT, contracts=(record,))
    found = contract_answer(
        asked, known(record, CALENDAR, CHRISTMAS_EVE), identity, a_table(*steps)
    )
    return found.text, found.handover


@pytest.mark.parametrize(
    ("text", "step", "said"),
    [
        ("quando torna?", "if_paid", "oggi"),
        ("ho pagato", "if_was_paid", "di regola"),
        ("ho pagato oggi", "if_paid", "se giovedì 24 dicembre, lunedì 28 dicembre"),
        ("ho pagato oggi", "if_was_paid", "se giovedì 24 dicembre, lunedì 28 dicembre"),
    ],
)
def test_the_day_a_customer_states_counts_before_the_rule(text: str, step: str, said: str) -> None:
    assert answer_to(text, step) == (said, False)


def test_a_stated_day_is_held_against_the_reminder() -> None:
    reminder = Reminder(sent_on=date(2026, 12, 10), deadline_on=date(2026, 12, 23))

    assert answer_to("ho pagato oggi", "if_was_paid", reminder=reminder) == ("oltre", False)


@pytest.mark.parametrize(
    ("server", "protocol", "collects"),
    [
        ("server18", "http", False),
        ("Server 2", "", False),
        ("server3.example.org", "", False),
        ("server3", "https", True),
        ("mail1", "", True),
        ("", "http", True),
    ],
)
def test_facts_are_collected_unless_an_old_server_explains_the_trouble(
    server: str, protocol: str, *, collects: bool
) -> None:
    mail = Service(kind=ServiceKind.MAIL, server=server, protocol=protocol)

    said, handover = answer_to("non va", "active_until", "collect", services=(mail,), expires_on=(
        CHRISTMAS_EVE.date() + timedelta(days=90)
    ))  # fmt: skip

    assert (("<ask_outage>" in said), handover) == (collects, collects)


@pytest.mark.parametrize(
    ("intent", "text", "added"),
    [
        ("contract_status", "ho pagato oggi", "\n\nse giovedì 24 dicembre, lunedì 28 dicembre"),
        ("contract_status", "ho pagato", ""),
        ("webmail_access", "ho pagato oggi", ""),
    ],
)
def test_who_is_not_known_hears_what_follows_under_condition(
    intent: str, text: str, added: str
) -> None:
    reading = Reading(sense=Sense.INTENT, language="it", intent=intent, text=text)
    knowledge = a_table("if_was_paid")
    moment = Moment(now=CHRISTMAS_EVE, calendar=CALENDAR)

    draft = answered(a_conversation(), reading, Facts(identity=Identity()), knowledge, moment)

    assert draft.text == knowledge.answer_to(intent).answer.it.strip() + added


def reported(text: str = "ho pagato", files: int = 0) -> Reading:
    return Reading(
        sense=Sense.INTENT, language="it", intent="payment_reported", text=text, files=files
    )


def test_what_a_customer_says_of_a_payment_grows_with_each_message() -> None:
    moment = Moment(now=CHRISTMAS_EVE, calendar=CALENDAR)
    chat = a_conversation()
    for reading in (reported("ho pagato ieri"), reported("", files=1), reported("", files=1)):
        chat = decide(
            chat, reading, Facts(identity=Identity()), a_table("if_was_paid"), moment
        ).conversation

    assert chat.claim == PaymentClaim(made_at=CHRISTMAS_EVE, day=date(2026, 12, 23), receipts=2)


@pytest.mark.parametrize(("files", "status"), [(0, Status.BOT), (1, Status.WAITING)])
def test_a_receipt_is_for_a_person_whoever_sends_it(files: int, status: Status) -> None:
    moment = Moment(now=CHRISTMAS_EVE, calendar=CALENDAR)

    decision = decide(
        a_conversation(),
        reported(files=files),
        Facts(identity=Identity()),
        a_knowledge(),
        moment,
    )

    assert decision.conversation.status is status
    assert decision.conversation.claim is not None


def test_other_messages_claim_no_payment() -> None:
    asked = Reading(sense=Sense.INTENT, language="it", intent="contact_hours", text="ieri")

    assert claimed(None, asked, None, CHRISTMAS_EVE) is None


def test_a_claim_ends_when_staff_have_done_with_the_chat() -> None:
    waiting = a_conversation(claim=PaymentClaim(made_at=CHRISTMAS_EVE), status=Status.WAITING)

    assert give_back(claim(waiting, "Anna"), "Anna").claim is None
