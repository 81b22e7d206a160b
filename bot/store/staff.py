"""Accounts of the desk in a database."""

import asyncio
from collections.abc import Sequence

from bot.ports import Colleague
from bot.store.database import Database, Row
from bot.store.writer import Writer


class SqlStaff:
    """Keeps the accounts of the desk; names differ by more than their case."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def save(self, colleague: Colleague) -> None:
        """Store an account, in place of one with the same name."""
        statement = (
            "INSERT INTO staff (key, name, password_hash) VALUES (?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET name = excluded.name, password_hash = excluded.password_hash"
        )
        name, hashed = colleague.name, colleague.password_hash
        await self._writer.execute(statement, name.casefold(), name, hashed)

    async def find(self, name: str) -> Colleague | None:
        """Return an account by name, whatever its case."""
        rows = await self._read("SELECT * FROM staff WHERE key = ?", name.casefold())
        found = (Colleague(name=row["name"], password_hash=row["password_hash"]) for row in rows)
        return next(found, None)

    async def on_duty(self) -> list[Colleague]:
        """Return the colleagues who are on duty."""
        return []

    async def count(self) -> int:
        """Return how many accounts there are."""
        return int((await self._read("SELECT count(*) AS count FROM staff"))[0]["count"])

    async def names(self) -> Sequence[str]:
        """Return the names of those who may sign in, in order."""
        return [
            str(row["name"]) for row in await self._read("SELECT name FROM staff ORDER BY key")
        ]

    async def _read(self, statement: str, *values: object) -> list[Row]:
        def run() -> list[Row]:
            with self._reading() as db:
                return db.execute(statement, values).fetchall()

        return await asyncio.to_thread(run)
