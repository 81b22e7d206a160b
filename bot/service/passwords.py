"""Passwords: which count, and how they are kept."""

import asyncio
import secrets
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.domain.accounts import MIN_PASSWORD_CHARS, PasswordFault, password_fault
from bot.domain.errors import WeakPassword

_FAULTS = {
    PasswordFault.SHORT: f"The password needs at least {MIN_PASSWORD_CHARS} characters.",
    PasswordFault.LONG: "The password is too long.",
    PasswordFault.GUESSABLE: "This password is easy to guess; three or four words are better.",
}


class Passwords:
    """Keeps passwords as argon2id hashes; hashing is slow on purpose, so it has a thread."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    async def hashed(self, password: str, about: Sequence[str]) -> str:
        """Return what is kept of a new password.

        Args:
            password: What was chosen.
            about: What a guesser knows of the account.

        Raises:
            WeakPassword: It does not do.
        """
        fault = password_fault(password, about)
        if fault is not None:
            raise WeakPassword(_FAULTS[fault], fault)
        return await asyncio.to_thread(self._hasher.hash, password)

    async def is_right(self, hashed: str | None, password: str) -> bool:
        """Tell whether a password is that of a hash; as slow if there is none."""
        found = await asyncio.to_thread(self._verify, hashed or self._nobody, password)
        return found and hashed is not None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
