"""Who is signed in: the statements, within a transaction."""

from bot.ports import Colleague, Session
from bot.store.accounts import colleague_of
from bot.store.codec import micros, moment
from bot.store.database import Connection, Row


def open_one(db: Connection, session: Session) -> None:
    """Begin a session."""
    db.execute(
        "INSERT INTO session (id, staff, began, seen, until, agent) VALUES (?, ?, ?, ?, ?, ?)",
        (
            session.id,
            session.name.casefold(),
            micros(session.began),
            micros(session.seen),
            micros(session.until),
            session.agent,
        ),
    )


def find(db: Connection, session_id: str) -> tuple[Session, Colleague] | None:
    """Return a session and the account it belongs to, if that may sign in."""
    row = db.execute(
        "SELECT * FROM session JOIN staff ON staff.key = session.staff"
        " WHERE session.id = ? AND staff.active = 1",
        (session_id,),
    ).fetchone()
    return (_session(row), colleague_of(row)) if row else None


def of(db: Connection, key: str) -> list[Session]:
    """Return the sessions of an account, the newest first."""
    rows = db.execute(
        "SELECT session.*, staff.name FROM session JOIN staff ON staff.key = session.staff"
        " WHERE session.staff = ? ORDER BY session.began DESC",
        (key,),
    )
    return [_session(row) for row in rows]


def end_all(db: Connection, key: str = "", keeps: str = "") -> int:
    """End all sessions of an account, or of all; return how many."""
    if key:
        asked = "DELETE FROM session WHERE staff = ? AND id <> ?"
        return db.execute(asked, (key, keeps)).rowcount
    return db.execute("DELETE FROM session WHERE id <> ?", (keeps,)).rowcount


def end_with(before: Colleague, after: Colleague) -> bool:
    """Tell whether a change of an account ends its sessions."""
    return _access(before) != _access(after)


def _access(colleague: Colleague) -> tuple[object, ...]:
    return colleague.password_hash, colleague.role, colleague.active, colleague.totp


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        name=row["name"],
        began=moment(row["began"]),
        seen=moment(row["seen"]),
        until=moment(row["until"]),
        agent=row["agent"],
    )
