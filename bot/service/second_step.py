"""The second step at the door: codes of an app, and those that stand in for it."""

from dataclasses import replace

import pyotp

from bot.domain.errors import WrongCredentials
from bot.ports import Clock, Colleague, Noted, StaffStore
from bot.service.codes import RECOVERY_CODES, accepted_step, digest_of, new_code, without_codes
from bot.service.entrance import Entrance


class SecondStep:
    """Switches the second step of a colleague on and off."""

    def __init__(self, store: StaffStore, entrance: Entrance, clock: Clock) -> None:
        self._store = store
        self._entrance = entrance
        self._clock = clock

    async def begin(self, name: str) -> None:
        """Make a secret for an app, unless one is on; it counts once a code confirms it."""

        def step(colleague: Colleague) -> Colleague:
            pending = "" if colleague.totp else pyotp.random_base32()
            return replace(colleague, totp_pending=pending)

        note = Noted(at=self._clock.now(), who=name, action="totp_begin", target=name)
        await self._store.change(name, step, note)

    async def confirm(self, name: str, code: str, keeps: str) -> list[str]:
        """Switch it on and return the recovery codes, which are shown once.

        Raises:
            WrongCredentials: The app shows another code.
        """
        now, codes = self._clock.now(), [new_code() for _ in range(RECOVERY_CODES)]

        def step(colleague: Colleague) -> Colleague:
            accepted = accepted_step(colleague.totp_pending, code, now)
            if accepted is None:
                raise WrongCredentials("The app shows another code.")
            return replace(
                colleague,
                totp=colleague.totp_pending,
                totp_pending="",
                totp_step=accepted,
                recovery=tuple(digest_of(one) for one in codes),
            )

        note = Noted(at=now, who=name, action="totp_on", target=name)
        await self._store.change(name, step, note, keeps=keeps)
        return codes

    async def switch_off(self, name: str, password: str, keeps: str) -> None:
        """Switch it off; raise WrongCredentials or TooManyTries unless the password is right."""
        await self._entrance.confirmed(name, password)
        note = Noted(at=self._clock.now(), who=name, action="totp_off", target=name)
        await self._store.change(name, without_codes, note, keeps=keeps)
