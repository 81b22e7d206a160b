"""Accounts of the desk in a database, who is signed in, and what they did."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.accounts import TryLimits
from bot.ports import Colleague, Invitation, Noted, Session, Step
from bot.store import attempts, audit, invitations, sessions
from bot.store.accounts import changed, colleague_of, put
from bot.store.codec import micros
from bot.store.database import Connection, Database, Row
from bot.store.writer import Writer

T = TypeVar("T")


class SqlStaff:
    """Keeps the accounts of the desk; names differ by more than their case."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading
        self._dialect = database.dialect

    async def save(self, colleague: Colleague, note: Noted | None = None) -> None:
        """Store an account, in place of one with the same name."""

        def work(db: Connection) -> None:
            put(db, colleague)
            if note is not None:
                audit.note(db, note)

        await self._writer.run(work)

    async def find(self, name: str) -> Colleague | None:
        """Return an account by name, whatever its case."""
        rows = await self._rows("SELECT * FROM staff WHERE key = ?", name.casefold())
        return next((colleague_of(row) for row in rows), None)

    async def count(self) -> int:
        """Return how many accounts there are."""
        return int((await self._rows("SELECT count(*) AS count FROM staff"))[0]["count"])

    async def all(self) -> Sequence[Colleague]:
        """Return all accounts by their names."""
        return [colleague_of(row) for row in await self._rows("SELECT * FROM staff ORDER BY key")]

    async def names(self) -> Sequence[str]:
        """Return the names of those who may sign in, in order."""
        rows = await self._rows("SELECT name FROM staff WHERE active = 1 ORDER BY key")
        return [str(row["name"]) for row in rows]

    async def on_duty(self) -> Sequence[Colleague]:
        """Return those who may sign in and are on duty."""
        asked = "SELECT * FROM staff WHERE active = 1 AND on_duty = 1 ORDER BY key"
        return [colleague_of(row) for row in await self._rows(asked)]

    async def change(
        self, name: str, step: Step, note: Noted, *, opens: Session | None = None, keeps: str = ""
    ) -> Colleague:
        """Change an account while nobody else can, and return it as it is now.

        Raises:
            UnknownColleague: There is no such account.
            LastAdmin: Nobody could manage the accounts afterwards.
        """

        def work(db: Connection) -> Colleague:
            before, after = changed(db, self._dialect, name, step)
            if sessions.end_with(before, after):
                sessions.end_all(db, after.key, keeps)
            if opens is not None:
                sessions.open_one(db, opens)
            audit.note(db, note)
            return after

        return await self._writer.run(work)

    async def signed_in(self, session_id: str) -> tuple[Session, Colleague] | None:
        """Return a session and the account it belongs to, if that may sign in."""
        return await self._read(lambda db: sessions.find(db, session_id))

    async def touch(self, session_id: str, now: datetime) -> None:
        """Note that a colleague has done something in a session."""
        asked = "UPDATE session SET seen = ? WHERE id = ? AND seen < ?"
        await self._writer.execute(asked, micros(now), session_id, micros(now))

    async def sessions_of(self, name: str) -> Sequence[Session]:
        """Return the sessions of an account, the newest first."""
        return await self._read(lambda db: sessions.of(db, name.casefold()))

    async def end_session(self, session_id: str, note: Noted) -> None:
        """End a session; one that has ended is not noted again."""

        def work(db: Connection) -> None:
            if db.execute("DELETE FROM session WHERE id = ?", (session_id,)).rowcount:
                audit.note(db, note)

        await self._writer.run(work)

    async def end_sessions(self, note: Noted, name: str = "", keeps: str = "") -> int:
        """End all sessions of an account, or of all; return how many."""

        def work(db: Connection) -> int:
            audit.note(db, note)
            return sessions.end_all(db, name.casefold(), keeps)

        return await self._writer.run(work)

    async def invite(self, invitation: Invitation, note: Noted) -> None:
        """Keep an invitation in place of any for the same name.

        Raises:
            NameTaken: It is for a new account, and there is one.
            UnknownColleague: It is for a new password, and there is no account.
        """

        def work(db: Connection) -> None:
            invitations.keep(db, invitation)
            audit.note(db, note)

        await self._writer.run(work)

    async def invitation(self, invitation_id: str) -> Invitation | None:
        """Return an invitation, also one whose time is over."""
        rows = await self._rows("SELECT * FROM invitation WHERE id = ?", invitation_id)
        return next((invitations.invitation_of(row) for row in rows), None)

    async def invitations(self, now: datetime) -> Sequence[Invitation]:
        """Return those that can be used, by name."""
        asked = "SELECT * FROM invitation WHERE until > ? ORDER BY key"
        rows = await self._rows(asked, micros(now))
        return [invitations.invitation_of(row) for row in rows]

    async def withdraw(self, name: str, note: Noted) -> None:
        """Forget the invitation for a name, if there is one."""

        def work(db: Connection) -> None:
            gone = db.execute("DELETE FROM invitation WHERE key = ?", (name.casefold(),))
            if gone.rowcount:
                audit.note(db, note)

        await self._writer.run(work)

    async def accept(self, invitation_id: str, password_hash: str, note: Noted) -> Colleague:
        """Use an invitation up; return the account with its new password.

        Raises:
            InvitationGone: It was used or withdrawn, its time is over, or the account may not
                sign in.
            NameTaken: Meanwhile there is an account of this name.
        """

        def work(db: Connection) -> Colleague:
            found = invitations.use_up(db, invitation_id, note.at)
            colleague = invitations.fulfil(db, self._dialect, found, password_hash, note.at)
            audit.note(db, note)
            return colleague

        return await self._writer.run(work)

    async def attempt(self, limits: Mapping[str, TryLimits], now: datetime) -> timedelta:
        """Count one try under each key, unless one has to wait; return how long that is."""
        return await self._writer.run(
            lambda db: attempts.count_one(db, self._dialect, limits, now)
        )

    async def forgive(self, keys: Sequence[str]) -> None:
        """Forget the tries under these keys."""
        await self._writer.run(lambda db: attempts.forget(db, keys))

    async def note(self, noted: Noted) -> None:
        """Note what was done and changed nothing here."""
        await self._writer.run(lambda db: audit.note(db, noted))

    async def audit(self, *, who: str = "", before: int = 0, most: int = 50) -> Sequence[Noted]:
        """Return what was done, the newest first."""
        return await self._read(lambda db: audit.noted(db, who, before, most))

    async def erase_audit(self, before: datetime, most: int) -> int:
        """Delete what was noted before; return how many."""
        asked = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ? LIMIT ?)"
        values = (micros(before), most)
        return await self._writer.run(lambda db: db.execute(asked, values).rowcount)

    async def erase_stale(self, now: datetime, most: int) -> int:
        """Delete sessions, invitations and tries whose time is over; return how many."""
        return await self._writer.run(lambda db: attempts.erase_stale(db, now, most))

    async def _rows(self, statement: str, *values: object) -> list[Row]:
        return await self._read(lambda db: db.execute(statement, values).fetchall())

    async def _read(self, look: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._reading() as db:
                return look(db)

        return await asyncio.to_thread(run)
