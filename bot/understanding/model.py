"""What the matcher has learnt from the knowledge, kept between starts."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from bot.domain.knowledge import OUT_OF_SCOPE, Example, IntentKind, Knowledge
from bot.understanding.calibration import Floats, learn, signs
from bot.understanding.ngrams import Ngrams, Vector
from bot.understanding.normalising import VERSION, all_tokens, tokens
from bot.understanding.ridge import Fit, fit

_FORMAT = "1"
"""Raised when a model learnt by an older program would no longer fit this one."""
_STRANGE = 0.05
"""Weight of a message the knowledge does not know beside one that it does; out-of-scope
examples speak for most of them."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """Everything needed to judge a message.

    Args:
        intents: Names, in the order of the columns of ``weights``.
        weights: (n-grams, intents).
        bias: (intents,).
        examples: (examples, n-grams): the rows of the examples, for the closest one.
        sureness: Coefficients that turn signs into a probability.
    """

    intents: Sequence[str]
    ngrams: Ngrams
    weights: Vector
    bias: Vector
    examples: csr_matrix
    sureness: Floats


def learnt(knowledge: Knowledge) -> Model:
    """Return what the examples of the knowledge teach; deterministic."""
    intents = sorted(knowledge.intents)
    phrases = phrases_of(knowledge)
    texts, labels = [one.words for one in phrases], [one.intent for one in phrases]
    ngrams = Ngrams.learnt_from(texts)
    rows = ngrams.rows(texts)
    columns = np.array([intents.index(label) for label in labels], np.intp)
    found = fit(rows, columns, len(intents))
    return Model(
        intents=intents,
        ngrams=ngrams,
        weights=found.weights,
        bias=found.bias,
        examples=rows,
        sureness=_sureness(found, columns, np.array(labels) == OUT_OF_SCOPE),
    )


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """An example as it is compared."""

    intent: str
    example: Example
    words: Sequence[str]


def phrases_of(knowledge: Knowledge) -> list[Phrase]:
    """Return every example as words.

    Talk about the talk is learnt with its greetings and thanks as well as without: "ciao a
    tutti" is to teach what "ciao" alone means.
    """
    found = []
    for intent in knowledge.intents.values():
        for example in intent.examples:
            text = example.text.replace("{", " ").replace("}", " ")
            ways = [tokens(text)]
            if intent.kind is IntentKind.CONVERSATION and all_tokens(text) not in ways:
                ways.append(all_tokens(text))
            found += [Phrase(intent=intent.name, example=example, words=way) for way in ways]
    return found


def remembered(knowledge: Knowledge, folder: Path | None) -> Model:
    """Return the model of this knowledge: from the folder if it is there, else learnt now.

    A folder that cannot be written only costs the time to learn again.
    """
    if folder is None:
        return learnt(knowledge)
    file = folder / f"model-{_FORMAT}-{VERSION}-{knowledge.version[:16]}.npz"
    with suppress(OSError, ValueError, KeyError):
        return _loaded(file)
    model = learnt(knowledge)
    with suppress(OSError):
        _store(model, file)
    return model


def _sureness(found: Fit, labels: Any, strange: Any) -> Floats:  # noqa: ANN401 - arrays
    others = np.where(np.eye(len(labels), dtype=bool), 0, found.likeness).max(axis=1)
    foreign = np.where(labels[:, None] == labels[None, :], 0, found.likeness).max(axis=1)
    right = found.without_itself.argmax(axis=1) == labels
    unknown = ~strange  # An out-of-scope example without its kind still is no intent of ours.
    return learn(
        np.vstack(
            [
                signs(found.without_itself, others),
                signs(found.without_intent[unknown], foreign[unknown]),
            ]
        ),
        np.concatenate([right, np.zeros(int(unknown.sum()), bool)]),
        np.concatenate([np.ones(len(labels)), np.full(int(unknown.sum()), _STRANGE)]),
    )


def _loaded(file: Path) -> Model:
    with np.load(file, allow_pickle=False) as kept:
        words = json.loads(str(kept["words"]))
        weights = dict(zip(words["ngrams"], kept["importance"].tolist(), strict=True))
        shape = tuple(kept["shape"].tolist())
        return Model(
            intents=words["intents"],
            ngrams=Ngrams(weights),
            weights=kept["weights"],
            bias=kept["bias"],
            examples=csr_matrix((kept["values"], kept["columns"], kept["ends"]), shape=shape),
            sureness=kept["sureness"],
        )


def _store(model: Model, file: Path) -> None:
    """Write the model beside its place and move it there, then delete those of older knowledge."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.stem}.{os.getpid()}.new.npz")
    words = {"intents": list(model.intents), "ngrams": list(model.ngrams.weights)}
    np.savez(
        draft,
        words=np.array(json.dumps(words)),
        importance=np.array(list(model.ngrams.weights.values())),
        weights=model.weights,
        bias=model.bias,
        values=model.examples.data,
        columns=model.examples.indices,
        ends=model.examples.indptr,
        shape=np.array(model.examples.shape),
        sureness=model.sureness,
    )
    draft.replace(file)
    for old in file.parent.glob("model-*.npz"):
        if old != file:
            old.unlink(missing_ok=True)
