"""What is said to messages that lean on the conversation, and to two questions at once."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.composing import MOST_CHARS_OF_TWO
from bot.domain.contract import Contact, ContractRecord, Service, ServiceKind
from bot.domain.conversation import (
    Conversation,
    HandoverReason,
    Option,
    Pending,
    PendingKind,
    Status,
)
from bot.domain.decision import Decision
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment
from bot.domain.knowledge import Assurance, Choice, IntentKind, Knowledge
from bot.domain.matching import Entity, EntityKind, Match, Zone
from bot.domain.meaning import Reading, Sense, Way
from bot.domain.messages import Address
from tests.knowledge_sample import a_knowledge, same

KNOWLEDGE = a_knowledge()
MORNING = datetime(2026, 11, 23, 10, tzinfo=ROME)
NOBODY = Facts(identity=Identity())
CHAT = Conversation(
    id="web:1", address=Address(channel="web", id="1"), introduced=True, language="it"
)
WHICH = Pending(
    kind=PendingKind.WHICH_INTENT,
    options=(
        Option(text="Entrare in webmail", payload="intent:webmail_access"),
        Option(text="Operatore", payload="intent:human_handoff"),
    ),
)


def meaning(intent: str, second: str = "", **more: object) -> Reading:
    reading = Reading(sense=Sense.INTENT, language="it", intent=intent, second=second)
    return replace(reading, **more)  # type: ignore[arg-type] # fields by name


def named(intent: str, value: str, kind: EntityKind = EntityKind.DOMAIN) -> Reading:
    match = Match(
        candidates=(),
        zone=Zone.ANSWER,
        language="it",
        entities=(
            Entity(kind=kind, value=value),
            Entity(kind=EntityKind.DOMAIN, value=value.rpartition("@")[2]),
        ),
    )
    return meaning(intent, way=Way.NAME, match=match)


def greeted(intent: str, sense: Sense = Sense.INTENT) -> Reading:
    match = Match(candidates=(), zone=Zone.ANSWER, language="it", greeted=True)
    return meaning(intent, match=match, sense=sense)


def contracts(*ids: str) -> Facts:
    records = tuple(
        ContractRecord(
            contract_id=one,
            expires_on=date(2027, 6, 30),
            services=(Service(kind=ServiceKind.DOMAIN, name=f"{one.lower()}.example"),),
            contacts=(Contact(name="Contatto", phone="+39000"),),
        )
        for one in ids
    )
    identity = Identity(assurance=Assurance.CONTACT, contracts=records, phone="+39000")
    return Facts(identity=identity)


def said(
    reading: Reading,
    chat: Conversation = CHAT,
    *,
    facts: Facts = NOBODY,
    knowledge: Knowledge = KNOWLEDGE,
    now: datetime = MORNING,
) -> Decision:
    return decide(chat, reading, facts, knowledge, Moment(now=now, calendar=DeskCalendar()))


def text_of(decision: Decision) -> str:
    """Return what is said, but for what the request form asks, which has tests of its own."""
    text = "\n".join(reply.text for reply in decision.replies)
    return re.sub(r"\n\n<form_\w+>$", "", text)


def buttons_of(decision: Decision) -> list[str]:
    return [button.payload for button in decision.replies[0].buttons]


def long(name: str, *buttons: str) -> Knowledge:
    """Return the knowledge with one answer that fills most of two."""
    choices = tuple(Choice(text=same(one), intent=one) for one in buttons)
    entry = replace(
        KNOWLEDGE.faq[name], answer=same("parola " * (MOST_CHARS_OF_TWO // 7)), buttons=choices
    )
    return replace(KNOWLEDGE, faq={**KNOWLEDGE.faq, name: entry})


def test_a_bare_yes_is_asked_back_patiently() -> None:
    """The first time is nobody's fault; in the end a person helps."""
    yes = Reading(sense=Sense.WHICH_ONE, language="it")
    chat = replace(CHAT, pending=WHICH, misses=1)

    first = said(yes, chat)
    second = said(yes, first.conversation)
    third = said(yes, second.conversation)

    assert text_of(first) == "<which_one>"
    assert buttons_of(first) == [option.payload for option in WHICH.options]
    assert first.conversation.misses == 1
    assert second.conversation.misses == 2
    assert third.handover is HandoverReason.NOT_UNDERSTOOD


def test_a_yes_whose_question_is_gone_is_not_understood() -> None:
    assert text_of(said(Reading(sense=Sense.WHICH_ONE, language="it"))) == "<not_understood>"


