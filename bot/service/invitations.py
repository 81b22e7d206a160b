"""Links by which somebody chooses a password: a new colleague, or one who lost it."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.accounts import Role, clean_name
from bot.domain.errors import InvitationGone, UnknownColleague
from bot.ports import Clock, Colleague, Invitation, InvitationKind, Noted, StaffStore
from bot.service.entrance import digest
from bot.service.passwords import Passwords

VALID_FOR = timedelta(days=7)


class Invitations:
    """Makes links and honours them, each once."""

    def __init__(self, store: StaffStore, passwords: Passwords, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock

    async def invite(self, by: str, name: str, role: Role, email: str = "") -> str:
        """Return the token of a link for a new colleague.

        Raises:
            ValueError: The name is none.
            NameTaken: There is an account of this name.
        """
        return await self._made(by, clean_name(name), InvitationKind.ACCOUNT, (role, email))

    async def renew(self, by: str, name: str) -> str:
        """Return the token of a link by which a colleague chooses a new password.

        Raises:
            UnknownColleague: There is no such account.
        """
        found = await self._store.find(name)
        if found is None:
            raise UnknownColleague(f"No account has the name {name}.")
        about = (found.role, found.email)
        return await self._made(by, found.name, InvitationKind.PASSWORD, about)

    async def withdraw(self, by: str, name: str) -> None:
        """Have a link count no more."""
        note = Noted(at=self._clock.now(), who=by, action="withdraw", target=name)
        await self._store.withdraw(name, note)

    async def open(self) -> Sequence[Invitation]:
        """Return those that can be used, by name."""
        return await self._store.invitations(self._clock.now())

    async def read(self, token: str) -> Invitation:
        """Return what a link is for; raise InvitationGone if it does not count."""
        found = await self._store.invitation(digest(token))
        if found is None or found.until <= self._clock.now():
            raise InvitationGone("This link was used, or its time is over.")
        return found

    async def accept(self, token: str, password: str) -> Colleague:
        """Use a link up; return the account, which has this password now.

        Raises:
            InvitationGone: The link does not count.
            WeakPassword: The password does not do; the link still counts.
            NameTaken: Meanwhile there is an account of this name.
        """
        found = await self.read(token)
        hashed = await self._passwords.hashed(password, (found.name, found.email))
        note = Noted(
            at=self._clock.now(), who=found.name, action=f"accept_{found.kind}", target=found.by
        )
        return await self._store.accept(digest(token), hashed, note)

    async def _made(
        self, by: str, name: str, kind: InvitationKind, about: tuple[Role, str]
    ) -> str:
        token, now = secrets.token_urlsafe(), self._clock.now()
        role, email = about
        invitation = Invitation(
            id=digest(token),
            kind=kind,
            name=name,
            role=role,
            email=email,
            by=by,
            until=now + VALID_FOR,
        )
        note = Noted(at=now, who=by, action=f"invite_{kind}", target=name, detail=role)
        await self._store.invite(invitation, note)
        return token
