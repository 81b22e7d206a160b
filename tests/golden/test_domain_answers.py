"""What a domain's phase makes of an answer, in the words that customers really read."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.domain.answers import ContractAnswer, Question, contract_answer
from bot.domain.calendar import DeskCalendar
from bot.domain.composing import drafted
from bot.domain.contract import ContractRecord, Invoice
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment
from bot.domain.knowledge import Assurance, Knowledge, Language
from bot.domain.known_contract import known
from bot.domain.matching import Match, Zone
from bot.domain.meaning import Reading, Sense
from bot.domain.messages import StepState
from bot.domain.registry import Phase
from bot.knowledge_files import load_knowledge
from tests.builders import NOW, PHONE, a_contract, a_conversation, a_domain

ROOT = Path(__file__).parents[2]
CALENDAR = DeskCalendar()
EXPIRED = date(2026, 11, 13)
SUSPENDED = {"invoice": Invoice(number="1", due_on=date(2026, 10, 1))}
WORDS = {
    Phase.ACTIVE: "ok",
    Phase.GRACE: "ok / autoRenewPeriod",
    Phase.REDEMPTION: "pendingDelete / redemptionPeriod",
    Phase.PENDING_DELETE: "pendingDelete / pendingDelete",
    Phase.AVAILABLE: "AVAILABLE",
    Phase.PENDING_RESTORE: "pending restore",
    Phase.PENDING_TRANSFER: "pendingTransfer / ok",
    Phase.UNREACHABLE: "inactive / dnsHold",
    Phase.SPECIAL: "ok / noRegistrar",
    Phase.UNCLEAR: "something new",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(ROOT / "intents", ROOT / "faq")


def a_record(phase: Phase, **facts: object) -> ContractRecord:
    domain = a_domain("prova.it", WORDS[phase], registry_expires_on=EXPIRED)
    return a_contract("C1", PHONE, services=(domain,), **facts)


def answer(
    knowledge: Knowledge,
    record: ContractRecord,
    intent: str = "expired_domain_recovery",
    assurance: Assurance = Assurance.CONTACT,
    language: Language = "it",
) -> ContractAnswer:
    identity = Identity(assurance=assurance, contracts=(record,), phone=PHONE)
    question = Question(intent=intent, language=language)
    return contract_answer(question, known(record, CALENDAR, NOW), identity, knowledge)


def meaning(intent: str, second: str = "") -> Reading:
    match = Match(candidates=(), zone=Zone.ANSWER, language="it")
    return Reading(sense=Sense.INTENT, language="it", intent=intent, second=second, match=match)


def facts(record: ContractRecord) -> Facts:
    identity = Identity(assurance=Assurance.CONTACT, contracts=(record,), phone=PHONE)
    return Facts(identity=identity)


def test_an_expired_domain_hears_phase_and_days_and_gets_a_picture(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_record(Phase.GRACE, **SUSPENDED))

    assert "Il dominio è nel periodo di grazia: è ancora possibile rinnovarlo" in found.text
    assert (
        "Le fasi del dominio prova.it: Attivo (scaduto il 13 novembre 2026); ora Periodo di"
        " grazia (fino al 28 novembre 2026 circa); Redemption (fino al 28 dicembre 2026 circa);"
        " Pending Delete (fino al 2 gennaio 2027 circa); Libero per chiunque (dal 3 gennaio 2027"
        " circa). Le fasi future valgono"
    ) in found.text
    assert found.picture is not None
    assert found.picture.alt in found.text
    assert found.picture.title == "Le fasi di prova.it"
    assert found.picture.today == "Oggi, 23 novembre 2026"
    assert [(step.name, step.state) for step in found.picture.steps] == [
        ("Attivo", StepState.PAST),
        ("Periodo di grazia", StepState.NOW),
        ("Redemption", StepState.LATER),
        ("Pending Delete", StepState.LATER),
        ("Libero per chiunque", StepState.LATER),
    ]
    assert not found.handover
    assert {"standing", "dates", "services"} <= set(found.disclosed)


def test_the_picture_speaks_english_to_those_who_do(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_record(Phase.GRACE, **SUSPENDED), language="en")

    assert found.picture is not None
    assert found.picture.today == "Today, 23 November 2026"
    assert found.picture.steps[1].days == "until about 28 November 2026"


def test_a_day_the_registry_has_moved_on_by_itself_is_said_with_about(
    knowledge: Knowledge,
) -> None:
    domain = a_domain("p.com", "auto renew period", registry_expires_on=date(2027, 11, 10))
    found = answer(knowledge, a_contract("C1", PHONE, services=(domain,), **SUSPENDED))

    assert "Attivo (scaduto il 10 novembre 2026 circa)" in found.text


def test_articles_bow_to_the_days_in_a_picture_too(knowledge: Knowledge) -> None:
    domain = a_domain("p.com", "active", registry_expires_on=date(2027, 3, 8))
    found = answer(knowledge, a_contract("C1", PHONE, services=(domain,)))

    assert found.picture is not None
    assert found.picture.steps[0].days == "scade l'8 marzo 2027"


def test_a_domain_that_is_gone_hears_nothing_of_renewing(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_record(Phase.AVAILABLE, ended_on=date(2026, 8, 1)))

    assert "; ora Libero per chiunque." in found.text
    assert found.picture is not None
    assert found.picture.note == ""


@pytest.mark.parametrize("intent", ["expired_domain_recovery", "expired_domain_transfer"])
@pytest.mark.parametrize("phase", [Phase.GRACE, Phase.REDEMPTION, Phase.PENDING_DELETE])
def test_each_phase_of_a_cancelled_contract_is_told(
    knowledge: Knowledge, intent: str, phase: Phase
) -> None:
    found = answer(knowledge, a_record(phase, ended_on=date(2026, 8, 1)), intent)

    words = knowledge.sentences[knowledge.live.phases[phase]].text.it
    assert words.strip() in found.text
    assert found.picture is not None
    assert found.handover


@pytest.mark.parametrize(
    "phase",
    [
        Phase.PENDING_RESTORE,
        Phase.PENDING_TRANSFER,
        Phase.UNREACHABLE,
        Phase.SPECIAL,
        Phase.UNCLEAR,
    ],
)
def test_a_phase_that_only_a_person_understands_calls_one(
    knowledge: Knowledge, phase: Phase
) -> None:
    found = answer(knowledge, a_record(phase), "contract_status")

    assert "il registro indica uno stato particolare" in found.text
    assert found.handover
    assert found.picture is None


@pytest.mark.parametrize("phase", [Phase.REDEMPTION, Phase.PENDING_DELETE, Phase.AVAILABLE])
def test_a_phase_that_does_not_fit_a_running_contract_calls_a_person(
    knowledge: Knowledge, phase: Phase
) -> None:
    assert answer(knowledge, a_record(phase), "contract_status").handover
    assert not answer(knowledge, a_record(phase), "webmail_access").handover


def test_the_grace_of_a_running_contract_is_only_its_renewal(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_record(Phase.GRACE))

    assert "periodo di grazia:" not in found.text
    assert (found.handover, found.picture) == (False, None)


def test_a_suspension_explains_why_a_domain_is_switched_off(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_record(Phase.UNREACHABLE, **SUSPENDED), "contract_status")

    assert "stato particolare" not in found.text
    assert not found.handover


def test_an_old_answer_of_the_registry_is_told_as_such(knowledge: Knowledge) -> None:
    told_at = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
    domain = a_domain(
        "prova.it", WORDS[Phase.GRACE], registry_expires_on=EXPIRED, registry_told_at=told_at
    )

    found = answer(knowledge, a_contract("C1", PHONE, services=(domain,), **SUSPENDED))

    assert "non risponde: lo stato è quello di lunedì 23 novembre alle 8.05." in found.text
    assert "non risponde" not in answer(knowledge, a_record(Phase.GRACE, **SUSPENDED)).text


def test_who_may_not_hear_it_may_not_see_it(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_record(Phase.GRACE, **SUSPENDED), assurance=Assurance.NONE)

    assert "prova.it" not in found.text
    assert found.picture is None


def test_without_a_domain_there_is_nothing_to_show(knowledge: Knowledge) -> None:
    found = answer(knowledge, a_contract("C1", PHONE, **SUSPENDED))

    assert found.picture is None


def test_the_picture_comes_after_the_words_and_without_buttons(knowledge: Knowledge) -> None:
    decision = decide(
        a_conversation(phone=PHONE, introduced=True),
        meaning("expired_domain_recovery"),
        facts(a_record(Phase.GRACE, **SUSPENDED)),
        knowledge,
        Moment(now=NOW, calendar=CALENDAR),
    )

    words, shown = decision.replies
    assert words.picture is None
    assert words.buttons
    assert shown.picture is not None
    assert shown.text == shown.picture.title
    assert shown.buttons == ()


def test_of_two_answers_one_may_bring_a_picture(knowledge: Knowledge) -> None:
    reading = meaning("thanks", second="expired_domain_recovery")
    found = facts(a_record(Phase.GRACE, **SUSPENDED))

    draft = drafted(
        a_conversation(phone=PHONE), reading, found, knowledge, Moment(now=NOW, calendar=CALENDAR)
    )

    assert draft.picture is not None


@pytest.mark.parametrize(
    ("intent", "asked"),
    [
        ("expired_domain_recovery", True),
        ("expired_domain_transfer", True),
        ("contract_status", True),
        ("webmail_access", False),
        ("domain_registration", False),
    ],
)
def test_only_some_answers_need_the_registry(
    knowledge: Knowledge, intent: str, asked: bool
) -> None:
    assert knowledge.live.tells_phase(intent) is asked
