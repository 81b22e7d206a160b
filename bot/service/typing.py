"""Showing customers that an answer is being written."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from bot.domain.conversation import Conversation, Status
from bot.domain.errors import DatabaseUnavailable, DeliveryError
from bot.domain.messages import InboundMessage
from bot.ports import Channels, ConversationStore, ShowsTyping, may_leave
from bot.service.workers import Spawn

QUIET = timedelta(seconds=0.7)
"""An answer that is there sooner needs no announcement."""
_AGAIN_AFTER = 0.8
"""Of the time for which a channel shows it."""
_log = logging.getLogger(__name__)


class Typing:
    """Shows it while the bot works on an answer, and never while staff hold the chat."""

    def __init__(self, store: ConversationStore, channels: Channels, spawn: Spawn) -> None:
        self._store = store
        self._spawn = spawn
        self._shows = {
            name: one for name, one in channels.by_name.items() if isinstance(one, ShowsTyping)
        }

    @contextmanager
    def shown(self, conversation: Conversation, heard: InboundMessage) -> Iterator[None]:
        """Show it to the sender of a message from a moment on until the block ends."""
        channel = self._shows.get(conversation.address.channel)
        if channel is None or not _bot_speaks(conversation):
            yield
            return
        over = asyncio.Event()
        handle = asyncio.get_running_loop().call_later(
            QUIET.total_seconds(),
            lambda: self._spawn(self._show(channel, conversation, heard, over)),
        )
        try:
            yield
        finally:
            handle.cancel()
            over.set()

    async def _show(
        self,
        channel: ShowsTyping,
        conversation: Conversation,
        heard: InboundMessage,
        over: asyncio.Event,
    ) -> None:
        """Show it until the answer is there, or until it cannot be shown."""
        pause = channel.typing_lasts * _AGAIN_AFTER
        may_leave.set(lambda: self._still_speaks(conversation))
        try:
            while not over.is_set() and await self._still_speaks(conversation):
                await channel.show_typing(conversation.address, heard)
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause.total_seconds()):
                        await over.wait()
        except (DeliveryError, DatabaseUnavailable) as error:
            _log.info("typing_not_shown channel=%s %s", conversation.address.channel, error)

    async def _still_speaks(self, conversation: Conversation) -> bool:
        found = await self._store.conversation(conversation.id)
        return found is None or _bot_speaks(found)


def _bot_speaks(conversation: Conversation) -> bool:
    return conversation.status in {Status.BOT, Status.CLOSED}
