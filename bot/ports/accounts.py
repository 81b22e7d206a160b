"""Accounts of the desk, who is signed in, and what they did."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.accounts import Role, TryLimits


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A person who works at the desk; the password is stored only as an argon2id hash.

    Args:
        email: Where letters go, and by which an identity provider knows them; may be empty.
        telegram: Id of their own chat with the bot, for alerts; may be empty.
        on_duty: Whether they are to be alerted now.
        active: Whether they may sign in.
        totp: Secret of the app that shows codes; empty while there is none.
        totp_pending: One that was shown and not confirmed yet.
        totp_step: The half minute of the last code that was accepted; no older one counts.
        recovery: Hashes of the codes that stand in for the app, each once.
        since: When the account was made; None for one of an earlier release.
        signed_in_at: When they last signed in.
    """

    name: str
    password_hash: str
    role: Role = Role.ADMIN
    email: str = ""
    telegram: str = ""
    on_duty: bool = False
    active: bool = True
    totp: str = ""
    totp_pending: str = ""
    totp_step: int = 0
    recovery: tuple[str, ...] = ()
    since: datetime | None = None
    signed_in_at: datetime | None = None

    @property
    def key(self) -> str:
        """The name, whatever its case: no two colleagues share one."""
        return self.name.casefold()


@dataclass(frozen=True, kw_only=True)
class Session:
    """A browser in which a colleague is signed in.

    Args:
        id: Digest of what the browser keeps, which itself is stored nowhere.
        name: Of the colleague.
        agent: What the browser calls itself.
    """

    id: str
    name: str
    began: datetime
    seen: datetime
    until: datetime
    agent: str = ""


class InvitationKind(StrEnum):
    """What a link is good for."""

    ACCOUNT = "account"
    PASSWORD = "password"  # noqa: S105 - a word, no secret


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """A link that lets somebody choose a password, once.

    Args:
        id: Digest of the token in the link, which itself is stored nowhere.
        name: Of the colleague to be, or of the one who lost a password.
        by: Who made it.
    """

    id: str
    kind: InvitationKind
    name: str
    role: Role
    email: str
    by: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Noted:
    """One thing somebody did.

    Args:
        who: Name of the colleague, or what was given as one.
        action: A code, such as ``sign_in`` or ``claim``.
        target: What it was done to: the id of a chat, or a colleague's name; may be empty.
        detail: What else must be known; never what a customer or a colleague wrote.
        id: Number of the row; 0 before it is stored.
    """

    at: datetime
    who: str
    action: str
    target: str = ""
    detail: str = ""
    id: int = 0


Step = Callable[[Colleague], Colleague]
"""Changes an account, or raises; nothing is stored then."""


class StaffStore(Protocol):
    """Keeps the accounts of the desk, who is signed in, and what they did.

    What is noted is stored with the change it tells of, or not at all.
    """

    async def save(self, colleague: Colleague, note: Noted | None = None) -> None:
        """Store an account, in place of one with the same name."""
        ...

    async def find(self, name: str) -> Colleague | None:
        """Return an account by name, whatever its case."""
        ...

    async def count(self) -> int:
        """Return how many accounts there are."""
        ...

    async def all(self) -> Sequence[Colleague]:
        """Return all accounts by their names."""
        ...

    async def names(self) -> Sequence[str]:
        """Return the names of those who may sign in, in order."""
        ...

    async def on_duty(self) -> Sequence[Colleague]:
        """Return those who may sign in and are on duty."""
        ...

    async def change(
        self, name: str, step: Step, note: Noted, *, opens: Session | None = None, keeps: str = ""
    ) -> Colleague:
        """Change an account while nobody else can, and return it as it is now.

        Another password or role, or being shut out, ends the sessions of the account.

        Args:
            name: Whose.
            step: What changes.
            note: What is noted of it.
            opens: A session that begins with it.
            keeps: Id of the one session that does not end.

        Raises:
            UnknownColleague: There is no such account.
            LastAdmin: Nobody could manage the accounts afterwards.
        """
        ...

    async def signed_in(self, session_id: str) -> tuple[Session, Colleague] | None:
        """Return a session and the account it belongs to, if that may sign in."""
        ...

    async def touch(self, session_id: str, now: datetime) -> None:
        """Note that a colleague has done something in a session."""
        ...

    async def sessions_of(self, name: str) -> Sequence[Session]:
        """Return the sessions of an account, the newest first."""
        ...

    async def end_session(self, session_id: str, note: Noted) -> None:
        """End a session; one that has ended is not noted again."""
        ...

    async def end_sessions(self, note: Noted, name: str = "", keeps: str = "") -> int:
        """End all sessions of an account, or of all; return how many."""
        ...

    async def invite(self, invitation: Invitation, note: Noted) -> None:
        """Keep an invitation in place of any for the same name.

        Raises:
            NameTaken: It is for a new account, and there is one.
            UnknownColleague: It is for a new password, and there is no account.
        """
        ...

    async def invitation(self, invitation_id: str) -> Invitation | None:
        """Return an invitation, also one whose time is over."""
        ...

    async def invitations(self, now: datetime) -> Sequence[Invitation]:
        """Return those that can be used, by name."""
        ...

    async def withdraw(self, name: str, note: Noted) -> None:
        """Forget the invitation for a name, if there is one."""
        ...

    async def accept(self, invitation_id: str, password_hash: str, note: Noted) -> Colleague:
        """Use an invitation up; return the account with its new password.

        Raises:
            InvitationGone: It was used or withdrawn, its time is over, or the account may not
                sign in.
            NameTaken: Meanwhile there is an account of this name.
        """
        ...

    async def attempt(self, limits: Mapping[str, TryLimits], now: datetime) -> timedelta:
        """Count one try under each key, unless one has to wait; return how long that is.

        Several programs share what they count.
        """
        ...

    async def forgive(self, keys: Sequence[str]) -> None:
        """Forget the tries under these keys."""
        ...

    async def note(self, noted: Noted) -> None:
        """Note what was done and changed nothing here."""
        ...

    async def audit(self, *, who: str = "", before: int = 0, most: int = 50) -> Sequence[Noted]:
        """Return what was done, the newest first.

        Args:
            who: Only by this colleague, whatever the case; everybody if empty.
            before: Only what has a smaller number; everything if 0.
            most: How many at most.
        """
        ...

    async def erase_audit(self, before: datetime, most: int) -> int:
        """Delete what was noted before; return how many."""
        ...

    async def erase_stale(self, now: datetime, most: int) -> int:
        """Delete sessions, invitations and tries whose time is over; return how many."""
        ...