def test_none_of_our_choices_is_heard_out_before_a_person_comes() -> None:
    none = Reading(sense=Sense.NONE_OF_THESE, language="it")

    first = said(none, replace(CHAT, pending=WHICH, misses=1))
    second = said(none, first.conversation)

    assert text_of(first) == "<none_of_these>"
    assert first.handover is None
    assert second.handover is HandoverReason.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("reading", "contract"),
    [
        (named("contract_status", "c2.example"), "C2"),
        (named("contract_status", "info@c2.example", EntityKind.EMAIL), "C2"),
    ],
)
def test_a_name_alone_is_the_contract_we_go_on_with(reading: Reading, contract: str) -> None:
    decision = said(
        reading, replace(CHAT, intent="contract_status", repeats=2), facts=contracts("C1", "C2")
    )

    assert text_of(decision) == "attivo fino al 30 giugno 2027"
    assert decision.contract is not None
    assert decision.contract.record.contract_id == contract
    assert decision.conversation.contract_id == contract
    assert decision.conversation.repeats == 2


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(NOBODY, id="unknown-sender"),
        pytest.param(contracts("C1"), id="not-theirs"),
        pytest.param(contracts("C1", "C2"), id="none-of-theirs"),
    ],
)
def test_a_name_we_may_say_nothing_of_goes_to_a_person_in_the_same_words(facts: Facts) -> None:
    decision = said(named("contract_status", "altro.example"), facts=facts)

    assert text_of(decision) == "<name_noted>\n\n<handover_open>"
    assert decision.handover is HandoverReason.REQUEST


def test_a_name_while_the_source_is_silent_is_told_so() -> None:
    silent = Facts(identity=Identity(), source_silent=True)

    assert text_of(said(named("contract_status", "c1.example"), facts=silent)).startswith(
        "<source_silent>"
    )


@pytest.mark.parametrize(
    "theirs", [pytest.param(["C1"], id="one"), pytest.param(["C1", "C2"], id="several")]
)
def test_who_names_a_domain_that_is_not_theirs_hears_what_strangers_hear(
    theirs: list[str],
) -> None:
    reading = replace(named("contract_status", "altro.example"), way=Way.OWN_WORDS)
    chosen = replace(CHAT, contract_id="C1")

    decision = said(reading, chosen, facts=contracts(*theirs))

    assert decision.replies == said(reading, chosen).replies
    assert (decision.contract, decision.disclosed) == (None, ())


def test_a_contract_that_was_named_is_the_one_we_talk_of() -> None:
    both = contracts("C1", "C2")
    first = said(replace(named("contract_status", "c2.example"), way=Way.OWN_WORDS), facts=both)

    second = said(meaning("payment_reported"), first.conversation, facts=both)

    assert second.contract is not None
    assert second.contract.record.contract_id == "C2"


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(named("contract_status", "c1.example"), id="a-name"),
        pytest.param(meaning("contract_status", way=Way.FOLLOW_UP), id="the-same-again"),
    ],
)
def test_what_only_adds_to_a_request_is_noted_while_it_waits(reading: Reading) -> None:
    waiting = replace(
        CHAT, status=Status.WAITING, reason=HandoverReason.REQUEST, intent="contract_status"
    )

    assert text_of(said(reading, waiting, facts=contracts("C1"))) == "<noted>"


def test_a_question_that_leads_on_is_answered_while_a_request_waits() -> None:
    waiting = replace(
        CHAT, status=Status.WAITING, reason=HandoverReason.REQUEST, intent="contract_status"
    )

    assert text_of(said(meaning("contact_hours", way=Way.FOLLOW_UP), waiting)) == (
        "risposta contact_hours"
    )


def test_the_same_answer_again_says_so_and_is_not_given_a_third_time() -> None:
    again = meaning("contact_hours", way=Way.FOLLOW_UP)

    first = said(meaning("contact_hours"))
    second = said(again, first.conversation)
    third = said(again, second.conversation)

    assert text_of(second) == "<same_again>\n\nrisposta contact_hours"
    assert text_of(third) == "<handover_open>"
    assert third.handover is HandoverReason.REPEATED


def test_a_follow_up_to_another_intent_is_just_answered() -> None:
    chat = replace(CHAT, intent="webmail_access", repeats=2)

    assert text_of(said(meaning("contact_hours", way=Way.FOLLOW_UP), chat)) == (
        "risposta contact_hours"
    )


def test_where_we_have_no_indication_we_say_so_and_a_person_answers() -> None:
    decision = said(meaning("human_handoff", way=Way.FOLLOW_UP))

    assert text_of(decision) == "<no_indication>\n\n<handover_open>"
    assert decision.handover is HandoverReason.REQUEST


