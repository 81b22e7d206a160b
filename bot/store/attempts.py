"""How often passwords and codes were tried: the statements, within a transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.accounts import OF_NAME, Tries, TryLimits, one_more, wait_before
from bot.store.codec import micros, moment
from bot.store.database import Connection, Dialect


def count_one(
    db: Connection, dialect: Dialect, limits: Mapping[str, TryLimits], now: datetime
) -> timedelta:
    """Count one try under each key, unless one has to wait; return how long that is."""
    found = {key: _locked(db, dialect, key, now) for key in sorted(limits)}
    wait = max(wait_before(tries, limits[key], now) for key, tries in found.items())
    if wait:
        return wait
    for key, tries in found.items():
        after = one_more(tries, limits[key], now)
        asked = "UPDATE attempt SET count = ?, last = ? WHERE key = ?"
        db.execute(asked, (after.count, micros(after.last), key))
    return wait


def forget(db: Connection, keys: Sequence[str]) -> None:
    """Forget the tries under these keys."""
    for key in sorted(keys):
        db.execute("DELETE FROM attempt WHERE key = ?", (key,))


def erase_stale(db: Connection, now: datetime, most: int) -> int:
    """Delete sessions, invitations and tries whose time is over; return how many."""
    over = micros(now)
    tried = micros(now - OF_NAME.forgotten)
    return sum(
        db.execute(
            f"DELETE FROM {table} WHERE {key} IN"  # noqa: S608 - ours
            f" (SELECT {key} FROM {table} WHERE {column} < ? LIMIT ?)",
            (before, most),
        ).rowcount
        for table, key, column, before in (
            ("session", "id", "until", over),
            ("invitation", "id", "until", over),
            ("attempt", "key", "last", tried),
        )
    )


def _locked(db: Connection, dialect: Dialect, key: str, now: datetime) -> Tries | None:
    """Return the tries under a key, which nobody else can count meanwhile."""
    asked = "INSERT INTO attempt (key, count, last) VALUES (?, 0, ?) ON CONFLICT DO NOTHING"
    db.execute(asked, (key, micros(now)))
    statement = f"SELECT count, last FROM attempt WHERE key = ?{dialect.locking}"  # noqa: S608
    row = db.execute(statement, (key,)).fetchone()
    if row is None or row["count"] == 0:
        return None
    return Tries(count=row["count"], last=moment(row["last"]))
