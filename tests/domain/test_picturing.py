"""What a domain's phase adds to an answer, on a knowledge with sentences of its own."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.answers import ContractAnswer, Question, contract_answer
from bot.domain.calendar import DeskCalendar
from bot.domain.contract import ContractRecord, Invoice, Standing
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.domain_timeline import domain_timeline
from bot.domain.drafts import Facts, Moment
from bot.domain.fitting import fitted
from bot.domain.knowledge import Assurance, Knowledge
from bot.domain.known_contract import known
from bot.domain.matching import Match, Zone
from bot.domain.meaning import Reading, Sense
from bot.domain.messages import ChannelLimits, Reply, StepState
from bot.domain.picturing import PICTURE_SENTENCES, picture_of, steps_in_words
from bot.domain.registry import Phase
from tests.builders import NOW, PHONE, a_contract, a_conversation, a_domain, a_picture
from tests.knowledge_sample import a_knowledge, a_sentence

CALENDAR = DeskCalendar()
TODAY = date(2026, 11, 23)
EXPIRED = date(2026, 11, 8)
SUSPENDED = Invoice(number="1", due_on=date(2026, 10, 1))
WORDS = {
    Phase.ACTIVE: "ok",
    Phase.GRACE: "autoRenewPeriod",
    Phase.REDEMPTION: "redemptionPeriod",
    Phase.PENDING_DELETE: "pendingDelete",
    Phase.AVAILABLE: "AVAILABLE",
    Phase.UNREACHABLE: "clientHold",
    Phase.UNCLEAR: "something new",
}
_TEXTS = {
    "domain_steps": "{domain}: {domain_steps}",
    "step_now": "ora",
    "expires_then": "scade il {day}",
    "expired_then": "scaduto il {day}",
    "expired_about": "scaduto il {day} circa",
    "until_about": "fino al {day} circa",
    "free_about": "dal {day} circa",
    "picture_title": "fasi di {domain}",
    "picture_today": "oggi {day}",
    "unless_renewed": "se non rinnovato.",
    "about_days": "circa.",
    "registry_silent": "silenzio dal {registry_told_at}",
}
_STEPS = ("phase", "timeline")


def _knowledge() -> Knowledge:
    base = a_knowledge()
    reveals = {"domain_steps": ("standing", "dates", "services")}
    own = [a_sentence(name, text, *reveals.get(name, ())) for name, text in _TEXTS.items()]
    own += [a_sentence(f"in_{phase}", f"in {phase}", "standing") for phase in Phase]
    phases = dict(zip(Phase, (f"in_{phase}" for phase in Phase), strict=True))
    groups = {**base.live.groups, "status": dict.fromkeys(Standing, _STEPS)}
    return replace(
        base,
        sentences={**base.sentences, **{one.name: one for one in own}},
        live=replace(base.live, phases=phases, groups=groups),
    )


KNOWLEDGE = _knowledge()


def a_record(phase: Phase, **facts: object) -> ContractRecord:
    domain = a_domain("prova.it", WORDS[phase], registry_expires_on=EXPIRED)
    return a_contract("C1", PHONE, services=(domain,), **facts)


def answer(
    record: ContractRecord,
    intent: str = "contract_status",
    assurance: Assurance = Assurance.CONTACT,
) -> ContractAnswer:
    identity = Identity(assurance=assurance, contracts=(record,), phone=PHONE)
    question = Question(intent=intent, language="it")
    return contract_answer(question, known(record, CALENDAR, NOW), identity, KNOWLEDGE)


def test_an_expired_domain_hears_its_phase_and_all_steps() -> None:
    found = answer(a_record(Phase.GRACE, invoice=SUSPENDED))

    assert found.text == (
        "in grace\n\n"
        "prova.it: <step_active> (scaduto l'8 novembre 2026);"
        " ora <step_grace> (fino al 23 novembre 2026 circa);"
        " <step_redemption> (fino al 23 dicembre 2026 circa);"
        " <step_pending_delete> (fino al 28 dicembre 2026 circa);"
        " <step_available> (dal 29 dicembre 2026 circa)."
        " se non rinnovato. circa."
    )
    assert found.disclosed == ("dates", "services", "standing")
    assert not found.handover


def test_the_picture_says_the_same_as_the_words() -> None:
    found = answer(a_record(Phase.GRACE, invoice=SUSPENDED))

    assert found.picture is not None
    assert found.picture.alt == found.text.removeprefix("in grace\n\n")
    assert found.picture.title == "fasi di prova.it"
    assert found.picture.today == "oggi 23 novembre 2026"
    assert found.picture.note == "se non rinnovato. circa."
    assert [step.state for step in found.picture.steps] == [
        StepState.PAST,
        StepState.NOW,
        *[StepState.LATER] * 3,
    ]


@pytest.mark.parametrize(
    ("phase", "expires_on", "first", "note"),
    [
        pytest.param(
            Phase.ACTIVE, date(2027, 3, 8), "scade l'8 marzo 2027", "se non rinnovato. circa."
        ),
        pytest.param(
            Phase.GRACE,
            date(2027, 11, 20),
            "scaduto il 20 novembre 2026 circa",
            "se non rinnovato. circa.",
        ),
        pytest.param(Phase.PENDING_DELETE, None, "", "circa."),
        pytest.param(Phase.AVAILABLE, EXPIRED, "scaduto l'8 novembre 2026", ""),
        pytest.param(Phase.ACTIVE, None, "", "se non rinnovato."),
    ],
)
def test_what_is_not_certain_is_marked_and_what_is_not_known_left_out(
    phase: Phase, expires_on: date | None, first: str, note: str
) -> None:
    timeline = domain_timeline("prova.it", phase, expires_on, TODAY)
    assert timeline is not None

    picture = picture_of(timeline, KNOWLEDGE, "it")

    assert (picture.steps[0].days, picture.note) == (first, note)


def test_words_leave_out_phases_that_are_over_and_have_no_day() -> None:
    timeline = domain_timeline("prova.it", Phase.AVAILABLE, EXPIRED, TODAY)
    assert timeline is not None

    words = steps_in_words(timeline, KNOWLEDGE, "it")

    assert words == "<step_active> (scaduto l'8 novembre 2026); ora <step_available>."


def test_every_sentence_of_a_picture_is_one_the_knowledge_must_have() -> None:
    assert set(_TEXTS) - {"registry_silent"} <= PICTURE_SENTENCES


@pytest.mark.parametrize(
    ("phase", "facts", "told", "handover"),
    [
        pytest.param(Phase.GRACE, {}, "", False, id="a-running-contract-is-being-renewed"),
        pytest.param(Phase.REDEMPTION, {}, "in redemption", True, id="does-not-fit-a-running-one"),
        pytest.param(Phase.UNCLEAR, {"invoice": SUSPENDED}, "in unclear", True, id="for-a-person"),
        pytest.param(Phase.UNREACHABLE, {"invoice": SUSPENDED}, "", False, id="is-suspended"),
        pytest.param(Phase.UNREACHABLE, {}, "in unreachable", True, id="off-and-nobody-knows-why"),
        pytest.param(
            Phase.REDEMPTION, {"ended_on": EXPIRED}, "in redemption", False, id="over-as-expected"
        ),
    ],
)
def test_a_phase_is_told_unless_the_contract_explains_it(
    phase: Phase, facts: dict[str, object], told: str, handover: bool
) -> None:
    found = answer(a_record(phase, **facts))

    assert found.text.partition("\n\n")[0] == told or (
        not told and "in " + phase not in found.text
    )
    assert found.handover is handover


def test_the_renewal_of_a_running_contract_has_no_picture() -> None:
    assert answer(a_record(Phase.GRACE)).picture is None


def test_an_intent_that_tells_no_phase_calls_nobody_for_it() -> None:
    assert not answer(a_record(Phase.REDEMPTION), "webmail_access").handover


def test_an_old_answer_of_the_registry_says_so() -> None:
    domain = a_domain("prova.it", "redemptionPeriod", registry_told_at=NOW)

    found = answer(a_contract("C1", PHONE, services=(domain,), ended_on=EXPIRED))

    assert "silenzio dal lunedì 23 novembre alle 10.00" in found.text


def test_who_may_not_hear_it_may_not_see_it() -> None:
    found = answer(a_record(Phase.GRACE, invoice=SUSPENDED), assurance=Assurance.NONE)

    assert found.text == "risposta contract_status"
    assert found.picture is None


def test_the_picture_comes_after_the_words_by_itself() -> None:
    record = a_record(Phase.GRACE, invoice=SUSPENDED)
    identity = Identity(assurance=Assurance.CONTACT, contracts=(record,), phone=PHONE)
    match = Match(candidates=(), zone=Zone.ANSWER, language="it")
    reading = Reading(sense=Sense.INTENT, language="it", intent="contract_status", match=match)
    moment = Moment(now=NOW, calendar=CALENDAR)

    decision = decide(
        a_conversation(introduced=True), reading, Facts(identity=identity), KNOWLEDGE, moment
    )

    words, shown = decision.replies
    assert (words.picture, shown.buttons) == (None, ())
    assert [button.text for button in words.buttons] == ["Operatore"]
    assert shown.picture is not None
    assert shown.text == shown.picture.title


def test_a_cut_reply_keeps_its_picture_under_the_last_part() -> None:
    reply = Reply(text="Ecco: guardi", picture=a_picture())

    parts = fitted(reply, ChannelLimits(text=10, buttons=0, button_text=20))

    assert [part.picture for part in parts] == [None, a_picture()]
