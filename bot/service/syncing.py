"""Keeping the read copy of the contracts like a back office that is read whole."""

import asyncio
import logging
from datetime import timedelta

from bot.domain.changes import Changes
from bot.domain.errors import BotError, FaultyFile
from bot.ports import ContractFeed, Fetched, Nodes
from bot.service.importing import Importer
from bot.service.retention import LOOK_EVERY

_log = logging.getLogger(__name__)


class Syncing:
    """Fetches all contracts now and then; when that fails, those before stay and grow old."""

    def __init__(self, feed: ContractFeed, importer: Importer, every: timedelta) -> None:
        self._feed = feed
        self._importer = importer
        self._every = every

    async def sync(self, *, allow_shrink: bool = False) -> tuple[Fetched, Changes]:
        """Put what the back office has in place of all before, and return what changed.

        Raises:
            SourceUnavailable: It does not answer; nothing is changed.
            ContractFileError: Something in it cannot be read; nothing is changed.
            ContractsMissing: More than a tenth of the contracts would be gone.
        """
        found = await self._feed.fetch()
        changed = await self._importer.bring(
            found.records, allow_shrink=allow_shrink, keep_later=True
        )
        return found, changed

    async def keep_syncing(self, nodes: Nodes) -> None:
        """Sync now and then, on one node at a time, for as long as the program runs."""
        while True:
            if await nodes.claim("sync", self._every):
                await self._try()
            await asyncio.sleep(min(self._every, LOOK_EVERY).total_seconds())

    async def _try(self) -> None:
        try:
            found, changed = await self.sync()
        except BotError as error:
            _log.error("contracts_sync_failed %s", _told(error))
        else:
            _log.info(
                "contracts_synced contracts=%s added=%s changed=%s removed=%s doubts=%s",
                len(found.records),
                len(changed.added),
                len(changed.changed),
                len(changed.removed),
                len(found.doubts),
            )


def _told(error: BotError) -> str:
    """Return an error for the log; faults quote what is no business of a log."""
    if isinstance(error, FaultyFile):
        return f"{len(error.faults)} faults; run: sportello contracts sync --dry-run"
    return str(error)
