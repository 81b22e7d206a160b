"""Calls to chats that nobody takes, in a database."""

import asyncio
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.store.codec import CONVERSATION, micros
from bot.store.database import Database
from bot.store.writer import Writer

_NOTE = """
INSERT INTO alert (conversation, waiting_since, calls, at) VALUES (?, ?, ?, ?)
ON CONFLICT (conversation) DO UPDATE SET
  waiting_since = excluded.waiting_since, calls = excluded.calls, at = excluded.at
WHERE alert.waiting_since <> excluded.waiting_since OR alert.calls < excluded.calls
RETURNING conversation
"""
_TAKE_BACK = "UPDATE alert SET calls = ? WHERE conversation = ? AND calls = ?"


class SqlAlerts:
    """Knows who waits, and how often those on duty have been written to about it."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def waiting(self) -> list[Conversation]:
        """Return the chats that wait for a person, longest first."""

        def run() -> list[Conversation]:
            with self._reading() as db:
                rows = db.execute(
                    "SELECT state FROM conversation WHERE status = 'waiting'"
                    " ORDER BY waiting_since, id"
                )
                return [CONVERSATION.value(row["state"]) for row in rows]

        return await asyncio.to_thread(run)

    async def note(self, chat: Conversation, calls: int, at: datetime) -> bool:
        """Note that a letter is about to go out; tell whether it is the first to make so many."""
        since = micros(chat.waiting_since) if chat.waiting_since else 0
        values = (chat.id, since, calls, micros(at))
        row = await self._writer.run(lambda db: db.execute(_NOTE, values).fetchone())
        return row is not None

    async def take_back(self, chat: Conversation, calls: int) -> None:
        """Note that so many did not go out after all."""
        await self._writer.execute(_TAKE_BACK, calls - 1, chat.id, calls)
