from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.fitting import ChoiceWords, fitted, with_numbers
from bot.domain.messages import SHARE_CONTACT, Button, ChannelLimits, Reply
from tests.builders import a_picture

LIMITS = ChannelLimits(text=40, buttons=2, button_text=10, window=timedelta(hours=24))
LISTS = ChannelLimits(
    text=40, buttons=3, button_text=20, rows=10, row_text=72, line_over_buttons=30
)
WORDS = ChoiceWords(by_number="Numero:", open_list="Apra")


def buttons(*texts: str) -> tuple[Button, ...]:
    return tuple(Button(text=text, payload=text) for text in texts)


def test_too_many_buttons_become_a_numbered_list() -> None:
    buttons = tuple(Button(text=text, payload=text) for text in ("uno", "due", "tre"))

    [reply] = fitted(Reply(text="Quale?", buttons=buttons), LIMITS)

    assert reply == Reply(text="Quale?\n\n1. uno\n2. due\n3. tre")


def test_above_a_numbered_list_stands_how_to_answer() -> None:
    buttons = tuple(Button(text=text, payload=text) for text in ("uno", "due", "tre"))

    [reply] = fitted(
        Reply(text="Quale?", buttons=buttons), LIMITS, ChoiceWords(by_number="Numero:")
    )

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
    "texts",
    [
        pytest.param(["uno"], id="a-button"),
        pytest.param([str(number) for number in range(10)], id="as-many-as-a-list-has-rows"),
        pytest.param(["x" * 72], id="as-long-as-a-row"),
    ],
)
def test_where_there_are_lists_choices_stay_as_they_are(texts: list[str]) -> None:
    [reply] = fitted(Reply(text="Quale?", buttons=buttons(*texts)), LISTS, WORDS)

    assert reply == Reply(
        text="Quale?", buttons=buttons(*texts), by_number="Numero:", open_list="Apra"
    )


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([str(number) for number in range(11)], id="too-many-for-a-list"),
        pytest.param(["x" * 73], id="too-long-for-a-row"),
    ],
)
def test_what_no_list_holds_is_numbered_and_never_cut(texts: list[str]) -> None:
    parts = fitted(Reply(text="Quale?", buttons=buttons(*texts)), replace(LISTS, text=400), WORDS)

    assert [part.buttons for part in parts] == [()]
    assert all(text in parts[0].text for text in texts)


def test_a_choice_to_share_the_number_alone_leaves_nothing_to_list() -> None:
    alone = (Button(text="Numero", payload=SHARE_CONTACT),)

    assert fitted(Reply(text="Chi è?", buttons=alone), LISTS) == [Reply(text="Chi è?")]


def test_only_the_last_line_stands_above_buttons() -> None:
    picture = a_picture()
    reply = Reply(text="Prima riga.\nSeconda.\n\nQuale?", buttons=buttons("a"), picture=picture)

    above, under = fitted(reply, LISTS)

    assert above == Reply(text="Prima riga.\nSeconda.", picture=picture)
    assert (under.text, under.buttons, under.picture) == ("Quale?", buttons("a"), None)


def test_a_line_too_long_for_buttons_is_cut_before_its_last_sentence() -> None:
    line = "Una frase di qualche parola. Un'altra frase. Quale?"

    above, under = fitted(Reply(text=line, buttons=buttons("a")), LISTS)

    assert above == Reply(text="Una frase di qualche parola.")
    assert under.text == "Un'altra frase. Quale?"


def test_a_picture_stays_with_its_only_line() -> None:
    reply = Reply(text="Quale?", buttons=buttons("a"), picture=a_picture())

    assert [part.picture for part in fitted(reply, LISTS)] == [a_picture()]


def test_what_cannot_be_shown_as_buttons_after_all_is_numbered() -> None:
    reply = Reply(text="Quale?", buttons=buttons("a", "b"), by_number="Numero:")

    assert with_numbers(reply) == "Quale?\n\nNumero:\n1. a\n2. b"
    assert with_numbers(Reply(text="Ecco")) == "Ecco"
