"""Messages that mean something only in their conversation."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Conversation, Option, Pending, PendingKind
from bot.domain.matching import Candidate, Entity, EntityKind, Match, Query, Zone
from bot.domain.meaning import Reading, Sense, Way
from bot.domain.messages import Address, InboundMessage
from bot.domain.reading import query_of, read
from tests.builders import a_conversation, an_inbound
from tests.knowledge_sample import FOLLOW_UPS, a_knowledge

KNOWLEDGE = a_knowledge()
CHAT = Conversation(id="web:1", address=Address(channel="web", id="1"), language="it")
WHICH_INTENT = Pending(
    kind=PendingKind.WHICH_INTENT,
    options=(
        Option(text="Entrare in webmail", payload="intent:webmail_access"),
        Option(text="Password persa", payload="intent:webmail_password"),
        Option(text="Operatore", payload="intent:human_handoff"),
    ),
)
WHICH_CONTRACT = Pending(
    kind=PendingKind.WHICH_CONTRACT,
    intent="service_reactivation",
    options=(
        Option(text="hotel-multiplo.example", payload="contract:C1"),
        Option(text="gruppo@pec.example", payload="contract:C2"),
    ),
)
DOMAIN = Entity(kind=EntityKind.DOMAIN, value="studio-verdi.example")
NOTHING = Match(candidates=(), zone=Zone.OFFER_PERSON, language="it")


def scores(zone: Zone = Zone.ANSWER, language: str = "it", /, **confidences: float) -> Match:
    candidates = tuple(
        Candidate(intent=intent, confidence=value) for intent, value in confidences.items()
    )
    return Match(candidates=candidates, zone=zone, language=language)


def sure(intent: str, second: str = "") -> Match:
    also = Candidate(intent=second, confidence=0.8) if second else None
    return replace(scores(**{intent: 0.9}), second=also)


def said(text: str, match: Match = NOTHING, **chat: object) -> Reading:
    message = InboundMessage(
        vendor_id="1",
        sender=CHAT.address,
        text=text,
        received_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    before = replace(CHAT, **chat)  # type: ignore[arg-type] # fields by name
    return read(before, message, match, KNOWLEDGE)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("la seconda", "webmail_password"),
        ("no, l'altra cosa", "webmail_password"),
        ("quella della password", "webmail_password"),
        ("l'ultima", "human_handoff"),
        ("intendevo la password", "webmail_password"),
    ],
)
def test_an_answer_to_our_question_is_one_of_its_options(text: str, intent: str) -> None:
    assert said(text, sure("contact_hours"), pending=WHICH_INTENT).intent == intent


@pytest.mark.parametrize("text", ["no", "nessuna", "altro", "no, volevo dire altro"])
def test_none_of_our_options_is_heard(text: str) -> None:
    assert said(text, pending=WHICH_INTENT).sense is Sense.NONE_OF_THESE


def test_something_else_than_we_answered_is_heard_too() -> None:
    assert said("no, volevo dire altro", intent="webmail_access").sense is Sense.NONE_OF_THESE


@pytest.mark.parametrize("pending", [WHICH_INTENT, WHICH_CONTRACT])
def test_a_new_question_while_one_of_ours_is_open_is_a_new_topic(pending: Pending) -> None:
    new = said("che orari fate per hotel-multiplo.example", sure("contact_hours"), pending=pending)

    assert (new.intent, new.contract_id) == ("contact_hours", "")


@pytest.mark.parametrize(
    "match",
    [
        pytest.param(NOTHING, id="not-understood"),
        pytest.param(sure("service_reactivation"), id="the-same-question"),
        pytest.param(sure("thanks"), id="small-talk"),
        pytest.param(scores(Zone.ASK_BACK, contact_hours=0.6), id="a-doubt"),
    ],
)
def test_a_contract_named_in_passing_is_the_answer_to_which(match: Match) -> None:
    reading = said(
        "quello di hotel-multiplo.example per la riattivazione", match, pending=WHICH_CONTRACT
    )

    assert (reading.intent, reading.contract_id) == ("service_reactivation", "C1")


def test_danger_is_no_answer_to_which_contract() -> None:
    text = "hanno rapinato quello di hotel-multiplo.example adesso"

    assert said(text, sure("emergency"), pending=WHICH_CONTRACT).intent == "emergency"


def test_the_second_question_is_kept_until_a_contract_is_chosen() -> None:
    asked = replace(WHICH_CONTRACT, second="contact_hours")

    assert said("1", pending=asked).second == "contact_hours"
    assert said("1", pending=replace(asked, second="gone")).second == ""


@pytest.mark.parametrize(
    ("text", "chat", "way"),
    [
        pytest.param("studio-verdi.example", {"intent": "contract_status"}, Way.NAME, id="bare"),
        pytest.param(
            "no, intendevo studio-verdi.example",
            {"intent": "contract_status"},
            Way.NAME,
            id="corrected",
        ),
        pytest.param(
            "studio-verdi.example",
            {"pending": replace(WHICH_CONTRACT, intent="contract_status")},
            Way.NAME,
            id="none-of-the-contracts-we-named",
        ),
    ],
)
def test_a_name_alone_goes_on_with_what_we_talk_of(
    text: str, chat: dict[str, object], way: Way
) -> None:
    match = replace(sure("contact_hours"), entities=(DOMAIN,))

    reading = said(text, match, **chat)

    assert (reading.intent, reading.way) == ("contract_status", way)
    assert reading.text == "studio-verdi.example"


@pytest.mark.parametrize(
    ("text", "chat"),
    [
        pytest.param("studio-verdi.example", {}, id="nothing-before"),
        pytest.param("studio-verdi.example", {"intent": "contact_hours"}, id="no-contract"),
        pytest.param("studio-verdi.example", {"intent": "complaint"}, id="talk"),
        pytest.param(
            "che orari fate? studio-verdi.example", {"intent": "contract_status"}, id="a-question"
        ),
    ],
)
def test_a_name_is_matched_as_usual_where_nothing_goes_on(
    text: str, chat: dict[str, object]
) -> None:
    match = replace(sure("greeting"), entities=(DOMAIN,))

    assert said(text, match, **chat).intent == "greeting"


def test_a_name_alone_does_not_say_what_is_wanted() -> None:
    match = replace(sure("contact_hours"), entities=(DOMAIN,))

    reading = said("studio-verdi.example", match, pending=WHICH_INTENT, intent="contract_status")

    assert reading.sense is Sense.WHICH_ONE


@pytest.mark.parametrize(
    ("text", "match", "intent"),
    [
        pytest.param(
            "intendevo gli orari", sure("contact_hours"), "contact_hours", id="sure-of-another"
        ),
        pytest.param(
            "intendevo la password",
            scores(Zone.ASK_BACK, webmail_access=0.5, webmail_password=0.45, greeting=0.05),
            "webmail_password",
            id="clear-once-the-answered-one-is-out",
        ),
    ],
)
def test_a_correction_means_something_else_than_was_answered(
    text: str, match: Match, intent: str
) -> None:
    reading = said(text, match, intent="webmail_access")

    assert (reading.intent, reading.way) == (intent, Way.CORRECTION)


@pytest.mark.parametrize(
    ("match", "options"),
    [
        pytest.param(
            scores(webmail_access=0.9, webmail_password=0.05, contact_hours=0.02),
            ["webmail_password", "contact_hours"],
            id="sure-of-what-was-answered",
        ),
        pytest.param(
            scores(Zone.ASK_BACK, webmail_access=0.4, webmail_password=0.3, contact_hours=0.3),
            ["webmail_password", "contact_hours"],
            id="two-that-may-be-meant",
        ),
        pytest.param(
            scores(unknown_label=0.9, contact_hours=0.05), ["contact_hours"], id="none-of-ours"
        ),
    ],
)
def test_a_correction_in_doubt_is_asked_about(match: Match, options: list[str]) -> None:
    reading = said("intendevo quello", match, intent="webmail_access")

    assert reading.sense is Sense.ASK_BACK
    assert [option.intent for option in reading.options] == options


def test_a_correction_that_means_only_what_was_answered_is_none_of_these() -> None:
    again = said("intendevo la webmail", sure("webmail_access"), intent="webmail_access")

    assert again.sense is Sense.NONE_OF_THESE


def test_a_correction_of_our_question_may_mean_what_was_answered_before() -> None:
    reading = said(
        "intendevo gli orari", sure("contact_hours"), intent="contact_hours", pending=WHICH_INTENT
    )

    assert reading.intent == "contact_hours"


def test_where_there_is_nothing_to_correct_the_rest_is_a_question() -> None:
    assert said("volevo dire che orari fate", sure("contact_hours")).way is Way.OWN_WORDS


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Quando?", Query(text="Quando?", language="it", intent="webmail_access")),
        ("Non la webmail, la PEC", Query(text="la PEC", language="it")),
    ],
)
def test_of_a_correction_only_what_is_meant_is_matched(text: str, query: Query) -> None:
    assert query_of(replace(CHAT, intent="webmail_access"), text, KNOWLEDGE) == query


@pytest.mark.parametrize(
    ("earlier", "match", "intent"),
    [
        pytest.param("contract_status", NOTHING, "service_reactivation", id="leads-elsewhere"),
        pytest.param("contact_hours", NOTHING, "contact_hours", id="the-same-again"),
        pytest.param("webmail_access", NOTHING, "human_handoff", id="a-person-knows"),
        pytest.param(
            "contract_status",
            scores(Zone.ASK_BACK, webmail_access=0.6),
            "service_reactivation",
            id="a-doubt-is-settled",
        ),
        pytest.param(
            "contract_status", sure("payment_reported"), "service_reactivation", id="sounds-like"
        ),
        pytest.param(
            "contract_status", sure("contract_status"), "service_reactivation", id="the-earlier"
        ),
        pytest.param(
            "contract_status", sure("out_of_scope"), "service_reactivation", id="nothing-of-ours"
        ),
    ],
)
def test_a_question_without_a_subject_is_about_what_we_talk_of(
    earlier: str, match: Match, intent: str
) -> None:
    reading = said("e quanto costa?", match, intent=earlier)

    assert (reading.intent, reading.way) == (intent, Way.FOLLOW_UP)


@pytest.mark.parametrize(
    ("text", "match", "chat"),
    [
        pytest.param("e quanto costa?", sure("webmail_password"), "contract_status", id="clear"),
        pytest.param("e quanto costa?", sure("webmail_password"), "", id="nothing-before"),
        pytest.param("e quanto costa?", sure("webmail_password"), "complaint", id="after-talk"),
        pytest.param(
            "e quanto costa?", sure("webmail_password"), "payment_reported", id="not-after-this"
        ),
        pytest.param("quanto costa la PEC", sure("webmail_password"), "contact_hours", id="own"),
        pytest.param("intendevo quanto costa", sure("webmail_password"), "contact_hours", id="no"),
    ],
)
def test_a_question_is_matched_as_usual_where_it_has_its_own_meaning(
    text: str, match: Match, chat: str
) -> None:
    assert said(text, match, intent=chat).intent == "webmail_password"


def test_while_our_question_is_open_a_question_without_a_subject_stays_open() -> None:
    reading = said("e quanto costa?", pending=WHICH_INTENT, intent="contact_hours")

    assert reading.sense is Sense.NOT_UNDERSTOOD


def test_a_few_words_do_not_change_the_language() -> None:
    reading = said("e quando?", scores(Zone.ANSWER, "es"), intent="contact_hours")

    assert (reading.intent, reading.language) == ("contact_hours", "it")
    assert said("and when?", scores(Zone.ANSWER, "en"), intent="contact_hours").language == "en"


@pytest.mark.parametrize(
    ("match", "intents"),
    [
        pytest.param(
            sure("webmail_access", "contact_hours"), ("webmail_access", "contact_hours"), id="two"
        ),
        pytest.param(
            sure("webmail_access", "human_handoff"),
            ("webmail_access", "human_handoff"),
            id="and-a-person",
        ),
        pytest.param(sure("thanks", "contact_hours"), ("contact_hours", ""), id="after-thanks"),
        pytest.param(sure("deny", "contact_hours"), ("contact_hours", ""), id="after-a-no"),
        pytest.param(sure("contact_hours", "greeting"), ("contact_hours", ""), id="and-hello"),
        pytest.param(sure("contact_hours", "gone"), ("contact_hours", ""), id="one-unknown"),
        pytest.param(
            sure("contact_hours", "contact_hours"), ("contact_hours", ""), id="twice-the-same"
        ),
        pytest.param(sure("contact_hours", "emergency"), ("emergency", ""), id="and-danger"),
        pytest.param(sure("emergency", "contact_hours"), ("emergency", ""), id="danger-first"),
    ],
)
def test_two_questions_are_two_intents(match: Match, intents: tuple[str, str]) -> None:
    reading = said("una cosa e l'altra", match, pending=WHICH_INTENT)

    assert (reading.intent, reading.second) == intents


def test_yes_and_a_question_is_the_question() -> None:
    asked = replace(WHICH_INTENT, options=WHICH_INTENT.options[1:])

    reading = said("certo, che orari fate?", sure("affirm", "contact_hours"), pending=asked)

    assert reading.intent == "contact_hours"


@pytest.mark.parametrize(
    ("match", "sense"),
    [
        pytest.param(
            scores(Zone.ASK_BACK, webmail_password=0.5, contact_hours=0.2),
            Sense.INTENT,
            id="clear",
        ),
        pytest.param(scores(Zone.ASK_BACK, webmail_password=0.3), Sense.INTENT, id="alone"),
        pytest.param(
            scores(Zone.ASK_BACK, webmail_password=0.5, contact_hours=0.4),
            Sense.ASK_BACK,
            id="another-is-near",
        ),
        pytest.param(
            scores(Zone.ASK_BACK, contact_hours=0.5, webmail_password=0.2),
            Sense.ASK_BACK,
            id="not-among-the-choices",
        ),
    ],
)
def test_who_describes_a_choice_need_not_be_asked_again(match: Match, sense: Sense) -> None:
    assert said("quella che ho perso", match, pending=WHICH_INTENT).sense is sense


@pytest.mark.parametrize(
    ("match", "intent"),
    [
        pytest.param(scores(Zone.ANSWER, "de", webmail_access=0.9), "webmail_access", id="sure"),
        pytest.param(scores(Zone.ANSWER, "de", emergency=0.9), "emergency", id="danger"),
        pytest.param(scores(Zone.ASK_BACK, "de", webmail_access=0.6), "", id="in-doubt"),
        pytest.param(scores(Zone.ANSWER, "pt", webmail_access=0.9), "", id="another-language"),
        pytest.param(scores(Zone.ANSWER, "de", greeting=0.9), "", id="talk"),
        pytest.param(scores(Zone.ANSWER, "de", gone=0.9), "", id="none-of-ours"),
        pytest.param(scores(Zone.ANSWER, "de"), "", id="nothing"),
    ],
)
def test_what_is_sure_in_a_language_of_many_neighbours_is_known(match: Match, intent: str) -> None:
    reading = said("wie komme ich in die Webmail", match)

    assert (reading.sense, reading.intent, reading.language) == (Sense.FOREIGN, intent, "en")


def test_a_refusal_in_other_words_leaves_the_choices_too() -> None:
    match = scores(Zone.ANSWER, deny=0.95)

    assert said("direi che non ci siamo", match, pending=WHICH_INTENT).sense is (
        Sense.NONE_OF_THESE
    )


def test_an_intent_of_newer_knowledge_is_not_understood() -> None:
    assert said("una cosa nuova", scores(Zone.ANSWER, gone=0.95)).sense is Sense.NOT_UNDERSTOOD


SHORT = st.sampled_from(
    ["sì", "no", "2", "l'ultima", "l'altra", "la", "intendevo", "e quando?", "x.example", "non la"]
)


MATCHES = st.builds(
    lambda zone, intents, second: replace(
        scores(zone, **dict.fromkeys(intents, 0.5)),
        second=Candidate(intent=second, confidence=0.5) if second else None,
        entities=(DOMAIN,),
    ),
    st.sampled_from(Zone),
    st.lists(st.sampled_from([*KNOWLEDGE.intents, "gone"]), max_size=3, unique=True),
    st.sampled_from(["", "affirm", "gone", "contact_hours"]),
)


@given(
    text=st.lists(SHORT | st.text(max_size=5), max_size=4).map(" ".join),
    match=MATCHES,
    pending=st.sampled_from([None, WHICH_INTENT, WHICH_CONTRACT]),
    earlier=st.sampled_from(["", "gone", *KNOWLEDGE.intents]),
)
def test_reading_is_total(text: str, match: Match, pending: Pending | None, earlier: str) -> None:
    reading = said(text, match, pending=pending, intent=earlier)

    assert {reading.intent, reading.second} <= {"", *KNOWLEDGE.intents}
    assert reading.sense in {Sense.INTENT, Sense.FOREIGN} or not reading.intent


@pytest.mark.parametrize(
    ("text", "stops"), [("STOP", True), ("Annulla!", True), ("stop al rinnovo", False)]
)
def test_stop_counts_as_a_whole_message_only(text: str, *, stops: bool) -> None:
    words = replace(FOLLOW_UPS, cancelling=frozenset({"stop", "annulla"}))
    knowledge = replace(a_knowledge(), follow_ups=words)
    match = Match(candidates=(), zone=Zone.OFFER_PERSON, language="en")
    chat = a_conversation(language="it")

    reading = read(chat, an_inbound(text), match, knowledge)

    assert (reading.sense is Sense.STOPPED) == stops
    if stops:
        assert reading.language == "it"
