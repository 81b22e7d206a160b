"""All that is kept of one person, to be given to them or deleted."""

import asyncio
import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from bot.store import audit
from bot.store.codec import micros, moment
from bot.store.database import Connection, Database, Dialect, Row
from bot.store.writer import Writer

_TABLES = (
    "said",
    "event",
    "disclosure",
    "mark",
    "outbox",
    "enclosure",
    "file",
    "inbox",
    "alias",
    "topic",
    "word",
    "alert",
    "rating",
)
"""What belongs to a chat, and goes before it."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """By what a person is known.

    Args:
        chats: Ids of conversations, such as ``telegram:1001``.
        phones: E.164.
        emails: In lower case.
        contracts: Numbers of contracts that colleagues recognised them for.
    """

    chats: Sequence[str] = ()
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    contracts: Sequence[str] = ()


class SqlPeople:
    """Finds the chats of a person in a database, whole."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading
        self._dialect = database.dialect

    async def chats_of(self, person: Person) -> list[str]:
        """Return the ids of their conversations."""

        def run() -> list[str]:
            with self._reading() as db:
                return _ids(db, person, self._dialect)

        return await asyncio.to_thread(run)

    async def everything(self, chats: Sequence[str]) -> list[dict[str, Any]]:
        """Return all that is kept of these conversations, as JSON values."""

        def run() -> list[dict[str, Any]]:
            with self._reading() as db:
                return [_whole(db, chat) for chat in chats]

        return await asyncio.to_thread(run)

    async def disclosures(self, contract_id: str) -> list[dict[str, Any]]:
        """Return who was told what of a contract, oldest first, as JSON values."""

        def run() -> list[dict[str, Any]]:
            statement = "SELECT * FROM disclosure WHERE contract = ? ORDER BY at, id"
            with self._reading() as db:
                return [_disclosure(row) for row in db.execute(statement, (contract_id,))]

        return await asyncio.to_thread(run)

    async def idle_chats(self, before: datetime, most: int) -> Sequence[str]:
        """Return chats without a message since ``before`` in which nobody waits or is helped."""

        def run() -> list[str]:
            with self._reading() as db:
                rows = db.execute(
                    "SELECT id FROM conversation WHERE updated_at < ?"
                    " AND status IN ('bot', 'closed') ORDER BY updated_at LIMIT ?",
                    (micros(before), most),
                )
                return [row["id"] for row in rows]

        return await asyncio.to_thread(run)

    async def erase_unreadable(self, before: datetime, most: int) -> int:
        """Delete calls that could not be read and came before; return how many."""
        statement = (
            "DELETE FROM unreadable WHERE id IN"
            " (SELECT id FROM unreadable WHERE at < ? ORDER BY id LIMIT ?)"
        )
        values = (micros(before), most)
        return await self._writer.run(lambda db: db.execute(statement, values).rowcount)

    async def erase_reports(self, before: datetime, most: int) -> int:
        """Delete reports of messages nobody knows that came before; return how many."""
        statement = (
            "DELETE FROM report WHERE (channel, vendor_id) IN"
            " (SELECT channel, vendor_id FROM report WHERE at < ? LIMIT ?)"
        )
        values = (micros(before), most)
        return await self._writer.run(lambda db: db.execute(statement, values).rowcount)

    async def erase(self, chats: Sequence[str]) -> dict[str, int]:
        """Delete these conversations in one transaction; return how many rows of each table.

        In SQLite what is deleted is overwritten, in the file and in its log.
        """
        counts = await self._writer.run(lambda db: _erased(db, chats, self._dialect))
        for statement in self._dialect.tidy_words:
            while await self._writer.run(partial(_has_changed, statement)):
                pass
        if self._dialect.after_erasing:
            await asyncio.to_thread(self._done_erasing)
        return counts

    def _done_erasing(self) -> None:
        with self._reading() as db:
            db.execute(self._dialect.after_erasing).fetchall()


def _ids(db: Connection, person: Person, dialect: Dialect) -> list[str]:
    found: set[str] = set()
    for column, values in (
        ("id", person.chats),
        (dialect.field("state", ["phone"]), person.phones),
        (dialect.field("state", ["proof", "email"]), person.emails),
        (dialect.field("state", ["vouched_for"]), person.contracts),
    ):
        for value in values:
            statement = f"SELECT id FROM conversation WHERE {column} = ?"  # noqa: S608 - ours
            found |= {row["id"] for row in db.execute(statement, (value,))}
    return sorted(found)


