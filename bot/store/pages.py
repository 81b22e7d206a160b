"""Pages of the list of chats: which chats they have, found without reading all others."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Status
from bot.ports import OTHER_LANGUAGE, Filters, Listing, ListPage, Tab
from bot.store.console import summaries_of
from bot.store.database import Connection, Row

_STATUSES = {
    Tab.WAITING: (Status.WAITING,),
    Tab.MINE: (Status.STAFF,),
    Tab.ALL: (Status.WAITING, Status.STAFF, Status.SNOOZED, Status.BOT),
    Tab.SNOOZED: (Status.SNOOZED,),
    Tab.CLOSED: (Status.CLOSED,),
}
_COUNTS = "SELECT status, count(*) AS count FROM conversation GROUP BY status"
_OWN = "SELECT count(*) AS count FROM conversation WHERE status = 'staff' AND owner = ?"
_LANGUAGES = {
    "it": " AND c.language IN ('', 'it')",
    OTHER_LANGUAGE: " AND c.language NOT IN ('', 'it', 'en')",
}
_MOST_DIGITS = 18


@dataclass(frozen=True, kw_only=True)
class _Order:
    by: str
    ahead: str
    way: str


_LONGEST_WAIT = _Order(by="c.waiting_since", ahead=">", way="ASC")
_LATEST = _Order(by="c.updated_at", ahead="<", way="DESC")


def counts(db: Connection, colleague: str) -> dict[Tab, int]:
    """Return how many chats each tab has for a colleague."""
    by_status = {Status(row["status"]): int(row["count"]) for row in db.execute(_COUNTS)}
    found = {tab: sum(by_status.get(one, 0) for one in _STATUSES[tab]) for tab in Tab}
    own = db.execute(_OWN, (colleague,)).fetchone()
    return found | {Tab.MINE: int(own["count"]) if own else 0}


def page(db: Connection, asked: Listing) -> ListPage:
    """Return a page of the list of chats."""
    waits = asked.tab is Tab.WAITING
    order = _LONGEST_WAIT if waits else _LATEST
    found = [
        (row["position"], row["id"])
        for status in _STATUSES[asked.tab]
        for row in _places(db, asked, status, order)
    ]
    found = sorted(found, reverse=not waits)[: asked.limit + 1]
    shown = found[: asked.limit]
    more = f"{shown[-1][0]}.{shown[-1][1]}" if len(found) > len(shown) else ""
    return ListPage(rows=summaries_of(db, [chat for _, chat in shown]), more=more)


def conditions(filters: Filters) -> tuple[str, list[str]]:
    """Return the SQL that keeps what filters leave of ``conversation c``, and its values."""
    sql, values = _LANGUAGES.get(filters.language, ""), []
    if filters.language and not sql:
        sql, values = " AND c.language = ?", [filters.language]
    for column, value in (("channel", filters.channel), ("reason", filters.reason)):
        if value:
            sql += f" AND c.{column} = ?"
            values.append(value)
    return sql, values


def _places(db: Connection, asked: Listing, status: Status, order: _Order) -> Sequence[Row]:
    sql, more = conditions(asked.filters)
    values: list[object] = [status, *more]
    if asked.tab is Tab.MINE:
        sql += " AND c.owner = ?"
        values.append(asked.colleague)
    if after := _cursor(asked.after):
        # Not as a pair: of one, PostgreSQL does not look the first up in the index.
        by, ahead = order.by, order.ahead
        sql += f" AND {by} {ahead}= ? AND ({by} {ahead} ? OR c.id {ahead} ?)"
        values.extend((after[0], *after))
    return db.execute(
        f"SELECT c.id, {order.by} AS position FROM conversation c WHERE c.status = ?{sql}"  # noqa: S608 - ours
        f" ORDER BY {order.by} {order.way}, c.id {order.way} LIMIT ?",
        (*values, asked.limit + 1),
    ).fetchall()


def _cursor(after: str) -> tuple[int, str] | None:
    """Return where a page ended; None for what is none of our cursors."""
    position, _, chat = after.partition(".")
    if not position.isdecimal() or len(position) > _MOST_DIGITS or "\0" in chat:
        return None
    return int(position), chat
