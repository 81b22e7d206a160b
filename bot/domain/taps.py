"""Buttons whose payload is too long for their vendor, and buttons of long ago."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from bot.domain.conversation import Option
from bot.domain.messages import InboundMessage

LASTS = timedelta(days=3)
"""How long a choice among a customer's contracts means what it meant."""

_MARK = "#"
_DIGEST_BYTES = 18


def short(payload: str, most_bytes: int) -> str:
    """Return a payload that a vendor takes: the same, or what stands for it."""
    return payload if len(payload.encode()) <= most_bytes else _digest(payload)


def whole(tapped: str, options: Iterable[Option]) -> str:
    """Return what a tapped button stands for; empty if none of these options does."""
    if not tapped.startswith(_MARK):
        return tapped
    meant = (one.payload for one in options if _digest(one.payload) == tapped)
    return next(meant, "")


def is_old(tap: InboundMessage) -> bool:
    """Tell whether a button was offered too long ago to be sure what it meant."""
    return tap.offered_at is not None and tap.received_at - tap.offered_at > LASTS


def _digest(payload: str) -> str:
    return _MARK + urlsafe_b64encode(sha256(payload.encode()).digest()[:_DIGEST_BYTES]).decode()
