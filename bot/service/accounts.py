"""Accounts of the desk: who may sign in."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.ports import Colleague, StaffStore

MIN_PASSWORD_CHARS = 10
FIRST_NAME = "desk"
_FIRST_PASSWORD_BYTES = 9


class Accounts:
    """Makes accounts and checks passwords; hashing is slow on purpose, so it has a thread."""

    def __init__(self, store: StaffStore) -> None:
        self._store = store
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def add(self, name: str, password: str) -> None:
        """Store an account, in place of one with the same name.

        Raises:
            ValueError: The name is empty or the password too short.
        """
        if not name.strip():
            raise ValueError("The name is empty.")
        if len(password) < MIN_PASSWORD_CHARS:
            raise ValueError(f"The password needs at least {MIN_PASSWORD_CHARS} characters.")
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        await self._store.save(Colleague(name=name.strip(), password_hash=hashed))

    async def add_first(self) -> str | None:
        """Make the first account and return its password, or None if there are accounts."""
        if await self._store.count():
            return None
        password = secrets.token_urlsafe(_FIRST_PASSWORD_BYTES)
        await self.add(FIRST_NAME, password)
        return password

    async def sign_in(self, name: str, password: str) -> Colleague | None:
        """Return the account if the password is right; as slow for names nobody has."""
        colleague = await self._store.find(name.strip())
        hashed = colleague.password_hash if colleague else self._nobody
        right = await asyncio.to_thread(self._verify, hashed, password)
        return colleague if right else None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
