"""Keeping the read copy of the contracts like a back office that is read whole."""

import asyncio
import logging
from datetime import timedelta

from bot.domain.changes import Changes
from bot.domain.errors import BotError, FaultyFile
from bot.ports import ContractFeed, Fetched
from bot.service.importing import Importer

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

    async def keep_syncing(self) -> None:
        """Sync now and then, for as long as the program runs."""
        while True:
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
            await asyncio.sleep(self._every.total_seconds())


def _told(error: BotError) -> str:
    """Return an error for the log; faults quote what is no business of a log."""
    if isinstance(error, FaultyFile):
        return f"{len(error.faults)} faults; run: sportello contracts sync --dry-run"
    return str(error)
