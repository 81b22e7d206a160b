"""The list of chats as staff see it, and what they search for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.contract import Standing
from bot.domain.reply_window import time_left
from bot.ports import (
    Channels,
    Clock,
    ConversationStore,
    ConversationSummary,
    Hit,
    Listing,
    Search,
    Tab,
)
from bot.service.standings import Standings


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A chat on the list.

    Args:
        standing: The gravest of the sender's contracts, where it is known in time.
        time_left: How long the channel still takes free replies; None where it always does.
    """

    summary: ConversationSummary
    standing: Standing | None = None
    time_left: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """A page of the list.

    Args:
        more: Where the next page begins; empty if this is the last one.
    """

    rows: Sequence[QueueRow]
    more: str = ""


class Queue:
    """Shows who waits and what was said, page by page."""

    def __init__(
        self, store: ConversationStore, channels: Channels, standings: Standings, clock: Clock
    ) -> None:
        self._store = store
        self._channels = channels
        self._standings = standings
        self._clock = clock

    async def counts(self, colleague: str) -> Mapping[Tab, int]:
        """Return how many chats each tab has for a colleague."""
        return await self._store.counts(colleague)

    async def page(self, listing: Listing) -> QueuePage:
        """Return a page of the list, with what is known of each chat."""
        found = await self._store.page(listing)
        standings = await self._standings.of([row.conversation for row in found.rows])
        rows = [
            QueueRow(
                summary=row,
                standing=standings.get(row.conversation.id),
                time_left=self._time_left(row),
            )
            for row in found.rows
        ]
        return QueuePage(rows=rows, more=found.more)

    async def search(self, search: Search) -> Sequence[Hit]:
        """Return who and what has all the words looked for."""
        return await self._store.search(search)

    def _time_left(self, row: ConversationSummary) -> timedelta | None:
        channel = self._channels.of(row.conversation.address)
        window = channel.limits.window if channel else None
        return time_left(row.heard_at, self._clock.now(), window)
