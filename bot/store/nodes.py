"""Which of the programs on one database answers a chat, and what becomes of one that is gone.

Each program is a *node*: a row with a lease, by the database's clock. A chat belongs to the node
that took it while nobody alive held it. A node whose lease has ended, or whose connection has,
holds nothing any more, and whoever sees it first takes over its chats. A node that wakes up late
finds another one in its place, so nothing it began is stored.

What a node was sending when it went is *uncertain*. Of one that is only late, since its lease has
ended but its connection has not, it is waited a while whether it wakes and tells: until then what
follows in that chat waits too, so that the order stays.
"""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.store.database import Connection, Database, Dialect
from bot.store.writer import Writer

LEASE = timedelta(seconds=6)
"""How long a node counts as alive after it was last heard of."""
BEAT = timedelta(seconds=1)
"""How often nodes that share a database renew their leases and look for chats nobody answers."""
_TELLS = timedelta(seconds=30)
"""How long a late node may take to tell what became of what it was sending."""
_ALONE_BEAT = timedelta(seconds=30)
_SILENCE = timedelta(seconds=2)
"""How long a node without a connection may take to come back before it counts as gone."""
_FOR_EVER = timedelta(days=36_500)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)

_SECRET_BYTES = 32

_OPEN = (
    "SELECT conversation FROM inbox WHERE done = 0"
    " UNION SELECT conversation FROM outbox WHERE state IN ('waiting', 'sending')"
)


