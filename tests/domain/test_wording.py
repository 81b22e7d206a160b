from datetime import UTC, date, datetime

import pytest

from bot.domain.knowledge import Bilingual
from bot.domain.messages import MAX_INBOUND_CHARS, clean_text
from bot.domain.wording import (
    amount_in_words,
    day_in_words,
    fill,
    in_words,
    moment_in_words,
    plain,
    shortened,
)

DAY = date(2026, 11, 30)


def test_dates_are_written_out_in_both_languages() -> None:
    assert in_words(DAY, "it") == "30 novembre 2026"
    assert in_words(DAY, "en") == "30 November 2026"
    assert day_in_words(DAY, "it") == "lunedì 30 novembre"
    assert day_in_words(DAY, "en") == "Monday 30 November"


def test_moments_are_told_in_italian_time() -> None:
    moment = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)

    assert moment_in_words(moment, "it") == "lunedì 30 novembre alle 9.30"
    assert moment_in_words(moment, "en") == "Monday 30 November at 9.30"


def test_amounts_read_as_italians_write_them() -> None:
    assert amount_in_words(14640, "EUR", "it") == "146,40 €"
    assert amount_in_words(14640, "EUR", "en") == "€146.40"


def test_a_sentence_without_its_value_is_not_said() -> None:
    assert fill("scade il {expires_on}", {"expires_on": "domani"}) == "scade il domani"
    assert fill("scade il {expires_on}", {}) is None


@pytest.mark.parametrize(
    ("text", "day", "filled"),
    [
        pytest.param("entro il {due_on}", "11 marzo 2027", "entro l'11 marzo 2027", id="undici"),
        pytest.param("fino al {due_on}", "8 aprile 2027", "fino all'8 aprile 2027", id="otto"),
        pytest.param("dal {due_on}", "18 aprile 2027", "dal 18 aprile 2027", id="diciotto"),
        pytest.param("il {due_on}", "1 aprile 2027", "il 1 aprile 2027", id="uno"),
    ],
)
def test_an_article_bows_to_a_day_with_a_vowel(text: str, day: str, filled: str) -> None:
    assert fill(text, {"due_on": day}) == filled


def test_what_a_value_contains_is_never_a_placeholder() -> None:
    assert fill("{contract}", {"contract": "{amount}", "amount": "1 €"}) == "{amount}"


def test_short_words_stay_as_they_are() -> None:
    assert shortened("Operatore", 10) == "Operatore"


def test_both_languages_at_once() -> None:
    assert plain(Bilingual(it="Buongiorno\n", en="Hello\n")) == "Buongiorno\n\nHello"


def test_control_characters_and_excess_are_cut() -> None:
    assert clean_text("\x00ci\x07ao\nqui\u202e ") == "ciao\nqui"
    assert len(clean_text("a" * 100_000)) == MAX_INBOUND_CHARS
    assert clean_text("👩‍💻 ok") == "👩‍💻 ok"
