import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.matching import EntityKind, Match, Query, Zone
from tests.understanding.small_matcher import EXAMPLES, a_matcher

MATCHER = a_matcher()


def match(text: str, language: str = "") -> Match:
    return MATCHER.match_now(Query(text=text, language=language))


def best(text: str) -> str:
    found = match(text).best
    return found.intent if found else ""


@pytest.mark.parametrize(
    ("intent", "example"),
    [
        pytest.param(intent, example, id=example)
        for intent, (italian, english) in EXAMPLES.items()
        for example in (*italian, *english)
    ],
)
def test_an_example_itself_is_answered(intent: str, example: str) -> None:
    found = match(example)

    assert found.zone is Zone.ANSWER
    assert found.best is not None
    assert found.best.intent == intent
    assert found.best.example == example


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        pytest.param("come entr nela webmial", "webmail_access", id="typing-errors"),
        pytest.param("COME ENTRO NELLA WEBMAIL???", "webmail_access", id="capitals"),
        pytest.param("comeee entrooo nella webmail", "webmail_access", id="elongations"),
        pytest.param("dv leggo la posta dal browser", "webmail_access", id="abbreviations"),
        pytest.param("Buongiorno, come accedo alla PEC? Grazie mille", "pec_access", id="polite"),
        pytest.param("come accedo alla pec 🙏🙏", "pec_access", id="emoji"),
        pytest.param("ho dimenticato la pasword dela posta", "webmail_password", id="two-slips"),
        pytest.param("vorrei dare la disdeta", "cancellation", id="an-extra-word"),
        pytest.param("I forgott my mail pasword", "webmail_password", id="english"),
        pytest.param("il sito www.bottega.example non si apre", "site_down", id="a-domain"),
        pytest.param("devo ancora pagare 146,40 €", "invoice_status", id="an-amount"),
        pytest.param(
            "ho pagato la fattura 2026/77 il 3/11", "invoice_status", id="a-number-and-a-date"
        ),
    ],
)
def test_customers_need_not_write_it_as_the_example_does(text: str, intent: str) -> None:
    assert best(text) == intent
    assert match(text).zone is not Zone.OFFER_PERSON


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("zxqj wvkk", id="no-word-in-common"),
        pytest.param("quando gioca la nazionale stasera", id="another-topic"),
        pytest.param("🙏🌷", id="emoji"),
    ],
)
def test_what_hardly_fits_is_not_answered(text: str) -> None:
    assert match(text).zone is not Zone.ANSWER


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("   \n", id="spaces"),
        pytest.param("?!...", id="punctuation"),
        pytest.param("كيف حالك", id="another-alphabet"),
        pytest.param("\u200b\u202e", id="invisible"),
    ],
)
def test_a_person_is_offered_where_nothing_fits(text: str) -> None:
    assert match(text).zone is Zone.OFFER_PERSON


def test_the_bot_asks_back_where_several_intents_are_near() -> None:
    found = match("password pec webmail")

    assert found.zone is Zone.ASK_BACK
    assert {one.intent for one in found.candidates[:3]} == {
        "webmail_password",
        "webmail_access",
        "pec_access",
    }


def test_candidates_come_best_first_and_once_each() -> None:
    found = match("ho perso la password").candidates

    assert [one.confidence for one in found] == sorted(
        (one.confidence for one in found), reverse=True
    )
    assert len({one.intent for one in found}) == len(found)


def test_what_a_message_names_is_found() -> None:
    named = match("il sito bottega.example, scrivo da Info@Altra.example").entities

    assert [(entity.kind, entity.value) for entity in named] == [
        (EntityKind.DOMAIN, "bottega.example"),
        (EntityKind.EMAIL, "info@altra.example"),
        (EntityKind.DOMAIN, "altra.example"),
    ]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "1", "1.", "a@", "-a", "come entro nella webmail ", "🙏", "\u0301", "ﷺ"],
)
def test_a_hundred_kilobytes_of_anything_are_matched_in_time(piece: str) -> None:
    found = match(piece * (100_000 // len(piece)))

    assert found.zone in Zone


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text(alphabet=st.characters(categories=["Cc", "Cf", "Mn", "Nd", "Sk"])))
def test_no_text_at_all_makes_the_matcher_fail(text: str) -> None:
    found = match(text)

    assert all(0 <= one.confidence <= 1 for one in found.candidates)
    assert found.language


AGAIN = a_matcher()
WORDS = ["come", "entro", "webmail", "pec", "ho", "perso", "password", "disdire", "x"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_the_same_text_always_means_the_same(words: list[str]) -> None:
    text = " ".join(words)

    assert match(text) == match(text) == AGAIN.match_now(Query(text=text))


async def test_matching_beside_other_work_finds_the_same() -> None:
    query = Query(text="come entro nella webmail")

    assert await MATCHER.match(query) == MATCHER.match_now(query)


def test_a_second_question_is_found_where_both_are_sure() -> None:
    found = match("come entro nella webmail? e poi vorrei dare disdetta")

    assert found.second is not None
    assert {found.second.intent, best("come entro nella webmail?")} == {
        "cancellation",
        "webmail_access",
    }


def test_one_question_has_no_second() -> None:
    assert match("come entro nella webmail").second is None


def test_each_view_is_kept_as_evidence() -> None:
    views = match("come entro nella webmail").views

    assert [view.name for view in views] == ["words", "closest"]
    assert views[0].intent == views[1].intent == "webmail_access"


@pytest.mark.parametrize("text", ["333 1234567", "12/3", "146,40 €"])
def test_a_figure_alone_says_nothing(text: str) -> None:
    """Because of "chiamo il 118" every telephone number would be an emergency."""
    assert match(text).candidates == ()
