"""Messages that vendors keep for us, by name."""

import asyncio
from collections.abc import Sequence

from bot.ports import VendorTemplate
from bot.store.database import Database
from bot.store.writer import Writer


class SqlTemplates:
    """Keeps the vendors' ids in a database."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def of(self, channel: str) -> Sequence[VendorTemplate]:
        """Return all of a channel, by name."""

        def run() -> list[VendorTemplate]:
            statement = (
                "SELECT name, vendor_id, digest, approval, reason FROM template"
                " WHERE channel = ? ORDER BY name"
            )
            with self._reading() as db:
                return [
                    VendorTemplate(**row) for row in map(dict, db.execute(statement, (channel,)))
                ]

        return await asyncio.to_thread(run)

    async def save(self, channel: str, template: VendorTemplate) -> None:
        """Store one, in place of that with its name."""
        statement = (
            "INSERT INTO template (channel, name, vendor_id, digest, approval, reason)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel, name) DO UPDATE SET"
            " vendor_id = excluded.vendor_id, digest = excluded.digest,"
            " approval = excluded.approval, reason = excluded.reason"
        )
        one = template
        await self._writer.execute(
            statement, channel, one.name, one.vendor_id, one.digest, one.approval, one.reason
        )

    async def forget(self, channel: str, name: str) -> None:
        """Forget one."""
        statement = "DELETE FROM template WHERE channel = ? AND name = ?"
        await self._writer.execute(statement, channel, name)