def test_a_correction_is_no_repetition() -> None:
    chat = replace(CHAT, intent="contact_hours", repeats=2)

    decision = said(meaning("contact_hours", way=Way.CORRECTION), chat)

    assert decision.handover is None
    assert decision.conversation.repeats == 2


@pytest.mark.parametrize("courtesy", ["thanks", "affirm", "deny", "greeting"])
def test_small_talk_does_not_change_what_we_talk_of(courtesy: str) -> None:
    chat = replace(CHAT, intent="contact_hours", repeats=2)

    after = said(meaning(courtesy), chat).conversation

    assert (after.intent, after.repeats) == ("contact_hours", 0)


@pytest.mark.parametrize(
    ("hour", "words"),
    [(10, "<greeting_by_day>"), (19, "<greeting_by_night>"), (3, "<greeting_by_night>")],
)
def test_who_greets_is_greeted_in_passing_once_a_day(hour: int, words: str) -> None:
    now = MORNING.replace(hour=hour)

    first = said(greeted("contact_hours"), now=now)
    second = said(greeted("webmail_access"), first.conversation, now=now)
    tomorrow = said(greeted("webmail_access"), first.conversation, now=now.replace(day=24))

    assert text_of(first) == f"{words} risposta contact_hours"
    assert text_of(second) == "risposta webmail_access"
    assert text_of(tomorrow) == f"{words} risposta webmail_access"


def test_a_greeting_stands_before_the_introduction() -> None:
    new = replace(CHAT, introduced=False)

    assert text_of(said(greeted("contact_hours"), new)) == (
        "<greeting_by_day> <introduction>\n\nrisposta contact_hours"
    )


def test_who_has_been_answered_with_a_greeting_needs_no_other_one() -> None:
    first = said(greeted("greeting"))

    assert text_of(first) == "risposta greeting"
    assert text_of(said(greeted("contact_hours"), first.conversation)) == "risposta contact_hours"


@pytest.mark.parametrize(
    ("intent", "sense"),
    [("emergency", Sense.INTENT), ("", Sense.NOT_UNDERSTOOD), ("", Sense.FOREIGN)],
)
def test_some_messages_are_not_greeted(intent: str, sense: Sense) -> None:
    assert "<greeting" not in text_of(said(greeted(intent, sense=sense)))


def test_two_questions_are_answered_in_one_reply() -> None:
    decision = said(meaning("webmail_access", "contact_hours"))

    assert text_of(decision) == "risposta webmail_access\n\nrisposta contact_hours"
    assert buttons_of(decision) == ["intent:human_handoff"]
    assert decision.handover is None


def test_what_two_answers_share_is_said_once() -> None:
    decision = said(meaning("contract_status", "service_reactivation"), facts=contracts("C1"))

    assert text_of(decision) == "attivo fino al 30 giugno 2027"
    assert decision.disclosed == ("dates", "standing")
    assert decision.conversation.contract_id == "C1"


def test_a_second_answer_that_is_too_long_is_offered() -> None:
    knowledge = long("contact_hours")

    decision = said(meaning("webmail_access", "contact_hours"), knowledge=knowledge)

    assert text_of(decision) == "risposta webmail_access\n\n<second_later>"
    assert buttons_of(decision) == ["intent:contact_hours", "intent:human_handoff"]


def test_where_a_person_comes_nothing_is_offered() -> None:
    knowledge = long("contact_hours")

    decision = said(meaning("webmail_password", "contact_hours"), knowledge=knowledge)

    assert text_of(decision) == "risposta webmail_password\n\n<handover_open>"
    assert buttons_of(decision) == []


def test_of_many_buttons_those_stay_that_lead_on_and_the_person() -> None:
    knowledge = long("contact_hours")
    entry = replace(
        knowledge.faq["webmail_access"],
        buttons=tuple(
            Choice(text=same(one), intent=one)
            for one in ("human_handoff", "contact_hours", "webmail_password", "contract_status")
        ),
    )
    knowledge = replace(knowledge, faq={**knowledge.faq, "webmail_access": entry})

    decision = said(meaning("webmail_access", "contact_hours"), knowledge=knowledge)

    assert buttons_of(decision) == [
        "intent:contact_hours",
        "intent:webmail_password",
        "intent:human_handoff",
    ]


