import pytest

from bot.domain.formatting import Piece, Style, pieces

BOLD, ITALIC = frozenset({Style.BOLD}), frozenset({Style.ITALIC})
STRUCK, MONO = frozenset({Style.STRUCK}), frozenset({Style.MONO})


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ciao", [("ciao", frozenset())]),
        ("", []),
        ("*ciao*", [("ciao", BOLD)]),
        ("_ciao_", [("ciao", ITALIC)]),
        ("~ciao~", [("ciao", STRUCK)]),
        ("```a\nb```", [("a\nb", MONO)]),
        ("`a*b*`", [("a*b*", MONO)]),
        ("un *bel* dì", [("un ", frozenset()), ("bel", BOLD), (" dì", frozenset())]),
        ("*_ciao_*", [("ciao", BOLD | ITALIC)]),
        ("*a _b_*", [("a ", BOLD), ("b", BOLD | ITALIC)]),
    ],
)
def test_marked_words_look_as_whatsapp_shows_them(
    text: str, seen: list[tuple[str, frozenset[Style]]]
) -> None:
    assert pieces(text, formats=True) == tuple(Piece(text=one, styles=how) for one, how in seen)


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4",
        "snake_case_name",
        "* a *",
        "*a\nb*",
        "**",
        "un_nome@dominio_x.it",
        "a * b",
        "<b>x</b>",
    ],
)
def test_signs_that_mark_nothing_stay(text: str) -> None:
    assert pieces(text, formats=True) == (Piece(text=text),)


def test_where_a_channel_formats_nothing_marks_are_signs() -> None:
    assert pieces("*ciao*", formats=False) == (Piece(text="*ciao*"),)
