import pytest

from bot.domain.choices import Answer, answer_to, named_in_passing, picked
from bot.domain.conversation import Option
from tests.knowledge_sample import FOLLOW_UPS

WEBMAIL = Option(text="Entrare in webmail", payload="intent:webmail_access")
PASSWORD = Option(text="Password PEC", payload="intent:webmail_password")
PERSON = Option(text="Operatore", payload="intent:human_handoff")
INTENTS = (WEBMAIL, PASSWORD, PERSON)
HOTEL = Option(text="hotel-multiplo.example", payload="contract:C1")
GROUP = Option(text="gruppo-multiplo@pec.example", payload="contract:C2")
CONTRACTS = (HOTEL, GROUP)


@pytest.mark.parametrize(
    ("text", "option"),
    [
        pytest.param("la seconda", PASSWORD, id="an-ordinal"),
        pytest.param("il 2", PASSWORD, id="a-number-with-its-article"),
        pytest.param("2", PASSWORD, id="a-number"),
        pytest.param("sì, quella numero 2 grazie", PASSWORD, id="a-number-among-pointers"),
        pytest.param("the second one", PASSWORD, id="in-english"),
        pytest.param("l'ultima", PERSON, id="the-last-as-the-customer-sees-it"),
        pytest.param("password pec", PASSWORD, id="all-its-words"),
        pytest.param("quella della PEC", PASSWORD, id="some-of-its-words"),
        pytest.param("operatore", PERSON, id="a-person"),
        pytest.param("no, l'altra cosa", PASSWORD, id="the-other-of-two"),
        pytest.param("sì", Answer.YES, id="yes"),
        pytest.param("sì sì", Answer.YES, id="yes-twice"),
        pytest.param("va bene", Answer.YES, id="yes-in-two-words"),
        pytest.param("no", Answer.NONE, id="no"),
        pytest.param("no grazie", Answer.NONE, id="no-with-thanks"),
        pytest.param("nessuna", Answer.NONE, id="none"),
        pytest.param("no, altro", Answer.NONE, id="something-else"),
        pytest.param("sì e no", None, id="yes-and-no"),
        pytest.param("4", None, id="a-number-too-high"),
        pytest.param("quanto costa la PEC", None, id="a-new-question"),
        pytest.param("quella", None, id="pointing-at-nothing"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_short_text_answers_our_question(text: str, option: Option | Answer | None) -> None:
    assert answer_to(INTENTS, text, FOLLOW_UPS) == option


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("quello dell'hotel multiplo", None),
        ("il contratto hotel", HOTEL),
        ("quella della PEC", GROUP),
        ("multiplo", None),
        ("il contratto", None),
        ("una due tre quattro cinque", None),
    ],
)
def test_a_contract_is_told_by_words_that_only_it_has(text: str, option: Option | None) -> None:
    assert answer_to(CONTRACTS, text, FOLLOW_UPS) == option


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((*INTENTS[:2], HOTEL), id="of-three"),
        pytest.param((WEBMAIL, PERSON), id="of-one"),
    ],
)
def test_the_other_one_of_more_or_less_than_two_is_none(options: tuple[Option, ...]) -> None:
    assert answer_to(options, "l'altra", FOLLOW_UPS) is Answer.NONE


def test_where_nothing_is_offered_there_is_no_last_one() -> None:
    assert answer_to((), "l'ultima", FOLLOW_UPS) is None


@pytest.mark.parametrize(
    ("text", "option"),
    [
        pytest.param("2", PASSWORD, id="a-number"),
        pytest.param("Password PEC", PASSWORD, id="all-its-words"),
        pytest.param("la PEC", None, id="some-of-its-words"),
        pytest.param("l'ultima", None, id="the-last"),
    ],
)
def test_a_button_under_an_answer_is_picked_by_number_or_all_its_words(
    text: str, option: Option | None
) -> None:
    """Nothing was asked, so fewer words may be about anything."""
    assert picked(INTENTS, text, FOLLOW_UPS) == option


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("e la fattura di hotel-multiplo.example quando arriva?", HOTEL),
        ("scrivo per www.hotel-multiplo.example", HOTEL),
        ("quello dell'hotel multiplo", HOTEL),
        ("scrivo da info@grande-hotel-multiplo.example per la posta", None),
        ("hotel-multiplo.example.com", None),
        ("il nostro hotel multiplo è chiuso", None),
    ],
)
def test_a_contract_may_be_named_among_other_words(text: str, option: Option | None) -> None:
    assert named_in_passing((PERSON, *CONTRACTS), text) == option


@pytest.mark.parametrize(
    ("text", "label"),
    [
        pytest.param("lo studio verdi", "studio-verdi.example", id="the-longer-name"),
        pytest.param("verdi", "verdi.example", id="the-shorter-name"),
        pytest.param("studio vardi", "studio-verdi.example", id="a-wrong-letter"),
        pytest.param("verdi.example e studio-verdi.example", None, id="two-in-full"),
        pytest.param("verdi e studio verdi", None, id="two-in-words"),
    ],
)
def test_which_of_two_alike_is_meant_is_never_a_guess(text: str, label: str | None) -> None:
    alike = [
        Option(text=name, payload=f"contract:{name}")
        for name in ("verdi.example", "studio-verdi.example")
    ]

    found = named_in_passing(alike, text)

    assert (found.text if found else None) == label
