"""The request form a customer fills in while a colleague is waited for."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, Status
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.drafts import Draft, Facts, Moment
from bot.domain.forms import MOST_CHARS, RequestForm, Slot, begun, ended, filled
from bot.domain.holding import claim, give_back
from bot.domain.known_contract import KnownContract, known
from bot.domain.matching import Entity, EntityKind, Match, Zone
from bot.domain.meaning import Reading, Sense, Way
from bot.domain.messages import Address
from bot.domain.requests import form_for
from tests.builders import a_contract
from tests.knowledge_sample import FOLLOW_UPS, a_knowledge

MORNING = datetime(2026, 11, 25, 10, tzinfo=ROME)
MOMENT = Moment(now=MORNING, calendar=DeskCalendar())
NOBODY = Facts(identity=Identity())
KNOWLEDGE = replace(
    a_knowledge(), follow_ups=replace(FOLLOW_UPS, cancelling=frozenset({"annulla"}))
)
WEB = Conversation(
    id="web:1", address=Address(channel="web", id="1"), introduced=True, language="it"
)
WHATSAPP = replace(WEB, id="whatsapp:1", address=Address(channel="whatsapp", id="1"))


def meaning(intent: str, text: str, *, sure: bool = True, **more: object) -> Reading:
    zone = Zone.ANSWER if sure else Zone.OFFER_PERSON
    match = Match(candidates=(), zone=zone, language="it")
    reading = Reading(sense=Sense.INTENT, language="it", intent=intent, text=text, match=match)
    return replace(reading, **more)  # type: ignore[arg-type] # fields by name


def nothing(text: str) -> Reading:
    return Reading(sense=Sense.NOT_UNDERSTOOD, language="it", text=text)


def said(chat: Conversation, *readings: Reading) -> tuple[Conversation, list[str]]:
    replies = []
    for reading in readings:
        decision = decide(chat, reading, NOBODY, KNOWLEDGE, MOMENT)
        chat = decision.conversation
        replies += [reply.text for reply in decision.replies]
    return chat, replies


ASKED = meaning("human_handoff", "operatore")


def form_of(chat: Conversation) -> RequestForm:
    assert chat.form is not None
    return chat.form


def test_one_thing_is_asked_at_a_time_until_all_is_known() -> None:
    chat, replies = said(
        WEB, ASKED, nothing("studio.example"), nothing("non parte la posta"), nothing("333 12345")
    )

    assert "<form_subject>" in replies[0]
    assert replies[1:] == ["<form_problem>", "<form_reach>", "<form_done>"]
    assert chat.status is Status.WAITING
    assert form_of(chat) == RequestForm(
        entries={
            Slot.SUBJECT: "studio.example",
            Slot.PROBLEM: "non parte la posta",
            Slot.REACH: "333 12345",
        }
    )


def test_the_chat_waits_for_a_colleague_from_the_first_word_on() -> None:
    """Whoever stops answering must not be lost."""
    chat, _ = said(WEB, ASKED)

    assert chat.status is Status.WAITING
    assert claim(chat, "Anna").form == chat.form


@pytest.mark.parametrize("chat", [WHATSAPP, replace(WEB, phone="+390000000101")])
def test_who_can_be_reached_is_not_asked_how(chat: Conversation) -> None:
    after, replies = said(chat, ASKED, nothing("studio.example"), nothing("non va"))

    assert replies[-1] == "<form_done>"
    assert form_of(after).entries[Slot.REACH] == ""


def test_what_a_message_says_already_is_not_asked() -> None:
    match = Match(
        candidates=(),
        zone=Zone.ANSWER,
        language="it",
        entities=(Entity(kind=EntityKind.DOMAIN, value="studio.example", said="Studio.example"),),
    )
    asked = meaning("webmail_password", "ho perso la password di Studio.example", match=match)

    chat, replies = said(WHATSAPP, asked)

    assert "<form" not in replies[0]
    assert form_of(chat).entries == {
        Slot.SUBJECT: "Studio.example",
        Slot.PROBLEM: asked.text,
        Slot.REACH: "",
    }


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("voglio un operatore", Slot.SUBJECT),
        ("", Slot.SUBJECT),
        ("operatore perché la posta di ieri non è mai arrivata", Slot.SUBJECT),
    ],
)
def test_a_long_wish_for_a_person_says_what_for(text: str, asks: Slot) -> None:
    chat, _ = said(WHATSAPP, meaning("human_handoff", text))

    assert form_of(chat).open is asks
    assert (Slot.PROBLEM in form_of(chat).entries) == ("posta" in text)


@pytest.mark.parametrize("more", [{"text": ""}, {"way": Way.NAME}])
def test_of_a_button_or_a_name_alone_the_topic_is_the_problem(more: dict[str, object]) -> None:
    chat, _ = said(WHATSAPP, replace(meaning("webmail_password", "a.example"), **more))  # type: ignore[arg-type] # fields by name

    assert form_of(chat).entries[Slot.PROBLEM] == "webmail passwor"


def test_the_questions_end_when_the_customer_says_so() -> None:
    chat, replies = said(WEB, ASKED, nothing("Annulla!"), nothing("la posta non va"))

    assert replies[1:] == ["<form_cancelled>"]
    assert chat.status is Status.WAITING
    assert form_of(chat).open is None


def test_who_does_not_know_is_asked_the_next_thing() -> None:
    chat, replies = said(WEB, ASKED, nothing("no"))

    assert replies[-1] == "<form_problem>"
    assert form_of(chat).entries[Slot.SUBJECT] == ""


def test_another_question_is_answered_and_then_ours_asked_again() -> None:
    chat, replies = said(WEB, ASKED, meaning("contact_hours", "che orari fate?"))

    assert replies[-1].startswith(KNOWLEDGE.answer_to("contact_hours").answer.it.strip())
    assert replies[-1].endswith("<form_resumed> <form_subject>")
    assert form_of(chat).open is Slot.SUBJECT


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(meaning("webmail_access", "la webmail"), id="a-service"),
        pytest.param(meaning("webmail_access", "la webmail", sure=False), id="not-sure"),
        pytest.param(meaning("out_of_scope", "quello verde"), id="nothing-of-ours"),
        pytest.param(
            meaning("human_handoff", "studio.example", way=Way.NAME), id="a-name-as-a-topic"
        ),
    ],
)
def test_what_is_no_question_of_its_own_is_the_answer(reading: Reading) -> None:
    chat, replies = said(WEB, ASKED, reading)

    assert replies[-1] == "<form_problem>"
    assert form_of(chat).entries[Slot.SUBJECT] == reading.text


def test_who_tells_the_problem_first_is_asked_for_the_domain_again() -> None:
    asked = meaning("webmail_access", "la webmail non si apre da ieri")

    chat, replies = said(WHATSAPP, ASKED, asked, nothing("studio.example"))

    assert replies[1:] == ["<form_subject>", "<form_done>"]
    assert form_of(chat).entries[Slot.PROBLEM] == asked.text


def test_while_the_bot_still_helps_another_wish_is_answered_in_between() -> None:
    request = meaning("webmail_password", "ho perso la password")
    other = meaning("webmail_access", "vorrei aprire la webmail dal telefono")

    chat, replies = said(WHATSAPP, request, other)

    assert replies[-1].startswith(KNOWLEDGE.answer_to("webmail_access").answer.it.strip())
    assert replies[-1].endswith("<form_resumed> <form_subject>")
    assert form_of(chat).open is Slot.SUBJECT


@pytest.mark.parametrize("intent", ["thanks", "greeting", "human_handoff", "complaint"])
def test_talk_around_is_no_answer(intent: str) -> None:
    chat, replies = said(WEB, ASKED, meaning(intent, "parole"))

    assert replies[-1] == "<noted>"
    assert form_of(chat).open is Slot.SUBJECT


@pytest.mark.parametrize(
    "reading", [nothing("pronto?"), meaning("webmail_access", "la webmail?", sure=False)]
)
def test_a_question_we_do_not_understand_is_no_answer_either(reading: Reading) -> None:
    chat, replies = said(WEB, ASKED, reading)

    assert replies[-1] == "<noted>"
    assert form_of(chat).open is Slot.SUBJECT


def test_a_message_without_words_is_no_answer() -> None:
    chat, _ = said(WEB, ASKED, Reading(sense=Sense.UNREADABLE, language="it"))

    assert form_of(chat).open is Slot.SUBJECT


def test_danger_goes_before_the_form() -> None:
    _, replies = said(WEB, ASKED, meaning("emergency", "al fuoco"))

    assert "<form" not in replies[-1]


def test_after_the_form_messages_are_noted_in_silence() -> None:
    _, replies = said(WHATSAPP, ASKED, nothing("a.example"), nothing("non va"), nothing("ancora"))

    assert replies[-1] == "<form_done>"


@pytest.mark.parametrize(
    "reason",
    [HandoverReason.COMPLAINT, HandoverReason.EMERGENCY, HandoverReason.NOT_UNDERSTOOD],
)
def test_who_is_angry_in_danger_or_not_understood_is_asked_nothing(
    reason: HandoverReason,
) -> None:
    assert form_for(WEB, ASKED, Draft(text=""), reason, KNOWLEDGE) is None


def test_a_question_the_answer_asks_already_is_open_without_being_asked_again() -> None:
    contract: KnownContract = known(a_contract("C1"), DeskCalendar(), MORNING)
    draft = Draft(text="quale servizio?", contract=contract, collects=True)

    form = form_for(
        WHATSAPP, meaning("site_down", "non va"), draft, HandoverReason.CONTRACT, KNOWLEDGE
    )

    assert form is not None
    assert form.open is Slot.PROBLEM
    assert form.entries[Slot.SUBJECT] == contract.record.label


def test_the_form_is_gone_when_the_bot_speaks_again() -> None:
    chat, _ = said(WEB, ASKED)

    assert give_back(claim(chat, "Anna"), "Anna").form is None


def test_an_entry_is_cut_and_nothing_is_filled_twice() -> None:
    form = filled(begun({}), "a" * 900)

    assert len(form.entries[Slot.SUBJECT]) == MOST_CHARS
    assert form.open is Slot.PROBLEM
    assert filled(ended(form), "b") == ended(form)


def test_staff_who_speak_are_not_talked_over() -> None:
    held = claim(said(WEB, ASKED)[0], "Anna")

    decision = decide(held, nothing("studio.example"), NOBODY, KNOWLEDGE, MOMENT)

    assert decision.replies == ()
    assert decision.conversation.form == held.form
