"""What is learnt, and that it is kept between starts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.knowledge import Example, IntentKind
from bot.understanding.calibration import chance, learn, signs
from bot.understanding.model import learnt, phrases_of, remembered
from bot.understanding.ngrams import Ngrams
from bot.understanding.ridge import fit
from tests.knowledge_sample import an_intent
from tests.understanding.small_matcher import a_small_knowledge

KNOWLEDGE = a_small_knowledge()


def test_a_row_has_length_one_and_a_text_is_most_like_itself() -> None:
    texts = [["come", "entro"], ["come", "disdico"], ["dove", "pago"]]
    rows = Ngrams.learnt_from(texts).rows(texts)
    likeness = (rows @ rows.T).toarray()

    assert np.diag(likeness) == pytest.approx(1, abs=1e-6)
    assert likeness[0, 1] > likeness[0, 2]


def test_nothing_known_is_an_empty_row() -> None:
    assert Ngrams.learnt_from([["come"]]).rows([["zq"], []]).nnz == 0


@pytest.mark.parametrize(
    ("kind", "learnt_as"),
    [
        pytest.param(
            IntentKind.CONVERSATION, [["a", "tutti"], ["ciao", "a", "tutti"]], id="talk-both-ways"
        ),
        pytest.param(IntentKind.KNOWLEDGE, [["a", "tutti"]], id="questions-without-courtesies"),
    ],
)
def test_only_talk_is_learnt_with_its_courtesies(
    kind: IntentKind, learnt_as: list[list[str]]
) -> None:
    example = Example(text="ciao a tutti", language="it")
    intent = replace(an_intent("greeting", kind), examples=(example,))

    phrases = phrases_of(replace(KNOWLEDGE, intents={"greeting": intent}))

    assert [phrase.words for phrase in phrases] == learnt_as


def test_leaving_an_example_out_is_the_same_as_learning_without_it() -> None:
    texts = [["a", "b"], ["a", "c"], ["d", "e"], ["d", "f"], ["a", "f"]]
    labels = np.array([0, 0, 1, 1, 0])
    rows = Ngrams({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 1.0, "f": 1.0}).rows(texts)
    whole = fit(rows, labels, 2)

    for left_out in range(len(texts)):
        others = np.arange(len(texts)) != left_out
        wanted = np.eye(2)[labels] - whole.bias
        likeness = whole.likeness[np.ix_(others, others)] + 0.5 * np.eye(len(texts) - 1)
        solution = np.linalg.solve(likeness, wanted[others])
        expected = whole.likeness[left_out, others] @ solution + whole.bias
        assert whole.without_itself[left_out] == pytest.approx(expected, abs=1e-4)


def test_the_chance_of_being_right_is_learnt_from_what_was_right() -> None:
    rng = np.random.default_rng(1)
    scores = rng.random((400, 3)).astype(np.float32)
    found = signs(scores, scores.max(axis=1))
    right = found[:, 2] < 0.2  # A small lead is right here, against all that is believed before.
    sureness = learn(found, right, np.full(400, 50.0))

    assert chance(found[right], sureness).mean() > chance(found[~right], sureness).mean() + 0.3


def test_what_was_learnt_is_kept_and_judges_the_same(tmp_path: Path) -> None:
    first = remembered(KNOWLEDGE, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    second = remembered(KNOWLEDGE, tmp_path / "cache")
    row = first.ngrams.rows([["webmail"]])

    assert kept.suffix == ".npz"
    assert second.ngrams.weights == first.ngrams.weights
    assert (second.ngrams.rows([["webmail"]]) @ second.weights == row @ first.weights).all()
    assert (second.sureness == first.sureness).all()
    assert (second.examples != first.examples).nnz == 0


def test_a_damaged_file_is_learnt_again_and_old_ones_are_deleted(tmp_path: Path) -> None:
    remembered(KNOWLEDGE, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"half a file")
    old = tmp_path / "model-1-1-older.npz"
    old.write_bytes(b"")

    again = remembered(KNOWLEDGE, tmp_path)

    assert (again.weights == learnt(KNOWLEDGE).weights).all()
    assert [file.name for file in tmp_path.iterdir()] == [kept.name]


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert remembered(KNOWLEDGE, tmp_path / "file" / "cache").intents