def test_without_a_person_among_them_three_buttons_stay() -> None:
    choices = tuple(
        Choice(text=same(one), intent=one)
        for one in ("webmail_password", "contract_status", "payment_reported", "greeting")
    )
    entries = {
        name: replace(KNOWLEDGE.faq[name], buttons=choices)
        for name in ("webmail_access", "contact_hours")
    }
    knowledge = replace(KNOWLEDGE, faq={**KNOWLEDGE.faq, **entries})

    decision = said(meaning("webmail_access", "contact_hours"), knowledge=knowledge)

    assert buttons_of(decision) == [f"intent:{one.intent}" for one in choices[:3]]


@pytest.mark.parametrize(
    ("first", "second", "words", "reason"),
    [
        pytest.param(
            "contact_hours",
            "human_handoff",
            "risposta contact_hours\n\nrisposta human_handoff",
            HandoverReason.ASKED,
            id="a-person-at-the-end",
        ),
        pytest.param(
            "human_handoff",
            "contact_hours",
            "risposta contact_hours\n\nrisposta human_handoff",
            HandoverReason.ASKED,
            id="a-person-first",
        ),
        pytest.param(
            "contact_hours",
            "complaint",
            "risposta complaint\n\nrisposta contact_hours",
            HandoverReason.COMPLAINT,
            id="a-complaint-is-heard-first",
        ),
        pytest.param(
            "contact_hours",
            "webmail_password",
            "risposta contact_hours\n\nrisposta webmail_password",
            HandoverReason.REQUEST,
            id="a-request",
        ),
    ],
)
def test_where_one_of_two_calls_a_person_the_other_is_answered_too(
    first: str, second: str, words: str, reason: HandoverReason
) -> None:
    decision = said(meaning(first, second))

    assert text_of(decision) == f"{words}\n\n<handover_open>"
    assert decision.handover is reason


def test_a_long_answer_beside_a_wish_for_a_person_is_given_all_the_same() -> None:
    decision = said(meaning("contact_hours", "human_handoff"), knowledge=long("contact_hours"))

    assert text_of(decision).startswith("parola")
    assert decision.handover is HandoverReason.ASKED


def test_the_second_question_waits_until_the_contract_is_known() -> None:
    decision = said(meaning("contract_status", "contact_hours"), facts=contracts("C1", "C2"))

    assert text_of(decision) == "quale contratto?"
    assert decision.conversation.pending is not None
    assert decision.conversation.pending.second == "contact_hours"


def test_which_contract_is_asked_below_the_first_answer() -> None:
    decision = said(meaning("contact_hours", "contract_status"), facts=contracts("C1", "C2"))

    assert text_of(decision) == "risposta contact_hours\n\nquale contratto?"
    assert buttons_of(decision) == ["contract:C1", "contract:C2"]
    assert decision.conversation.pending is not None
    assert decision.conversation.pending.intent == "contract_status"


@pytest.mark.parametrize("first", ["complaint", "webmail_password"])
def test_which_contract_is_not_asked_where_a_person_comes(first: str) -> None:
    decision = said(meaning(first, "contract_status"), facts=contracts("C1", "C2"))

    assert text_of(decision) == f"risposta {first}\n\n<handover_open>"


def foreign(intent: str) -> Reading:
    match = Match(candidates=(), zone=Zone.ANSWER, language="de")
    return Reading(sense=Sense.FOREIGN, language="en", intent=intent, match=match)


def test_what_is_sure_in_another_language_is_said_in_english_beside_a_person() -> None:
    decision = said(foreign("contact_hours"))

    assert text_of(decision) == (
        "risposta contact_hours (en)\n\n<other_language> (en)\n\n<handover_open> (en)"
    )
    assert decision.handover is HandoverReason.LANGUAGE
    assert decision.conversation.language == "de"


def test_danger_in_another_language_is_danger() -> None:
    assert said(foreign("emergency")).handover is HandoverReason.EMERGENCY


def test_who_must_choose_a_contract_in_another_language_is_helped_by_a_person() -> None:
    decision = said(foreign("contract_status"), facts=contracts("C1", "C2"))

    assert "<other_language>\n\n<other_language> (en)" in text_of(decision)
    assert decision.conversation.pending is None


def test_the_contract_comes_before_an_old_answer_with_two_questions() -> None:
    kinds = {KNOWLEDGE.intents[one].kind for one in ("contract_status", "webmail_access")}
    assert kinds == {IntentKind.CONTRACT, IntentKind.KNOWLEDGE}

    decision = said(meaning("webmail_access", "contract_status"), facts=contracts("C1"))

    assert text_of(decision) == "risposta webmail_access\n\nattivo fino al 30 giugno 2027"
    assert decision.contract is not None
