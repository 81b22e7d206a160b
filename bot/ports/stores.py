"""What else is kept: who answers what, contracts, accounts, and what is old."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.contract import ContractRecord
from bot.ports.outside import ContractSource


class Nodes(Protocol):
    """Shares the conversations among the programs on one database."""

    @property
    def beat(self) -> timedelta:
        """How often ``take_over`` is to be called."""
        ...

    async def take_over(self) -> Sequence[str]:
        """Stay alive for the others, and return the chats taken from nodes that are gone.

        Only chats in which work is left are taken. What those nodes were sending is uncertain
        from then on.
        """
        ...

    async def secret(self, name: str) -> str:
        """Return a random secret that all programs on the database share."""
        ...

    async def claim(self, job: str, every: timedelta) -> bool:
        """Tell whether scheduled work is due here; it is not due again anywhere for a while."""
        ...


class ContractStore(ContractSource, Protocol):
    """The local read copy of the contracts."""

    async def everything(self) -> Sequence[ContractRecord]:
        """Return all contracts by their numbers."""
        ...

    async def replace_all(self, records: Sequence[ContractRecord]) -> None:
        """Put these contracts in place of all before, in one transaction."""
        ...

    async def put(self, record: ContractRecord) -> None:
        """Put one contract in place of the one with its number, if there is one."""
        ...

    async def remove(self, contract_id: str) -> bool:
        """Take one contract away; return whether there was one."""
        ...

    async def count(self) -> int:
        """Return how many contracts there are."""
        ...


class RetentionStore(Protocol):
    """Finds and deletes what is old."""

    async def idle_chats(self, before: datetime, most: int) -> Sequence[str]:
        """Return chats without a message since ``before`` in which nobody waits or is helped."""
        ...

    async def erase(self, chats: Sequence[str]) -> Mapping[str, int]:
        """Delete these chats with all that belongs to them; return how many rows of each table."""
        ...

    async def erase_unreadable(self, before: datetime, most: int) -> int:
        """Delete calls that could not be read and came before; return how many."""
        ...

    async def erase_reports(self, before: datetime, most: int) -> int:
        """Delete reports of messages nobody knows that came before; return how many."""
        ...
