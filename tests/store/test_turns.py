"""A turn is stored whole or not at all."""

import asyncio
from collections.abc import Callable

import pytest

from bot.domain.conversation import HandoverReason, hand_over
from bot.domain.errors import StaleEpoch
from bot.domain.holding import claim
from bot.ports import ConversationStore, StoredMessage, Turn
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, a_turn, an_answer, an_inbound

HELD = claim(a_conversation(), "Anna")


@pytest.fixture
async def stored(store: ConversationStore) -> StoredMessage:
    """A message that waits for its answer."""
    (message,) = await store.accept([an_inbound()])
    return message


async def test_a_turn_changes_conversation_inbox_and_outbox_together(
    store: ConversationStore, stored: StoredMessage
) -> None:
    waiting = hand_over(a_conversation(), HandoverReason.ASKED, NOW)

    await store.commit(an_answer(stored, "Un momento", conversation=waiting, event="handover"))

    assert await store.conversation(CHAT) == waiting
    assert await store.next_message(CHAT) is None
    assert await store.undelivered(NOW) == [CHAT]
    assert [entry.event for entry in await store.transcript(CHAT)] == ["", "", "handover"]


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(an_answer, id="the-message-was-answered"),
        pytest.param(lambda _: a_turn(None, conversation=HELD), id="staff-took-the-chat"),
    ],
)
async def test_a_turn_that_comes_too_late_changes_nothing(
    store: ConversationStore, stored: StoredMessage, meanwhile: Callable[[StoredMessage], Turn]
) -> None:
    await store.commit(meanwhile(stored))
    before = await everything(store)
    late = an_answer(stored, "Eccomi", conversation=a_conversation(name="X"), event="handover")

    with pytest.raises(StaleEpoch):
        await store.commit(late)

    assert await everything(store) == before


async def everything(store: ConversationStore) -> list[object]:
    return [
        await store.conversation(CHAT),
        await store.next_message(CHAT),
        await store.next_attempt_at(),
        await store.transcript(CHAT),
        await store.summaries(),
    ]


async def test_of_two_who_take_a_chat_at_once_one_wins(
    store: ConversationStore, stored: StoredMessage
) -> None:
    claims = [
        a_staff_turn(a_conversation(), conversation=claim(a_conversation(), name))
        for name in ("Anna", "Bruno")
    ]

    results = await asyncio.gather(*map(store.commit, claims), return_exceptions=True)

    assert [type(one) for one in results if isinstance(one, BaseException)] == [StaleEpoch]


async def test_nothing_can_be_said_where_nobody_ever_wrote(store: ConversationStore) -> None:
    with pytest.raises(StaleEpoch):
        await store.commit(a_turn(None, "Buongiorno"))

    assert await store.summaries() == []


async def test_a_note_leaves_the_conversation_alone(
    store: ConversationStore, stored: StoredMessage
) -> None:
    changed = a_conversation(name="changed")

    await store.commit(a_staff_turn(a_conversation(), conversation=changed, event="note"))

    assert await store.conversation(CHAT) == a_conversation()
