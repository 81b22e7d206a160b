import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.contract import (
    Contact,
    ContractRecord,
    Invoice,
    Service,
    ServiceKind,
    Standing,
)
from bot.domain.conversation import (
    Conversation,
    HandoverReason,
    Option,
    PaymentClaim,
    Pending,
    PendingKind,
    Status,
)
from bot.domain.decision import Decision
from bot.domain.dialogue import decide, failed
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment
from bot.domain.knowledge import Assurance, Bilingual
from bot.domain.matching import Candidate, Entity, EntityKind, Match, Zone
from bot.domain.meaning import Reading, Sense
from bot.domain.messages import SHARE_CONTACT, Address
from tests.knowledge_sample import a_knowledge, a_sentence

KNOWLEDGE = a_knowledge()
OPEN = Moment(now=datetime(2026, 11, 23, 10, tzinfo=ROME), calendar=DeskCalendar())
CLOSED = Moment(now=datetime(2026, 11, 23, 20, tzinfo=ROME), calendar=DeskCalendar())
NOBODY = Facts(identity=Identity())
CHAT = Conversation(
    id="web:1", address=Address(channel="web", id="1"), introduced=True, language="it"
)


WITH_PHONE = replace(CHAT, phone="+39000")


def meaning(intent: str, *named: str) -> Reading:
    entities = tuple(Entity(kind=EntityKind.DOMAIN, value=value) for value in named)
    match = Match(candidates=(), zone=Zone.ANSWER, language="it", entities=entities)
    return Reading(sense=Sense.INTENT, language="it", intent=intent, match=match)


def doubt(*intents: str) -> Reading:
    options = tuple(Candidate(intent=intent, confidence=0.6) for intent in intents)
    return Reading(sense=Sense.ASK_BACK, language="it", options=options)


def a_contract(contract_id: str = "C1", **facts: object) -> ContractRecord:
    domain = Service(
        kind=ServiceKind.DOMAIN, name=f"{contract_id.lower()}.example", registry_status=("ok",)
    )
    contact = Contact(name="Contatto", phone="+39000")
    usual = {"expires_on": date(2027, 6, 30), "services": (domain,), "contacts": (contact,)}
    return ContractRecord(contract_id=contract_id, **(usual | facts))  # type: ignore[arg-type]


SUSPENDED = Invoice(number="1", due_on=date(2026, 11, 1), amount_cents=14640)


def known_as(*contracts: ContractRecord, assurance: Assurance = Assurance.CONTACT) -> Facts:
    return Facts(identity=Identity(assurance=assurance, contracts=contracts, phone="+39000"))


def said(
    reading: Reading,
    facts: Facts = NOBODY,
    chat: Conversation = CHAT,
    moment: Moment = OPEN,
) -> Decision:
    return decide(chat, reading, facts, KNOWLEDGE, moment)


def text_of(decision: Decision) -> str:
    """Return what is said, but for what the request form asks, which has tests of its own."""
    text = "\n".join(reply.text for reply in decision.replies)
    return re.sub(r"\n\n<form_\w+>$", "", text)


def test_an_unknown_sender_gets_the_general_answer() -> None:
    decision = said(meaning("webmail_access"))

    assert text_of(decision) == "risposta webmail_access"
    assert [button.text for button in decision.replies[0].buttons] == ["Operatore"]
    assert decision.conversation.status is Status.BOT


def test_the_first_answer_says_that_a_program_speaks() -> None:
    new = replace(CHAT, introduced=False)

    assert text_of(said(meaning("contact_hours"), chat=new)).startswith("<introduction>")
    assert "<introduction>" not in text_of(said(meaning("greeting"), chat=new))


def test_a_contact_hears_about_their_contract() -> None:
    decision = said(meaning("contract_status"), known_as(a_contract()))

    assert text_of(decision) == "attivo fino al 30 giugno 2027"
    assert decision.disclosed == ("dates", "standing")
    assert decision.contract is not None


