"""Taking messages in and having them answered in order: hops 3 to 7."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from bot.domain.errors import BadPayload, StaleEpoch
from bot.domain.masking import masked
from bot.domain.messages import InboundMessage
from bot.ports import (
    Channel,
    ConversationStore,
    DeliveryReport,
    Feed,
    LiveEvent,
    StaffWord,
    StoredMessage,
    WebhookCall,
)
from bot.service.outbox import Outbox
from bot.service.turns import Answerer, PutOff
from bot.service.workers import Spawn, Workers

SWEEP = timedelta(seconds=30)
_log = logging.getLogger(__name__)


async def nobody(_: StaffWord) -> None:
    """Hear what nobody is there to carry out."""


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What else begins when something is told.

    Args:
        files_wait: Has the files of messages fetched.
        staff: Carries out what colleagues write in their group.
    """

    files_wait: Callable[[], None] = _nothing
    staff: Callable[[StaffWord], Awaitable[None]] = nobody


class Intake:
    """Stores what arrives before anybody is told that it did, then has it answered."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a call can lead to
        self,
        store: ConversationStore,
        answerer: Answerer,
        outbox: Outbox,
        feed: Feed,
        spawn: Spawn,
        beside: Beside | None = None,
    ) -> None:
        self._store = store
        self._answerer = answerer
        self._outbox = outbox
        self._feed = feed
        self._beside = beside or Beside()
        self._workers = Workers(self._answer_all, spawn)
        self._at_hand: dict[str, StoredMessage] = {}  # By chat: read when it was stored.
        self._put_off: dict[str, asyncio.TimerHandle] = {}  # By chat: more may come.

    async def accept(self, messages: Sequence[InboundMessage]) -> int:
        """Store each message once, wake its conversation and return how many were new.

        When this returns the messages survive a power cut, so the vendor may be told.
        """
        stored = await self._store.accept(
            [replace(one, text=masked(one.text)) for one in messages]
        )
        if any(one.message.attachments for one in stored):
            self._beside.files_wait()
        self._at_hand |= {str(one.message.sender): one for one in stored if one.chat}
        for conversation_id in dict.fromkeys(str(one.message.sender) for one in stored):
            self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="message"))
            self.wake(conversation_id)
        return len(stored)

    def wake(self, conversation_id: str) -> None:
        """Have the messages of a conversation answered."""
        self._workers.wake(conversation_id)

    async def take(self, channel: Channel, call: WebhookCall) -> None:
        """Store what a call tells, or the call itself if it cannot be read.

        A vendor that is told of an error would send the same again and block the chat.

        Raises:
            BadSignature: The call is forged; nothing is stored.
        """
        try:
            told = channel.parse(call)
            messages = [one for one in told if isinstance(one, InboundMessage)]
            _check_that_it_can_be_written_down(messages)
        except BadPayload as error:
            await self.keep_unreadable(call, channel.name, str(error))
            return
        if messages:
            await self.accept(messages)
        for one in told:
            if isinstance(one, DeliveryReport):
                await self.report(one)
            elif isinstance(one, StaffWord):
                await self._beside.staff(one)

    async def receive(self, message: InboundMessage) -> None:
        """Store and answer one message and deliver what is said: all hops in turn."""
        await self.accept([message])
        await self.idle()
        await self._outbox.idle()

    async def report(self, report: DeliveryReport) -> None:
        """Record what a vendor says of a reply it accepted earlier."""
        conversation_id = await self._store.record_report(report)
        if conversation_id is not None:
            if report.barred:
                await self._store.bar(conversation_id, report.barred)
            self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="delivery"))

    async def keep_unreadable(self, call: WebhookCall, channel: str, reason: str) -> None:
        """Keep a genuine call that could not be read, so that nothing is lost."""
        _log.warning("unreadable_call channel=%s", channel)
        await self._store.keep_unreadable(call, channel, reason)

    async def keep_answering(self, every: timedelta = SWEEP) -> None:
        """Answer what an earlier run or a failure left, for as long as the program runs."""
        while True:
            for conversation_id in await self._store.unanswered():
                self.wake(conversation_id)
            await asyncio.sleep(every.total_seconds())

    async def idle(self) -> None:
        """Wait until no message is being answered, and none waits for another."""
        await self._workers.idle()
        while self._put_off:
            due = min(handle.when() for handle in self._put_off.values())
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self._workers.idle()

    async def _answer_all(self, conversation_id: str) -> None:
        stored = self._at_hand.pop(conversation_id, None)
        stored = stored or await self._store.next_message(conversation_id)
        while stored is not None:
            stored = await self._answer(conversation_id, stored)

    async def _answer(self, conversation_id: str, stored: StoredMessage) -> StoredMessage | None:
        """Answer a message and return the next one."""
        try:
            done = await self._answerer.answer(stored)
        except StaleEpoch:
            # Who speaks has changed meanwhile: read the message again.
            _log.info("turn_dropped inbox=%s", stored.id)
            return await self._store.next_message(conversation_id)
        if isinstance(done, PutOff):
            self._answer_later(conversation_id, done.pause)
            return None
        self._feed.publish(LiveEvent(conversation_id=conversation_id, kind="reply"))
        self._outbox.wake(conversation_id, done.reply if done else None)
        return done.message if done else await self._store.next_message(conversation_id)

    def _answer_later(self, conversation_id: str, pause: timedelta) -> None:
        """Have a chat looked at again after a while; what comes earlier wakes it anyway."""
        earlier = self._put_off.pop(conversation_id, None)
        if earlier is not None:
            earlier.cancel()
        self._put_off[conversation_id] = asyncio.get_running_loop().call_later(
            pause.total_seconds(), self._time_is_up, conversation_id
        )

    def _time_is_up(self, conversation_id: str) -> None:
        self._put_off.pop(conversation_id, None)
        self.wake(conversation_id)


def _check_that_it_can_be_written_down(messages: Sequence[InboundMessage]) -> None:
    """Raise BadPayload if a message holds what no database takes as text, wherever that is.

    JSON can name half a character, and NUL.
    """
    written = json.dumps([asdict(one) for one in messages], default=str, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise BadPayload("A message holds what is no text.") from error
    if "\\u0000" in written.replace("\\\\", ""):  # Not where somebody wrote just that.
        raise BadPayload("A message holds a NUL.")
