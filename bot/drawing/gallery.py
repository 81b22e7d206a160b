"""Pictures on request, and addresses under which vendors and browsers fetch them for a while."""

import asyncio
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import lru_cache

from bot.domain.messages import Picture
from bot.drawing.timeline import timeline_png
from bot.ports import Clock

SHOWN_FOR = timedelta(hours=1)
"""A vendor fetches a picture within seconds, a page as soon as it shows the reply."""

MOST_PICTURES = 5_000
"""Kept as descriptions, a kilobyte each; the oldest are forgotten first."""

_KEY_BYTES = 24  # 192 bits: nobody guesses an address.


class Gallery:
    """Draws pictures; their addresses are unguessable, expire, and end with the program.

    Only descriptions are kept, and in memory alone: a picture tells of one customer's contract,
    and after a restart a reply that is sent or shown again gets a new address.
    """

    def __init__(self, public_address: str, clock: Clock) -> None:
        self._public_address = public_address
        self._clock = clock
        self._shown: OrderedDict[str, tuple[Picture, datetime]] = OrderedDict()
        self._keys: dict[Picture, str] = {}
        self._draw = lru_cache(maxsize=64)(timeline_png)

    async def drawn(self, picture: Picture) -> bytes:
        """Return a picture as PNG, drawn in a thread."""
        return await asyncio.to_thread(self._draw, picture)

    def address_of(self, picture: Picture) -> str:
        """Return an address under which a picture can be fetched for half an hour or more.

        Asked again soon it is the same one, so that a page that is shown anew loads nothing anew.
        """
        now, key = self._clock.now(), self._keys.get(picture, "")
        _, until = self._shown.get(key, (picture, now))
        if until - now < SHOWN_FOR / 2:
            key = self._keys[picture] = secrets.token_urlsafe(_KEY_BYTES)
            self._shown[key] = (picture, now + SHOWN_FOR)
            self._forget_the_oldest()
        return f"{self._public_address}/pictures/{key}.png"

    def behind(self, key: str) -> Picture | None:
        """Return the picture whose address ends with this key, or None once it has expired."""
        found = self._shown.get(key)
        if found is None or self._clock.now() >= found[1]:
            return None
        return found[0]

    def _forget_the_oldest(self) -> None:
        while len(self._shown) > MOST_PICTURES:
            key, (picture, _) = self._shown.popitem(last=False)
            if self._keys.get(picture) == key:
                del self._keys[picture]
