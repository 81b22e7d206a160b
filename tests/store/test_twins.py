"""Whatever happens, every store tells the same story: so a fake can be trusted."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.conversation import Conversation, HandoverReason, hand_over
from bot.domain.errors import StaleEpoch
from bot.ports import DeliveryReport, StoredMessage
from tests.builders import a_staff_turn, a_turn, an_inbound, later
from tests.store.backends import BACKENDS, Backend

CHATS = ("web:1", "web:2")
REPORTS = ("sent", "delivered", "read", "failed", "unheard of")


class Player:
    """Plays the steps of a story; each takes a chat and a number that varies it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._store = backend.conversations
        self._seconds = 0
        self._messages: list[int] = []

    async def play(self, step: tuple[str, str, int]) -> object:
        """Return what became of a step, and the transcript after it."""
        name, chat, number = step
        self._seconds += 1
        return await self._outcome(name, chat, number), await self._told(chat)

    async def _outcome(self, name: str, chat: str, number: int) -> object:
        if name != "writes" and await self._store.conversation(chat) is None:
            return None
        try:
            return await getattr(self, name)(chat, number)
        except StaleEpoch:
            return StaleEpoch

    async def writes(self, chat: str, number: int) -> object:
        message = an_inbound(f"text {number}", chat, received_at=later(self._seconds))
        stored = await self._store.accept([message, message])
        self._messages.extend(one.id for one in stored)
        return [self._numbered(one) for one in stored]

    async def is_answered(self, chat: str, number: int) -> object:
        stored, before = await self._store.next_message(chat), await self._chat(chat)
        if stored is None:
            return None
        turn = a_turn(
            before, f"one {number}", "two", inbox_ids=(stored.id,), at=later(self._seconds)
        )
        await self._store.commit(turn)
        return self._numbered(stored)

    async def is_answered_again(self, chat: str, number: int) -> None:
        before, at = await self._chat(chat), later(self._seconds)
        await self._store.commit(a_turn(before, "again", inbox_ids=(1,), at=at))

    async def fails_to_be_answered(self, chat: str, number: int) -> None:
        if stored := await self._store.next_message(chat):
            await self._store.note_failure(stored.id, f"broken {number}")

    async def waits(self, chat: str, number: int) -> None:
        before, at = await self._chat(chat), later(self._seconds)
        after = hand_over(before, HandoverReason.ASKED, at)
        await self._store.commit(a_turn(before, conversation=after, at=at, event="handover"))

    async def changes_hands(self, chat: str, number: int) -> None:
        before = await self._chat(chat)
        after = replace(before, epoch=before.epoch + 1, owner=f"Anna {number}")
        at = later(self._seconds)
        await self._store.commit(a_staff_turn(before, "Eccomi", conversation=after, at=at))

    async def is_too_late(self, chat: str, number: int) -> None:
        before = await self._chat(chat)
        await self._store.commit(a_turn(before, "late", epoch_before=before.epoch - 1))

    async def is_noted(self, chat: str, number: int) -> None:
        turn = a_staff_turn(await self._chat(chat), at=later(self._seconds), event="note")
        await self._store.commit(turn)

    async def is_sent(self, chat: str, number: int) -> object:
        now = later(self._seconds)
        found = await self._store.next_reply(chat, now)
        reply = await self._store.leave(found) if found else None
        if reply is None or number == 0:  # Then the program stops while it is being sent.
            return reply and replace(reply, node=0)
        if number == 1:
            await self._store.mark_failed(reply.id, "busy", later(self._seconds + 3))
        elif number == 2:
            await self._store.mark_failed(reply.id, "blocked", None)
        else:
            await self._store.mark_sent(reply.id, f"v{reply.id}", now)
        return replace(reply, node=0)

    async def is_reported(self, chat: str, number: int) -> object:
        status = REPORTS[number % len(REPORTS)]
        report = DeliveryReport(channel="web", vendor_id=f"v{number}", status=status, error="E")
        return await self._store.record_report(report)

    async def starts_again(self, chat: str, number: int) -> object:
        self._backend.forget_nodes()
        return sorted(await self._backend.nodes.take_over())

    async def story(self) -> object:
        """Return all that can be asked of the store."""
        now = later(self._seconds)
        return (
            sorted(await self._store.unanswered()),
            sorted(await self._store.undelivered(now)),
            await self._store.next_attempt_at(),
            await self._store.summaries(),
        )

    def _numbered(self, stored: StoredMessage) -> StoredMessage:
        """Return a message with its place among all: a database may leave numbers out."""
        return replace(stored, id=self._messages.index(stored.id))

    async def _chat(self, chat: str) -> Conversation:
        found = await self._store.conversation(chat)
        assert found is not None
        return found

    async def _told(self, chat: str) -> object:
        """Return a transcript without what each store words in its own way."""
        return [
            replace(entry, id="", error="some" if entry.error else "")
            for entry in await self._store.transcript(chat)
        ]


STEPS = [
    name for name in vars(Player) if not name.startswith("_") and name not in {"play", "story"}
]
STORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(CHATS), st.integers(0, 9)), max_size=40
)


@settings(max_examples=40, deadline=None)
@given(story=STORIES)
def test_every_store_tells_the_same_story(story: Sequence[tuple[str, str, int]]) -> None:
    told = [asyncio.run(_played(name, story)) for name in BACKENDS]

    assert told == [told[0]] * len(told)


async def _played(backend: str, story: Sequence[tuple[str, str, int]]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        async with BACKENDS[backend](Path(folder)) as opened:
            player = Player(opened)
            return [await player.play(step) for step in story], await player.story()
