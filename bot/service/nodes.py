"""Sharing the work with other programs on the same database."""

import asyncio

from bot.ports import Feed, LiveEvent, Nodes
from bot.service.intake import Intake
from bot.service.outbox import Outbox


class Watch:
    """Keeps this program among those that answer, and goes on with what others left."""

    def __init__(self, nodes: Nodes, intake: Intake, outbox: Outbox, feed: Feed) -> None:
        self._nodes = nodes
        self._intake = intake
        self._outbox = outbox
        self._feed = feed

    async def take_over(self) -> None:
        """Go on with the chats of programs that are gone, such as this one before a restart."""
        for conversation_id in await self._nodes.take_over():
            self.chat_waits(conversation_id)
            self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="delivery"))

    def chat_waits(self, conversation_id: str) -> None:
        """Do what there is to do in a chat of which another program tells."""
        self._intake.wake(conversation_id)
        self._outbox.wake(conversation_id)

    async def keep_watching(self) -> None:
        """Take over what is left, again and again, for as long as the program runs."""
        while True:
            await self.take_over()
            await asyncio.sleep(self._nodes.beat.total_seconds())
