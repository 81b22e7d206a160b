from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commands import menu_of
from bot.domain.conversation import Conversation, Option, Pending, PendingKind, Status
from bot.domain.knowledge import Command, Knowledge
from bot.domain.matching import Candidate, Match, Zone
from bot.domain.meaning import Reading, Sense
from bot.domain.messages import Address, Attachment, InboundMessage, MessageKind
from bot.domain.reading import read
from bot.domain.taps import short
from tests.knowledge_sample import a_knowledge, same

KNOWLEDGE = a_knowledge()
CHAT = Conversation(id="web:1", address=Address(channel="web", id="1"))
WHICH_INTENT = Pending(
    kind=PendingKind.WHICH_INTENT,
    options=(
        Option(text="Entrare in webmail", payload="intent:webmail_access"),
        Option(text="Password persa", payload="intent:webmail_password"),
        Option(text="Operatore", payload="intent:human_handoff"),
    ),
)
ONE_INTENT = replace(WHICH_INTENT, options=WHICH_INTENT.options[1:])
WHICH_CONTRACT = Pending(
    kind=PendingKind.WHICH_CONTRACT,
    intent="service_reactivation",
    options=(
        Option(text="hotel-multiplo.example", payload="contract:C1"),
        Option(text="gruppo@pec.example", payload="contract:C2"),
    ),
)


def a_message(text: str = "", **more: object) -> InboundMessage:
    usual = {
        "vendor_id": "1",
        "sender": CHAT.address,
        "text": text,
        "received_at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    return InboundMessage(**(usual | more))  # type: ignore[arg-type]


def matched(*intents: str, zone: Zone = Zone.ANSWER, language: str = "it") -> Match:
    candidates = tuple(Candidate(intent=intent, confidence=0.9) for intent in intents)
    return Match(candidates=candidates, zone=zone, language=language)


def reading_of(
    message: InboundMessage, match: Match | None = None, chat: Conversation = CHAT
) -> Reading:
    nothing = matched(zone=Zone.OFFER_PERSON, language="")
    return read(chat, message, match or nothing, KNOWLEDGE)


def test_a_sure_match_is_an_intent() -> None:
    reading = reading_of(a_message("come entro"), matched("webmail_access"))

    assert (reading.sense, reading.intent, reading.language) == (
        Sense.INTENT,
        "webmail_access",
        "it",
    )


def test_a_doubtful_match_is_a_question_between_its_candidates() -> None:
    match = matched("webmail_access", "unknown_label", zone=Zone.ASK_BACK)

    reading = reading_of(a_message("posta"), match)

    assert reading.sense is Sense.ASK_BACK
    assert [option.intent for option in reading.options] == ["webmail_access"]


def test_no_match_is_not_understood() -> None:
    assert reading_of(a_message("boh")).sense is Sense.NOT_UNDERSTOOD


def test_a_third_language_is_foreign_and_answered_with_english() -> None:
    reading = reading_of(a_message("wie geht das"), matched("webmail_access", language="de"))

    assert (reading.sense, reading.language) == (Sense.FOREIGN, "en")


def test_without_words_the_language_is_that_of_the_chat() -> None:
    english = replace(CHAT, language="en")

    assert reading_of(a_message(), chat=english).language == "en"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("2", "webmail_password"),
        ("la seconda", "webmail_password"),
        ("the first", "webmail_access"),
        ("Numero 1!", "webmail_access"),
        ("password persa", "webmail_password"),
        ("3", "human_handoff"),
    ],
)
def test_an_answer_to_our_question_picks_an_option(text: str, intent: str) -> None:
    chat = replace(CHAT, pending=WHICH_INTENT)

    assert reading_of(a_message(text), chat=chat).intent == intent


@pytest.mark.parametrize("text", ["4", "quanto costa il secondo dominio", "99"])
def test_what_is_no_option_is_read_as_a_new_message(text: str) -> None:
    chat = replace(CHAT, pending=WHICH_INTENT)

    assert reading_of(a_message(text), chat=chat).sense is Sense.NOT_UNDERSTOOD


def test_a_number_picks_a_button_under_the_last_answer() -> None:
    """Where a channel has no buttons they are a numbered list, with nothing asked."""
    answered = replace(CHAT, offered=WHICH_INTENT.options)

    assert reading_of(a_message("2"), chat=answered).intent == "webmail_password"
    assert reading_of(a_message("2")).sense is Sense.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("text", "called"),
    [
        pytest.param(
            "L'ho persa: è SCADUTA OGGI!", True, id="whole-words-without-case-and-accents"
        ),
        pytest.param("scaduta oggigiorno", False, id="part-of-a-word"),
        pytest.param("scaduta", False, id="only-half"),
    ],
)
def test_some_words_call_for_a_person_beside_the_answer(text: str, *, called: bool) -> None:
    intent = replace(KNOWLEDGE.intents["webmail_access"], handover_when=("scaduta oggi",))
    knowledge = replace(KNOWLEDGE, intents={**KNOWLEDGE.intents, "webmail_access": intent})

    reading = read(CHAT, a_message(text), matched("webmail_access"), knowledge)

    assert reading.calls_for_person is called


