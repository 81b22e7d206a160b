"""`sportello serve` with a matcher that costs nothing: `python -m bench.crash.node`.

It knows the questions of the bench by heart, so that what is tried is everything but matching.
"""

import asyncio

from bot.app import Choices
from bot.cli.operation import serving
from bot.domain.matching import Candidate, Match, Query, Zone
from tests.e2e.words import knowledge


class ByHeart:
    """Knows the examples, and nothing else."""

    def __init__(self) -> None:
        self._intents = {
            one.text: name
            for name, intent in knowledge().intents.items()
            for one in intent.examples
        }

    async def match(self, query: Query) -> Match:
        """Return the intent of an example; never raises."""
        intent = self._intents.get(query.text)
        if intent is None:
            return Match(candidates=(), zone=Zone.OFFER_PERSON, language="it")
        best = Candidate(intent=intent, confidence=1.0, example=query.text)
        return Match(candidates=(best,), zone=Zone.ANSWER, language="it")


if __name__ == "__main__":
    asyncio.run(serving(Choices(matcher=ByHeart(), ask_registries=False)))
