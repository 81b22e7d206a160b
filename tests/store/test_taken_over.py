"""A colleague takes a chat at each await of a turn and of the way out, on real databases."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest

from bot.domain.contract import Contact
from bot.domain.conversation import Status
from bot.domain.errors import WrongStatus
from bot.domain.messages import ChannelLimits, MessageKind
from bot.domain.proving import START
from bot.ports import Author, ReplyState
from bot.service.overview import UnknownConversation
from bot.service.workers import Spawn
from tests.builders import CHAT, PHONE, a_contract, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel
from tests.service.interruptions import Interruption
from tests.service.office import Office
from tests.store.backends import BACKENDS, Backend

NARROW = ChannelLimits(text=40, buttons=3, button_text=20)
LUCIA = Contact(name="Lucia", phone=PHONE, email="lucia@posta.example")
TURNS = {
    "two-replies": (an_inbound("Com'è il mio contratto?", phone=PHONE),),
    "handover": (an_inbound("Voglio un operatore"),),
    "code": (an_inbound("", kind=MessageKind.BUTTON, payload=START), an_inbound(LUCIA.email)),
}


class Whole:
    """A store as the fake one is: conversations with their files."""

    def __init__(self, backend: Backend) -> None:
        self.files = backend.files
        self._conversations = backend.conversations

    def __getattr__(self, name: str) -> object:
        return getattr(self._conversations, name)


@pytest.fixture
async def spawn() -> AsyncIterator[Spawn]:
    tasks: list[asyncio.Future[None]] = []

    def start(work: Coroutine[Any, Any, None]) -> None:
        tasks.append(asyncio.ensure_future(work))

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Evening:
    """A turn, and a colleague who comes in the middle of it."""

    def __init__(self, backend: Backend, spawn: Spawn) -> None:
        self.channel = FakeChannel(limits=NARROW)
        store = cast("FakeConversations", Whole(backend))
        self.office = Office(spawn, self.channel, store=store)
        self._conversations = backend.conversations
        self.on_its_way = self.said = self.letters = 0

    async def played(self, turn: str, at: int) -> Interruption:
        """Play a turn with the colleague coming at an await."""
        await self.office.source.replace_all([a_contract("C1", contacts=(LUCIA,))])
        colleague = Interruption(at, self._take)
        colleague.watch(self._conversations, self.channel, self.office.mailer)
        for message in TURNS[turn]:
            await self.office.intake.receive(message)
        await asyncio.sleep(0.02)
        await self.office.idle()
        return colleague

    async def _take(self) -> None:
        while True:
            try:
                await self.office.desk.claim(CHAT, "Anna")
            except UnknownConversation:
                return  # Nobody has written yet.
            except WrongStatus:
                continue  # The bot has just handed it over.
            entries = await self.office.store.transcript(CHAT)
            self.on_its_way = sum(one.state is ReplyState.SENDING for one in entries)
            self.said, self.letters = len(self.channel.sent), self.office.mailer.asked
            return


@pytest.mark.parametrize(
    ("backend_name", "turn"),
    [*(("sqlite", turn) for turn in TURNS), ("postgresql", "two-replies")],
)
async def test_at_whichever_await_staff_take_over_nothing_is_sent_any_more(
    tmp_path: Path, spawn: Spawn, backend_name: str, turn: str
) -> None:
    at, has_come = 0, True
    while has_come:
        at += 1
        (tmp_path / str(at)).mkdir()
        async with BACKENDS[backend_name](tmp_path / str(at)) as backend:
            evening = Evening(backend, spawn)
            colleague = await evening.played(turn, at)
            has_come = colleague.has_come
            chat = await backend.conversations.conversation(CHAT)
            if not has_come or (chat and chat.status is not Status.STAFF):
                assert not has_come or at == 1  # Before the first message there is no chat.
                continue
            where = f"await {at}: {colleague.where}"
            entries = await backend.conversations.transcript(CHAT)
            heard = [one for one in entries if one.author is Author.CUSTOMER]
            open_states = {ReplyState.WAITING, ReplyState.SENDING}
            said = len(evening.channel.sent) - evening.said

            assert said <= evening.on_its_way, where
            assert len(evening.office.mailer.letters) <= evening.letters, where
            assert len(heard) == len(TURNS[turn]), where
            assert await backend.conversations.unanswered() == [], where
            assert not [one for one in entries if one.state in open_states], where
    assert at > len(TURNS[turn]) * 3
