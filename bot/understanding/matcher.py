"""The `Matcher` port, learnt from the examples of the knowledge."""

import asyncio
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from bot.domain.knowledge import Knowledge
from bot.domain.matching import Candidate, Match, Query, Thresholds, zone_of
from bot.understanding.calibration import chance, signs
from bot.understanding.languages import language_of
from bot.understanding.model import phrases_of, remembered
from bot.understanding.ngrams import Vector
from bot.understanding.normalising import entities, tokens

_MOST_CANDIDATES = 5
_SHARPNESS = 8.0
"""How steeply what the winner leaves is shared out: by e to the power of the score times this."""


class LearntMatcher:
    """Scores a message by its words and runs of letters, and says how sure that is.

    Args:
        knowledge: Whose examples teach.
        thresholds: Where the zones begin.
        folder: Where what was learnt is kept between starts; None keeps nothing.
    """

    def __init__(
        self, knowledge: Knowledge, thresholds: Thresholds, folder: Path | None = None
    ) -> None:
        self._thresholds = thresholds
        self._model = remembered(knowledge, folder)
        phrases = phrases_of(knowledge)
        self._texts = [phrase.example.text for phrase in phrases]
        self._joined = [" ".join(phrase.words) for phrase in phrases]
        self._of_intent = {
            name: [at for at, phrase in enumerate(phrases) if phrase.intent == name]
            for name in self._model.intents
        }
        self._italian = np.array([phrase.example.language == "it" for phrase in phrases])

    async def match(self, query: Query) -> Match:
        """Return what the message means; runs in a thread, so others are not kept waiting."""
        return await asyncio.to_thread(self.match_now, query)

    def match_now(self, query: Query) -> Match:
        """Return what the message means, at once."""
        words = tokens(query.text)
        row = self._model.ngrams.rows([words])
        likeness: Vector = (self._model.examples @ row.T).toarray()[:, 0]
        scores: Vector = (row @ self._model.weights)[0] + self._model.bias
        nothing = row.nnz == 0
        candidates = () if nothing else self._candidates(" ".join(words), scores, likeness)
        return Match(
            candidates=candidates,
            zone=zone_of(candidates, self._thresholds),
            language=self._language(query, likeness),
            entities=entities(query.text),
        )

    def _candidates(self, text: str, scores: Vector, likeness: Vector) -> tuple[Candidate, ...]:
        """Return the likeliest intents; their chances and those of all others add up to one."""
        found = signs(scores[None, :], likeness.max(keepdims=True))
        sure = float(chance(found, self._model.sureness)[0])
        order = np.argsort(-scores, kind="stable")
        weight = np.exp(_SHARPNESS * scores[order])
        rest = (1 - sure) * weight[1:] / max(float(weight[1:].sum()), 1e-9)
        chances = [sure, *np.minimum(rest, sure).tolist()]
        return tuple(
            self._candidate(text, self._model.intents[column], value)
            for column, value in zip(order[:_MOST_CANDIDATES], chances, strict=False)
        )

    def _candidate(self, text: str, intent: str, value: float) -> Candidate:
        own = self._of_intent[intent]
        closest = process.extractOne(
            text, [self._joined[at] for at in own], scorer=fuzz.token_sort_ratio
        )
        example = self._texts[own[closest[2]]]
        return Candidate(intent=intent, confidence=round(value, 4), example=example)

    def _language(self, query: Query, likeness: Vector) -> str:
        italian = float(likeness[self._italian].max(initial=0.0))
        english = float(likeness[~self._italian].max(initial=0.0))
        return language_of(query.text, query.language, italian, english)
