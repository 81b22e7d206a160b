"""Topics of the staff's group in a database."""

import asyncio

from bot.ports import FROM_PAGE, Topic
from bot.store.database import Database, Dialect, Row
from bot.store.nodes import Node
from bot.store.writer import Writer

_FIELDS = "conversation, number, told, is_open, owes_card"


def _held(dialect: Dialect) -> str:
    """Return the SQL that takes a topic which nobody tells who is there."""
    return (
        f"INSERT INTO topic (conversation, node) VALUES (?, ?) ON CONFLICT (conversation)"  # noqa: S608 - ours
        " DO UPDATE SET node = excluded.node WHERE topic.node IN (0, excluded.node)"
        f" OR topic.node NOT IN (SELECT id FROM node WHERE until > {dialect.now})"
        f" RETURNING {_FIELDS}"
    )


class SqlTopics:
    """Keeps how far each topic has been told; one node at a time tells it."""

    def __init__(self, writer: Writer, database: Database, node: Node) -> None:
        self._writer = writer
        self._reading, self._dialect = database.reading, database.dialect
        self._node = node

    async def find(self, conversation_id: str) -> Topic | None:
        """Return the topic of a chat, or None if it never had one."""
        statement = f"SELECT {_FIELDS} FROM topic WHERE conversation = ?"  # noqa: S608 - ours
        return next((_topic(row) for row in await self._read(statement, conversation_id)), None)

    async def hold(self, conversation_id: str) -> Topic | None:
        """Return the topic of a chat, noted if it is new; None while another node tells it."""
        values = (conversation_id, self._node.id)
        row = await self._writer.run(
            lambda db: db.execute(_held(self._dialect), values).fetchone()
        )
        return None if row is None else _topic(row)

    async def save(self, topic: Topic) -> None:
        """Note how far a topic has come."""
        await self._writer.execute(
            "UPDATE topic SET number = ?, told = ?, is_open = ?, owes_card = ?"
            " WHERE conversation = ?",
            topic.number,
            topic.told,
            int(topic.is_open),
            int(topic.owes_card),
            topic.conversation_id,
        )

    async def let_go(self, conversation_id: str) -> None:
        """Let other nodes tell the topic of a chat."""
        statement = "UPDATE topic SET node = 0 WHERE conversation = ? AND node = ?"
        await self._writer.execute(statement, conversation_id, self._node.id)

    async def chat_of(self, number: int) -> str | None:
        """Return the chat of a topic, or None if it is none of ours."""
        rows = await self._read("SELECT conversation FROM topic WHERE number = ?", number)
        return next((str(row["conversation"]) for row in rows), None)

    async def unfinished(self) -> list[str]:
        """Return the chats that wait for a person, and those whose topic is open."""
        rows = await self._read(
            "SELECT id FROM conversation WHERE status = 'waiting'"
            " UNION SELECT conversation FROM topic WHERE is_open = 1 ORDER BY 1"
        )
        return [str(row["id"]) for row in rows]

    async def is_done(self, word: str) -> bool:
        """Tell whether what a colleague wrote has been carried out."""
        return bool(await self._read("SELECT 1 FROM word WHERE key = ?", word))

    async def own_entries(self, conversation_id: str) -> frozenset[str]:
        """Return the ids of those entries of a transcript that were written in the topic."""
        statement = "SELECT entries FROM word WHERE conversation = ? AND key NOT LIKE ?"
        rows = await self._read(statement, conversation_id, f"{FROM_PAGE}%")
        return frozenset(one for row in rows for one in row["entries"].split())

    async def _read(self, statement: str, *values: object) -> list[Row]:
        def run() -> list[Row]:
            with self._reading() as db:
                return db.execute(statement, values).fetchall()

        return await asyncio.to_thread(run)


def _topic(row: Row) -> Topic:
    return Topic(
        conversation_id=row["conversation"],
        number=row["number"],
        told=row["told"],
        is_open=bool(row["is_open"]),
        owes_card=bool(row["owes_card"]),
    )