@pytest.mark.parametrize(
    ("assurance", "words"),
    [
        pytest.param(Assurance.CONTACT, "deve qualcosa", id="contact-hears-no-amount"),
        pytest.param(Assurance.VERIFIED, "deve 146,40 €", id="verified-hears-the-amount"),
    ],
)
def test_amounts_are_for_those_who_are_verified(assurance: Assurance, words: str) -> None:
    contract = a_contract(invoice=SUSPENDED)

    decision = said(meaning("contract_status"), known_as(contract, assurance=assurance))

    assert text_of(decision) == f"{words}\n\ntorna martedì 24 novembre"


def test_a_technical_contact_hears_nothing_of_money() -> None:
    technical = Contact(name="Tecnico", phone="+39000", sees_money=False)
    contract = a_contract(invoice=SUSPENDED, contacts=(technical,))

    decision = said(meaning("contract_status"), known_as(contract, assurance=Assurance.VERIFIED))

    assert text_of(decision) == "torna martedì 24 novembre"


def test_where_nothing_may_be_said_the_general_answer_stands() -> None:
    nobody = known_as(a_contract(), assurance=Assurance.NONE)

    assert text_of(said(meaning("contract_status"), nobody)) == "risposta contract_status"


def test_a_standing_may_call_a_person_and_tell_the_phase() -> None:
    redeemable = Service(
        kind=ServiceKind.DOMAIN, name="c1.example", registry_status=("redemption",)
    )
    over = a_contract(ended_on=date(2026, 10, 1), services=(redeemable,))

    decision = said(meaning("contract_status"), known_as(over))

    assert text_of(decision) == "in redenzione\n\n<handover_open>"
    assert decision.handover is HandoverReason.CONTRACT
    assert decision.conversation.status is Status.WAITING
    assert decision.replies[0].buttons == ()


def test_a_phase_without_words_is_left_out() -> None:
    over = a_contract(ended_on=date(2026, 10, 1))

    assert text_of(said(meaning("contract_status"), known_as(over))).startswith("risposta")


def test_with_several_contracts_the_bot_asks_which() -> None:
    both = known_as(a_contract("C1"), a_contract("C2"))

    decision = said(meaning("contract_status"), both)

    assert [button.text for button in decision.replies[0].buttons] == ["c1.example", "c2.example"]
    assert decision.conversation.pending is not None
    assert decision.conversation.pending.intent == "contract_status"
    assert decision.conversation.misses == 0


@pytest.mark.parametrize(
    ("reading", "chat"),
    [
        pytest.param(meaning("contract_status", "c2.example"), CHAT, id="named"),
        pytest.param(
            replace(meaning("contract_status"), contract_id="C2", match=None), CHAT, id="chosen"
        ),
        pytest.param(
            meaning("contract_status"), replace(CHAT, contract_id="C2"), id="chosen-before"
        ),
    ],
)
def test_a_contract_that_is_named_or_chosen_needs_no_question(
    reading: Reading, chat: Conversation
) -> None:
    both = known_as(a_contract("C1"), a_contract("C2", expires_on=date(2027, 7, 31)))

    assert text_of(said(reading, both, chat)) == "attivo fino al 31 luglio 2027"


def test_no_question_where_the_contracts_make_no_difference() -> None:
    both = known_as(a_contract("C1"), a_contract("C2"))

    assert text_of(said(meaning("webmail_access"), both)) == "risposta webmail_access"


def test_a_silent_source_calls_a_person_only_where_the_contract_is_the_answer() -> None:
    silent = Facts(identity=Identity(), source_silent=True)

    about_contract = said(meaning("contract_status"), silent)
    how_to = said(meaning("webmail_access"), silent)

    assert about_contract.handover is HandoverReason.SOURCE_SILENT
    assert text_of(about_contract).startswith("<source_silent>")
    assert how_to.handover is None


