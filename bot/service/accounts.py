"""Accounts of the desk: who may sign in, and what they may do."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from argon2 import PasswordHasher

from bot.domain.accounts import Role, SessionLimits, by_name, clean_name
from bot.ports import Clock, Colleague, Noted, Session, StaffStore, Step
from bot.service.codes import without_codes
from bot.service.entrance import Entrance
from bot.service.invitations import Invitations
from bot.service.passwords import Passwords
from bot.service.second_step import SecondStep

FIRST_NAME = "desk"
TERMINAL = "terminal"
"""Who does what is done by a command."""
_FIRST_PASSWORD_BYTES = 9
_USUAL_LIMITS = SessionLimits()


class Accounts:
    """Makes and changes accounts; each change is noted with who made it.

    Args:
        store: Where they are kept.
        clock: What time it is.
        limits: For how long a sign-in lasts.
        hasher: Another one than argon2's usual.
    """

    def __init__(
        self,
        store: StaffStore,
        clock: Clock,
        limits: SessionLimits = _USUAL_LIMITS,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = Passwords(hasher)
        self.limits = limits
        self.entrance = Entrance(store, self._passwords, clock, limits)
        self.second_step = SecondStep(store, self.entrance, clock)
        self.invitations = Invitations(store, self._passwords, clock)

    async def add(self, name: str, password: str, role: Role | None = None) -> None:
        """Store an account; one with the same name gets the password, and the role if given.

        Raises:
            ValueError: The name is none.
            WeakPassword: The password does not do.
            LastAdmin: The role would leave nobody to manage the accounts.
        """
        clean = clean_name(name)
        hashed = await self._passwords.hashed(password, (clean,))
        if await self._store.find(clean) is None:
            await self._make(clean, hashed, role or Role.STAFF)
            return

        def step(colleague: Colleague) -> Colleague:
            return replace(colleague, password_hash=hashed, role=role or colleague.role)

        await self._change(TERMINAL, clean, "password", step)
        await self._store.forgive([by_name(clean)])

    async def add_first(self) -> str | None:
        """Make the first account, an admin's; return its password, or None if there are some."""
        if await self._store.count():
            return None
        password = secrets.token_urlsafe(_FIRST_PASSWORD_BYTES)
        await self.add(FIRST_NAME, password, Role.ADMIN)
        return password

    async def colleagues(self) -> list[str]:
        """Return the names of those who may sign in."""
        return [one.name for one in await self._store.all() if one.active]

    async def everybody(self) -> Sequence[Colleague]:
        """Return all accounts by their names."""
        return await self._store.all()

    async def find(self, name: str) -> Colleague | None:
        """Return an account by name, whatever its case."""
        return await self._store.find(name)

    async def sessions_of(self, name: str) -> Sequence[Session]:
        """Return the browsers in which a colleague is signed in, the newest first."""
        now = self._clock.now()
        return [
            one
            for one in await self._store.sessions_of(name)
            if self.limits.allow(began=one.began, seen=one.seen, now=now)
        ]

    async def log(self, *, who: str = "", before: int = 0, most: int) -> Sequence[Noted]:
        """Return what was done, the newest first; of one colleague, or of all."""
        return await self._store.audit(who=who, before=before, most=most)

    async def set_role(self, by: str, name: str, role: Role) -> None:
        """Give a colleague a role; raise UnknownColleague or LastAdmin."""
        await self._change(by, name, "role", lambda one: replace(one, role=role), detail=role)

    async def set_active(self, by: str, name: str, *, active: bool) -> None:
        """Let a colleague sign in, or no more; raise UnknownColleague or LastAdmin."""
        action = "activate" if active else "deactivate"
        await self._change(by, name, action, lambda one: replace(one, active=active))

    async def reset_second_step(self, by: str, name: str) -> None:
        """Let a password be enough for a colleague who lost the app; raise UnknownColleague."""
        await self._change(by, name, "totp_reset", without_codes)

    async def end_sessions(self, by: str, name: str = "", keeps: str = "") -> int:
        """Sign a colleague out everywhere, or all; return from how many browsers."""
        note = Noted(at=self._clock.now(), who=by, action="end_sessions", target=name)
        return await self._store.end_sessions(note, name, keeps)

    async def set_duty(self, name: str, *, on_duty: bool) -> None:
        """Note whether a colleague is to be alerted."""
        action = "on_duty" if on_duty else "off_duty"
        await self._change(name, name, action, lambda one: replace(one, on_duty=on_duty))

    async def set_reach(self, name: str, email: str, telegram: str) -> None:
        """Note where a colleague is reached."""
        await self._change(
            name, name, "reach", lambda one: replace(one, email=email, telegram=telegram)
        )

    async def change_password(self, name: str, old: str, new: str, keeps: str) -> None:
        """Give a colleague a new password and end the other sessions.

        Raises:
            WrongCredentials: The old one is not right.
            TooManyTries: It was guessed too often.
            WeakPassword: The new one does not do.
        """
        found = await self.entrance.confirmed(name, old)
        hashed = await self._passwords.hashed(new, (found.name, found.email))
        note = Noted(at=self._clock.now(), who=name, action="password", target=found.name)
        await self._store.change(
            name, lambda one: replace(one, password_hash=hashed), note, keeps=keeps
        )

    async def _make(self, name: str, hashed: str, role: Role) -> None:
        now = self._clock.now()
        made = Colleague(name=name, password_hash=hashed, role=role, since=now)
        note = Noted(at=now, who=TERMINAL, action="add", target=name, detail=role)
        await self._store.save(made, note)

    async def _change(self, by: str, name: str, action: str, step: Step, detail: str = "") -> None:
        note = Noted(at=self._clock.now(), who=by, action=action, target=name, detail=detail)
        await self._store.change(name, step, note)
