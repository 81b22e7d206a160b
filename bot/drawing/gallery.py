"""Pictures on request, and addresses under which vendors and browsers fetch them for a while."""

import asyncio
from datetime import timedelta
from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer
from pydantic import TypeAdapter, ValidationError

from bot.domain.messages import Picture
from bot.drawing.timeline import timeline_png
from bot.ports import Clock

SHOWN_FOR = timedelta(hours=1)
"""A vendor fetches a picture within seconds, a page as soon as it shows the reply."""

_MOST_CHARS = 4_000
_SECOND = timedelta(seconds=1)
_PICTURE = TypeAdapter(Picture)


class Gallery:
    """Draws pictures; their addresses cannot be made by others, and expire.

    An address holds what the picture shows, signed: nothing is kept, and each program on a
    database draws the pictures of the others.
    """

    def __init__(self, public_address: str, secret: str, clock: Clock) -> None:
        self._public_address = public_address
        self._signing = URLSafeSerializer(secret, salt="pictures")
        self._clock = clock
        self._draw = lru_cache(maxsize=64)(timeline_png)

    async def drawn(self, picture: Picture) -> bytes:
        """Return a picture as PNG, drawn in a thread."""
        return await asyncio.to_thread(self._draw, picture)

    def address_of(self, picture: Picture) -> str:
        """Return an address under which a picture can be fetched for half an hour or more.

        Asked again soon it is the same one, so that a page that is shown anew loads nothing anew.
        """
        half, now = SHOWN_FOR // 2 // _SECOND, int(self._clock.now().timestamp())
        until = (now // half + 2) * half
        key = self._signing.dumps([until, _PICTURE.dump_python(picture, mode="json")])
        return f"{self._public_address}/pictures/{key}.png"

    def behind(self, key: str) -> Picture | None:
        """Return the picture whose address ends with this key, or None once it has expired."""
        if len(key) > _MOST_CHARS:
            return None
        try:
            until, described = self._signing.loads(key)
            picture = _PICTURE.validate_python(described)
        except (BadData, ValidationError):
            return None
        return picture if self._clock.now().timestamp() < until else None
