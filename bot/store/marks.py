"""What colleagues think of the bot's replies, in a database."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.ports import Author, Lesson, Mark, Noted
from bot.store import audit
from bot.store.codec import EVIDENCE, MESSAGE, REPLY, micros, moment
from bot.store.database import Connection, Database, Row
from bot.store.writer import Writer

_PUT = (
    "INSERT INTO mark (conversation, outbox, is_right, intent, note, colleague, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (outbox) DO UPDATE SET"
    " is_right = excluded.is_right, intent = excluded.intent, note = excluded.note,"
    " colleague = excluded.colleague, at = excluded.at"
)
_LESSONS = (
    "SELECT m.*, o.body, o.evidence, (SELECT i.body FROM inbox i"
    " WHERE i.conversation = m.conversation AND i.received_at <= o.created_at"
    " ORDER BY i.id DESC LIMIT 1) AS asked"
    " FROM mark m JOIN outbox o ON o.id = m.outbox ORDER BY m.at, m.id"
)


class SqlMarks:
    """Keeps one mark a reply; each is noted as an event as well."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def put(self, mark: Mark) -> bool:
        """Keep a mark in place of the one before; tell whether it is of a reply of the bot."""
        return await self._writer.run(lambda db: _put(db, mark), key=mark.conversation_id)

    async def of_chat(self, conversation_id: str) -> Mapping[str, Mark]:
        """Return the marks of a chat, by the entry of its transcript."""
        rows = await self._read("SELECT * FROM mark WHERE conversation = ?", conversation_id)
        return {f"o{row['outbox']}": _mark(row) for row in rows}

    async def lessons(self) -> Sequence[Lesson]:
        """Return all marks with what they are about, oldest first."""
        return [_lesson(row) for row in await self._read(_LESSONS)]

    async def _read(self, statement: str, *values: object) -> list[Row]:
        def run() -> list[Row]:
            with self._reading() as db:
                return db.execute(statement, values).fetchall()

        return await asyncio.to_thread(run)


def _put(db: Connection, mark: Mark) -> bool:
    number = mark.entry.removeprefix("o")
    if not number.isdecimal():
        return False
    found = db.execute(
        "SELECT id FROM outbox WHERE id = ? AND conversation = ? AND author = ?",
        (int(number), mark.conversation_id, Author.BOT),
    ).fetchone()
    if found is None:
        return False
    chat, at = mark.conversation_id, micros(mark.at)
    judged = (int(mark.is_right), mark.intent, mark.note, mark.colleague, at)
    db.execute(_PUT, (chat, found["id"], *judged))
    words = " ".join(
        filter(None, (mark.entry, "right" if mark.is_right else "wrong", mark.intent))
    )
    db.execute(
        "INSERT INTO event (conversation, at, name, colleague, text) VALUES (?, ?, ?, ?, ?)",
        (chat, at, "marked", mark.colleague, words),
    )
    noted = Noted(at=mark.at, who=mark.colleague, action="mark", target=chat)
    audit.note(db, noted)
    return True


def _mark(row: Row) -> Mark:
    return Mark(
        conversation_id=row["conversation"],
        entry=f"o{row['outbox']}",
        is_right=bool(row["is_right"]),
        intent=row["intent"],
        note=row["note"],
        colleague=row["colleague"],
        at=moment(row["at"]),
    )


def _lesson(row: Row) -> Lesson:
    asked = MESSAGE.value(row["asked"]) if row["asked"] else None
    return Lesson(
        mark=_mark(row),
        asked=asked.text or asked.payload if asked else "",
        said=REPLY.value(row["body"]).text,
        understood=EVIDENCE.value(row["evidence"]).intent if row["evidence"] else "",
    )
