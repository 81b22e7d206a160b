"""Files of replies, under addresses by which vendors and browsers fetch them for a while."""

from datetime import timedelta
from urllib.parse import quote

from itsdangerous import BadData, URLSafeSerializer

from bot.domain.messages import Enclosure
from bot.ports import Clock, EnclosedFile, EnclosureStore

LASTS = timedelta(days=1)
"""A vendor fetches a file within seconds, but a page with a link to it may stay open for hours."""

_MOST_CHARS = 400
_SECOND = timedelta(seconds=1)


class SignedEnclosures:
    """Hands out the files of replies; their addresses cannot be made by others, and expire.

    An address holds the id of a file, signed, so each program on a database hands out the files
    of the others, and what has been erased is gone for who still has its address.
    """

    def __init__(
        self, public_address: str, secret: str, clock: Clock, store: EnclosureStore
    ) -> None:
        self._public_address = public_address
        self._signing = URLSafeSerializer(secret, salt="enclosures")
        self._clock = clock
        self._store = store

    async def find(self, enclosure_id: str) -> EnclosedFile | None:
        """Return a file, or None if there is none, or no longer."""
        return await self._store.find(enclosure_id)

    def address_of(self, file: Enclosure) -> str:
        """Return an address under which a file can be fetched for a day or more.

        It ends with the name of the file, by which WhatsApp calls a document. Asked again soon it
        is the same one, so that a page that is shown anew loads nothing anew.
        """
        day, now = LASTS // _SECOND, int(self._clock.now().timestamp())
        until = (now // day + 2) * day
        key = self._signing.dumps([until, file.id])
        return f"{self._public_address}/files/{key}/{quote(file.name, safe='')}"

    async def behind(self, key: str) -> EnclosedFile | None:
        """Return the file with this key in its address, or None once that has expired."""
        if len(key) > _MOST_CHARS:
            return None
        try:
            until, enclosure_id = self._signing.loads(key)
        except (BadData, ValueError, TypeError):
            return None
        return await self.find(enclosure_id) if self._clock.now().timestamp() < until else None
