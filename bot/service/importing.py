"""Bringing new data into the read copy of the contracts: all of it, or nothing."""

from collections.abc import Sequence

from bot.domain.changes import Changes, changes, ensure_whole
from bot.domain.contract import ContractRecord
from bot.ports import ContractStore


class Importer:
    """Puts new contracts in place of all before."""

    def __init__(self, store: ContractStore) -> None:
        self._store = store

    async def compare(self, records: Sequence[ContractRecord]) -> Changes:
        """Return what an import of these would change."""
        return changes(await self._store.everything(), records)

    async def bring(
        self, records: Sequence[ContractRecord], *, allow_shrink: bool = False
    ) -> Changes:
        """Import these contracts in one transaction and return what changed.

        Raises:
            ContractsMissing: More than a tenth of the contracts would be gone, and that was not
                allowed; nothing is changed.
        """
        found = await self.compare(records)
        if not allow_shrink:
            ensure_whole(found)
        await self._store.replace_all(records)
        return found
