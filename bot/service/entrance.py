"""The door of the console: who comes in, who is inside, and who goes."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.accounts import (
    OF_ADDRESS,
    OF_NAME,
    SessionLimits,
    TryLimits,
    by_address,
    by_code,
    by_name,
)
from bot.domain.errors import TooManyTries, WrongCredentials
from bot.ports import Clock, Colleague, Noted, Session, StaffStore
from bot.service.codes import with_code
from bot.service.passwords import Passwords

_TOUCH_AFTER = timedelta(minutes=1)
_MAX_AGENT_CHARS = 200


@dataclass(frozen=True, kw_only=True)
class Present:
    """A colleague who is signed in, and by which session."""

    session: Session
    colleague: Colleague


class Entrance:
    """Lets colleagues in by password and code, or by an identity provider."""

    def __init__(
        self, store: StaffStore, passwords: Passwords, clock: Clock, limits: SessionLimits
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._limits = limits

    async def check(self, name: str, password: str, address: str) -> Colleague:
        """Return the account if the password is right; as slow for names nobody has.

        Args:
            name: What was typed.
            password: What was typed.
            address: From where.

        Raises:
            WrongCredentials: Name or password is not right, or the account may not sign in.
            TooManyTries: By this name or from this address.
        """
        await self._try({by_name(name): OF_NAME, by_address(address): OF_ADDRESS})
        colleague = await self._store.find(name)
        hashed = colleague.password_hash if colleague else None
        right = await self._passwords.is_right(hashed, password)
        if colleague is None or not right or not colleague.active:
            await self._note_failure(colleague, f"password {address}".strip())
            raise WrongCredentials("Name or password is not right.")
        await self._store.forgive([by_name(name), by_address(address)])
        return colleague

    async def known_by(self, email: str) -> Colleague:
        """Return the one account that has an e-mail which an identity provider has verified.

        Raises:
            WrongCredentials: None has, or several have.
        """
        wanted = email.strip().casefold()
        everybody = await self._store.all()
        found = [one for one in everybody if one.active and one.email.casefold() == wanted]
        if not wanted or len(found) != 1:
            raise WrongCredentials("No account has this e-mail.")
        return found[0]

    async def enter(self, checked: Colleague, agent: str, code: str = "") -> str:
        """Begin a session and return what the browser is to keep.

        Args:
            checked: The account, as it was when its password was seen to be right.
            agent: What the browser calls itself.
            code: The second step, if the account has one.

        Raises:
            WrongCredentials: The code is wrong, or the account has changed meanwhile.
            TooManyTries: With wrong codes.
        """
        now, token = self._clock.now(), secrets.token_urlsafe()
        if checked.totp:
            await self._try({by_code(checked.name): OF_NAME})

        def step(colleague: Colleague) -> Colleague:
            if not colleague.active or colleague.password_hash != checked.password_hash:
                raise WrongCredentials("The account has changed meanwhile.")
            passed = with_code(colleague, code, now) if colleague.totp else colleague
            return replace(passed, signed_in_at=now)

        session = Session(
            id=digest(token),
            name=checked.name,
            began=now,
            seen=now,
            until=now + self._limits.whole,
            agent=agent[:_MAX_AGENT_CHARS],
        )
        note = Noted(at=now, who=checked.name, action="sign_in")
        try:
            await self._store.change(checked.name, step, note, opens=session)
        except WrongCredentials:
            await self._note_failure(checked, "code")
            raise
        await self._store.forgive([by_code(checked.name)])
        return token

    async def present(self, token: str) -> Present | None:
        """Return who is signed in by what a browser keeps, if that still counts."""
        found = await self._store.signed_in(digest(token))
        if found is None:
            return None
        session, colleague = found
        now = self._clock.now()
        if now > session.until or not self._limits.allow(
            began=session.began, seen=session.seen, now=now
        ):
            return None
        return Present(session=session, colleague=colleague)

    async def touch(self, session: Session) -> None:
        """Note that a colleague is doing something; at most once a minute."""
        now = self._clock.now()
        if now - session.seen > _TOUCH_AFTER:
            await self._store.touch(session.id, now)

    async def confirmed(self, name: str, password: str) -> Colleague:
        """Return the account of somebody inside who gives the password once more.

        Raises:
            WrongCredentials: It is not right.
            TooManyTries: It was guessed too often: a browser left open is no place to guess.
        """
        await self._try({by_code(name): OF_NAME})
        colleague = await self._store.find(name)
        hashed = colleague.password_hash if colleague else None
        if colleague is None or not await self._passwords.is_right(hashed, password):
            raise WrongCredentials("The password is not right.")
        await self._store.forgive([by_code(name)])
        return colleague

    async def sign_out(self, session: Session) -> None:
        """End a session."""
        note = Noted(at=self._clock.now(), who=session.name, action="sign_out")
        await self._store.end_session(session.id, note)

    async def _try(self, limits: dict[str, TryLimits]) -> None:
        wait = await self._store.attempt(limits, self._clock.now())
        if wait:
            raise TooManyTries(wait)

    async def _note_failure(self, colleague: Colleague | None, detail: str) -> None:
        """Note a failed try; a name nobody has is not kept, since it may be a password."""
        who = colleague.name if colleague else ""
        noted = Noted(at=self._clock.now(), who=who, action="sign_in_failed", detail=detail)
        await self._store.note(noted)


def digest(token: str) -> str:
    """Return what is kept of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()