def test_yes_picks_the_only_option_beside_a_person() -> None:
    asked = replace(CHAT, pending=ONE_INTENT)

    assert reading_of(a_message("sì"), matched("affirm"), asked).intent == "webmail_password"


@pytest.mark.parametrize(
    "pending",
    [
        pytest.param(WHICH_INTENT, id="several-intents"),
        pytest.param(WHICH_CONTRACT, id="several-contracts"),
        pytest.param(replace(WHICH_CONTRACT, options=WHICH_CONTRACT.options[:1]), id="a-contract"),
    ],
)
def test_yes_where_it_may_mean_several_things_is_asked_again(pending: Pending) -> None:
    asked = replace(CHAT, pending=pending)

    assert reading_of(a_message("sì"), chat=asked).sense is Sense.WHICH_ONE
    assert reading_of(a_message("volentieri"), matched("affirm"), asked).sense is Sense.WHICH_ONE


def test_no_to_our_question_is_none_of_these() -> None:
    asked = replace(CHAT, pending=WHICH_INTENT)

    assert reading_of(a_message("no"), matched("deny"), asked).sense is Sense.NONE_OF_THESE
    assert reading_of(a_message("no"), matched("deny")).intent == "deny"


@pytest.mark.parametrize(
    ("text", "contract_id"),
    [
        ("hotel-multiplo.example", "C1"),
        ("quello di hotel-multiplo.example grazie", "C1"),
        ("hotel multiplo", "C1"),
        ("gruppo@pec.example", "C2"),
        ("il secondo", "C2"),
    ],
)
def test_a_contract_is_chosen_by_number_or_by_name(text: str, contract_id: str) -> None:
    chat = replace(CHAT, pending=WHICH_CONTRACT)

    reading = reading_of(a_message(text), chat=chat)

    assert (reading.contract_id, reading.intent) == (contract_id, "service_reactivation")


def test_a_tapped_button_counts_even_when_the_question_is_old() -> None:
    tapped = a_message(payload="intent:webmail_access", kind=MessageKind.BUTTON)

    assert reading_of(tapped).intent == "webmail_access"


def test_a_button_of_older_knowledge_has_expired() -> None:
    stale = a_message(payload="intent:gone", kind=MessageKind.BUTTON)

    assert reading_of(stale).sense is Sense.EXPIRED


LONG = "contract:" + 60 * "C"
LONG_ONES = replace(WHICH_CONTRACT, options=(Option(text="Lungo", payload=LONG),))


@pytest.mark.parametrize(
    "chat",
    [
        pytest.param(replace(CHAT, pending=LONG_ONES), id="of-an-open-question"),
        pytest.param(replace(CHAT, offered=LONG_ONES.options), id="under-the-last-reply"),
    ],
)
def test_a_button_too_long_for_its_vendor_means_the_same(chat: Conversation) -> None:
    tap = a_message(payload=short(LONG, 64), kind=MessageKind.BUTTON)

    assert reading_of(tap, chat=chat).contract_id == 60 * "C"


def test_a_long_button_of_an_earlier_reply_has_expired() -> None:
    tap = a_message(payload=short(LONG, 64), kind=MessageKind.BUTTON)

    assert reading_of(tap, chat=replace(CHAT, pending=WHICH_CONTRACT)).sense is Sense.EXPIRED


def tapped_after(days: int, payload: str) -> InboundMessage:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    offered_at = at - timedelta(days=days)
    return a_message(payload=payload, kind=MessageKind.BUTTON, offered_at=offered_at)


@pytest.mark.parametrize(("days", "sense"), [(3, Sense.INTENT), (4, Sense.EXPIRED)])
def test_a_choice_among_contracts_expires_after_some_days(days: int, sense: Sense) -> None:
    assert reading_of(tapped_after(days, "contract:C9")).sense is sense


def test_an_open_question_does_not_expire() -> None:
    chat = replace(CHAT, pending=WHICH_CONTRACT)

    assert reading_of(tapped_after(9, "contract:C1"), chat=chat).contract_id == "C1"


def test_a_question_asked_by_a_button_never_expires() -> None:
    assert reading_of(tapped_after(99, "intent:webmail_access")).intent == "webmail_access"


def test_a_choice_among_contracts_expires_once_we_talk_of_something_else() -> None:
    tap = a_message(payload="contract:C9", kind=MessageKind.BUTTON)

    assert reading_of(tap, chat=replace(CHAT, intent="contact_hours")).sense is Sense.EXPIRED


STATUS = Command(name="stato", words=same("stato"), intent="contract_status")
START = Command(name="start", words=same("inizio"), intent="greeting")
PRIVACY = Command(name="privacy", words=same("dati"))
WITH_COMMANDS = replace(
    KNOWLEDGE,
    commands={one.name: one for one in (STATUS, START, PRIVACY)},
    privacy_url="https://desk.example/privacy",
)


