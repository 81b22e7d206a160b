"""Whole conversations with the exact replies; `python -m tests.golden.record` renews them."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.golden.playing import Said, conversations, lines_of, played
from tests.golden.record import as_yaml

GOLDEN = conversations()


@pytest.fixture(scope="module")
def answers(golden_home: Path) -> dict[str, list[Said]]:
    """Play them all in one run, as one desk would see them."""
    lines = [line for name, one in GOLDEN.items() for line in lines_of(name, one)]
    said: Iterator[Said] = iter(played(lines, golden_home))
    return {name: list(islice(said, len(one["turns"]))) for name, one in GOLDEN.items()}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_conversation_goes_word_for_word(name: str, answers: dict[str, list[Said]]) -> None:
    expected = [turn["bot"] for turn in GOLDEN[name]["turns"]]

    assert [as_yaml(said) for said in answers[name]] == expected