def _whole(db: Connection, chat: str) -> dict[str, Any]:
    """Return a conversation with its messages, replies and events, oldest first."""
    state = db.execute("SELECT state FROM conversation WHERE id = ?", (chat,)).fetchone()
    return {
        "chat": chat,
        "remembered": json.loads(state["state"]) if state else None,
        "received": [
            {
                "id": row["id"],
                "at": _iso(row["received_at"]),
                "message": json.loads(row["body"]),
            }
            for row in _rows(db, "inbox", chat)
        ],
        "sent": [
            {
                "at": _iso(row["created_at"]),
                "by": row["colleague"] or row["author"],
                "reply": json.loads(row["body"]),
                "state": row["state"],
                "why": json.loads(row["evidence"]) if row["evidence"] else None,
            }
            for row in _rows(db, "outbox", chat)
        ],
        "events": [
            {
                "at": _iso(row["at"]),
                "what": row["name"],
                "by": row["colleague"],
                "text": row["text"],
            }
            for row in _rows(db, "event", chat)
        ],
        "files": [_file(row) for row in _rows(db, "file", chat)],
        "enclosed": [_enclosed(row) for row in _rows(db, "enclosure", chat)],
        "marks": [_mark(row) for row in _rows(db, "mark", chat)],
        "disclosed": [_disclosure(row) for row in _rows(db, "disclosure", chat)],
        "ratings": [_rating(row) for row in _rows(db, "rating", chat, "closing")],
    }


def _file(row: Row) -> dict[str, Any]:
    content = row["content"]
    return {
        "message": row["inbox"],
        "place": row["place"],
        "state": row["state"],
        "type": row["media_type"],
        "words": row["words"],
        "content": None if content is None else base64.b64encode(content).decode(),
    }


def _enclosed(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "type": row["media_type"],
        "content": base64.b64encode(row["content"]).decode(),
    }


def _mark(row: Row) -> dict[str, Any]:
    return {
        "at": _iso(row["at"]),
        "by": row["colleague"],
        "reply": row["outbox"],
        "right": bool(row["is_right"]),
        "intent": row["intent"],
        "note": row["note"],
    }


def _disclosure(row: Row) -> dict[str, Any]:
    return {
        "at": _iso(row["at"]),
        "chat": row["conversation"],
        "contract": row["contract"],
        "assurance": row["assurance"],
        "classes": row["classes"].split(),
    }


def _rating(row: Row) -> dict[str, Any]:
    return {
        "asked": _iso(row["asked_at"]),
        "by": row["colleague"],
        "at": _iso(row["at"]) if row["at"] is not None else None,
        "value": row["value"],
        "comment": row["comment"],
    }


def _rows(db: Connection, table: str, chat: str, order: str = "id") -> list[Row]:
    statement = f"SELECT * FROM {table} WHERE conversation = ? ORDER BY {order}"  # noqa: S608 - ours
    return db.execute(statement, (chat,)).fetchall()


def _erased(db: Connection, chats: Sequence[str], dialect: Dialect) -> dict[str, int]:
    if dialect.before_erasing:
        db.execute(dialect.before_erasing)
    counts = dict.fromkeys((*_TABLES, "conversation"), 0)
    for chat in chats:
        for table in _TABLES:
            statement = f"DELETE FROM {table} WHERE conversation = ?"  # noqa: S608 - ours
            counts[table] += db.execute(statement, (chat,)).rowcount
        audit.forget_target(db, chat)
        gone = db.execute("DELETE FROM conversation WHERE id = ?", (chat,))
        counts["conversation"] += gone.rowcount
    return counts


_MERELY_NOTED = 2
"""Rows that change although there is nothing to do.

Source:
    SQLite, FTS5, "The 'merge' Command", https://www.sqlite.org/fts5.html
"""


def _has_changed(statement: str, db: Connection) -> bool:
    """Run a step of tidying up; tell whether it had something to do."""
    asks = "SELECT total_changes() AS count"
    before = db.execute(asks).fetchone()
    db.execute(statement)
    after = db.execute(asks).fetchone()
    return bool(before and after and after["count"] - before["count"] >= _MERELY_NOTED)


def _iso(micros: int) -> str:
    return moment(micros).isoformat()
