"""What was learnt, kept in a folder between starts; it can be deleted at any time."""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from bot.understanding.engine import Learnt
from bot.understanding.ngrams import Ngrams, Vector

_UNREADABLE = (OSError, EOFError, ValueError, KeyError)
_FORMAT = "2"
"""Raised when a model learnt by an older program would no longer fit this one."""


class Reading(NamedTuple):
    """A text as `normalising` reads it: all its words, and its sentence."""

    words: list[str]
    sentence: str


class Cache:
    """Models by a key for what they were learnt from, sentences already embedded, texts read.

    A folder that cannot be written only costs the time to learn again.

    Args:
        folder: None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def model(self, *learnt_from: str) -> Learnt | None:
        """Return what was learnt from this, if it is kept."""
        with suppress(*_UNREADABLE), np.load(self._file("model", *learnt_from)) as kept:
            return _unpacked(kept)
        return None

    def keep_model(self, learnt: Learnt, *learnt_from: str) -> None:
        """Keep a model in place of those learnt from anything else."""
        self._write(self._file("model", *learnt_from), _packed(learnt))

    def vectors(self, embedder: str) -> Mapping[str, Vector]:
        """Return the vector of each sentence kept."""
        with suppress(*_UNREADABLE), np.load(self._file("vectors", embedder)) as kept:
            return dict(zip(json.loads(str(kept["sentences"])), kept["vectors"], strict=True))
        return {}

    def keep_vectors(self, embedder: str, vectors: Mapping[str, Vector]) -> None:
        """Keep these vectors in place of all others."""
        sentences = np.array(json.dumps(list(vectors)))
        arrays = {"sentences": sentences, "vectors": np.array(list(vectors.values()))}
        self._write(self._file("vectors", embedder), arrays)

    def readings(self, version: str) -> Mapping[str, Reading]:
        """Return how each text kept is read."""
        with suppress(*_UNREADABLE), np.load(self._file("readings", version)) as kept:
            return {text: Reading(*read) for text, *read in json.loads(str(kept["readings"]))}
        return {}

    def keep_readings(self, version: str, readings: Mapping[str, Reading]) -> None:
        """Keep these readings in place of all others."""
        rows = [(text, *read) for text, read in readings.items()]
        self._write(self._file("readings", version), {"readings": np.array(json.dumps(rows))})

    def _file(self, kind: str, *key: str) -> Path:
        if self._folder is None:
            return Path(os.devnull)
        digest = hashlib.sha256("\n".join((_FORMAT, *key)).encode()).hexdigest()
        return self._folder / f"{kind}-{digest[:16]}.npz"

    def _write(self, file: Path, arrays: Mapping[str, Any]) -> None:
        """Write beside the place and move there, then delete what it replaces."""
        if self._folder is None:
            return
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_name(f"{file.stem}.{os.getpid()}.new.npz")
            np.savez(draft, **arrays)
            draft.replace(file)
            for old in file.parent.glob(f"{file.name.partition('-')[0]}-*.npz"):
                if old != file:
                    old.unlink(missing_ok=True)


def _packed(learnt: Learnt) -> Mapping[str, Any]:
    words = {"labels": list(learnt.labels), "ngrams": list(learnt.ngrams.weights)}
    return {
        "words": np.array(json.dumps(words)),
        "importance": np.array(list(learnt.ngrams.weights.values())),
        "values": learnt.examples.data,
        "columns": learnt.examples.indices,
        "ends": learnt.examples.indptr,
        "shape": np.array(learnt.examples.shape),
        "vectors": learnt.vectors,
        "meaning": np.array(learnt.meaning),
        "solution": learnt.solution,
        "bias": learnt.bias,
        "sureness": learnt.sureness,
    }


def _unpacked(kept: Mapping[str, Any]) -> Learnt:
    words = json.loads(str(kept["words"]))
    weights = dict(zip(words["ngrams"], kept["importance"].tolist(), strict=True))
    shape = tuple(kept["shape"].tolist())
    return Learnt(
        labels=words["labels"],
        ngrams=Ngrams(weights),
        examples=csr_matrix((kept["values"], kept["columns"], kept["ends"]), shape=shape),
        vectors=kept["vectors"],
        meaning=float(kept["meaning"]),
        solution=kept["solution"],
        bias=kept["bias"],
        sureness=kept["sureness"],
    )
