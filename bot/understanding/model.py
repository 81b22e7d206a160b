"""What the matcher has learnt from the knowledge, kept between starts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.domain.knowledge import OUT_OF_SCOPE, Example, IntentKind, Knowledge
from bot.understanding.cache import Cache, Reading
from bot.understanding.embedding import Embedder
from bot.understanding.engine import Engine, Learnt, Phrase, learn_from, respelt
from bot.understanding.ngrams import Vector
from bot.understanding.normalising import VERSION, all_tokens, sentence, without_courtesies
from bot.understanding.spelling import Speller

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Taught:
    """An example as it is compared, with what it is an example of."""

    intent: str
    kind: str
    example: Example
    phrase: Phrase


def taught_by(knowledge: Knowledge, cache: Cache) -> list[Taught]:
    """Return every example as the engine compares it.

    Talk about the talk is learnt with its greetings and thanks as well as without: "ciao a
    tutti" is to teach what "ciao" alone means.
    """
    readings = _readings(knowledge, cache)
    found = []
    for intent in knowledge.intents.values():
        for example in intent.examples:
            read = readings[example.text]
            ways = [without_courtesies(read.words)]
            if intent.kind is IntentKind.CONVERSATION and read.words not in ways:
                ways.append(read.words)
            found += [
                Taught(
                    intent=intent.name,
                    kind=intent.label,
                    example=example,
                    phrase=Phrase(words=way, sentence=read.sentence),
                )
                for way in ways
            ]
    return found


def _readings(knowledge: Knowledge, cache: Cache) -> Mapping[str, Reading]:
    """Return how the text of each example is read; those kept from before are not read again."""
    known = cache.readings(VERSION)
    texts = {one.text for intent in knowledge.intents.values() for one in intent.examples}
    if known.keys() != texts:
        known = {text: known.get(text) or _read(text) for text in sorted(texts)}
        cache.keep_readings(VERSION, known)
    return known


def _read(text: str) -> Reading:
    bare = text.replace("{", " ").replace("}", " ")
    return Reading(words=all_tokens(bare), sentence=sentence(bare))


def speller_for(taught: Sequence[Taught]) -> Speller:
    """Return a speller that knows the words of the examples."""
    return Speller(word for one in taught for word in one.phrase.sentence.split())


def engine_for(
    knowledge: Knowledge, taught: Sequence[Taught], embedder: Embedder | None, cache: Cache
) -> Engine:
    """Return the engine for this knowledge: as it is kept, else learnt now."""
    speller = speller_for(taught)
    learnt_from = (VERSION, embedder.name if embedder else "words only", knowledge.version)
    learnt = cache.model(*learnt_from)
    if learnt is None:
        learnt = _learnt(taught, embedder, speller, cache)
        cache.keep_model(learnt, *learnt_from)
    return Engine(learnt, embedder, speller)


def _learnt(
    taught: Sequence[Taught], embedder: Embedder | None, speller: Speller, cache: Cache
) -> Learnt:
    _log.info("learning examples=%d", len(taught))
    return learn_from(
        [one.phrase for one in taught],
        [one.intent for one in taught],
        vectors_of(taught, embedder, speller, cache),
        [one.kind for one in taught],
        OUT_OF_SCOPE,
    )


def vectors_of(
    taught: Sequence[Taught], embedder: Embedder | None, speller: Speller, cache: Cache
) -> Vector:
    """Return what each example means: (examples, dimensions); no columns without an embedder."""
    if embedder is None:
        return np.zeros((len(taught), 0), np.float32)
    sentences = [respelt(one.phrase.sentence, speller) for one in taught]
    return _embedded(sentences, embedder, cache)


def _embedded(sentences: Sequence[str], embedder: Embedder, cache: Cache) -> Vector:
    """Return the vectors of the sentences; those kept from before are not worked out again."""
    known = cache.vectors(embedder.name)
    new = [one for one in dict.fromkeys(sentences) if one not in known]
    if new:
        _log.info("embedding sentences=%d", len(new))
        known = {**known, **dict(zip(new, embedder.embed(new), strict=True))}
        cache.keep_vectors(embedder.name, {one: known[one] for one in sentences})
    return np.vstack([known[one] for one in sentences])