@pytest.mark.parametrize(
    ("intent", "reason"),
    [
        ("human_handoff", HandoverReason.ASKED),
        ("complaint", HandoverReason.COMPLAINT),
        ("webmail_password", HandoverReason.REQUEST),
    ],
)
def test_some_wishes_always_reach_a_person(intent: str, reason: HandoverReason) -> None:
    decision = said(meaning(intent))

    assert decision.handover is reason
    assert decision.conversation.reason is reason
    assert decision.conversation.waiting_since == OPEN.now
    assert decision.conversation.epoch == CHAT.epoch + 1


def test_outside_desk_hours_the_customer_is_told_the_next_opening() -> None:
    decision = said(meaning("human_handoff"), moment=CLOSED)

    assert text_of(decision).endswith("chiuso fino a martedì 24 novembre alle 9.30")


def test_the_third_time_in_a_row_a_person_takes_over() -> None:
    chat = CHAT
    for _ in range(2):
        decision = said(meaning("contact_hours"), chat=chat)
        assert decision.handover is None
        chat = decision.conversation

    assert said(meaning("contact_hours"), chat=chat).handover is HandoverReason.REPEATED


def test_the_contracts_own_words_come_before_a_request() -> None:
    """A new password would not help while the mailbox is suspended."""
    decision = said(meaning("webmail_password"), known_as(a_contract(invoice=SUSPENDED)))

    assert decision.handover is None


def test_an_amount_the_source_does_not_know_is_not_said() -> None:
    unknown = replace(SUSPENDED, amount_cents=None)
    verified = known_as(a_contract(invoice=unknown), assurance=Assurance.VERIFIED)

    assert "deve" not in text_of(said(meaning("contract_status"), verified))


def test_words_that_call_for_a_person_hand_over_with_the_answer() -> None:
    urgent = replace(meaning("webmail_access"), calls_for_person=True)

    decision = said(urgent)

    assert decision.handover is HandoverReason.REQUEST
    assert text_of(decision) == "risposta webmail_access\n\n<handover_open>"


def test_our_own_question_goes_before_a_person() -> None:
    both = known_as(a_contract("C1"), a_contract("C2"))
    urgent = replace(meaning("contract_status"), calls_for_person=True)

    assert said(urgent, both).handover is None


def test_while_the_desk_is_closed_the_answer_says_so() -> None:
    entry = replace(KNOWLEDGE.faq["contact_hours"], when_closed=Bilingual(it="chiuso", en="shut"))
    knowledge = replace(KNOWLEDGE, faq={**KNOWLEDGE.faq, "contact_hours": entry})
    asked = meaning("contact_hours")

    by_day, by_night = (decide(CHAT, asked, NOBODY, knowledge, when) for when in (OPEN, CLOSED))

    assert text_of(by_day) == "risposta contact_hours"
    assert text_of(by_night) == "risposta contact_hours\n\nchiuso"


def test_a_stranger_who_asks_about_a_contract_may_show_their_number() -> None:
    decision = said(meaning("contract_status"))

    assert decision.replies[0].buttons[0].payload == SHARE_CONTACT
    assert SHARE_CONTACT not in {option.payload for option in decision.conversation.offered}
    assert SHARE_CONTACT not in {
        button.payload
        for button in said(meaning("contract_status"), chat=WITH_PHONE).replies[0].buttons
    }


def test_the_buttons_under_an_answer_are_remembered() -> None:
    chat = said(meaning("webmail_access")).conversation

    assert [option.payload for option in chat.offered] == ["intent:human_handoff"]


def test_a_doubt_becomes_a_question_with_a_person_as_the_last_choice() -> None:
    decision = said(doubt("webmail_access", "webmail_password", "greeting"))

    pending = decision.conversation.pending
    assert pending is not None
    assert [option.payload for option in pending.options] == [
        "intent:webmail_access",
        "intent:webmail_password",
        "intent:human_handoff",
    ]
    assert decision.replies[0].buttons[0].text == "webmail access"


def test_a_doubt_between_pleasantries_is_not_worth_a_question() -> None:
    assert text_of(said(doubt("greeting"))) == "<not_understood>"


