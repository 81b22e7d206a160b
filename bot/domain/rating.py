"""What a customer says of a chat that staff have closed: one tap, and perhaps a few words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PREFIX = "rating:"
RATED, COMMENTED = "rated", "rating_comment"
"""What has happened, for the transcript."""

OPEN_FOR = timedelta(days=3)
"""Whoever answers later hardly remembers the chat that is meant."""
ASKED_AGAIN_AFTER = timedelta(days=7)
"""Who is asked more often feels pestered."""
COMMENT_WITHIN = timedelta(minutes=15)
"""Later a message is rather a new question than a comment."""
MOST_COMMENT_CHARS = 2000


class Rating(StrEnum):
    """How it went, as the customer sees it."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


@dataclass(frozen=True, kw_only=True)
class RatingAsked:
    """A question how it went, and what was answered.

    Args:
        closing: The epoch that began when the chat was closed; names the closing in its chat.
        colleague: Who closed it.
        untouched: Whether the customer has written nothing since; only then words are an answer.
        value: The customer's last word on it; None until there is one.
        rated_at: When the customer said so.
    """

    closing: int
    colleague: str
    asked_at: datetime
    untouched: bool = True
    value: Rating | None = None
    rated_at: datetime | None = None
    comment: str = ""

    def payload(self, value: Rating) -> str:
        """Return what the button of a rating carries."""
        return f"{PREFIX}{self.closing}:{value}"

    def is_open(self, now: datetime) -> bool:
        """Tell whether an answer still counts."""
        return now - self.asked_at <= OPEN_FOR

    def awaits_comment(self, now: datetime) -> bool:
        """Tell whether what is said now may be a comment."""
        rated = self.rated_at
        return rated is not None and not self.comment and now - rated <= COMMENT_WITHIN


def may_ask(before: RatingAsked | None, now: datetime) -> bool:
    """Tell whether a customer may be asked, given when they were asked last."""
    return before is None or now - before.asked_at >= ASKED_AGAIN_AFTER
