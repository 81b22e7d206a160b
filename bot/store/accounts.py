"""The row of an account: the statements, within a transaction."""

from datetime import datetime

from bot.domain.accounts import Role
from bot.domain.errors import LastAdmin, UnknownColleague
from bot.ports import Colleague, Step
from bot.store.codec import micros, moment
from bot.store.database import Connection, Dialect, Row

_COLUMNS = (
    "key",
    "name",
    "password_hash",
    "role",
    "email",
    "telegram",
    "on_duty",
    "active",
    "totp",
    "totp_pending",
    "totp_step",
    "recovery",
    "since",
    "signed_in_at",
)
_PUT = (
    f"INSERT INTO staff ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    " ON CONFLICT (key) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
)


def put(db: Connection, colleague: Colleague) -> None:
    """Store an account, in place of one with the same name."""
    values = (
        colleague.key,
        colleague.name,
        colleague.password_hash,
        colleague.role,
        colleague.email,
        colleague.telegram,
        int(colleague.on_duty),
        int(colleague.active),
        colleague.totp,
        colleague.totp_pending,
        colleague.totp_step,
        " ".join(colleague.recovery),
        _micros(colleague.since),
        _micros(colleague.signed_in_at),
    )
    db.execute(_PUT, values)


def locked(db: Connection, dialect: Dialect, key: str) -> Colleague | None:
    """Return an account that nobody else can change until the transaction ends."""
    statement = f"SELECT * FROM staff WHERE key = ?{dialect.locking}"  # noqa: S608 - ours
    row = db.execute(statement, (key,)).fetchone()
    return colleague_of(row) if row else None


def changed(
    db: Connection, dialect: Dialect, name: str, step: Step
) -> tuple[Colleague, Colleague]:
    """Change an account; return it as it was and as it is.

    Raises:
        UnknownColleague: There is no such account.
        LastAdmin: Nobody could manage the accounts afterwards.
    """
    admins = _locked_admins(db, dialect)  # First, in one order: two who do this never cross.
    before = locked(db, dialect, name.casefold())
    if before is None:
        raise UnknownColleague(f"No account has the name {name}.")
    after = step(before)
    if _is_admin(before) and not _is_admin(after) and admins == {before.key}:
        raise LastAdmin(f"{before.name} is the last admin.")
    put(db, after)
    return before, after


def colleague_of(row: Row) -> Colleague:
    """Return the account of a row."""
    return Colleague(
        name=row["name"],
        password_hash=row["password_hash"],
        role=Role(row["role"]),
        email=row["email"],
        telegram=row["telegram"],
        on_duty=bool(row["on_duty"]),
        active=bool(row["active"]),
        totp=row["totp"],
        totp_pending=row["totp_pending"],
        totp_step=row["totp_step"],
        recovery=tuple(row["recovery"].split()),
        since=_moment(row["since"]),
        signed_in_at=_moment(row["signed_in_at"]),
    )


def _locked_admins(db: Connection, dialect: Dialect) -> set[str]:
    rows = db.execute(
        "SELECT key FROM staff WHERE role = 'admin' AND active = 1"  # noqa: S608 - ours
        f" ORDER BY key{dialect.locking}"
    )
    return {row["key"] for row in rows.fetchall()}


def _is_admin(colleague: Colleague) -> bool:
    return colleague.active and colleague.role is Role.ADMIN


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _moment(count: int | None) -> datetime | None:
    return None if count is None else moment(count)