def test_two_failed_tries_call_a_person() -> None:
    lost = Reading(sense=Sense.NOT_UNDERSTOOD, language="it")

    first = said(lost)
    second = said(lost, chat=first.conversation)

    assert first.handover is None
    assert first.replies[0].buttons[0].payload == "intent:human_handoff"
    assert second.handover is HandoverReason.NOT_UNDERSTOOD
    assert text_of(second) == "<handover_open>"


def test_a_third_question_is_one_too_many() -> None:
    chat = replace(CHAT, misses=2)

    assert said(doubt("webmail_access"), chat=chat).handover is HandoverReason.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("sense", "words", "reason"),
    [
        (Sense.EMPTY, "<empty>", None),
        (Sense.NONE_OF_THESE, "<none_of_these>", None),
        (Sense.VOICE, "<voice>\n\n<handover_open>", HandoverReason.VOICE),
        (Sense.UNREADABLE, "<unreadable>\n\n<handover_open>", HandoverReason.UNREADABLE),
    ],
)
def test_what_is_no_question_has_words_of_its_own(
    sense: Sense, words: str, reason: HandoverReason | None
) -> None:
    decision = said(Reading(sense=sense, language="it"))

    assert (text_of(decision), decision.handover) == (words, reason)


def test_another_language_gets_both_of_ours_and_a_person() -> None:
    match = Match(candidates=(), zone=Zone.OFFER_PERSON, language="de")
    german = Reading(sense=Sense.FOREIGN, language="en", match=match)

    decision = said(german)

    assert "<other_language>\n\n<other_language> (en)" in text_of(decision)
    assert "<handover_open> (en)" in text_of(decision)
    assert decision.handover is HandoverReason.LANGUAGE
    assert decision.conversation.language == "de"


@pytest.mark.parametrize("status", [Status.STAFF, Status.SNOOZED])
def test_while_staff_hold_the_chat_the_bot_is_quiet(status: Status) -> None:
    held = replace(CHAT, status=status, owner="anna")

    assert said(meaning("webmail_access"), chat=held).replies == ()


def test_thanks_leave_a_closed_chat_closed() -> None:
    closed = replace(CHAT, status=Status.CLOSED)

    assert said(meaning("thanks"), chat=closed).conversation.status is Status.CLOSED
    assert said(meaning("thanks"), chat=closed).replies == ()


def test_a_gesture_after_the_end_opens_nothing() -> None:
    closed = replace(CHAT, status=Status.CLOSED)

    decision = said(Reading(sense=Sense.GESTURE, language="it"), chat=closed)

    assert (decision.replies, decision.conversation) == ((), closed)


def test_a_new_question_opens_a_closed_chat() -> None:
    closed = replace(CHAT, status=Status.CLOSED, epoch=4)

    decision = said(meaning("webmail_access"), chat=closed)

    assert decision.conversation.status is Status.BOT
    assert decision.conversation.epoch == 5
    assert text_of(decision) == "risposta webmail_access"


def test_who_waits_for_a_person_is_told_once_that_more_was_noted() -> None:
    waiting = replace(CHAT, status=Status.WAITING, reason=HandoverReason.ASKED)

    first = said(meaning("webmail_access"), chat=waiting)
    second = said(meaning("webmail_access"), chat=first.conversation)

    assert text_of(first) == "<noted>"
    assert second.replies == ()


def test_while_a_request_waits_the_bot_still_answers_what_it_knows() -> None:
    waiting = replace(CHAT, status=Status.WAITING, reason=HandoverReason.REQUEST)

    answered = said(meaning("webmail_access"), chat=waiting)
    thanked = said(meaning("thanks"), chat=waiting)

    assert text_of(answered) == "risposta webmail_access"
    assert answered.conversation.status is Status.WAITING
    assert text_of(thanked) == "<noted>"


def test_a_second_request_while_waiting_does_not_announce_a_person_again() -> None:
    waiting = replace(CHAT, status=Status.WAITING, reason=HandoverReason.REQUEST, epoch=3)

    decision = said(meaning("webmail_password"), chat=waiting)

    assert text_of(decision) == "risposta webmail_password"
    assert decision.conversation.epoch == 3


