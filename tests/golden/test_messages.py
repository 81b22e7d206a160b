"""Messages as customers write them: what the matcher makes of them, with the real knowledge."""

import json
from pathlib import Path

import pytest
import yaml

from bot.domain.evaluation import Grade, Labelled, Outcome, outcome, report
from bot.domain.matching import Query, in_labels
from bot.parts import build_matcher, read_knowledge
from bot.settings import Settings
from tests.golden.playing import HERE

MISSES = yaml.safe_load((HERE / "known_misses.yaml").read_text("utf-8"))


def labelled() -> list[Labelled]:
    lines = map(json.loads, (HERE / "messages.jsonl").read_text("utf-8").splitlines())
    return [
        Labelled(id=one["id"], text=one["text"], label=one["label"], also=tuple(one["also"]))
        for one in lines
    ]


@pytest.fixture(scope="module")
def outcomes(golden_home: Path) -> list[Outcome]:
    settings = Settings(home=golden_home)
    knowledge = read_knowledge(settings)
    matcher = build_matcher(settings, knowledge)
    return [
        outcome(one, in_labels(matcher.match_now(Query(text=one.text)), knowledge.label_of))
        for one in labelled()
    ]


def test_no_message_is_answered_wrongly_but_the_known_ones(outcomes: list[Outcome]) -> None:
    wrong = [one.message.text for one in outcomes if one.grade is Grade.WRONG]

    assert sorted(wrong) == sorted(MISSES["answered_wrongly"])


def test_every_message_gets_help_but_the_known_misses(outcomes: list[Outcome]) -> None:
    missed = [one.message.text for one in outcomes if one.grade is Grade.MISSED]

    assert sorted(missed) == sorted(MISSES["not_helped"])


def test_nine_in_ten_are_answered_at_once(outcomes: list[Outcome]) -> None:
    assert report(outcomes).total.direct >= 0.9
