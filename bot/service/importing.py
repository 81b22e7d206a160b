"""Bringing new data into the read copy of the contracts: all of it, or nothing."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.changes import Changes, changes, ensure_whole
from bot.domain.contract import ContractRecord
from bot.domain.errors import OlderData
from bot.ports import ContractStore

Tell = Callable[[ContractRecord, ContractRecord], Awaitable[None]]
"""Tells whom it concerns of a contract before and after a change."""


async def _nobody(_: ContractRecord, __: ContractRecord) -> None:
    """Tell nobody."""


class Importer:
    """Puts new contracts in place of all before.

    Args:
        store: The read copy.
        tell: What makes changes known; nobody hears of them without.
    """

    def __init__(self, store: ContractStore, tell: Tell | None = None) -> None:
        self._store = store
        self._tell = tell or _nobody

    async def compare(self, records: Sequence[ContractRecord]) -> Changes:
        """Return what an import of these would change."""
        return changes(await self._store.everything(), records)

    async def bring(
        self,
        records: Sequence[ContractRecord],
        *,
        allow_shrink: bool = False,
        keep_later: bool = False,
    ) -> Changes:
        """Import these contracts in one transaction and return what changed.

        Args:
            records: All contracts there are.
            allow_shrink: Even if more than a tenth of those before is not among them.
            keep_later: Contracts of which there are later data stay as they are.

        Raises:
            ContractsMissing: More than a tenth of the contracts would be gone, and that was not
                allowed; nothing is changed.
        """
        before = {one.contract_id: one for one in await self._store.everything()}
        if keep_later:
            records = [_later(before.get(one.contract_id), one) for one in records]
        found = changes(list(before.values()), records)
        if not allow_shrink:
            ensure_whole(found)
        await self._store.replace_all(records)
        for record in records:
            if record.contract_id in found.changed:
                await self._tell(before[record.contract_id], record)
        return found

    async def put(self, record: ContractRecord) -> tuple[str, ...] | None:
        """Store one contract; return the names of what changed, or None if it is a new one.

        Raises:
            OlderData: What is stored is of a later moment.
        """
        before = await self._store.by_id(record.contract_id)
        if before is not None and _is_older(record, before):
            raise OlderData(f"There are later data of {record.contract_id}; nothing was changed.")
        await self._store.put(record)
        if before is None:
            return None
        await self._tell(before, record)
        return changes([before], [record]).changed.get(record.contract_id, ())

    async def remove(self, contract_id: str) -> bool:
        """Take a contract away; return whether there was one."""
        return await self._store.remove(contract_id)


def _later(before: ContractRecord | None, record: ContractRecord) -> ContractRecord:
    return before if before is not None and _is_older(record, before) else record


def _is_older(record: ContractRecord, before: ContractRecord) -> bool:
    if record.as_of is None or before.as_of is None:
        return False
    return record.as_of < before.as_of
