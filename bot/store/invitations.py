"""Links by which somebody chooses a password: the statements, within a transaction."""

from dataclasses import replace
from datetime import datetime

from bot.domain.accounts import Role, by_name
from bot.domain.errors import InvitationGone, NameTaken, UnknownColleague
from bot.ports import Colleague, Invitation, InvitationKind
from bot.store import attempts, sessions
from bot.store.accounts import locked, put
from bot.store.codec import micros, moment
from bot.store.database import Connection, Dialect, Row


def keep(db: Connection, invitation: Invitation) -> None:
    """Keep an invitation in place of any for the same name.

    Raises:
        NameTaken: It is for a new account, and there is one.
        UnknownColleague: It is for a new password, and there is no account.
    """
    key = invitation.name.casefold()
    known = db.execute("SELECT 1 FROM staff WHERE key = ?", (key,)).fetchone() is not None
    if invitation.kind is InvitationKind.ACCOUNT and known:
        raise NameTaken(f"There is an account named {invitation.name}.")
    if invitation.kind is InvitationKind.PASSWORD and not known:
        raise UnknownColleague(f"No account has the name {invitation.name}.")
    db.execute("DELETE FROM invitation WHERE key = ?", (key,))
    db.execute(
        "INSERT INTO invitation (id, key, kind, name, role, email, made_by, until)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            invitation.id,
            key,
            invitation.kind,
            invitation.name,
            invitation.role,
            invitation.email,
            invitation.by,
            micros(invitation.until),
        ),
    )


def use_up(db: Connection, invitation_id: str, now: datetime) -> Invitation:
    """Take an invitation away and return it; raise InvitationGone if it cannot be used."""
    row = db.execute(
        "DELETE FROM invitation WHERE id = ? AND until > ? RETURNING *",
        (invitation_id, micros(now)),
    ).fetchone()
    if row is None:
        raise InvitationGone("This link was used, or its time is over.")
    return invitation_of(row)


def fulfil(
    db: Connection, dialect: Dialect, invitation: Invitation, password_hash: str, now: datetime
) -> Colleague:
    """Make the account of an invitation, or give it the new password.

    Raises:
        InvitationGone: The account may not sign in.
        NameTaken: Meanwhile there is an account of this name.
    """
    before = locked(db, dialect, invitation.name.casefold())
    if invitation.kind is InvitationKind.ACCOUNT:
        if before is not None:
            raise NameTaken(f"There is an account named {invitation.name}.")
        made = Colleague(
            name=invitation.name,
            password_hash=password_hash,
            role=invitation.role,
            email=invitation.email,
            since=now,
        )
        put(db, made)
        return made
    if before is None or not before.active:
        raise InvitationGone("This account may not sign in.")
    after = replace(before, password_hash=password_hash)
    put(db, after)
    sessions.end_all(db, after.key)
    attempts.forget(db, [by_name(after.name)])
    return after


def invitation_of(row: Row) -> Invitation:
    """Return the invitation of a row."""
    return Invitation(
        id=row["id"],
        kind=InvitationKind(row["kind"]),
        name=row["name"],
        role=Role(row["role"]),
        email=row["email"],
        by=row["made_by"],
        until=moment(row["until"]),
    )
