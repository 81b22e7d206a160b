"""Who may do what at the desk, which passwords count, and for how long a sign-in lasts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from zxcvbn import zxcvbn

from bot.domain.messages import clean_text

MIN_PASSWORD_CHARS = 10
MAX_PASSWORD_CHARS = 1000
"""Longer ones are no passwords, but a way of keeping the program busy."""
STRONG_ENOUGH = 3
"""Of 0 to 4, as zxcvbn counts: a hundred million guesses, each slow by argon2."""

_LOOKED_AT_CHARS = 72
"""As far as zxcvbn looks; what follows makes a password only better."""
_OF_ITS_OWN_CHARS = 5
"""What a password has besides names; zxcvbn counts "anna-anna-anna" as hard to guess."""
_OUR_WORDS = ("sportello", "assistenza", "helpdesk", "provider", "dominio", "password")
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,180}\.[^@\s<>,;.]{2,}")
_TELEGRAM = re.compile(r"-?[0-9]{1,19}")
_WORD = re.compile(r"\w{3,}")


class Role(StrEnum):
    """What a colleague may do; each includes the ones before."""

    STAFF = "staff"
    EDITOR = "editor"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Tell whether who has this role may do all that the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


MAX_NAME_CHARS = 60


def clean_name(name: str) -> str:
    """Return a colleague's name on one line; raise ValueError if it is none."""
    clean = " ".join(clean_text(name).split())
    if not clean:
        raise ValueError("The name is empty.")
    if len(clean) > MAX_NAME_CHARS:
        raise ValueError(f"The name has more than {MAX_NAME_CHARS} characters.")
    return clean


def clean_email(email: str) -> str:
    """Return an e-mail address, or nothing; raise ValueError if it is none."""
    return _clean(email, _EMAIL, "an e-mail address")


def clean_telegram(chat: str) -> str:
    """Return the number of a Telegram chat, or nothing; raise ValueError if it is none."""
    return _clean(chat, _TELEGRAM, "the number of a chat")


def _clean(text: str, pattern: re.Pattern[str], what: str) -> str:
    clean = clean_text(text)
    if clean and not pattern.fullmatch(clean):
        raise ValueError(f"This is not {what}.")
    return clean


class PasswordFault(StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    GUESSABLE = "guessable"


def password_fault(password: str, about: Sequence[str] = ()) -> PasswordFault | None:
    """Return why a password does not do, or None if it does.

    Args:
        password: What was chosen.
        about: What a guesser knows of the account: its name, its e-mail.
    """
    if len(password) < MIN_PASSWORD_CHARS:
        return PasswordFault.SHORT
    if len(password) > MAX_PASSWORD_CHARS:
        return PasswordFault.LONG
    known = [word for text in about for word in (text, *_WORD.findall(text))]
    if len(_without(password, [*known, *_OUR_WORDS])) < _OF_ITS_OWN_CHARS:
        return PasswordFault.GUESSABLE
    looked_at = password[:_LOOKED_AT_CHARS]
    score = zxcvbn(looked_at, user_inputs=[*known, *_OUR_WORDS])["score"]
    return PasswordFault.GUESSABLE if score < STRONG_ENOUGH else None


def _without(password: str, known: Sequence[str]) -> str:
    """Return what is left of a password without words that a guesser knows."""
    left = password.casefold()
    for word in known:
        left = left.replace(word.casefold(), "") if word else left
    return left


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """For how long a sign-in lasts.

    Args:
        idle: After the last thing a colleague did.
        whole: After signing in, whatever was done since.
    """

    idle: timedelta = timedelta(hours=12)
    whole: timedelta = timedelta(hours=24)

    def allow(self, *, began: datetime, seen: datetime, now: datetime) -> bool:
        """Tell whether a sign-in still counts."""
        return now - seen <= self.idle and now - began <= self.whole


@dataclass(frozen=True, kw_only=True)
class TryLimits:
    """How often a password or a code may be tried.

    Args:
        free: Tries without a pause between them.
        pause: After these; each further try doubles it.
        longest: It never gets longer.
        forgotten: Without a try for so long, all are free again.
    """

    free: int
    pause: timedelta
    longest: timedelta
    forgotten: timedelta


OF_ADDRESS = TryLimits(
    free=10,
    pause=timedelta(minutes=1),
    longest=timedelta(minutes=10),
    forgotten=timedelta(minutes=10),
)
"""An office may have one address for all."""
OF_NAME = TryLimits(
    free=5,
    pause=timedelta(seconds=30),
    longest=timedelta(minutes=15),
    forgotten=timedelta(hours=24),
)
"""From whatever addresses; the owner must not be locked out for long."""


def by_name(name: str) -> str:
    """Return the key under which tries to sign in by a name are counted."""
    return f"name:{name.casefold()}"


def by_address(address: str) -> str:
    """Return the key under which tries to sign in from an address are counted."""
    return f"address:{address}"


def by_code(name: str) -> str:
    """Return the key under which codes of the second step of a name are counted."""
    return f"code:{name.casefold()}"


@dataclass(frozen=True, kw_only=True)
class Tries:
    """How often something has been tried in a row, and when last."""

    count: int
    last: datetime


def wait_before(tries: Tries | None, limits: TryLimits, now: datetime) -> timedelta:
    """Return how long to wait before the next try; nothing if it may be made now.

    A clock that was set back makes nobody wait longer.
    """
    if tries is None or tries.count < limits.free or not _still_counts(tries, limits, now):
        return timedelta(0)
    doublings = min(tries.count - limits.free, 20)
    pause = min(limits.pause * (1 << doublings), limits.longest)
    return max(pause - (now - tries.last), timedelta(0))


def one_more(tries: Tries | None, limits: TryLimits, now: datetime) -> Tries:
    """Return the tries with one more."""
    counts = tries is not None and _still_counts(tries, limits, now)
    before = tries.count if tries is not None and counts else 0
    return Tries(count=before + 1, last=now)


def _still_counts(tries: Tries, limits: TryLimits, now: datetime) -> bool:
    return timedelta(0) <= now - tries.last < limits.forgotten
