"""The files customers sent, in a database, behind the port."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from bot.domain.files import MOST_WAIT, FileState, FileTrouble
from bot.ports import FileJob, KeptFile
from bot.store import said
from bot.store.codec import MESSAGE, micros
from bot.store.database import Connection, Database, Row
from bot.store.writer import Writer

T = TypeVar("T")
_DUE = "state = 'waiting' AND (next_try <= ? OR next_try > ?)"
_CLAIM = (
    "UPDATE file SET attempts = attempts + 1, next_try = ?"  # noqa: S608 - ours
    f" WHERE id = ? AND {_DUE}"
    " RETURNING id, conversation, inbox, place, attempts"
)
_KEEP = (
    "UPDATE file SET state = 'kept', error = '', media_type = ?, content = ?, words = ?"
    " WHERE id = ? AND state = 'waiting' RETURNING conversation, inbox"
)
_PLACE = "conversation = ? AND inbox = ? AND place = ?"


class SqlFiles:
    """Keeps files in the database, where every program finds them and no browser does."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def due(self, now: datetime, most: int) -> Sequence[int]:
        """Return the numbers of files that are to be fetched by now, the oldest first."""
        statement = f"SELECT id FROM file WHERE {_DUE} ORDER BY id LIMIT ?"  # noqa: S608 - ours
        rows = await self._read(
            lambda db: db.execute(statement, (*_by(now), most)).fetchall(),
        )
        return [row["id"] for row in rows]

    async def claim(self, file_id: int, now: datetime, until: datetime) -> FileJob | None:
        """Take a file for this program, unless another one has."""

        def work(db: Connection) -> FileJob | None:
            values = (micros(until), file_id, *_by(now))
            row = db.execute(_CLAIM, values).fetchone()
            return None if row is None else _job(db, row)

        return await self._writer.run(work)

    async def keep(self, file_id: int, media_type: str, content: bytes, words: str) -> None:
        """Store what a file holds."""

        def work(db: Connection) -> None:
            row = db.execute(_KEEP, (media_type, content, words, file_id)).fetchone()
            if row is not None:
                _note_words(db, row["conversation"], row["inbox"], words)

        await self._writer.run(work)

    async def put_off(self, file_id: int, trouble: FileTrouble, next_try: datetime) -> None:
        """Record why a file is not there yet, and when it is to be asked for again."""
        statement = "UPDATE file SET error = ?, next_try = ? WHERE id = ? AND state = 'waiting'"
        await self._writer.execute(statement, trouble, micros(next_try), file_id)

    async def give_up(self, file_id: int, trouble: FileTrouble, now: datetime) -> None:
        """Record that a file will not come, and note that in its chat for staff."""

        def work(db: Connection) -> None:
            row = db.execute(
                "UPDATE file SET state = 'failed', error = ? WHERE id = ? AND state = 'waiting'"
                " RETURNING conversation",
                (trouble, file_id),
            ).fetchone()
            if row is not None:
                _note(db, row["conversation"], trouble, now)

        await self._writer.run(work)

    async def content(self, conversation_id: str, entry_id: str, place: int) -> KeptFile | None:
        """Return a file of an entry of a transcript, or None if there is none."""
        statement = (
            "SELECT f.state, f.error, f.media_type, f.words, f.content, f.place, i.body"
            " FROM file f JOIN inbox i ON i.id = f.inbox"
            " WHERE f.conversation = ? AND f.inbox = ? AND f.place = ?"
        )
        place_of = (conversation_id, _number(entry_id), _place(place))
        rows = await self._read(lambda db: db.execute(statement, place_of).fetchall())
        return next((_kept(row) for row in rows), None)

    async def ask_again(self, conversation_id: str, entry_id: str, place: int) -> bool:
        """Have a file fetched that had failed; tell whether there is such a one."""
        statement = (
            "UPDATE file SET state = 'waiting', attempts = 0, next_try = 0"  # noqa: S608 - ours
            f" WHERE {_PLACE} AND state = 'failed'"
        )
        values = (conversation_id, _number(entry_id), _place(place))
        return await self._writer.run(lambda db: db.execute(statement, values).rowcount == 1)

    async def note_words(self, conversation_id: str, entry_id: str, words: str) -> None:
        """Record what the first file of an entry says."""
        statement = f"UPDATE file SET words = ? WHERE {_PLACE}"  # noqa: S608 - ours
        number = _number(entry_id)

        def work(db: Connection) -> None:
            if db.execute(statement, (words, conversation_id, number, 0)).rowcount:
                _note_words(db, conversation_id, number, words)

        await self._writer.run(work)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._reading() as db:
                return work(db)

        return await asyncio.to_thread(run)


def _note_words(db: Connection, conversation_id: str, number: int, words: str) -> None:
    """Have a message found by what its file says as well."""
    asks = "SELECT received_at FROM inbox WHERE id = ?"
    message = db.execute(asks, (number,)).fetchone()
    if message is not None:
        said.note_more(db, (conversation_id, f"i{number}", message["received_at"]), words)


def _by(now: datetime) -> tuple[int, int]:
    """Return the bounds of what is due: one put off for too long was so by another clock."""
    return micros(now), micros(now + MOST_WAIT)


def _number(entry_id: str) -> int:
    """Return the number of a message by that of its entry; -1 for any other entry."""
    kind, number = entry_id[:1], entry_id[1:]
    return int(number) if kind == "i" and number.isdecimal() and len(number) < _MOST_DIGITS else -1


_MOST_DIGITS = 18
_MOST_FILES = 1_000


def _place(place: int) -> int:
    """Return which file of an entry is meant; -1 for more than any message has."""
    return place if place < _MOST_FILES else -1


def _job(db: Connection, row: Row) -> FileJob:
    found = db.execute("SELECT body FROM inbox WHERE id = ?", (row["inbox"],)).fetchone()
    assert found is not None  # noqa: S101 - the file refers to it
    message = MESSAGE.value(found["body"])
    return FileJob(
        id=row["id"],
        conversation_id=row["conversation"],
        channel=message.sender.channel,
        file=message.attachments[row["place"]],
        attempts=row["attempts"],
    )


def _kept(row: Row) -> KeptFile:
    message = MESSAGE.value(row["body"])
    return KeptFile(
        name=message.attachments[row["place"]].name,
        state=FileState(row["state"]),
        trouble=row["error"],
        media_type=row["media_type"],
        words=row["words"],
        content=None if row["content"] is None else bytes(row["content"]),
    )


def _note(db: Connection, conversation_id: str, trouble: FileTrouble, now: datetime) -> None:
    db.execute(
        "INSERT INTO event (conversation, at, name, colleague, text)"
        " VALUES (?, ?, 'file_failed', '', ?)",
        (conversation_id, micros(now), trouble),
    )