def uptime() -> float:
    """Return seconds that pass also while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass
class Node:
    """This program, as others on its database know it.

    Args:
        name: Stays the same after a restart; no two have it at once.
        answers: Whether it answers chats; a command beside it does not.
        id: Another one whenever the program starts or was taken for gone; 0 if it answers none.
        sure_until: Until when nobody can take its chats, in seconds of ``uptime``.
        connected_at: When its connection was made, in seconds of ``uptime``.
        hold: Lets others see, while this process lives, that the node with an id is there.
    """

    name: str
    answers: bool
    id: int = 0
    sure_until: float = 0.0
    connected_at: float = 0.0
    hold: Callable[[int], None] = lambda _: None

    def is_sure_of(self, node_id: int) -> bool:
        """Tell whether it was the node with this id a moment ago, and still is."""
        return node_id == self.id and uptime() < self.sure_until


class SqlNodes:
    """Keeps this program alive for the others, and takes over from those that are gone."""

    def __init__(self, writer: Writer, database: Database, node: Node) -> None:
        self._writer = writer
        self._dialect = database.dialect
        self._node = node

    @property
    def beat(self) -> timedelta:
        """How often ``take_over`` is to be called."""
        return BEAT if self._dialect.shared else _ALONE_BEAT

    async def take_over(self) -> Sequence[str]:
        """Stay alive, and return the chats taken from nodes that are gone, if work is left there.

        What they were sending is uncertain from now on; those chats are returned too.
        """
        began = uptime()
        taken = await self._writer.run(lambda db: _tend(db, self._dialect, self._node))
        self._node.sure_until = began + _lease(self._dialect) / _SECOND
        return taken

    async def others(self) -> int:
        """Return how many other programs answer chats on this database."""
        return await self._writer.run(lambda db: _others(db, self._dialect, self._node))

    async def secret(self, name: str) -> str:
        """Return a random secret that all programs on the database share, made on first use."""
        return await self._writer.run(lambda db: _secret(db, name))

    async def claim(self, job: str, every: timedelta) -> bool:
        """Tell whether scheduled work is due here; it is not due again anywhere for a while."""
        now = self._dialect.now
        statement = (
            f"INSERT INTO job (name, due) VALUES (?, {now} + ?)"  # noqa: S608 - ours
            f" ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE job.due <= {now}"
        )
        values = (job, every // _MICROSECOND)
        return await self._writer.run(lambda db: db.execute(statement, values).rowcount == 1)


def _secret(db: Connection, name: str) -> str:
    db.execute(
        "INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        (name, secrets.token_urlsafe(_SECRET_BYTES)),
    )
    row = db.execute("SELECT value FROM secret WHERE name = ?", (name,)).fetchone()
    return str(row["value"]) if row else ""


def join(db: Connection, dialect: Dialect, node: Node) -> None:
    """Become a node, in place of the one with this name."""
    node.id = secrets.randbits(62)
    node.hold(node.id)
    began = uptime()
    db.execute("DELETE FROM node WHERE name = ?", (node.name,))
    db.execute(
        f"INSERT INTO node (id, name, until) VALUES (?, ?, {dialect.now} + ?)",  # noqa: S608
        (node.id, node.name, _lease(dialect) // _MICROSECOND),
    )
    node.sure_until = began + _lease(dialect) / _SECOND


def leave(db: Connection, node: Node) -> None:
    """Let others have its chats at once."""
    db.execute("DELETE FROM node WHERE id = ?", (node.id,))


def held(db: Connection, dialect: Dialect, node: Node, chat: tuple[str, int]) -> bool:
    """Tell whether this node answers a chat, whose row is locked; else tell the one that does.

    Args:
        db: The transaction.
        dialect: Of the database.
        node: This program.
        chat: Its id, and the node to which it belongs.
    """
    conversation_id, holder = chat
    if holder == node.id:
        return True
    if _is_alive(db, dialect, holder):
        if dialect.notify:
            db.execute(dialect.notify, (str(holder), conversation_id))
        return False
    _take(db, node, conversation_id)
    return True


def _others(db: Connection, dialect: Dialect, node: Node) -> int:
    statement = f"SELECT count(*) AS n FROM node WHERE id <> ? AND until > {dialect.now}"  # noqa: S608
    row = db.execute(statement, (node.id,)).fetchone()
    return int(row["n"]) if row else 0


def _tend(db: Connection, dialect: Dialect, node: Node) -> list[str]:
    renewed = db.execute(
        f"UPDATE node SET until = {dialect.now} + ? WHERE id = ? AND until > {dialect.now}",  # noqa: S608
        (_lease(dialect) // _MICROSECOND, node.id),
    )
    if renewed.rowcount == 0:  # It counts as gone, and others may have its chats.
        join(db, dialect, node)
    if dialect.shared and uptime() - node.connected_at > _SILENCE / _SECOND:
        _bury(db, dialect, node)
    rows = db.execute(
        f"SELECT id FROM conversation WHERE id IN ({_OPEN}) AND node NOT IN"  # noqa: S608
        f" (SELECT id FROM node WHERE until > {dialect.now}) ORDER BY id"
    )
    taken = [row["id"] for row in rows.fetchall() if _is_free(db, dialect, node, row["id"])]
    return list(dict.fromkeys([*taken, *_doubted(db, dialect)]))


def _bury(db: Connection, dialect: Dialect, node: Node) -> None:
    """Forget nodes that are gone: by their lease, or by their connection and a little silence."""
    silent = (LEASE - _SILENCE) // _MICROSECOND
    db.execute(
        f"DELETE FROM node WHERE id <> ? AND (until <= {dialect.now}"  # noqa: S608 - ours
        f" OR (until <= {dialect.now} + ? AND {dialect.is_gone('id')}))",
        (node.id, silent),
    )


def _is_free(db: Connection, dialect: Dialect, node: Node, conversation_id: str) -> bool:
    """Take a chat, unless another node was faster."""
    statement = f"SELECT node FROM conversation WHERE id = ?{dialect.locking}"  # noqa: S608 - ours
    row = db.execute(statement, (conversation_id,)).fetchone()
    if row is None or row["node"] == node.id or _is_alive(db, dialect, row["node"]):
        return False
    _take(db, node, conversation_id)
    return True


def _is_alive(db: Connection, dialect: Dialect, node_id: int) -> bool:
    statement = f"SELECT 1 FROM node WHERE id = ? AND until > {dialect.now}"  # noqa: S608 - ours
    return db.execute(statement, (node_id,)).fetchone() is not None


def _take(db: Connection, node: Node, conversation_id: str) -> None:
    db.execute("UPDATE conversation SET node = ? WHERE id = ?", (node.id, conversation_id))


def _doubted(db: Connection, dialect: Dialect) -> list[str]:
    """Mark as uncertain what nodes were sending that are gone, or late for too long."""
    rows = db.execute(
        "UPDATE outbox SET state = 'uncertain',"  # noqa: S608 - ours
        " error = 'The program stopped while this was being sent.' WHERE state = 'sending'"
        f" AND node NOT IN (SELECT id FROM node WHERE until > {dialect.now})"
        f" AND (marked_at IS NULL OR marked_at <= {dialect.now} - ? OR {dialect.is_gone('node')})"
        " RETURNING conversation",
        (_TELLS // _MICROSECOND,),
    )
    return [row["conversation"] for row in rows.fetchall()]


def _lease(dialect: Dialect) -> timedelta:
    return LEASE if dialect.shared else _FOR_EVER
