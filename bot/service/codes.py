"""Codes of an app, and those that stand in for it: pure but for chance."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp

from bot.domain.errors import WrongCredentials
from bot.ports import Colleague

ISSUER = "Sportello"
RECOVERY_CODES = 10

_CODE_LASTS = timedelta(seconds=30)
_EITHER_WAY = 1
"""Half minutes by which the clock of an app may be wrong."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another."""
_GROUPS, _IN_GROUP = 3, 4


def address_of(colleague: Colleague) -> str:
    """Return what a QR code tells an app, for a secret that is not confirmed yet."""
    app = pyotp.TOTP(colleague.totp_pending)
    return app.provisioning_uri(name=colleague.name, issuer_name=ISSUER)


def without_codes(colleague: Colleague) -> Colleague:
    """Return an account for which a password is enough."""
    return replace(colleague, totp="", totp_pending="", recovery=())


def with_code(colleague: Colleague, code: str, now: datetime) -> Colleague:
    """Return an account for which this code does not count again.

    Raises:
        WrongCredentials: The code is wrong or was used.
    """
    accepted = accepted_step(colleague.totp, code, now)
    if accepted is not None and accepted > colleague.totp_step:
        return replace(colleague, totp_step=accepted)
    used = digest_of(code)
    if used in colleague.recovery:
        left = tuple(one for one in colleague.recovery if one != used)
        return replace(colleague, recovery=left)
    raise WrongCredentials("The code is wrong or was used.")


def accepted_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the half minute in which an app shows a code, if it is about now."""
    if not secret:
        return None
    app, typed = pyotp.TOTP(secret), "".join(code.split())
    current = int(now.timestamp() / _CODE_LASTS.total_seconds())
    return next(
        (
            step
            for step in range(current - _EITHER_WAY, current + _EITHER_WAY + 1)
            if secrets.compare_digest(app.generate_otp(step).encode(), typed.encode())
        ),
        None,
    )


def new_code() -> str:
    """Return a new recovery code."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS)]
    return "-".join(groups)


def digest_of(code: str) -> str:
    """Return what is kept of a recovery code; it is random enough for a plain digest."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
