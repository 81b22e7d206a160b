"""A database with years of chats in it, written straight by SQL: copies of one that was held."""

import asyncio
import os
from collections.abc import Callable, Iterator

from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, text

from bench.speed.core import tell
from bench.speed.customers import number
from bench.speed.places import Place
from bot.store.migrating import address_for_sqlalchemy

_MODEL = 77_000_000
"""The customer whose chat is copied."""
_MESSAGES = 3
_AT_ONCE = 50_000


def grow(where: Place, first: int, last: int) -> None:
    """Add chats of three messages each, answered and silent since, numbered up to the last."""
    if first == last:
        return
    if not first:
        asyncio.run(tell(where, number(_MODEL), _MESSAGES))
    engine = create_engine(address_for_sqlalchemy(where.database))
    try:
        with engine.begin() as db:
            copies = list(_copies(db))
        for begin in range(first, last, _AT_ONCE):
            with engine.begin() as db:
                for copy in copies:
                    copy(db, begin, min(begin + _AT_ONCE, last))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            for settle in _SETTLE[where.kind]:  # What an idle database has done long since.
                db.execute(text(settle))
        os.sync()
    finally:
        engine.dispose()


_SETTLE = {
    "sqlite": ("PRAGMA wal_checkpoint(TRUNCATE)",),
    "postgresql": ("VACUUM ANALYZE", "CHECKPOINT"),
}

Copy = Callable[[Connection, int, int], None]


def _copies(db: Connection) -> Iterator[Copy]:
    """Yield what copies the rows of the model, for each table that belongs to a chat."""
    found = MetaData()
    found.reflect(db)
    for one in found.sorted_tables:
        key = "id" if one.name == "conversation" else "conversation"
        if key in one.columns:
            yield _copy(one, key)


def _copy(table: Table, key: str) -> Copy:
    columns = [column for column in table.columns if not _counts_itself(column)]
    names = ", ".join(column.name for column in columns)
    values = ", ".join(_value(column.name, key) for column in columns)
    # Names of columns come from the database itself.
    statement = text(
        f"INSERT INTO {table.name} ({names}) WITH RECURSIVE n(i) AS"  # noqa: S608
        " (SELECT CAST(:first AS INTEGER) UNION ALL"
        " SELECT i + 1 FROM n WHERE i + 1 < :last)"
        f" SELECT {values} FROM {table.name} AS model, n WHERE model.{key} = :model"
    )

    def copy(db: Connection, first: int, last: int) -> None:
        values = {"first": first, "last": last, "model": f"whatsapp:{number(_MODEL)}"}
        db.execute(statement, values)

    return copy


def _counts_itself(column: "Column[object]") -> bool:
    return column.primary_key and isinstance(column.type, Integer)


def _value(name: str, key: str) -> str:
    if name == key:
        return "'whatsapp:+3944' || CAST(10000000 + n.i AS TEXT)"
    if name == "vendor_id":
        return "model.vendor_id || '-' || CAST(n.i AS TEXT)"
    return f"model.{name}"
