from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.knowledge import Bilingual
from bot.domain.messages import (
    MAX_INBOUND_CHARS,
    SHARE_CONTACT,
    Button,
    ChannelLimits,
    Reply,
    clean_text,
)
from bot.domain.wording import (
    amount_in_words,
    day_in_words,
    fill,
    fitted,
    in_words,
    moment_in_words,
    plain,
    shortened,
)

LIMITS = ChannelLimits(text=40, buttons=2, button_text=10, window=timedelta(hours=24))
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


def test_too_many_buttons_become_a_numbered_list() -> None:
    buttons = tuple(Button(text=text, payload=text) for text in ("uno", "due", "tre"))

    [reply] = fitted(Reply(text="Quale?", buttons=buttons), LIMITS)

    assert reply == Reply(text="Quale?\n\n1. uno\n2. due\n3. tre")


def test_above_a_numbered_list_stands_how_to_answer() -> None:
    buttons = tuple(Button(text=text, payload=text) for text in ("uno", "due", "tre"))

    [reply] = fitted(Reply(text="Quale?", buttons=buttons), LIMITS, "Numero:")

    assert reply.text == "Quale?\n\nNumero:\n1. uno\n2. due\n3. tre"


def test_only_a_channel_that_can_ask_for_the_number_shows_that_button() -> None:
    reply = Reply(text="Chi è?", buttons=(Button(text="Numero", payload=SHARE_CONTACT),))

    assert fitted(reply, LIMITS) == [Reply(text="Chi è?")]
    assert fitted(reply, replace(LIMITS, shares_contact=True)) == [reply]


def test_long_button_words_are_cut_and_go_under_the_last_part() -> None:
    button = Button(text="stamperia.example", payload="contract:1")

    parts = fitted(Reply(text="Prima frase lunga. " * 4, buttons=(button,)), LIMITS)

    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert parts[-1].buttons[0] == Button(text="stamperia…", payload="contract:1")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("breve", ["breve"], id="short"),
        pytest.param(
            "Una frase intera qui. E un'altra ancora dopo.",
            ["Una frase intera qui.", "E un'altra ancora dopo."],
            id="at-a-sentence",
        ),
        pytest.param(
            "vada su https://logos-mysite.it/pagamenti oggi",
            ["vada su", "https://logos-mysite.it/pagamenti oggi"],
            id="never-within-an-address",
        ),
        pytest.param("x" * 50, ["x" * 40, "x" * 10], id="no-place-to-break"),
        pytest.param("prima riga\n" + "y" * 35, ["prima riga", "y" * 35], id="at-a-line"),
    ],
)
def test_long_texts_are_cut_where_a_reader_would(text: str, parts: list[str]) -> None:
    assert [part.text for part in fitted(Reply(text=text), LIMITS)] == parts


@given(st.text(min_size=1, max_size=400))
def test_no_part_is_longer_than_the_channel_holds(text: str) -> None:
    assert all(len(part.text) <= LIMITS.text for part in fitted(Reply(text=text), LIMITS))


def test_short_words_stay_as_they_are() -> None:
    assert shortened("Operatore", 10) == "Operatore"


def test_both_languages_at_once() -> None:
    assert plain(Bilingual(it="Buongiorno\n", en="Hello\n")) == "Buongiorno\n\nHello"


def test_control_characters_and_excess_are_cut() -> None:
    assert clean_text("\x00ci\x07ao\nqui\u202e ") == "ciao\nqui"
    assert len(clean_text("a" * 100_000)) == MAX_INBOUND_CHARS
    assert clean_text("👩‍💻 ok") == "👩‍💻 ok"
