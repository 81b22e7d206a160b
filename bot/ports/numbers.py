"""What is counted of the desk's work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.rating import Rating


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What a customer wrote beside their rating."""

    conversation_id: str
    rating: Rating
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The desk's work in a period; chats deleted since are not counted.

    Args:
        since: The first moment that counts.
        until: The first that does not.
        chats: In which a customer wrote.
        bot_alone: Of these, in which the bot answered and no person was needed.
        handed_over: Of these, in which the bot called a person.
        handovers: How often it did so, by reason.
        replied: How often a colleague then answered.
        median_wait: Of half of those customers the wait was no longer than that.
        longest_wait: Of all of them.
        closings: How often a colleague closed a chat, by reason; under no name without one.
        asked: How many customers were asked how it went.
        ratings: How many said what.
        comments: The newest, newest first.
    """

    since: datetime
    until: datetime
    chats: int = 0
    bot_alone: int = 0
    handed_over: int = 0
    handovers: Mapping[str, int] = field(default_factory=dict)
    replied: int = 0
    median_wait: timedelta | None = None
    longest_wait: timedelta | None = None
    closings: Mapping[str, int] = field(default_factory=dict)
    asked: int = 0
    ratings: Mapping[Rating, int] = field(default_factory=dict)
    comments: Sequence[Comment] = ()

    @property
    def rated(self) -> int:
        """How many customers said how it went."""
        return sum(self.ratings.values())


class NumberStore(Protocol):
    """Counts what is kept."""

    async def numbers(self, since: datetime, until: datetime) -> Numbers:
        """Return the numbers of a period, which ends before ``until``."""
        ...
