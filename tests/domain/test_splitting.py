import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.splitting import split

MOST = 40
FAMILY, FLAG, THUMB = "👨‍👩‍👧‍👦", "🇮🇹", "👍🏽"
WORDS = st.one_of(
    st.text("abcè.", min_size=1, max_size=60),
    st.builds("https://example.it/{}".format, st.text("abc./?=", max_size=21)),
    st.sampled_from([FAMILY, FLAG, THUMB, "fine."]),
)
TEXTS = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", "\n", "\n\n", "\t", " \u00a0"])), min_size=1
)


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
        pytest.param(
            "https://example.it/" + "a" * 30,
            ["https://example.it/" + "a" * 21, "a" * 9],
            id="an-address-that-fits-nowhere",
        ),
        pytest.param("prima riga\n" + "y" * 35, ["prima riga", "y" * 35], id="at-a-line"),
    ],
)
def test_long_texts_are_cut_where_a_reader_would(text: str, parts: list[str]) -> None:
    assert list(split(text, 40)) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            "Ah. " + "parola " * 6,
            ["Ah. parola parola parola parola parola", "parola"],
            id="not-after-an-early-sentence",
        ),
        pytest.param("y" * 20 + "\t" + "z" * 39, ["y" * 20, "z" * 39], id="at-any-gap"),
        pytest.param(
            "guardi:" + "https://example.it/" + "a" * 20,
            ["guardi:", "https://example.it/" + "a" * 20],
            id="before-an-address",
        ),
        pytest.param("x" * 35 + FAMILY + "y", ["x" * 35, FAMILY + "y"], id="not-within-an-emoji"),
        pytest.param("e\u0301" * 25, ["e\u0301" * 20, "e\u0301" * 5], id="not-within-a-letter"),
        pytest.param("a" + "\u0301" * 60, ["a" + "\u0301" * 39, "\u0301" * 21], id="no-other-way"),
        pytest.param("\n\n" + "x" * 40, ["x" * 40], id="no-empty-part"),
        pytest.param(" ", [" "], id="nothing-to-say"),
    ],
)
def test_nothing_is_cut_that_belongs_together(text: str, parts: list[str]) -> None:
    assert list(split(text, MOST)) == parts


@given(TEXTS)
def test_parts_fit_and_say_the_same(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in pieces)

    parts = list(split(text, MOST))

    assert all(0 < len(part) <= MOST for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    for whole in (FAMILY, FLAG, THUMB):
        assert sum(part.count(whole) for part in parts) == text.count(whole)
    for address in re.findall(r"https?://\S+", text):
        assert len(address) > MOST or any(address in part for part in parts)


@given(st.text(min_size=1, max_size=400))
def test_no_part_is_longer_than_the_channel_holds(text: str) -> None:
    assert all(len(part) <= MOST for part in split(text, MOST))
