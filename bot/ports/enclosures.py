"""Files that colleagues send to customers."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.messages import Enclosure


@dataclass(frozen=True, kw_only=True)
class EnclosedFile:
    """A file on its way to a customer, with what it holds."""

    enclosure: Enclosure
    content: bytes


class EnclosureStore(Protocol):
    """Keeps the files of replies; they are stored with the turn that sends them.

    Raises:
        DatabaseUnavailable: While nothing can be read.
    """

    async def find(self, enclosure_id: str) -> EnclosedFile | None:
        """Return a file, or None if there is none, or no longer."""
        ...


class Enclosures(EnclosureStore, Protocol):
    """Hands out the files of replies, by addresses that only their readers know."""

    def address_of(self, file: Enclosure) -> str:
        """Return an address under which a file can be fetched for a while."""
        ...

    async def behind(self, key: str) -> EnclosedFile | None:
        """Return the file with this key in its address, or None once that has expired."""
        ...
