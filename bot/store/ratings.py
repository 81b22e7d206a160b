"""How customers say it went, kept beside their chats."""

from bot.domain.rating import RatingAsked
from bot.store.codec import micros
from bot.store.database import Connection

_SAVE = (
    "INSERT INTO rating (conversation, closing, colleague, asked_at, value, comment, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conversation, closing) DO UPDATE SET"
    " value = excluded.value, comment = excluded.comment, at = excluded.at"
)


def save(db: Connection, conversation_id: str, rating: RatingAsked) -> None:
    """Store a question how it went, or what was answered to it."""
    db.execute(
        _SAVE,
        (
            conversation_id,
            rating.closing,
            rating.colleague,
            micros(rating.asked_at),
            rating.value or "",
            rating.comment,
            micros(rating.rated_at) if rating.rated_at else None,
        ),
    )
