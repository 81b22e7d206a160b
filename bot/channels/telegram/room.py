"""The group of the staff, with a topic for each chat."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiolimiter import AsyncLimiter
from telegram import Bot, LinkPreviewOptions, Message

from bot.channels.telegram.calling import translated
from bot.domain.errors import DeliveryError, TopicGone

T = TypeVar("T")

_AT_ONCE, _SECONDS = 4, 15.0
"""A group takes 20 messages a minute, https://core.telegram.org/bots/faq: a few at once, and
then so many that a minute has no more."""
_MOST_NAME_CHARS = 128
"""https://core.telegram.org/bots/api#createforumtopic"""
_GONE = ("thread not found", "topic_deleted", "topic_id_invalid")
_AS_IT_IS = "not_modified"
_CLOSED = "topic_closed"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Room:
    """Writes into the group as fast as Telegram allows, and waits where it is told to."""

    def __init__(self, bot: Bot, group: int) -> None:
        self._bot = bot
        self._group = group
        self._rate = AsyncLimiter(_AT_ONCE, _SECONDS)

    async def begin(self, name: str) -> int:
        """Make a topic and return its number."""
        topic = await self._done(
            lambda: self._bot.create_forum_topic(self._group, name[:_MOST_NAME_CHARS])
        )
        return topic.message_thread_id

    async def say(self, topic: int, text: str, *, pinned: bool = False) -> None:
        """Write into a topic, and pin that if it is wanted; one that somebody closed is opened."""
        try:
            sent = await self._done(lambda: self._written(topic, text))
        except DeliveryError as error:
            if not _says(error, _CLOSED):
                raise
            await self.reopen(topic)
            sent = await self._done(lambda: self._written(topic, text))
        if pinned:
            number = sent.message_id
            await self._done(
                lambda: self._bot.pin_chat_message(self._group, number, disable_notification=True)
            )

    async def shut(self, topic: int) -> None:
        """Close a topic; it can be read and reopened."""
        await self._made_so(lambda: self._bot.close_forum_topic(self._group, topic))

    async def reopen(self, topic: int) -> None:
        """Open a closed topic again."""
        await self._made_so(lambda: self._bot.reopen_forum_topic(self._group, topic))

    async def _written(self, topic: int, text: str) -> Message:
        return await self._bot.send_message(
            self._group, text, message_thread_id=topic, link_preview_options=_NO_PREVIEW
        )

    async def _made_so(self, call: Callable[[], Awaitable[bool]]) -> None:
        """Open or close a topic, unless it is so already."""
        try:
            await self._done(call)
        except DeliveryError as error:
            if not _says(error, _AS_IT_IS):
                raise

    async def _done(self, call: Callable[[], Awaitable[T]]) -> T:
        """Do something as soon as Telegram lets us; raise TopicGone or DeliveryError."""
        while True:
            await self._rate.acquire()
            try:
                with translated():
                    return await call()
            except DeliveryError as error:
                if error.retry_after is None:
                    if any(_says(error, words) for words in _GONE):
                        raise TopicGone(str(error)) from error
                    raise
                await asyncio.sleep(error.retry_after.total_seconds())


def _says(error: DeliveryError, words: str) -> bool:
    return words in str(error).lower()
