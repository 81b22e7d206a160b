"""The files of replies, in a database, behind the port."""

import asyncio
from collections.abc import Iterable

from bot.domain.messages import Enclosure
from bot.ports import EnclosedFile
from bot.store.database import Connection, Database


class SqlEnclosures:
    """Keeps what colleagues send, where every program finds it."""

    def __init__(self, database: Database) -> None:
        self._reading = database.reading

    async def find(self, enclosure_id: str) -> EnclosedFile | None:
        """Return a file, or None if there is none, or no longer."""

        def run() -> EnclosedFile | None:
            with self._reading() as db:
                return _found(db, enclosure_id)

        return await asyncio.to_thread(run)


def keep(db: Connection, conversation_id: str, files: Iterable[EnclosedFile]) -> None:
    """Store the files of a turn, within its transaction."""
    for file in files:
        kept = file.enclosure
        db.execute(
            "INSERT INTO enclosure (id, conversation, name, media_type, content)"
            " VALUES (?, ?, ?, ?, ?)",
            (kept.id, conversation_id, kept.name, kept.media_type, file.content),
        )


def _found(db: Connection, enclosure_id: str) -> EnclosedFile | None:
    statement = "SELECT id, name, media_type, content FROM enclosure WHERE id = ?"
    row = db.execute(statement, (enclosure_id,)).fetchone()
    if row is None:
        return None
    content = bytes(row["content"])
    file = Enclosure(
        id=row["id"], name=row["name"], media_type=row["media_type"], size=len(content)
    )
    return EnclosedFile(enclosure=file, content=content)
