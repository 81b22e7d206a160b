"""Signing in by somebody who knows our colleagues: an identity provider."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Departure:
    """A way to the identity provider, and what must come back from there.

    Args:
        url: Where the browser goes.
        state: Comes back with it.
        nonce: Is in what the provider signs.
        verifier: Proves that who asks for the token is who sent the browser.
    """

    url: str
    state: str
    nonce: str
    verifier: str


class IdentityProvider(Protocol):
    """Tells who somebody is."""

    label: str
    """What colleagues call it."""

    async def depart(self) -> Departure:
        """Return a new way there; raise IdentityUnavailable if it does not answer."""
        ...

    async def arrive(self, departure: Departure, code: str) -> str:
        """Return the verified e-mail of who came back with a code.

        Raises:
            IdentityUnavailable: It does not answer, or not as it should.
            IdentityRefused: What it signed is forged, too old, for somebody else, or tells of no
                verified e-mail.
        """
        ...
