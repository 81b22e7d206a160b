"""Conversations, contracts, people and staff, in whichever database."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.ports import Notices
from bot.store.alerts import SqlAlerts
from bot.store.contracts import SqlContracts
from bot.store.conversations import SqlConversations
from bot.store.database import Database
from bot.store.enclosures import SqlEnclosures
from bot.store.files import SqlFiles
from bot.store.marks import SqlMarks
from bot.store.nodes import Node, SqlNodes, leave
from bot.store.numbers import SqlNumbers
from bot.store.other_chats import SqlOtherChats
from bot.store.people import SqlPeople
from bot.store.staff import SqlStaff
from bot.store.templates import SqlTemplates
from bot.store.topics import SqlTopics
from bot.store.writer import Writer

_GOODBYE_SECONDS = 3


class Store:
    """Everything that is kept.

    Args:
        database: Where.
        node: This program among those that share it.
        release: Lets go of what was opened with it.
    """

    notices: Notices | None = None
    """What other programs on the database are told, where there can be some."""

    def __init__(self, database: Database, node: Node, release: Callable[[], None]) -> None:
        self._writer = Writer(database)
        self._node = node
        self._shared = database.dialect.shared
        self._release = release
        self.alerts = SqlAlerts(self._writer, database)
        self.nodes = SqlNodes(self._writer, database, node)
        self.conversations = SqlConversations(self._writer, database, node)
        self.contracts = SqlContracts(self._writer, database)
        self.files = SqlFiles(self._writer, database)
        self.numbers = SqlNumbers(database)
        self.enclosures = SqlEnclosures(database)
        self.people = SqlPeople(self._writer, database)
        self.staff = SqlStaff(self._writer, database)
        self.topics = SqlTopics(self._writer, database, node)
        self.templates = SqlTemplates(self._writer, database)
        self.marks = SqlMarks(self._writer, database)
        self.other_chats = SqlOtherChats(database)

    async def check(self) -> None:
        """See whether something can be written; raise DatabaseUnavailable if not."""
        await self._writer.execute("UPDATE alembic_version SET version_num = version_num")

    async def close(self) -> None:
        """Leave the chats to others, finish writing and let go of the database."""
        if self._shared and self._node.answers:
            with suppress(Exception):  # Else they see it a little later.
                async with asyncio.timeout(_GOODBYE_SECONDS):
                    await self._writer.run(lambda db: leave(db, self._node))
        await self._writer.close()
        self._release()
