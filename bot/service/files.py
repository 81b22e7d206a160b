"""Fetching what customers send soon after it was sent, and keeping it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from bot.domain.errors import DatabaseUnavailable, FileUnavailable
from bot.domain.files import MOST_TRIES, FileTrouble, card_in_words, next_try
from bot.ports import Channels, Clock, Feed, FetchesFiles, FileJob, FileStore, LiveEvent

LOOK_EVERY = timedelta(seconds=2)
"""How often it is seen whether a file is due again, or one that another program left."""
AT_ONCE = 6
CLAIMED_FOR = timedelta(minutes=2)
"""Longer than any channel takes; then another program may try."""

Sniff = Callable[[bytes], str]
"""Gives the type of a file that may be kept, by its content; nothing for any other."""

_log = logging.getLogger(__name__)


class Files:
    """Fetches files from the vendors of their channels, each once whichever program does."""

    def __init__(
        self, store: FileStore, channels: Channels, clock: Clock, feed: Feed, sniff: Sniff
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._feed = feed
        self._sniff = sniff
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Have files fetched that have just been noted."""
        self._woken.set()

    async def keep_fetching(self, every: timedelta = LOOK_EVERY) -> None:
        """Fetch what is due, for as long as the program runs."""
        while True:
            self._woken.clear()
            await self.fetch_due()
            with suppress(TimeoutError):
                async with asyncio.timeout(every.total_seconds()):
                    await self._woken.wait()

    async def fetch_due(self) -> None:
        """Fetch all files that are due now, some at once."""
        while due := await self._store.due(self._clock.now(), AT_ONCE):
            await asyncio.gather(*(self._take(one) for one in due))

    async def _take(self, file_id: int) -> None:
        now = self._clock.now()
        job = await self._store.claim(file_id, now, now + CLAIMED_FOR)
        if job is None:
            return
        try:
            await self._keep(job)
        except FileUnavailable as error:
            await self._missed(job, error.trouble)
        except DatabaseUnavailable:
            raise
        except Exception:  # noqa: BLE001 - one file must not keep the others waiting
            _log.exception("file_failed file=%s", job.id)
            await self._missed(job, FileTrouble.BROKEN)
        self._feed.publish(LiveEvent(conversation_id=job.conversation_id, kind="file"))

    async def _keep(self, job: FileJob) -> None:
        """Fetch and store a file; raise FileUnavailable."""
        channel: object = self._channels.by_name.get(job.channel)
        if not isinstance(channel, FetchesFiles):
            raise FileUnavailable("This channel is off.", FileTrouble.CHANNEL_OFF)
        if job.attempts > MOST_TRIES:  # Each try may have ended a program.
            raise FileUnavailable("This was tried often enough.")
        content = await channel.fetch(job.file)
        media_type = self._sniff(content)
        if not media_type:
            raise FileUnavailable("Files of this type are not kept.", FileTrouble.TYPE)
        words = card_in_words(content.decode(errors="replace")) if media_type in _CARDS else ""
        await self._store.keep(job.id, media_type, content, words)

    async def _missed(self, job: FileJob, trouble: FileTrouble) -> None:
        now = self._clock.now()
        again = next_try(trouble, job.attempts, now)
        _log.warning("file_missed file=%s trouble=%s again=%s", job.id, trouble, again is not None)
        if again is None:
            await self._store.give_up(job.id, trouble, now)
        else:
            await self._store.put_off(job.id, trouble, again)


_CARDS = frozenset({"text/vcard"})
