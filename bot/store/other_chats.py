"""Chats found by what is known of who writes there."""

import asyncio
from collections.abc import Collection, Sequence

from bot.ports import OtherChat
from bot.store.codec import CONVERSATION, moment
from bot.store.database import Database, Dialect


class SqlOtherChats:
    """Looks through the conversations of a database."""

    def __init__(self, database: Database) -> None:
        self._reading, self._dialect = database.reading, database.dialect

    async def of(
        self, phones: Collection[str], contracts: Collection[str], most: int
    ) -> Sequence[OtherChat]:
        """Return chats with one of these numbers or about one of these contracts, latest first."""
        condition, values = _condition(self._dialect, phones, contracts)
        if not values:
            return []
        statement = (
            f"SELECT state, updated_at FROM conversation WHERE {condition}"  # noqa: S608 - ours
            " ORDER BY updated_at DESC, id LIMIT ?"
        )

        def run() -> list[OtherChat]:
            with self._reading() as db:
                return [
                    OtherChat(
                        conversation=CONVERSATION.value(row["state"]),
                        last_at=moment(row["updated_at"]),
                    )
                    for row in db.execute(statement, (*values, most))
                ]

        return await asyncio.to_thread(run)


def _condition(
    dialect: Dialect, phones: Collection[str], contracts: Collection[str]
) -> tuple[str, list[str]]:
    """Return the SQL that finds them, and its values."""
    known = {"phone": phones, "vouched_for": contracts, "contract_id": contracts}
    parts = [
        f"{dialect.field('state', [name])} IN ({', '.join('?' * len(some))})"
        for name, some in known.items()
        if some
    ]
    return " OR ".join(parts), [one for some in known.values() for one in some]
