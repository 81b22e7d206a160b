"""The comparison itself, with the engines that need nothing else."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.understanding import cost, curve
from bench.understanding.__main__ import main
from bench.understanding.data import (
    STRANGE,
    DataSet,
    Example,
    at_most,
    enlarged,
    own_set,
    public_sets,
)
from bench.understanding.engines import ENGINES
from bench.understanding.figures import Figures, Verdict
from bench.understanding.running import counted, machine, verdicts
from tests.house.repository import ROOT

TRAIN = {
    "weather": ["che tempo fa oggi", "piove domani"],
    "alarm": ["metti una sveglia alle sette", "svegliami domani"],
}
ASKED = [
    ("Che tempo fa, oggi?", "weather"),
    ("svegliami domani presto", "alarm"),
    ("quanto costa un chilo di pere", STRANGE),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    train = [{"t": text, "y": label} for label, texts in TRAIN.items() for text in texts]
    read = {"train": train, "test": [{"t": text, "y": label} for text, label in ASKED]}
    (tmp_path / "small_it.k10.s0.noisy.json").write_text(json.dumps(read), "utf-8")
    return tmp_path


@pytest.fixture
def small(folder: Path) -> DataSet:
    return public_sets(folder)[0]


def test_a_public_set_is_read_with_its_name_and_language(small: DataSet) -> None:
    assert (small.name, small.language, len(small.examples)) == ("small_it k10 noisy", "it", 4)
    assert [one.strange for one in small.messages] == [False, False, True]


def test_the_table_has_a_row_a_set_and_says_how_it_came_about(folder: Path) -> None:
    done = CliRunner().invoke(main, ["compare", str(folder), "--engine", "rapidfuzz"])

    assert "| small_it k10 noisy | 100.0 / 100.0 / 100.0 / 100.0 |" in done.output
    assert machine() in done.output
    assert ENGINES["rapidfuzz"].version() in done.output


def test_a_finer_label_is_counted_as_the_one_it_belongs_to() -> None:
    verdict = Verdict(ranked=[("rain", 0.6), ("alarm", 0.3), ("weather", 0.1)], sure=0.6)

    assert counted(verdict, {"rain": "weather"}).ranked == [("weather", 0.6), ("alarm", 0.3)]


def test_the_closest_example_decides_for_the_fuzzy_engine(small: DataSet) -> None:
    found = verdicts("rapidfuzz", small)

    assert [one.labels[0] for one in found[:2]] == ["weather", "alarm"]
    assert found[0].sure == 1.0


def test_fewer_examples_are_drawn_for_each_label_and_always_the_same(small: DataSet) -> None:
    drawn = at_most(small, a_label=1, draw=0)

    assert sorted(one.label for one in drawn.examples) == ["alarm", "weather"]
    assert drawn == at_most(small, a_label=1, draw=0)
    assert any(drawn != at_most(small, a_label=1, draw=draw) for draw in range(1, 9))


def test_a_larger_set_has_the_same_labels_with_noise(small: DataSet) -> None:
    grown = enlarged(small, examples=11).examples

    assert len(grown) == 11
    assert grown[:4] == small.examples
    assert [one.label for one in grown[4:8]] == [one.label for one in small.examples]
    assert Example(text="che tempo fa oggi", label="weather") not in grown[4:]


def test_the_cost_is_measured_where_the_engine_runs(small: DataSet) -> None:
    spent = cost.cost_here("rapidfuzz", small)

    assert spent.slow >= spent.median
    assert spent.peak_mib >= spent.resident_mib > 1


def test_the_curve_has_each_step_as_a_row_and_as_a_point() -> None:
    steps = len(curve.STEPS) + 1
    line = [Figures(first=0.5, top=0.6, apart=0.7, answered=0.25)] * steps

    drawn = re.findall(r'points="([^"]+)"', curve.picture({"rapidfuzz": line}))
    heights = [{point.split(",")[1] for point in points.split()} for points in drawn]
    assert [len(points.split()) for points in drawn] == [steps, steps]
    assert [len(one) for one in heights] == [
        1,
        1,
    ]  # The shares do not change, so the line is flat.
    assert heights[0] != heights[1]


def test_our_own_knowledge_is_learnt_as_customers_write(tmp_path: Path) -> None:
    asked = {"text": "che tempo fa", "label": "out_of_scope", "also": ["greeting"]}
    (tmp_path / "asked.jsonl").write_text(f"{json.dumps(asked)}\n", "utf-8")

    own = own_set(ROOT / "intents", ROOT / "faq", tmp_path / "asked.jsonl")

    assert [one.right for one in own.messages] == [[STRANGE, "greeting"]]
    assert STRANGE in {one.label for one in own.examples}
    assert [one.text for one in own.examples if "{" in one.text] == []


def test_our_own_engine_is_compared_like_the_others(small: DataSet) -> None:
    found = verdicts("Sportello, words only", small)

    assert [one.labels[0] for one in found[:2]] == ["weather", "alarm"]
    assert found[0].sure > found[2].sure
