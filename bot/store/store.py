"""Conversations, contracts, people and staff, in whichever database."""

from collections.abc import Callable

from bot.store.contracts import SqlContracts
from bot.store.conversations import SqlConversations
from bot.store.database import Database
from bot.store.people import SqlPeople
from bot.store.staff import SqlStaff
from bot.store.writer import Writer


class Store:
    """Everything that is kept.

    Args:
        database: Where.
        release: Lets go of what was opened with it.
    """

    def __init__(self, database: Database, release: Callable[[], None]) -> None:
        self._writer = Writer(database)
        self._release = release
        self.conversations = SqlConversations(self._writer, database)
        self.contracts = SqlContracts(self._writer, database)
        self.people = SqlPeople(self._writer, database)
        self.staff = SqlStaff(self._writer, database)

    async def check(self) -> None:
        """See whether something can be written; raise DatabaseUnavailable if not."""
        await self._writer.execute("UPDATE alembic_version SET version_num = version_num")

    async def close(self) -> None:
        """Finish writing and let go of the database."""
        await self._writer.close()
        self._release()
