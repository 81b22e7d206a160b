"""The store in PostgreSQL: opened, brought up to date, written by one process."""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.domain.errors import DatabaseNotThere, StartError
from bot.store.database import Database, Dialect, Row, Rows
from bot.store.migrating import bring_up_to_date
from bot.store.server_trouble import diagnosis, may_come_back
from bot.store.store import Store

_OWNER_LOCK = 7364112
"""Number of the advisory lock of the process that answers; any will do."""
_READERS = 8
_CONNECT_SECONDS = 5


class _Connection:
    """A connection with SQLite's question marks, that is closed or given back."""

    def __init__(self, connection: "psycopg.Connection[Row]", close: Callable[[], None]) -> None:
        self.connection = connection
        self.close = close

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Rows:
        """Run a statement; without values a percent sign is only that."""
        return _Rows(self.connection.execute(_translated(statement), _plain(values)))

    def executemany(self, statement: str, rows: Sequence[Sequence[object]], /) -> object:
        """Run a statement for each of some rows."""
        cursor = self.connection.cursor()
        cursor.executemany(_translated(statement), [_plain(row) for row in rows])
        return cursor


class _Rows:
    """The result of a statement, which may have no rows."""

    def __init__(self, cursor: "psycopg.Cursor[Row]") -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def fetchone(self) -> Row | None:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Row]:
        return self._cursor.fetchall() if self._cursor.description else []

    def __iter__(self) -> Iterator[Row]:
        return iter(self._cursor)


POSTGRESQL = Dialect(
    begin="BEGIN",
    errors=(psycopg.Error, PoolTimeout),
    diagnosis=diagnosis,
    mark="SELECT CAST(pg_current_xact_id() AS text) AS mark",
    outcome="SELECT pg_xact_status(CAST(? AS xid8)) AS outcome",
    is_lost=lambda opened: opened.connection.closed or opened.connection.broken,
    field=lambda column, path: f"{column}::json #>> '{{{','.join(path)}}}'",
)


class PostgresStore(Store):
    """Everything in a PostgreSQL database, answered by one process."""

    @classmethod
    def open(cls, url: str, *, owner: bool) -> "PostgresStore":
        """Open a database, making or upgrading its tables first.

        Args:
            url: Such as ``postgresql://user:password@host/name``.
            owner: Whether this process answers conversations; only one may.

        Raises:
            DatabaseNotThere: It does not answer now.
            StartError: It refuses us, another process owns it, its encoding is not UTF-8, or
                a newer version of the program made it.
        """
        try:
            with _connected(url) as connection:
                _ensure_utf8(connection)
            bring_up_to_date(url)
            owning = _Owning(url) if owner else None
        except psycopg.Error as error:
            said = " ".join(str(error).split())
            kind = DatabaseNotThere if may_come_back(error, _how_to_reach(url)) else StartError
            raise kind(
                f"Cannot use the database {without_password(url)}: {said}. Check that "
                "it runs and may be reached from here, and SPORTELLO_DATABASE_URL."
            ) from error
        pool = ConnectionPool(
            _how_to_reach(url),
            connection_class=psycopg.Connection[Row],
            kwargs={"autocommit": True, "row_factory": dict_row},
            min_size=1,
            max_size=_READERS,
            open=True,
            check=ConnectionPool.check_connection,
            timeout=_CONNECT_SECONDS,
        )
        database = Database(
            dialect=POSTGRESQL,
            writes=owning or partial(_writer, url),
            reads=partial(_reader, pool),
        )

        def release() -> None:
            pool.close()
            if owning is not None:
                owning.release()

        return cls(database, release)


class _Owning:
    """Gives the connection of the process that answers: the one it began with, or a new one."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._first: _Connection | None = _owned(url)

    def __call__(self) -> _Connection:
        first, self._first = self._first, None
        return first or _owned(self._url)

    def release(self) -> None:
        """Let go of a connection that was never used."""
        if self._first is not None:
            self._first.close()


def without_password(url: str) -> str:
    """Return the address of a database as it may be shown."""
    parts = urlsplit(url)
    shown = url.replace(f":{parts.password}@", ":***@", 1) if parts.password else url
    return re.sub(r"(?<=password=)[^&]*", "***", shown)


def _connected(url: str) -> "psycopg.Connection[Row]":
    return psycopg.connect(_how_to_reach(url), autocommit=True, row_factory=dict_row)


def _how_to_reach(url: str) -> str:
    return make_conninfo(
        url,
        application_name="sportello",
        connect_timeout=_CONNECT_SECONDS,
        # A host that is lost without a word is noticed in seconds instead of hours.
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
    )


def _reader(pool: "ConnectionPool[psycopg.Connection[Row]]") -> _Connection:
    connection = pool.getconn()
    return _Connection(connection, partial(pool.putconn, connection))


def _writer(url: str) -> _Connection:
    connection = _connected(url)
    return _Connection(connection, connection.close)


def _owned(url: str) -> _Connection:
    """Return the connection of the process that answers.

    It writes by the very connection that holds the lock: who has lost the lock cannot write.

    Raises:
        StartError: Another process holds it.
    """
    opened = _writer(url)
    row = opened.execute("SELECT pg_try_advisory_lock(?) AS mine", (_OWNER_LOCK,)).fetchone()
    if row is None or not row["mine"]:
        opened.close()
        raise StartError(
            f"Another sportello is already running on {without_password(url)}. Stop it first, "
            "or set SPORTELLO_DATABASE_URL to another database."
        )
    return opened


def _ensure_utf8(connection: "psycopg.Connection[Row]") -> None:
    row = connection.execute("SHOW server_encoding").fetchone()
    if row is not None and row["server_encoding"] != "UTF8":
        raise StartError(
            f"The database stores {row['server_encoding']}; make one with: "
            "createdb --encoding=UTF8 --template=template0 NAME"
        )


@cache
def _translated(statement: str) -> Any:  # noqa: ANN401 - psycopg wants its own kind of text
    return statement.replace("%", "%%").replace("?", "%s")


def _plain(values: Sequence[object]) -> list[object]:
    return [value.value if isinstance(value, Enum) else value for value in values]