@pytest.mark.parametrize(("language", "suffix"), [("it", ""), ("en", " (en)"), ("de", " (en)")])
def test_when_answering_fails_a_person_is_called(language: str, suffix: str) -> None:
    decision = failed(replace(CHAT, language=language), KNOWLEDGE, OPEN)

    assert text_of(decision) == f"<bot_failed>{suffix}\n\n<handover_open>{suffix}"
    assert decision.handover is HandoverReason.BOT_FAILED


def test_when_answering_fails_while_staff_hold_the_chat_nothing_is_said() -> None:
    assert failed(replace(CHAT, status=Status.STAFF), KNOWLEDGE, OPEN).replies == ()


def test_a_question_is_forgotten_once_it_is_answered() -> None:
    asked = Pending(
        kind=PendingKind.WHICH_INTENT, options=(Option(text="a", payload="intent:webmail_access"),)
    )

    decision = said(meaning("webmail_access"), chat=replace(CHAT, pending=asked, misses=1))

    assert decision.conversation.pending is None
    assert decision.conversation.misses == 0


def test_the_present_may_be_given_in_any_time_zone() -> None:
    utc = Moment(now=OPEN.now.astimezone(UTC) + timedelta(hours=9), calendar=DeskCalendar())

    assert "martedì 24 novembre alle 9.30" in text_of(said(meaning("human_handoff"), moment=utc))


def test_a_contract_changes_nothing_about_intents_outside_every_group() -> None:
    assert KNOWLEDGE.live.steps("greeting", Standing.SUSPENDED) == ("answer",)


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("webmail_access", "<introduction> dati: https://p.example\n\nrisposta webmail_access"),
        ("greeting", "risposta greeting\n\ndati: https://p.example"),
        ("emergency", "risposta emergency\n\n<handover_open>"),
    ],
)
def test_the_first_message_links_the_privacy_notice(intent: str, text: str) -> None:
    notice = a_sentence("privacy_notice", "dati: {privacy_url}")
    knowledge = replace(
        KNOWLEDGE,
        privacy_url="https://p.example",
        sentences={**KNOWLEDGE.sentences, notice.name: notice},
    )
    moment = OPEN

    first = decide(replace(CHAT, introduced=False), meaning(intent), NOBODY, knowledge, moment)
    second = decide(first.conversation, meaning("contact_hours"), NOBODY, knowledge, moment)

    assert text_of(first) == text
    assert "p.example" not in text_of(second)


def test_an_expired_button_gets_an_honest_line_and_a_person() -> None:
    decision = said(Reading(sense=Sense.EXPIRED, language="it"))

    assert text_of(decision) == "<button_expired>"
    assert [one.payload for one in decision.replies[0].buttons] == ["intent:human_handoff"]
    assert decision.conversation.misses == 0


def test_the_rest_of_an_album_says_nothing_more_but_counts_as_receipts() -> None:
    claim = PaymentClaim(made_at=OPEN.now, receipts=1)
    rest = Reading(sense=Sense.ALBUM, language="it", intent="payment_reported", files=1, album="7")

    decision = said(rest, chat=replace(CHAT, claim=claim, album="7"))

    assert decision.replies == ()
    assert decision.conversation.claim == replace(claim, receipts=2)


def test_an_album_is_remembered_until_something_else_comes() -> None:
    first = said(replace(meaning("webmail_access"), album="7")).conversation

    assert first.album == "7"
    assert said(meaning("webmail_access"), chat=first).conversation.album == ""


@pytest.mark.parametrize("introduced", [True, False])
def test_how_data_are_treated_is_told_once(introduced: bool) -> None:
    knowledge = replace(KNOWLEDGE, privacy_url="https://desk.example/privacy")
    reading = Reading(sense=Sense.PRIVACY, language="it")

    decision = decide(replace(CHAT, introduced=introduced), reading, NOBODY, knowledge, OPEN)

    assert text_of(decision).count("<privacy_notice>") == 1
