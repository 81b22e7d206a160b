"""Parts of transcripts: found by their places in time, so that a long chat opens like a short one.

A transcript is put together from three tables. Its order is that of ``in_order`` and, at one
moment, that of the tables and of the numbers in them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import Entry, Part, Stretch, rank_of
from bot.store.console import entries
from bot.store.database import Connection, Row

AFTER = 25
"""Entries shown after the one that is looked for."""
_ENTRY_ID = re.compile(r"[ioe][0-9]{1,18}")
_NO_LIMIT = 2**62
_RECEIVED = "SELECT id FROM inbox WHERE conversation = ? AND message_id = ? ORDER BY id LIMIT 1"
_SENT = (
    "SELECT id FROM outbox WHERE channel = ? AND vendor_id = ? AND conversation = ?"
    " ORDER BY id LIMIT 1"
)


@dataclass(frozen=True, kw_only=True)
class _Source:
    kind: str
    table: str
    at: str
    name: str = "''"
    only: str = ""


_SOURCES = (
    _Source(kind="i", table="inbox", at="received_at"),
    _Source(kind="o", table="outbox", at="created_at"),
    _Source(kind="e", table="event", at="at", name="name", only=" AND name <> 'marked'"),
)
_Key = tuple[int, int, int, int]
"""Where an entry stands: its moment, its rank there, its table, its number."""


def part(db: Connection, conversation_id: str, asked: Stretch) -> Part:
    """Return a part of a transcript; its end, if no such entry as is asked for is there."""
    key = _key(db, conversation_id, asked.before or asked.since or asked.around)
    most_before, most_from = _how_many(asked) if key else (asked.limit, 0)
    before = _before(db, conversation_id, key, most_before + 1)
    following = _from(db, conversation_id, key, most_from + 1) if key and most_from else []
    shown = [*before[max(len(before) - most_before, 0) :], *following[:most_from]]
    found = entries(db, conversation_id, [_id(one) for one in shown])
    return Part(
        entries=found,
        has_earlier=len(before) > most_before,
        has_later=len(following) > most_from or bool(key and asked.before),
        quoted=_quoted(db, conversation_id, found),
    )


def _how_many(asked: Stretch) -> tuple[int, int]:
    """Return how many entries are shown before the one that is given, and from it on."""
    if asked.before:
        return asked.limit, 0
    if asked.since:
        return 0, _NO_LIMIT
    return asked.limit - AFTER, AFTER + 1


def _key(db: Connection, conversation_id: str, entry_id: str) -> _Key | None:
    """Return where an entry stands; None if there is no such one in this chat."""
    if not _ENTRY_ID.fullmatch(entry_id):
        return None
    number = next(at for at, one in enumerate(_SOURCES) if one.kind == entry_id[0])
    statement = f"{_columns(_SOURCES[number])} AND id = ?"
    row = db.execute(statement, (conversation_id, int(entry_id[1:]))).fetchone()
    return None if row is None else _place(number, row)


def _before(db: Connection, conversation_id: str, key: _Key | None, most: int) -> list[_Key]:
    """Return the last places before another, or of all."""
    found: list[_Key] = []
    for number, one in enumerate(_SOURCES):
        statement = f"{_columns(one)} AND {one.at} < ? ORDER BY {one.at} DESC, id DESC LIMIT ?"
        values = (conversation_id, key[0] if key else _NO_LIMIT, most)
        found.extend(_place(number, row) for row in db.execute(statement, values).fetchall())
    if key:
        found.extend(one for one in _at_once(db, conversation_id, key) if one < key)
    return sorted(found)[-most:]


def _from(db: Connection, conversation_id: str, key: _Key, most: int) -> list[_Key]:
    """Return the first places from one on, with itself."""
    found = [one for one in _at_once(db, conversation_id, key) if one >= key]
    for number, one in enumerate(_SOURCES):
        statement = f"{_columns(one)} AND {one.at} > ? ORDER BY {one.at}, id LIMIT ?"
        rows = db.execute(statement, (conversation_id, key[0], most)).fetchall()
        found.extend(_place(number, row) for row in rows)
    return sorted(found)[:most]


def _at_once(db: Connection, conversation_id: str, key: _Key) -> list[_Key]:
    """Return all places of one moment."""
    return [
        _place(number, row)
        for number, one in enumerate(_SOURCES)
        for row in db.execute(f"{_columns(one)} AND {one.at} = ?", (conversation_id, key[0]))
    ]


def _columns(source: _Source) -> str:
    return (
        f"SELECT id, {source.at} AS moment, {source.name} AS name"  # noqa: S608 - ours
        f" FROM {source.table} WHERE conversation = ?{source.only}"
    )


def _place(number: int, row: Row) -> _Key:
    rank = 0 if _SOURCES[number].kind == "i" else rank_of(row["name"])
    return row["moment"], rank, number, row["id"]


def _id(key: _Key) -> str:
    return f"{_SOURCES[key[2]].kind}{key[3]}"


def _quoted(db: Connection, conversation_id: str, found: Sequence[Entry]) -> dict[str, Entry]:
    """Return the entries outside of a part to which some in it refer."""
    inside = {one.id_in_chat for one in found}
    wanted = {one.refers_to for one in found if one.refers_to} - inside
    ids = {name: _id_of(db, conversation_id, name) for name in wanted}
    there = {
        one.id: one for one in entries(db, conversation_id, [one for one in ids.values() if one])
    }
    return {name: there[entry] for name, entry in ids.items() if entry in there}


def _id_of(db: Connection, conversation_id: str, name: str) -> str:
    """Return the id of the first entry that has a name by which others refer to it."""
    received = db.execute(_RECEIVED, (conversation_id, name)).fetchone()
    if received is not None:
        return f"i{received['id']}"
    channel = conversation_id.partition(":")[0]
    sent = db.execute(_SENT, (channel, name, conversation_id)).fetchone()
    return f"o{sent['id']}" if sent is not None else ""
