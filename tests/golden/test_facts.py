"""Questions about the provider, with what a right answer must and must not say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.golden.playing import DAY, HERE, Said, played

QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "facts.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def answers(golden_home: Path) -> dict[str, Said]:
    lines = [
        {
            "conversation": f"q{number}",
            "channel": "web",
            "from": "",
            "at": DAY.isoformat(),
            "text": one["question"],
        }
        for number, one in enumerate(QUESTIONS)
    ]
    said = played(lines, golden_home)
    return {one["question"]: answer for one, answer in zip(QUESTIONS, said, strict=True)}


@pytest.mark.parametrize("one", QUESTIONS, ids=lambda one: one["question"][:50])
def test_a_fact_is_told_as_the_help_page_has_it(
    one: dict[str, Any], answers: dict[str, Said]
) -> None:
    text = answers[one["question"]].text

    missing = [p for p in one["must_contain"] if not re.search(p, text, re.IGNORECASE)]
    wrong = [p for p in one["must_not_contain"] if re.search(p, text, re.IGNORECASE)]
    assert (missing, wrong) == ([], []), text
