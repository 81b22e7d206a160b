"""What is to be answered next: a message, or several that are meant as one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.bursts import (
    clearer,
    due,
    joined,
    may_go_on,
    pace_after,
    sounds_unfinished,
)
from bot.domain.conversation import Conversation, Status
from bot.domain.matching import Match, Zone
from bot.domain.meaning import Reading, says_little
from bot.domain.messages import InboundMessage
from bot.domain.reading import query_of, read
from bot.ports import ConversationStore, Matcher, StoredMessage
from bot.service.rules import DeskRules

NOTHING = Match(candidates=(), zone=Zone.OFFER_PERSON, language="")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a customer said, and what it means.

    Args:
        messages: What belongs together, oldest first.
        pause: How long more may come before it is to be answered; None for not at all.
        pace: How fast the customer writes, if known.
    """

    messages: tuple[StoredMessage, ...]
    reading: Reading
    pause: timedelta | None = None
    pace: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A message with what its own words mean."""

    stored: StoredMessage
    match: Match


_Parts = tuple[_Part, ...]


class Hearing:
    """Reads messages, and waits for the rest of what seems unfinished.

    Args:
        longest: How long at most; zero answers each message by itself.
    """

    def __init__(
        self, store: ConversationStore, matcher: Matcher, rules: DeskRules, longest: timedelta
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._rules = rules
        self._longest = longest

    async def heard(self, conversation: Conversation, stored: StoredMessage) -> Heard:
        """Return the oldest unanswered message with those that complete it."""
        parts: _Parts = (await self._part(conversation, stored),)
        while True:
            reading = await self._together(conversation, parts)
            if not self._is_unfinished(conversation, parts, reading):
                return self._all(conversation, parts, reading)
            following = await self._store.following(parts[-1].stored)
            if following is None:
                return self._so_far(conversation, parts, reading)
            part = await self._part(conversation, following)
            if not self._can_join(conversation, part):
                return self._all(conversation, parts, reading)
            parts = (*parts, part)

    def _all(self, conversation: Conversation, parts: _Parts, reading: Reading) -> Heard:
        pace = pace_after(conversation, _said(parts), waited=False)
        return Heard(messages=_stored(parts), reading=reading, pace=pace)

    def _so_far(self, conversation: Conversation, parts: _Parts, reading: Reading) -> Heard:
        """Return what came until now; while more may come, with how long that is."""
        until = due(_said(parts), conversation.pace, self._longest)
        left = until - self._rules.clock.now()
        waits = timedelta(0) < left <= self._longest  # Else the clock was set back since.
        return Heard(
            messages=_stored(parts),
            reading=reading,
            pause=left if waits else None,
            pace=pace_after(conversation, _said(parts), waited=True),
        )

    def _is_unfinished(self, conversation: Conversation, parts: _Parts, reading: Reading) -> bool:
        said, knowledge = _said(parts), self._rules.knowledge
        return (
            self._longest > timedelta(0)
            and may_go_on(conversation, reading, joined(said))
            and sounds_unfinished(reading, said[-1].text, knowledge)
        )

    def _can_join(self, conversation: Conversation, part: _Part) -> bool:
        message = part.stored.message
        reading = read(conversation, message, part.match, self._rules.knowledge)
        return may_go_on(conversation, reading, message)

    async def _together(self, conversation: Conversation, parts: _Parts) -> Reading:
        """Return what several messages mean: what was said around the question is left out."""
        said = joined(_said(parts))
        telling = tuple(one for one in parts if not self._is_small_talk(one)) or parts[-1:]
        match = telling[-1].match
        if len(telling) > 1:
            match = clearer(await self._match(conversation, joined(_said(telling))), match)
        if len(parts) > len(telling):
            match = replace(match, greeted=True)
        return read(conversation, said, match, self._rules.knowledge)

    def _is_small_talk(self, part: _Part) -> bool:
        best = part.match.best
        sure = best is not None and part.match.zone is Zone.ANSWER
        return sure and best is not None and says_little(best.intent, self._rules.knowledge)

    async def _part(self, conversation: Conversation, stored: StoredMessage) -> _Part:
        return _Part(stored=stored, match=await self._match(conversation, stored.message))

    async def _match(self, conversation: Conversation, message: InboundMessage) -> Match:
        quiet = conversation.status in {Status.STAFF, Status.SNOOZED}
        if quiet or message.payload or not message.text:
            return NOTHING
        return await self._matcher.match(
            query_of(conversation, message.text, self._rules.knowledge)
        )


def _stored(parts: _Parts) -> tuple[StoredMessage, ...]:
    return tuple(one.stored for one in parts)


def _said(parts: _Parts) -> Sequence[InboundMessage]:
    return [one.stored.message for one in parts]
