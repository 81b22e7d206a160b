import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.follow_ups import corrected, follow_up_in, is_only_a_name
from tests.knowledge_sample import FOLLOW_UPS


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("Intendevo la PEC!", "la PEC!", id="opening-words"),
        pytest.param("No, scusi, INTENDEVO: la PEC", "la PEC", id="fillers-before"),
        pytest.param("intendevo dire che l'ho persa", "l'ho persa", id="the-longest-phrase"),
        pytest.param("mi spiego male, volevo dire la PEC", "la PEC", id="a-later-clause"),
        pytest.param("I meant the PEC", "the PEC", id="in-english"),
        pytest.param("non la webmail, la PEC", "la PEC", id="what-was-not-meant-first"),
        pytest.param("Non la posta normale ma la PEC", "la PEC", id="a-but-between"),
        pytest.param("no, non la webmail, ma la PEC", "la PEC", id="a-comma-and-a-but"),
        pytest.param("intendevo", None, id="nothing-meant"),
        pytest.param("non la webmail", None, id="nothing-instead"),
        pytest.param("non la trovo più da nessuna parte, aiuto", None, id="a-sentence-with-not"),
        pytest.param("lei che cosa intendevo lo sa", None, id="within-a-clause"),
        pytest.param("apro la PEC", None, id="no-correction"),
        pytest.param("", None, id="empty"),
    ],
)
def test_of_a_correction_what_is_meant_is_left(text: str, meant: str | None) -> None:
    assert corrected(text, FOLLOW_UPS) == meant


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("quanto costa", True),
        ("E quanto costa?? grazie", True),
        ("and when?", True),
        ("quanto costa la PEC", False),
        ("costa", False),
        ("e", False),
        ("", False),
    ],
)
def test_a_question_without_a_subject_is_a_phrase_and_nothing_else(
    text: str, *, found: bool
) -> None:
    assert (follow_up_in(text, FOLLOW_UPS) is not None) is found


@pytest.mark.parametrize(
    ("text", "name_alone"),
    [
        ("studio-verdi.example", True),
        ("https://www.studio-verdi.example/", True),
        ("e il dominio di studio-verdi.example?", True),
        ("info@studio-verdi.example, grazie", True),
        ("disdico studio-verdi.example", False),
        ("il dominio", False),
        ("a.example " * 40, False),
    ],
)
def test_a_name_alone_asks_nothing(text: str, *, name_alone: bool) -> None:
    assert is_only_a_name(text, FOLLOW_UPS) is name_alone


@given(st.text())
def test_what_is_meant_is_part_of_what_was_said(text: str) -> None:
    said = f"intendevo {text}"

    meant = corrected(said, FOLLOW_UPS)

    assert meant is None or (meant and said.endswith(meant))
