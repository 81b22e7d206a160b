"""A group of the staff with a topic for each chat that waits; the desk carries out all steps."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from bot.domain.conversation import Conversation, Status
from bot.domain.errors import DatabaseUnavailable, DeliveryError, TopicGone, WrongStatus
from bot.domain.fitting import fitted
from bot.domain.messages import ChannelLimits, Reply
from bot.domain.staff_words import CLOSE, GIVE_BACK, split
from bot.ports import (
    ConversationStore,
    Entry,
    Feed,
    ReplyState,
    StaffRoom,
    StaffWord,
    Topic,
    TopicStore,
)
from bot.service.desk import Desk
from bot.service.overview import ChatView, Overview
from bot.service.workers import Spawn, Workers

SWEEP = timedelta(seconds=10)
"""How soon what could not be told is tried again."""
MOST_LINES = 12
"""Of what was said before a topic is opened: enough to see what it is about."""
MOST_CHARS = 2000
"""Of several entries in one message; Telegram's 4096 count characters of two units twice."""
TRIES = 3
"""The bot may hand over just while a colleague writes; then the step is done again."""
_LIMITS = ChannelLimits(text=MOST_CHARS, buttons=0, button_text=0)
_IN_HAND = frozenset({Status.WAITING, Status.STAFF, Status.SNOOZED})
_log = logging.getLogger(__name__)


class Board(Protocol):
    """Puts into words what staff read in a topic."""

    def title(self, chat: Conversation) -> str:
        """Return the name of a chat's topic."""
        ...

    def card(self, view: ChatView) -> str:
        """Return what is known of a customer and their contracts."""
        ...

    def line(self, entry: Entry) -> str:
        """Return an entry of a transcript."""
        ...

    def refusal(self, why: str, details: str = "") -> str:
        """Return why something was not done.

        Args:
            why: ``held``, ``closed``, ``free``, ``only_text``, ``command`` or ``failed``.
            details: Who holds the chat, or which command it was.
        """
        ...


