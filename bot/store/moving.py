"""Copying an installation from SQLite into PostgreSQL, verified row by row."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, Table, create_engine, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.pool import NullPool

from bot.domain.errors import StartError
from bot.store.migrating import address_for_sqlalchemy
from bot.store.postgresql import PostgresStore
from bot.store.schema import metadata
from bot.store.sqlite import SqliteStore

BATCH = 1_000
FILES_AT_ONCE = 4
"""Each may have twenty megabytes."""
_OF_PROGRAMS = frozenset({"node", "job", "secret"})
"""Tables of the programs that run on a database, not of what is kept there."""
Tell = Callable[[str, int], None]
"""Hears the name of each table, and how many of its rows have been verified."""
Key = tuple[Any, ...]


async def move(source: Path, target: str, tell: Tell) -> int:
    """Copy all rows, verify each, and return how many there are.

    What an earlier try has copied is not copied again, so a move that broke off goes on.

    Raises:
        StartError: One of the two is in use or cannot be used, or the target holds something else.
    """
    old, new = SqliteStore.open(source, owner=True), PostgresStore.open(target, owner=True)
    try:
        if await new.nodes.others():
            raise StartError("Other programs answer on the new database. Stop them first.")
        return _copied(source, target, tell)
    finally:
        await new.close()
        await old.close()


def _copied(source: Path, target: str, tell: Tell) -> int:
    engines = [
        create_engine(address_for_sqlalchemy(place), poolclass=NullPool)
        for place in (source, target)
    ]
    with engines[0].connect() as old, engines[1].connect() as new:
        tables = [table for table in metadata.sorted_tables if table.name not in _OF_PROGRAMS]
        for table in tables:
            for rows in _batches(old, table):
                new.execute(insert(table).on_conflict_do_nothing(), rows)
                new.commit()
        return sum(_verified(old, new, table, tell) for table in tables)


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    has_files = any(isinstance(column.type, LargeBinary) for column in table.columns)
    at_once = FILES_AT_ONCE if has_files else BATCH
    found = connection.execution_options(yield_per=at_once).execute(select(table))
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _verified(old: Connection, new: Connection, table: Table, tell: Tell) -> int:
    """Compare a table row by row, and let new rows be numbered after those before."""
    count = 0
    for rows in _batches(old, table):
        there = _rows_there(new, table, rows)
        for row in rows:
            if there.get(_key(table, row)) != row:
                raise StartError(
                    f"{table.name} {_key(table, row)} is another one in the new database. "
                    "Move into an empty database."
                )
        count += len(rows)
    found = new.execute(select(func.count()).select_from(table)).scalar_one()
    if found != count:
        raise StartError(
            f"{table.name} has {found} rows in the new database and {count} in the old one. "
            "Move into an empty database."
        )
    _number_on(new, table)
    tell(table.name, count)
    return count


def _rows_there(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]]
) -> dict[Key, dict[str, Any]]:
    first, *_ = table.primary_key.columns
    wanted = select(table).where(first.in_({row[first.name] for row in rows}))
    return {
        _key(table, dict(row)): dict(row) for row in connection.execute(wanted).mappings().all()
    }


def _key(table: Table, row: dict[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _number_on(connection: Connection, table: Table) -> None:
    first, *_ = table.primary_key.columns
    if isinstance(first.type, Integer):
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608 - ours
                f" GREATEST((SELECT max(id) FROM {table.name}), 1),"
                f" (SELECT count(*) > 0 FROM {table.name}))"
            )
        )
        connection.commit()
