"""The store in one SQLite file: opened, brought up to date, owned by one process."""

import fcntl
import queue
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO

from bot.domain.errors import StartError
from bot.domain.searching import Terms
from bot.store.database import Database, Dialect, Rows
from bot.store.migrating import bring_up_to_date
from bot.store.nodes import Node, join
from bot.store.store import Store

_BUSY_SECONDS = 10
_MOST_READERS = 8
_TROUBLE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk is full or failing",
    sqlite3.SQLITE_BUSY: "another program holds the database locked",
    sqlite3.SQLITE_READONLY: "the file of the database cannot be written",
    sqlite3.SQLITE_CANTOPEN: "the file of the database cannot be opened",
}


def diagnosis(error: Exception) -> str:
    """Return in words why the file cannot be used now, or nothing if that is not why."""
    return _TROUBLE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "")  # Without the details.


def _begin(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _query(terms: Terms) -> str:
    return " AND ".join(f'"{word}"' for word in terms.words) + (" *" if terms.open_end else "")


SQLITE = Dialect(
    begin=_begin,
    errors=(sqlite3.Error,),
    diagnosis=diagnosis,
    is_lost=lambda _: False,
    field=lambda column, path: f"json_extract({column}, '$.{'.'.join(path)}')",
    now="CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
    before_erasing="PRAGMA secure_delete = ON",
    after_erasing="PRAGMA wal_checkpoint(TRUNCATE)",
    finds="s.id IN (SELECT rowid FROM said_words WHERE said_words MATCH ?)",
    query=_query,
    # In steps of two megabytes, so that nobody who writes meanwhile has to wait.
    tidy_words=(
        "INSERT INTO said_words (said_words, rank) VALUES ('merge', -500)",
        "INSERT INTO said_words (said_words, rank) VALUES ('merge', 500)",
    ),
)


class SqliteStore(Store):
    """Everything in one file, owned by one process."""

    @classmethod
    def open(cls, path: Path, *, owner: bool) -> "SqliteStore":
        """Open a database, making or upgrading it first.

        Args:
            path: The file; its folder exists.
            owner: Whether this process answers conversations; only one may.

        Raises:
            StartError: Another process owns it, it cannot be written, it is no database, or a
                newer version of the program made it.
        """
        node = Node(name="this", answers=owner)
        with ExitStack() as undo:
            lock = undo.enter_context(locked(path)) if owner else None
            _make_ready(path, node)
            undo.pop_all()
        readers = _Readers(path)
        database = Database(dialect=SQLITE, writes=lambda: _connected(path), reads=readers.take)

        def release() -> None:
            readers.close()
            if lock is not None:
                lock.close()

        return cls(database, node, release)


class _Reader:
    """A connection to read with, that is given back instead of closed."""

    def __init__(self, connection: sqlite3.Connection, readers: "_Readers") -> None:
        self.connection = connection
        self._readers = readers
        self.execute = connection.execute

    def executemany(self, statement: str, rows: Sequence[Sequence[object]], /) -> Rows:
        """Run a statement for each of some rows."""
        return self.connection.executemany(statement, rows)

    def close(self) -> None:
        """Let others read with it."""
        self._readers.give_back(self)


class _Readers:
    """Connections to read with: opening one costs as much as ten short queries."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[_Reader] = queue.LifoQueue(_MOST_READERS)
        self._closed = False

    def take(self) -> _Reader:
        """Return one that nobody uses."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return _Reader(_connected(self._path), self)

    def give_back(self, reader: _Reader) -> None:
        """Keep one for the next who reads."""
        try:
            if not self._closed:
                self._idle.put_nowait(reader)
                return
        except queue.Full:
            pass
        reader.connection.close()

    def close(self) -> None:
        """Close them all, those in use once they are given back."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().connection.close()


def locked(path: Path) -> IO[str]:
    """Return the lock file, held for as long as it is open; a dead process holds nothing."""
    try:
        lock = path.with_name(path.name + ".lock").open("w", encoding="utf-8")
    except OSError as error:
        raise StartError(
            f"Cannot write to {path.parent}: {error.strerror}. "
            "Set SPORTELLO_HOME to a folder you can write to."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StartError(
            f"Another sportello is already running on {path}. Stop it first, "
            "or set SPORTELLO_HOME to another folder."
        ) from error
    return lock


def _make_ready(path: Path, node: Node) -> None:
    """Bring a database up to date, and see now rather than later whether it can be written."""
    try:
        if not path.exists():
            path.touch(mode=0o600)  # Chats and keys are nobody else's business.
        bring_up_to_date(path)
        with closing(_connected(path)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("UPDATE alembic_version SET version_num = version_num")
            if node.answers:
                db.execute("DELETE FROM node")  # Whoever held the lock before is gone.
                join(db, SQLITE, node)
                db.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        raise StartError(
            f"Cannot use the database {path}: {error}. Check that the file and its folder "
            "can be written, or set SPORTELLO_DATABASE_URL to another file."
        ) from error


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    db.row_factory = sqlite3.Row
    # FULL, since NORMAL can lose what was acknowledged when the power fails.
    db.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    )
    return db