def commanded(text: str, knowledge: Knowledge = WITH_COMMANDS, language: str = "") -> Reading:
    chat = replace(CHAT, language=language)
    return read(chat, a_message(text), matched("thanks", language="en"), knowledge)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("/stato", "contract_status", id="bare"),
        pytest.param("/STATO@sportello_bot", "contract_status", id="named"),
        pytest.param("/stato di c1.it\ngrazie", "contract_status", id="with-words"),
        pytest.param("/start", "greeting", id="start"),
        pytest.param("/start intent_webmail_access", "webmail_access", id="topic"),
        pytest.param("/start intent_gone", "greeting", id="topic-of-older-knowledge"),
        pytest.param("/start campagna", "greeting", id="something-else"),
        pytest.param(
            "/stato intent_webmail_access", "contract_status", id="only-start-has-topics"
        ),
        pytest.param("/altro", "thanks", id="no-command-of-ours"),
        pytest.param("vedi /stato", "thanks", id="within-words"),
    ],
)
def test_a_command_means_its_intent(text: str, intent: str) -> None:
    assert commanded(text).intent == intent


@pytest.mark.parametrize(("before", "after"), [("", "it"), ("en", "en")])
def test_a_command_tells_no_language(before: str, after: str) -> None:
    assert commanded("/stato", language=before).language == after


def test_who_asks_how_data_are_treated_is_told() -> None:
    assert commanded("/privacy").sense is Sense.PRIVACY
    assert commanded("/privacy", replace(WITH_COMMANDS, privacy_url="")).sense is (
        Sense.NOT_UNDERSTOOD
    )


def test_the_menu_has_only_commands_with_an_answer() -> None:
    assert menu_of(WITH_COMMANDS) == (STATUS, START, PRIVACY)
    assert menu_of(replace(WITH_COMMANDS, privacy_url="")) == (STATUS, START)


def test_an_edited_text_is_read_like_a_text() -> None:
    edit = a_message("come entro", kind=MessageKind.EDIT)

    assert reading_of(edit, matched("webmail_access")).intent == "webmail_access"


def test_an_edited_picture_may_be_a_receipt() -> None:
    picture = (Attachment(media_type="image/jpeg", url="1"),)
    edit = a_message(kind=MessageKind.EDIT, attachments=picture)

    talking = replace(CHAT, intent="payment_methods")
    assert reading_of(edit, chat=talking).intent == "payment_reported"
    assert reading_of(a_message(kind=MessageKind.EDIT), chat=talking).sense is Sense.UNREADABLE


@pytest.mark.parametrize(
    ("album", "sense"), [("7", Sense.ALBUM), ("8", Sense.UNREADABLE), ("", Sense.UNREADABLE)]
)
def test_what_was_sent_together_is_one_thing(album: str, sense: Sense) -> None:
    picture = a_message(kind=MessageKind.MEDIA, album=album)

    assert reading_of(picture, chat=replace(CHAT, album="7")).sense is sense


def test_a_stale_contract_button_tells_its_status() -> None:
    reading = reading_of(a_message(payload="contract:C9", kind=MessageKind.BUTTON))

    assert (reading.intent, reading.contract_id) == ("contract_status", "C9")


def test_a_shared_number_goes_on_with_the_question_it_was_for() -> None:
    shared = a_message(kind=MessageKind.CONTACT, phone="+39000")
    talking = replace(CHAT, intent="service_reactivation")

    assert reading_of(shared, chat=talking).intent == "service_reactivation"


def test_somebody_elses_contact_is_unreadable() -> None:
    assert reading_of(a_message(kind=MessageKind.CONTACT)).sense is Sense.UNREADABLE


def test_a_picture_while_talking_of_money_is_a_receipt() -> None:
    picture = a_message(kind=MessageKind.MEDIA)
    paying = replace(CHAT, intent="service_reactivation")

    assert reading_of(picture, chat=paying).intent == "payment_reported"
    assert reading_of(picture).sense is Sense.UNREADABLE


@pytest.mark.parametrize("kind", [MessageKind.TEXT, MessageKind.BUTTON])
def test_an_empty_message_is_empty(kind: MessageKind) -> None:
    assert reading_of(a_message(kind=kind)).sense is Sense.EMPTY


NOTE = Attachment(media_type="audio/ogg", url="1")


def test_a_voice_note_is_left_to_who_can_listen() -> None:
    note = a_message(kind=MessageKind.VOICE, attachments=(NOTE,))

    assert reading_of(note).sense is Sense.VOICE


def test_a_voice_note_that_was_written_down_is_read_and_is_no_receipt() -> None:
    note = a_message("ho pagato", kind=MessageKind.VOICE, attachments=(NOTE,))

    reading = reading_of(note)

    assert (reading.sense is Sense.VOICE, reading.files) == (False, 0)


def test_a_sticker_after_the_end_is_a_gesture() -> None:
    sticker, closed = a_message(kind=MessageKind.STICKER), replace(CHAT, status=Status.CLOSED)
    nothing = Match(candidates=(), zone=Zone.OFFER_PERSON, language="")

    assert read(closed, sticker, nothing, KNOWLEDGE).sense is Sense.GESTURE
    assert read(CHAT, sticker, nothing, KNOWLEDGE).sense is Sense.UNREADABLE
