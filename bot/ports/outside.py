"""What the services ask of the world: time, meaning, contracts, registries, letters, pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.domain.contract import ContractRecord
from bot.domain.errors import Fault
from bot.domain.matching import Match, Query
from bot.domain.messages import Picture
from bot.domain.registry import RegistryRecord


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time, aware."""
        ...


class Matcher(Protocol):
    """Compares a message with the knowledge."""

    async def match(self, query: Query) -> Match:
        """Return what the message means; never raises, never blocks the event loop."""
        ...


class ContractSource(Protocol):
    """Knows the contracts.

    Raises:
        SourceUnavailable: From every method, when the source does not answer.
    """

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this E.164 number."""
        ...

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        """Return one contract, or None if there is none."""
        ...

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this address, in lower case."""
        ...


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail of ours."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends e-mail."""

    async def send(self, letter: Letter) -> None:
        """Send one letter, unless ``may_leave`` says no once it could be handed in.

        Raises:
            OSError: It was not taken.
        """
        ...


@runtime_checkable
class Transcriber(Protocol):
    """Writes down what is said in a sound; none comes with the program."""

    async def transcribe(self, audio: bytes, media_type: str, language: str) -> str:
        """Return the words of a sound, nothing if there are none; may raise anything.

        Args:
            audio: A whole file.
            media_type: By its content, such as ``audio/ogg`` with Opus inside.
            language: ISO 639-1 code of the customer's language, as far as it is known.
        """
        ...


class Registry(Protocol):
    """Knows where domains stand, as their registries tell."""

    async def look_up(self, domain: str) -> RegistryRecord:
        """Return what the registry says of a domain.

        Raises:
            SourceUnavailable: It does not answer, or not in a way that can be read. Nothing else
                is raised, and it takes a few seconds at most.
        """
        ...


class Pictures(Protocol):
    """Draws pictures, and shows them under addresses that only their readers know."""

    async def drawn(self, picture: Picture) -> bytes:
        """Return a picture as PNG; the same picture has the same bytes."""
        ...

    def address_of(self, picture: Picture) -> str:
        """Return an address under which a picture can be fetched for a while."""
        ...

    def behind(self, key: str) -> Picture | None:
        """Return the picture whose address ends with this key, or None once it has expired."""
        ...


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """All contracts of a back office.

    Args:
        doubts: What may be a slip but keeps nothing from being taken.
    """

    records: Sequence[ContractRecord]
    doubts: Sequence[Fault] = ()


class ContractFeed(Protocol):
    """A back office that is read whole, since it finds no contract by a phone number."""

    async def ping(self) -> None:
        """Make sure that it answers and lets us in; raise SourceUnavailable."""
        ...

    async def fetch(self) -> Fetched:
        """Return all its contracts, dated by the moment of the call.

        Raises:
            SourceUnavailable: It does not answer, or refuses us.
            ContractFileError: Something in it cannot be read; lists every fault.
        """
        ...