class StaffGroup:
    """Tells the group what happens in chats, and the desk what colleagues write there."""

    def __init__(  # noqa: PLR0913, PLR0917 - it stands between all of them
        self,
        room: StaffRoom,
        board: Board,
        topics: TopicStore,
        store: ConversationStore,
        desk: tuple[Desk, Overview],
        feed: Feed,
        spawn: Spawn,
    ) -> None:
        self._room = room
        self._board = board
        self._topics = topics
        self._store = store
        self._desk, self._overview = desk
        self._feed = feed
        self._spawn = spawn
        self._workers = Workers(self._tell, spawn)

    async def keep_telling(self) -> None:
        """Tell the group what happens, for as long as the program runs."""
        async with self._feed.subscribe() as live:
            while True:
                for conversation_id in await self._topics.unfinished():
                    self._workers.wake(conversation_id)
                with suppress(TimeoutError):
                    async with asyncio.timeout(SWEEP.total_seconds()):
                        while True:
                            self._workers.wake((await live.next()).conversation_id)

    async def idle(self) -> None:
        """Wait until all that has happened is told."""
        await self._workers.idle()

    async def hear(self, word: StaffWord) -> None:
        """Carry out what a colleague wrote in a topic, once however often it comes."""
        chat = await self._topics.chat_of(word.topic)
        if chat is None:
            return
        if not word.text:
            self._spawn(self._answer(word, "only_text"))
            return
        try:
            await self._insist(chat, word)
        except WrongStatus:
            self._spawn(self._refuse(chat, word))
        except DatabaseUnavailable:
            raise  # Then the vendor hears that it is to be told again.
        except Exception:  # noqa: BLE001 - told again it would fail again, and hold up all others
            _log.exception("word_failed topic=%s", word.topic)
            self._spawn(self._answer(word, "failed"))

    async def _insist(self, chat: str, word: StaffWord) -> None:
        for _ in range(TRIES - 1):
            with suppress(WrongStatus):
                await self._carry_out(chat, word)
                return
        await self._carry_out(chat, word)

    async def _carry_out(self, chat: str, word: StaffWord) -> None:
        said = split(word.text)
        if said.command and said.command not in {CLOSE, GIVE_BACK}:
            self._spawn(self._answer(word, "command", said.command))
        if said.note and not await self._topics.is_done(f"{word.key}/note"):
            desk = self._desk.carrying_out(f"{word.key}/note")
            await desk.note(chat, word.colleague, said.note)
        if await self._topics.is_done(word.key):
            return
        desk = self._desk.carrying_out(word.key)
        if said.reply:
            await desk.reply(chat, word.colleague, said.reply)
        elif said.command in {CLOSE, GIVE_BACK}:
            await self._take_first(chat, word)
            step = desk.close if said.command == CLOSE else desk.give_back
            await step(chat, word.colleague)

    async def _take_first(self, chat: str, word: StaffWord) -> None:
        """Take a chat that nobody holds: who ends it has seen to it."""
        now = await self._store.conversation(chat)
        if now is not None and now.status is Status.WAITING:
            await self._desk.claim(chat, word.colleague)

    async def _refuse(self, chat: str, word: StaffWord) -> None:
        now = await self._store.conversation(chat)
        if now is None or now.owner not in {"", word.colleague}:
            await self._answer(word, "held", now.owner if now else "")
            return
        await self._answer(word, "closed" if now.status is Status.CLOSED else "free")

    async def _answer(self, word: StaffWord, why: str, details: str = "") -> None:
        """Say in the topic why nothing was done; the colleague sees there what they wrote."""
        with suppress(DeliveryError, TopicGone):
            await self._room.say(word.topic, self._board.refusal(why, details))

    async def _tell(self, conversation_id: str) -> None:
        """Tell what has happened in a chat since it was told last."""
        chat = await self._store.conversation(conversation_id)
        known = await self._topics.find(conversation_id)
        is_open = known is not None and known.is_open
        if chat is None or not (is_open or _calls_for_topic(chat, known)):
            return
        topic = await self._topics.hold(conversation_id)
        if topic is None:
            return
        try:
            await self._catch_up(topic)
        except DeliveryError as error:
            _log.warning("group_not_told %s", error)  # The next sweep tries again.
        finally:
            await self._topics.let_go(conversation_id)

    async def _catch_up(self, topic: Topic) -> None:
        try:
            await self._told(topic)
        except TopicGone:
            _log.warning("topic_gone topic=%s", topic.number)
            await self._told(await self._saved(Topic(conversation_id=topic.conversation_id)))

    async def _told(self, topic: Topic) -> None:
        chat_id = topic.conversation_id
        chat = await self._store.conversation(chat_id)
        in_hand = chat is not None and chat.status in _IN_HAND
        transcript = await self._store.transcript(chat_id)
        if not topic.is_open:
            if chat is None or not in_hand:
                return
            topic = await self._opened(topic, chat, transcript)
        if topic.owes_card:
            card = self._board.card(await self._overview.view(chat_id))
            await self._say(topic, card, pinned=True)
            topic = await self._saved(replace(topic, owes_card=False))
        own = await self._topics.own_entries(chat_id)
        for text, last in self._messages(_untold(transcript, topic), own):
            await self._say(topic, text)
            topic = await self._saved(replace(topic, told=last))
        if not in_hand:
            await self._room.shut(topic.number)
            await self._saved(replace(topic, is_open=False))

    async def _opened(
        self, topic: Topic, chat: Conversation, transcript: Sequence[Entry]
    ) -> Topic:
        """Return a topic that staff can write in; of long ago it is not told any more."""
        number = topic.number
        if number:
            await self._room.reopen(number)
        else:
            number = await self._room.begin(self._board.title(chat))
        earlier = _untold(transcript, topic)[:-MOST_LINES]
        told = earlier[-1].id if earlier else topic.told
        return await self._saved(
            replace(topic, number=number, is_open=True, owes_card=True, told=told)
        )

    async def _say(self, topic: Topic, text: str, *, pinned: bool = False) -> None:
        parts = [part.text for part in fitted(Reply(text=text), _LIMITS) if part.text]
        for at, part in enumerate(parts):
            await self._room.say(topic.number, part, pinned=pinned and at == 0)

    async def _saved(self, topic: Topic) -> Topic:
        await self._topics.save(topic)
        return topic

    def _messages(
        self, entries: Sequence[Entry], own: frozenset[str]
    ) -> Iterator[tuple[str, str]]:
        """Yield what to say, several entries at once, each with the id of its last entry."""
        lines: list[str] = []
        last = ""
        for entry in entries:
            silent = entry.id in own or entry.state is ReplyState.DROPPED
            line = "" if silent else self._board.line(entry)
            if lines and line and len("\n\n".join([*lines, line])) > MOST_CHARS:
                yield "\n\n".join(lines), last
                lines = []
            lines += [line] if line else []
            last = entry.id
        if last:
            yield "\n\n".join(lines), last


def _calls_for_topic(chat: Conversation, known: Topic | None) -> bool:
    """Tell whether a chat without an open topic is to have one."""
    had_one = known is not None and known.number != 0
    return chat.status is Status.WAITING or (had_one and chat.status in _IN_HAND)


def _untold(transcript: Sequence[Entry], topic: Topic) -> Sequence[Entry]:
    """Return what has happened since the last entry that was told."""
    ids = [entry.id for entry in transcript]
    return transcript[ids.index(topic.told) + 1 :] if topic.told in ids else transcript
