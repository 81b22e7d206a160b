import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot.domain.registry import Phase, outlook

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases/domain_phase.jsonl")
    .read_text("utf-8")
    .splitlines()
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_registry_words_give_the_phase(case: dict[str, Any]) -> None:
    status = case["status"]
    found = outlook([status] if isinstance(status, str) else status)

    assert asdict(found) == case["expect"]


@pytest.mark.parametrize("words", [[], [""], ["something new"], ["pending update"]])
def test_unknown_words_go_to_a_person(words: list[str]) -> None:
    found = outlook(words)

    assert found.phase is Phase.UNCLEAR
    assert found.needs_staff
