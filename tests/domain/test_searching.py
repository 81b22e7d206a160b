import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.searching import (
    LONGEST_WORD,
    MOST_TERMS,
    PASSAGE_CHARS,
    Terms,
    folded,
    passage,
    terms,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Perché NO?", "perche no", id="case-and-accents"),
        pytest.param("perche\u0301", "perche", id="accents-of-their-own"),
        pytest.param("Straße", "strasse", id="letters-that-become-two"),
        pytest.param(
            "l'e-mail di a_b@studio-verdi.it", "l e mail di a b studio verdi it", id="signs"
        ),
        pytest.param("\ufb01ne \u2460", "fine 1", id="forms-of-print"),
        pytest.param("😀 \0 \ud800", "", id="no-words"),
        pytest.param("x" * 99, "x" * LONGEST_WORD, id="too-long-for-a-word"),
    ],
)
def test_words_are_found_however_they_are_written(text: str, expected: str) -> None:
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("query", "words", "open_end"),
    [
        ("", (), False),
        ("Casella pie", ("casella", "pie"), True),
        ("casella ", ("casella",), False),
        ("a", ("a",), False),
        ('"casella" OR -posta*', ("casella", "or", "posta"), True),
        ("329 123 4567", ("3291234567",), True),
        ("0039 (329) 123-4567", ("393291234567",), True),
        ("2026 11", ("2026", "11"), True),
        ("DEMO-0005", ("demo", "0005"), True),
    ],
)
def test_of_a_query_only_words_count(query: str, words: tuple[str, ...], open_end: bool) -> None:
    assert terms(query) == Terms(words=words, open_end=open_end)


def test_no_query_has_too_many_words() -> None:
    assert len(terms("uno " * 99).words) == MOST_TERMS


def shown(text: str, query: str) -> str:
    return "".join(
        f"[{one.text}]" if one.found else one.text for one in passage(text, terms(query))
    )


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        pytest.param("La casella è piena", "CASELLA", "La [casella] è piena", id="one"),
        pytest.param("Perché? Perche\u0301!", "perche", "[Perché]? [Perche\u0301]!", id="accents"),
        pytest.param("La casella", "cas", "La [casella]", id="a-beginning"),
        pytest.param("casellario casella", "casella ", "casellario [casella]", id="whole-words"),
        pytest.param("uno due", "due uno", "[uno] [due]", id="several"),
        pytest.param("Studio-Verdi", "verdi", "Studio-[Verdi]", id="a-part"),
        pytest.param("uno due", "tre", "uno due", id="none-of-them"),
        pytest.param("", "x", "", id="nothing-said"),
    ],
)
def test_what_was_found_is_marked(text: str, query: str, expected: str) -> None:
    assert shown(text, query) == expected


def test_of_a_long_text_only_what_is_around_is_shown() -> None:
    text = "prima " * 100 + "casella" + " dopo" * 100

    told = shown(text, "casella")

    assert "[casella]" in told
    assert told.startswith("…prima")
    assert told.endswith("…")
    assert len(told) <= PASSAGE_CHARS + 4


def test_a_text_without_spaces_is_cut_anywhere() -> None:
    assert shown("-" * 500 + "casella", "casella").startswith("…-")


@given(text=st.text(), query=st.text())
def test_a_passage_is_a_part_of_its_text(text: str, query: str) -> None:
    told = "".join(one.text for one in passage(text, terms(query)))

    assert told.removeprefix("…").removesuffix("…") in text or told in text
