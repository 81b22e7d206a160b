"""What is learnt, and that it is kept between starts."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.domain.knowledge import Example, IntentKind
from bot.understanding import model
from bot.understanding.cache import Cache
from bot.understanding.calibration import chance, learn, signs
from bot.understanding.engine import Engine, Learnt, Phrase, learn_from
from bot.understanding.model import engine_for, taught_by
from bot.understanding.ngrams import Ngrams, Vector
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

    taught = taught_by(replace(KNOWLEDGE, intents={"greeting": intent}), Cache(None))

    assert [one.phrase.words for one in taught] == learnt_as


def test_leaving_an_example_out_is_the_same_as_learning_without_it() -> None:
    texts = [["a", "b"], ["a", "c"], ["d", "e"], ["d", "f"], ["a", "f"]]
    labels = np.array([0, 0, 1, 1, 0])
    rows = Ngrams({"a": 1.0, "b": 1.0, "c": 1.0, "d": 1.0, "e": 1.0, "f": 1.0}).rows(texts)
    likeness = (rows @ rows.T).toarray()
    whole = fit(likeness, labels, 2, ridge=0.5)

    for left_out in range(len(texts)):
        others = np.arange(len(texts)) != left_out
        wanted = np.eye(2)[labels] - whole.bias
        known = likeness[np.ix_(others, others)] + 0.5 * np.eye(len(texts) - 1)
        expected = likeness[left_out, others] @ np.linalg.solve(known, wanted[others])
        assert whole.without_itself[left_out] == pytest.approx(expected + whole.bias, abs=1e-4)


def test_the_chance_of_being_right_is_learnt_from_what_was_right() -> None:
    rng = np.random.default_rng(1)
    scores = rng.random((400, 3)).astype(np.float32)
    found = signs(scores, scores.max(axis=1))
    right = found[:, 2] < 0.2  # A small lead is right here, against all that is believed before.
    sureness = learn(found, right, np.full(400, 50.0))

    assert chance(found[right], sureness).mean() > chance(found[~right], sureness).mean() + 0.3


class CountingEmbedder:
    """Knows two meanings, and remembers what it was asked for."""

    name = "counting 1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vector:
        self.asked += texts
        return np.array([[1, 0] if "pec" in text else [0, 1] for text in texts], np.float32)


def scores_of(engine: Engine) -> list[float]:
    judged = engine.judge(Phrase(words=["webmail"], sentence="webmail"))
    return [*judged.scores.tolist(), judged.sure]


def test_what_was_learnt_is_kept_and_judges_the_same(tmp_path: Path) -> None:
    taught, embedder = taught_by(KNOWLEDGE, Cache(None)), CountingEmbedder()
    first = engine_for(KNOWLEDGE, taught, embedder, Cache(tmp_path / "cache"))
    expected = scores_of(first)
    embedder.asked.clear()

    second = engine_for(KNOWLEDGE, taught, embedder, Cache(tmp_path / "cache"))

    assert embedder.asked == []
    assert scores_of(second) == pytest.approx(expected)


def test_of_changed_knowledge_only_new_sentences_are_embedded(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    engine_for(KNOWLEDGE, taught_by(KNOWLEDGE, Cache(None)), embedder, Cache(tmp_path))
    embedder.asked.clear()
    cancellation = KNOWLEDGE.intents["cancellation"]
    more = replace(
        cancellation,
        examples=(*cancellation.examples, Example(text="non voglio rinnovare", language="it")),
    )
    changed = replace(KNOWLEDGE, version="2", intents={**KNOWLEDGE.intents, more.name: more})

    engine_for(changed, taught_by(changed, Cache(None)), embedder, Cache(tmp_path))

    assert embedder.asked == ["non voglio rinnovare"]


def test_a_damaged_file_is_learnt_again_and_old_ones_are_deleted(tmp_path: Path) -> None:
    taught = taught_by(KNOWLEDGE, Cache(None))
    expected = scores_of(engine_for(KNOWLEDGE, taught, None, Cache(tmp_path)))
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"")
    (tmp_path / "model-older.npz").write_bytes(b"")

    again = engine_for(KNOWLEDGE, taught, None, Cache(tmp_path))

    assert scores_of(again) == pytest.approx(expected)
    assert [file.name for file in tmp_path.iterdir()] == [kept.name]


def test_an_example_that_was_read_before_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = taught_by(KNOWLEDGE, Cache(tmp_path))
    monkeypatch.setattr(model, "all_tokens", None)

    assert taught_by(KNOWLEDGE, Cache(tmp_path)) == first


@pytest.mark.parametrize(
    "folder", [pytest.param(None, id="none"), pytest.param("file/cache", id="not-writable")]
)
def test_a_folder_that_cannot_be_written_only_costs_time(
    folder: str | None, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / folder if folder else None)

    assert engine_for(KNOWLEDGE, taught_by(KNOWLEDGE, Cache(None)), None, cache).labels


def test_meaning_counts_more_where_examples_are_few() -> None:
    def learnt(examples: int) -> Learnt:
        labels = [f"label{at % 2}" for at in range(examples)]
        phrases = [Phrase(words=[f"w{at}"], sentence="") for at in range(examples)]
        vectors = np.eye(examples, 4, dtype=np.float32)
        return learn_from(phrases, labels, vectors, labels, "none")

    assert learnt(4).meaning > learnt(100).meaning > 0
