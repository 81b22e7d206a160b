"""The store in PostgreSQL: opened, brought up to date, shared by any number of programs."""

import re
import secrets
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from bot.domain.errors import DatabaseNotThere, StartError
from bot.domain.searching import Terms
from bot.store.database import Database, Dialect, Row, Rows
from bot.store.migrating import bring_up_to_date
from bot.store.nodes import Node, join, uptime
from bot.store.notices import PostgresNotices
from bot.store.server_trouble import diagnosis, may_come_back
from bot.store.sqlite import locked
from bot.store.store import Store

_READERS = 8
_CONNECT_SECONDS = 5
_NOTICED_SOON = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=10000"
)
"""Has the server notice in seconds that a program is lost; by itself it would take two hours."""
_STUCK_MS = 3_000
"""How long a transaction may stand still; a frozen program would keep chats locked for ever."""


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


def _begin(opened: _Connection) -> object:
    """Begin a transaction, and learn its number by the same journey to the server."""
    cursor = opened.connection.execute("BEGIN; SELECT CAST(pg_current_xact_id() AS text) AS mark")
    cursor.nextset()
    row = cursor.fetchone()
    return row and row["mark"]


def _query(terms: Terms) -> str:
    return " & ".join(f"'{word}'" for word in terms.words) + (":*" if terms.open_end else "")


POSTGRESQL = Dialect(
    begin=_begin,
    errors=(psycopg.Error, PoolTimeout),
    diagnosis=diagnosis,
    outcome="SELECT pg_xact_status(CAST(? AS xid8)) AS outcome",
    is_lost=lambda opened: opened.connection.closed or opened.connection.broken,
    field=lambda column, path: f"{column}::json #>> '{{{','.join(path)}}}'",
    now="(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
    shared=True,
    passing=(psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure),
    locking=" FOR UPDATE",
    is_gone="pg_try_advisory_xact_lock({})".format,
    finds="array_to_tsvector(string_to_array(s.words, ' ')) @@ CAST(? AS tsquery)",
    query=_query,
    notify="SELECT pg_notify('sportello_' || ?::text, ?)",
)


class PostgresStore(Store):
    """Everything in a PostgreSQL database, which other programs may share."""

    def __init__(
        self, database: Database, node: Node, url: str, release: Callable[[], None]
    ) -> None:
        super().__init__(database, node, release)
        self.notices = PostgresNotices(_how_to_reach(url), node)

    @classmethod
    def open(cls, url: str, *, owner: bool, home: Path | None = None) -> "PostgresStore":
        """Open a database, making or upgrading its tables first.

        Args:
            url: Such as ``postgresql://user:password@host/name``.
            owner: Whether this process answers conversations, as one node of any number.
            home: Folder of this node. When it starts again there, it need not wait until its
                former self counts as gone.

        Raises:
            DatabaseNotThere: It does not answer now.
            StartError: It refuses us, its encoding is not UTF-8, a newer version of the program
                made it, or another process is running in this home folder.
        """
        with ExitStack() as undo:
            if owner and home is not None:
                undo.enter_context(locked(home / "node"))
            node = Node(name=_name_of(home), answers=owner)
            database = undo.enter_context(_opened(url, node))
            release = undo.pop_all().close
        return cls(database, node, url, release)


def _name_of(home: Path | None) -> str:
    """Return what the others know a node by: nobody else has it while the folder is locked."""
    return f"{socket.gethostname()}:{home.resolve()}" if home else secrets.token_hex(16)


@contextmanager
def _opened(url: str, node: Node) -> Iterator[Database]:
    try:
        with _connected(url) as connection:
            _ensure_utf8(connection)
        bring_up_to_date(url)
        writing = _Writing(url, node)
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
    with closing(writing), closing(pool):
        yield Database(dialect=POSTGRESQL, writes=writing, reads=partial(_reader, pool))


class _Writing:
    """Gives the connection that writes; by another one others see that this node is there.

    One in whose transaction nothing happens is cut by the server, so that a frozen program keeps
    no chat locked. That must not look as if the program had ended.
    """

    def __init__(self, url: str, node: Node) -> None:
        self._url = url
        self._node = node
        self._pulse: _Connection | None = None
        node.hold = self._hold
        self._first: _Connection | None = self._connected()
        if node.answers:
            join(self._first, POSTGRESQL, node)

    def __call__(self) -> _Connection:
        first, self._first = self._first, None
        return first or self._connected()

    def close(self) -> None:
        """Let go of the pulse, and of a connection that was never used."""
        for connection in (self._first, self._pulse):
            if connection is not None:
                connection.close()

    def _connected(self) -> _Connection:
        if self._node.id:
            self._hold(self._node.id)
        connection = _connected(self._url, idle_in_transaction_session_timeout=_STUCK_MS)
        self._node.connected_at = uptime()
        return _Connection(connection, connection.close)

    def _hold(self, node_id: int) -> None:
        """Hold a lock for as long as this process lives, on a connection made anew if need be."""
        statement = "SELECT pg_advisory_lock(?)"
        try:
            if self._pulse is not None:
                self._pulse.execute(statement, (node_id,))
                return
        except psycopg.Error:
            self._drop_pulse()
        connection = _connected(self._url)
        self._pulse = _Connection(connection, connection.close)
        self._pulse.execute(statement, (node_id,))

    def _drop_pulse(self) -> None:
        if self._pulse is not None:
            self._pulse.close()
        self._pulse = None


def without_password(url: str) -> str:
    """Return the address of a database as it may be shown."""
    parts = urlsplit(url)
    shown = url.replace(f":{parts.password}@", ":***@", 1) if parts.password else url
    return re.sub(r"(?<=password=)[^&]*", "***", shown)


def _connected(url: str, **options: int) -> "psycopg.Connection[Row]":
    address = _how_to_reach(url, " ".join(f"-c {name}={value}" for name, value in options.items()))
    return psycopg.connect(address, autocommit=True, row_factory=dict_row)


def _how_to_reach(url: str, options: str = "") -> str:
    return make_conninfo(
        url,
        options=f"{_NOTICED_SOON} {options}",
        application_name="sportello",
        connect_timeout=_CONNECT_SECONDS,
        # A host that is lost without a word is noticed in seconds instead of hours.
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=10_000,  # As soon, also if something was on its way.
    )


def _reader(pool: "ConnectionPool[psycopg.Connection[Row]]") -> _Connection:
    connection = pool.getconn()
    return _Connection(connection, partial(pool.putconn, connection))


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
