"""The `Matcher` port by fuzzy comparison with the examples of the knowledge."""

import asyncio
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from bot.domain.knowledge import Knowledge
from bot.domain.matching import Candidate, Match, Query, Thresholds, zone_of
from bot.understanding.languages import language_of
from bot.understanding.normalising import entities, tokens

_SIMILAR_FROM = 78.0
"""Likeness from which two words count as the same with a typing error, from 0 to 100."""
_WORDS_WEIGHT = 0.7
"""Share of the words in a score; the rest is the likeness of the whole text."""
_SUPPORT = 0.15
"""Share of an intent's second and third best examples in its score."""
_MOST_CANDIDATES = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class _Phrase:
    intent: str
    language: str
    text: str
    words: tuple[str, ...]


class FuzzyMatcher:
    """Compares a message with every example, word by word and as a whole.

    Words are weighted by how few intents use them, so that "auth-code" counts for more than
    "vorrei"; words with a typing error count by their likeness.
    """

    def __init__(self, knowledge: Knowledge, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._phrases = list(_phrases(knowledge))
        self._joined = [" ".join(phrase.words) for phrase in self._phrases]
        self._vocabulary = sorted({word for phrase in self._phrases for word in phrase.words})
        self._column = {word: column for column, word in enumerate(self._vocabulary)}
        self._weights = _weights(self._phrases, self._vocabulary)
        self._uses = _uses(self._phrases, self._column)
        self._phrase_weight = self._uses @ self._weights
        self._italian = np.array([phrase.language == "it" for phrase in self._phrases])
        self._unknown_weight = float(np.percentile(self._weights, 75))

    async def match(self, query: Query) -> Match:
        """Return what the message means; runs in a thread, so others are not kept waiting."""
        return await asyncio.to_thread(self.match_now, query)

    def match_now(self, query: Query) -> Match:
        """Return what the message means, at once."""
        scores = self._scores(tokens(query.text))
        candidates = self._candidates(scores)
        return Match(
            candidates=candidates,
            zone=zone_of(candidates, self._thresholds),
            language=self._language(query, scores),
            entities=entities(query.text),
        )

    def _language(self, query: Query, scores: Floats) -> str:
        italian = float(scores[self._italian].max(initial=0.0))
        english = float(scores[~self._italian].max(initial=0.0))
        return language_of(query.text, query.language, italian, english)

    def _scores(self, words: Sequence[str]) -> Floats:
        """Return the likeness of the message to each example, from 0 to 1."""
        if not words:
            return np.zeros(len(self._phrases))
        whole = process.cdist([" ".join(words)], self._joined, scorer=fuzz.ratio)[0] / 100
        blended: Floats = _WORDS_WEIGHT * self._by_words(words) + (1 - _WORDS_WEIGHT) * whole
        return blended

    def _by_words(self, words: Sequence[str]) -> Floats:
        """Return the share of weighted words that message and example have in common."""
        alike = process.cdist(words, self._vocabulary, scorer=fuzz.ratio) / 100
        alike[alike * 100 < _SIMILAR_FROM] = 0.0
        best_for_word = alike.max(axis=1)
        nearest = alike.argmax(axis=1)
        weight_of_word = np.where(best_for_word > 0, self._weights[nearest], self._unknown_weight)
        in_message = alike.max(axis=0) * self._weights
        shared_of_phrase = self._uses @ in_message
        shared_of_message = np.zeros(len(self._phrases))
        for row, weight in zip(alike, weight_of_word, strict=True):
            shared_of_message += weight * (self._uses * row).max(axis=1)
        total = float(weight_of_word.sum()) + self._phrase_weight
        score: Floats = (shared_of_phrase + shared_of_message) / np.maximum(total, 1e-9)
        return score

    def _candidates(self, scores: Floats) -> tuple[Candidate, ...]:
        order = np.argsort(-scores, kind="stable")[:60]
        by_intent: dict[str, list[int]] = {}
        for row in order:
            by_intent.setdefault(self._phrases[row].intent, []).append(int(row))
        found = [self._candidate(intent, rows, scores) for intent, rows in by_intent.items()]
        return tuple(sorted(found, key=lambda one: -one.confidence)[:_MOST_CANDIDATES])

    def _candidate(self, intent: str, rows: Sequence[int], scores: Floats) -> Candidate:
        best = float(scores[rows[0]])
        others = [float(scores[row]) for row in rows[1:3]] or [0.0]
        confidence = (1 - _SUPPORT) * best + _SUPPORT * sum(others) / len(others)
        example = self._phrases[rows[0]].text
        return Candidate(intent=intent, confidence=round(confidence, 4), example=example)


def _phrases(knowledge: Knowledge) -> Iterable[_Phrase]:
    for intent in knowledge.intents.values():
        for example in intent.examples:
            words = tuple(tokens(example.text.replace("{", " ").replace("}", " ")))
            yield _Phrase(
                intent=intent.name, language=example.language, text=example.text, words=words
            )


def _weights(phrases: Sequence[_Phrase], vocabulary: Sequence[str]) -> Floats:
    """Return the weight of each word: high where few examples and few intents use it."""
    in_phrases = Counter(word for phrase in phrases for word in set(phrase.words))
    pairs = {(word, phrase.intent) for phrase in phrases for word in phrase.words}
    in_intents = Counter(word for word, _ in pairs)
    intents = len({phrase.intent for phrase in phrases})
    return np.array(
        [
            0.15
            + math.log(1 + len(phrases) / in_phrases[word])
            / 4
            * math.log(1 + intents / in_intents[word])
            for word in vocabulary
        ]
    )


def _uses(phrases: Sequence[_Phrase], column: dict[str, int]) -> Floats:
    table = np.zeros((len(phrases), len(column)))
    for row, phrase in enumerate(phrases):
        for word in phrase.words:
            table[row, column[word]] = 1.0
    return table
