import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.questions import MOST_PARTS, greeted, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            "Come si paga? Dove trovo la webmail?",
            ["Come si paga?", "Dove trovo la webmail?"],
            id="question-marks",
        ),
        pytest.param(
            "Il sito è fermo. Vorrei la fattura",
            ["Il sito è fermo.", "Vorrei la fattura"],
            id="a-full-stop",
        ),
        pytest.param("il sito è fermo\nvorrei la fattura", 2, id="a-new-line"),
        pytest.param("il sito è fermo; vorrei la fattura", 2, id="a-semicolon"),
        pytest.param(
            "vorrei disdire, un'altra cosa: come apro la PEC",
            ["vorrei disdire", "come apro la PEC"],
            id="another-thing",
        ),
        pytest.param(
            "vorrei disdire e poi come apro la PEC",
            ["vorrei disdire", "come apro la PEC"],
            id="e-poi",
        ),
        pytest.param(
            "I paid yesterday, also I need the code",
            ["I paid yesterday", "I need the code"],
            id="also-after-a-pause",
        ),
        pytest.param(
            "come faccio a disdire e dove vedo la fattura",
            ["come faccio a disdire", "dove vedo la fattura"],
            id="e-between-two-that-ask",
        ),
        pytest.param(
            "how do I cancel and where do I see the invoice?",
            ["how do I cancel", "where do I see the invoice?"],
            id="and-between-two-that-ask",
        ),
    ],
)
def test_two_questions_are_two_parts(text: str, parts: list[str] | int) -> None:
    found = parts_of(text)

    assert (len(found) if isinstance(parts, int) else list(found)) == parts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("come si paga la fattura?", id="one-question"),
        pytest.param("Buongiorno. Come si paga la fattura? Grazie mille", id="courtesies"),
        pytest.param("Buongiorno. Grazie!", id="nothing-but-courtesies"),
        pytest.param("come si fa la voltura, e quanto costa? E quando?", id="asks-nothing-alone"),
        pytest.param("la posta non va? Aiuto!", id="a-single-word"),
        pytest.param("come e quando devo pagare?", id="no-clause-before"),
        pytest.param("vorrei dominio e posta", id="e-within-a-clause"),
        pytest.param("non va e quando apro la pagina dice errore", id="a-subordinate-clause"),
        pytest.param("I also need the code", id="also-within-a-clause"),
        pytest.param("scrivo da anna@bottega.example o bottega.example", id="addresses"),
        pytest.param("https://bottega.example/a?b=1;c non si apre", id="a-page"),
        pytest.param("pagati 1.146,40 il 3.12.2026 alle 10.30", id="amounts-and-dates"),
        pytest.param("il sig. Rossi della bottega s.r.l. vuole la PEC", id="shortened-words"),
        pytest.param("1. il sito 2. la posta", id="a-numbered-list"),
        pytest.param("il sito... non va", id="a-pause"),
        pytest.param("", id="empty"),
    ],
)
def test_one_question_is_left_as_it_is(text: str) -> None:
    assert parts_of(text) == (text,)


def test_of_a_long_story_each_question_keeps_what_leads_to_it() -> None:
    story = (
        "Ho il sito da anni. Ieri si è fermato. Nessuno risponde. "
        "Come lo riattivo? E la fattura dove la vedo? Resto in attesa."
    )

    assert parts_of(story) == (
        "Ho il sito da anni. Ieri si è fermato. Nessuno risponde. Come lo riattivo?",
        "E la fattura dove la vedo? Resto in attesa.",
    )


def test_a_long_story_without_a_question_is_one() -> None:
    story = "Ho il sito da anni. Ieri si è fermato. Nessuno risponde. Resto in attesa."

    assert parts_of(story) == (story,)


def test_there_are_at_most_three_parts() -> None:
    asked = "Come si paga? Dove è la webmail? Come si disdice? Chi è il titolare?"

    assert parts_of(asked) == (
        "Come si paga?",
        "Dove è la webmail?",
        "Come si disdice? Chi è il titolare?",
    )


@given(st.text(alphabet="ae .?!;\n,1@", max_size=80))
def test_nothing_asked_is_lost(text: str) -> None:
    parts = parts_of(text)

    assert 1 <= len(parts) <= MOST_PARTS
    assert len(parts) == 1 or all(part.strip() for part in parts)


@pytest.mark.parametrize(
    ("text", "greets"),
    [
        ("Buongiorno, come si paga?", True),
        ("Good morning, how do I pay?", True),
        ("Buon giorno come si paga", True),
        ("Ciaooo come si paga", True),
        ("Buongiorno", False),
        ("Buongiorno, grazie mille", False),
        ("Come si paga? Salve", False),
        ("Gentili signori, come si paga?", False),
        ("", False),
    ],
)
def test_a_greeting_before_a_question_is_noticed(text: str, greets: bool) -> None:
    assert greeted(text) is greets
