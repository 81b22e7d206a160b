"""The engine of this desk, taught as `bot/understanding/model.py` teaches it."""

import os
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from bench.understanding.data import STRANGE, DataSet
from bench.understanding.figures import Verdict
from bot.understanding.embedding import Embedder, sentence_embedder
from bot.understanding.engine import Engine, Phrase, learn_from, respelt
from bot.understanding.normalising import all_tokens, sentence, tokens
from bot.understanding.spelling import Speller


class Sportello:
    """Words, letters and, with an embedder, meaning; calibrated.

    Args:
        given: What its labels count as, and which are talk about the talk.
    """

    pid = os.getpid()

    def __init__(self, given: DataSet, embedder: Embedder | None) -> None:
        self._given = given
        self._embedder = embedder

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn as the desk does at its start."""
        taught = [
            (phrase, label)
            for text, label in zip(texts, labels, strict=True)
            for phrase in self._phrases(text, label)
        ]
        phrases, names = [phrase for phrase, _ in taught], [label for _, label in taught]
        speller = Speller(word for one in phrases for word in one.sentence.split())
        vectors = np.zeros((len(phrases), 0), np.float32)
        if self._embedder is not None:
            vectors = self._embedder.embed([respelt(one.sentence, speller) for one in phrases])
        kinds = [self._given.counts_as.get(name, name) for name in names]
        learnt = learn_from(phrases, names, vectors, kinds, STRANGE)
        self._engine = Engine(learnt, self._embedder, speller)

    def judge(self, text: str) -> Verdict:
        """Return the labels by their score, and the calibrated probability of the best."""
        found = self._engine.judge(Phrase(words=tokens(text), sentence=sentence(text)))
        if not found.familiar:
            return Verdict(ranked=[], sure=0.0)
        order = np.argsort(-found.scores, kind="stable")
        ranked = [(self._engine.labels[at], float(found.scores[at])) for at in order]
        return Verdict(ranked=ranked, sure=found.sure)

    def _phrases(self, text: str, label: str) -> Iterator[Phrase]:
        ways = [tokens(text)]
        if label in self._given.talk and all_tokens(text) not in ways:
            ways.append(all_tokens(text))
        yield from (Phrase(words=way, sentence=sentence(text)) for way in ways)


@cache
def embedder() -> Embedder | None:
    """Return the sentence encoder, if its package is installed."""
    return sentence_embedder()
