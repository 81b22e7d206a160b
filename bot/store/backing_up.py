"""A copy of a SQLite database while it is in use, and the way back."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.domain.errors import StartError
from bot.store.migrating import bring_up_to_date
from bot.store.sqlite import locked

_PAGES_AT_ONCE = 2_000
"""Between them others may write."""
_SECRET = ("secret", "session", "invitation")


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put in place.

    Args:
        before: Where the database that was there is now, if there was one.
        held: Replies that were waiting and are not sent any more.
        unanswered: Messages that will be answered now.
    """

    before: Path | None
    held: int
    unanswered: int


def back_up(database: Path, copy: Path) -> int:
    """Copy a database, consistent although it is in use; return the size in bytes.

    Raises:
        StartError: There is none, the copy cannot be written or exists, or it is damaged.
    """
    if not database.exists():
        raise StartError(f"There is no database {database}.")
    if copy.exists():
        raise StartError(f"{copy} exists already; choose another name.")
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(unfinished)) as target,
        ):
            source.backup(target, pages=_PAGES_AT_ONCE)
            _forget_secrets(target)
        ensure_whole(unfinished)
        unfinished.rename(copy)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StartError(f"Cannot copy {database} to {copy}: {error}.") from error
    return copy.stat().st_size


def _forget_secrets(copy: sqlite3.Connection) -> None:
    """Keep from a copy who is signed in and what signs for it: nobody comes back in by a copy."""
    for table in _SECRET:
        asks = "SELECT 1 FROM sqlite_master WHERE name = ?"  # Older releases had none.
        if copy.execute(asks, (table,)).fetchone() is not None:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - ours
    copy.commit()


def restore(copy: Path, database: Path, now: datetime, *, send_waiting: bool) -> Restored:
    """Put a copy in place of a database, which is kept aside.

    Args:
        copy: Made by `back_up`; it stays.
        database: Where the program keeps its own.
        now: Names what is put aside.
        send_waiting: Whether to send what was waiting when the copy was made; it may have been
            sent since.

    Raises:
        StartError: The program is running, or the copy is damaged or of a newer version.
    """
    ensure_whole(copy)
    with locked(database):
        new = database.with_name(f"{database.name}.restoring")
        new.unlink(missing_ok=True)
        back_up(copy, new)
        try:
            bring_up_to_date(new)
            held, unanswered = _settled(new, send_waiting=send_waiting)
        except (StartError, sqlite3.Error) as error:
            new.unlink(missing_ok=True)
            raise StartError(f"Cannot restore {copy}: {error}") from error
        before = _put_aside(database, now) if database.exists() else None
        new.rename(database)
    return Restored(before=before, held=held, unanswered=unanswered)


def ensure_whole(path: Path) -> None:
    """Make sure that a file is a sound database of ours; raise StartError."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            (found,) = db.execute("PRAGMA integrity_check").fetchone()
            db.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StartError(f"{path} is no database of this program: {error}.") from error
    if found != "ok":
        raise StartError(f"{path} is damaged: {found}. Use another copy.")


def _settled(path: Path, *, send_waiting: bool) -> tuple[int, int]:
    """Hold back what may have been sent since; return how many, and how many are unanswered."""
    with closing(sqlite3.connect(path)) as db:
        held = 0
        if not send_waiting:
            held = db.execute(
                "UPDATE outbox SET state = 'failed', error = 'Restored from a backup.'"
                " WHERE state IN ('waiting', 'sending')"
            ).rowcount
        (unanswered,) = db.execute("SELECT count(*) FROM inbox WHERE done = 0").fetchone()
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        db.execute("PRAGMA journal_mode = DELETE").fetchall()  # One file, to be moved as one.
    return held, unanswered


def _put_aside(database: Path, now: datetime) -> Path:
    """Move a database with what belongs to it: a log of another one would damage the copy."""
    aside = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}")
    for ending in ("", "-wal", "-shm"):
        part = database.with_name(database.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside
