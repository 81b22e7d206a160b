"""The `Matcher` port, learnt from the examples of the knowledge."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from bot.domain.knowledge import Knowledge
from bot.domain.matching import (
    Candidate,
    Candidates,
    Costs,
    EntityKind,
    Match,
    Query,
    View,
    Zone,
    asked_in,
    costs_of,
    zone_of,
)
from bot.understanding.cache import Cache
from bot.understanding.embedding import Embedder
from bot.understanding.engine import Judgement, Phrase
from bot.understanding.entities import entities
from bot.understanding.languages import language_of
from bot.understanding.model import engine_for, taught_by
from bot.understanding.normalising import sentence, tokens
from bot.understanding.questions import greeted, parts_of

_MOST_CANDIDATES = 5
_FIGURES = frozenset({EntityKind.NUMBER, EntityKind.DATE, EntityKind.AMOUNT})
"""A figure alone says nothing: "333 1234567" is no call to the 118 of an example."""
_SHARPNESS = 8.0
"""How steeply what the winner leaves is shared out: by e to the power of the score times this."""


class LearntMatcher:
    """Scores a message by its words, its letters and its meaning, and says how sure that is.

    Args:
        knowledge: Whose examples teach.
        costs: Of each mistake, which decide between answering and asking.
        embedder: Knows what sentences mean; without it words and letters must do.
        folder: Where what was learnt is kept between starts; None keeps nothing.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        costs: Costs,
        embedder: Embedder | None = None,
        folder: Path | None = None,
    ) -> None:
        cache = Cache(folder)
        taught = taught_by(knowledge, cache)
        self._costs = costs
        self._label_of = knowledge.label_of
        self._engine = engine_for(knowledge, taught, embedder, cache)
        self._kinds = np.array([knowledge.label_of(name) for name in self._engine.labels])
        self._intents = [one.intent for one in taught]
        self._texts = [one.example.text for one in taught]
        self._of_intent = {
            name: np.array([at for at, one in enumerate(taught) if one.intent == name])
            for name in self._engine.labels
        }
        self._italian = np.array([one.example.language == "it" for one in taught])
        # A message keeps one core busy, so that as many are worked on as there are cores; more
        # would only keep the event loop from its turn. Learning used all cores for itself.
        threadpool_limits(limits=1, user_api="blas")
        self._threads = ThreadPoolExecutor(os.cpu_count(), "matching")

    async def match(self, query: Query) -> Match:
        """Return what the message means; runs in a thread, so others are not kept waiting."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.match_now, query)

    def match_now(self, query: Query) -> Match:
        """Return what the message means, at once."""
        judged = self._judged(query.text)
        candidates, second = self._asked(query.text, judged)
        return Match(
            candidates=candidates[:_MOST_CANDIDATES],
            zone=self._zone(candidates),
            language=self._language(query, judged),
            entities=entities(query.text),
            second=second,
            greeted=greeted(query.text),
            views=self._views(judged) if judged.familiar else (),
            expected=costs_of(candidates, self._costs, self._label_of),
        )

    def _asked(self, text: str, judged: Judgement) -> tuple[Candidates, Candidate | None]:
        whole, parts = self._candidates(judged), parts_of(text)
        if len(parts) == 1:
            return whole, None
        each = [self._candidates(self._judged(part)) for part in parts]
        return asked_in(whole, each, self._zone)

    def _zone(self, candidates: Candidates) -> Zone:
        return zone_of(candidates, self._costs, self._label_of)

    def _views(self, judged: Judgement) -> tuple[View, ...]:
        """Return what words, meaning and the closest example each say by themselves."""
        nearest = int(judged.likeness.argmax())
        found = [("words", judged.by_words), ("meaning", judged.by_meaning)]
        views = [
            View(
                name=name,
                intent=self._engine.labels[int(scores.argmax())],
                score=_two(scores.max()),
            )
            for name, scores in found
            if scores is not None
        ]
        closest = View(
            name="closest",
            intent=self._intents[nearest],
            score=_two(judged.likeness[nearest]),
        )
        return (*views, closest)

    def _judged(self, text: str) -> Judgement:
        words = tokens(text)
        judged = self._engine.judge(Phrase(words=words, sentence=sentence(text)))
        return replace(judged, familiar=judged.familiar and not _FIGURES.issuperset(words))

    def _candidates(self, judged: Judgement) -> Candidates:
        """Return all intents, best first; what their chances leave is for none of them.

        How sure the best is stands for all that count as the same. Where the best is unlikely,
        so are the others.
        """
        if not judged.familiar:
            return ()
        order = np.argsort(-judged.scores, kind="stable")
        weight = np.exp(_SHARPNESS * judged.scores[order])
        weight[self._kinds[order] == self._kinds[order[0]]] = 0
        left = (1 - judged.sure) * min(1.0, 2 * judged.sure)
        rest = left * weight[1:] / max(float(weight[1:].sum()), 1e-9)
        chances = [judged.sure, *np.minimum(rest, judged.sure).tolist()]
        intents = [self._engine.labels[column] for column in order]
        return tuple(
            Candidate(
                intent=intent,
                confidence=round(chance, 4),
                example=self._closest(judged, intent) if place < _MOST_CANDIDATES else "",
            )
            for place, (intent, chance) in enumerate(zip(intents, chances, strict=True))
        )

    def _closest(self, judged: Judgement, intent: str) -> str:
        own = self._of_intent[intent]
        return self._texts[int(own[judged.likeness[own].argmax()])]

    def _language(self, query: Query, judged: Judgement) -> str:
        italian = float(judged.wording[self._italian].max(initial=0.0))
        english = float(judged.wording[~self._italian].max(initial=0.0))
        return language_of(query.text, query.language, italian, english)


def _two(score: float) -> float:
    return round(float(score), 2)
