"""Chats that are put off, and notes that come along with a step."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import ClosingReason, Conversation, Status
from bot.domain.errors import StaleEpoch
from bot.domain.holding import claim, close, snooze, transfer, wake
from bot.ports import Author, Colleague, ConversationStore, Unattended
from tests.builders import NOW, a_conversation, a_staff_turn, an_inbound
from tests.fake_conversations import FakeConversations
from tests.store.backends import Backend


async def held(store: ConversationStore, chat: str) -> Conversation:
    """Return a chat that Anna has taken."""
    await store.accept([an_inbound("Salve", chat)])
    taken = claim(a_conversation(chat), "Anna")
    await store.commit(a_staff_turn(a_conversation(chat), conversation=taken, event="claim"))
    return taken


async def put_off(store: ConversationStore, chat: str, hours: int) -> Conversation:
    before = await held(store, chat)
    after = snooze(before, "Anna", NOW + timedelta(hours=hours))
    await store.commit(a_staff_turn(before, conversation=after, event="snooze"))
    return after


async def test_what_is_put_off_is_found_soonest_first(store: ConversationStore) -> None:
    await held(store, "whatsapp:1")
    await put_off(store, "whatsapp:2", 3)
    await put_off(store, "whatsapp:3", 1)

    assert await store.unattended() == [
        Unattended(conversation_id=chat, owner="Anna", until=NOW + timedelta(hours=hours))
        for chat, hours in (("whatsapp:3", 1), ("whatsapp:2", 3))
    ]


async def test_what_is_awake_again_is_not_found(store: ConversationStore) -> None:
    asleep = await put_off(store, "whatsapp:1", 1)

    await store.commit(a_staff_turn(asleep, conversation=wake(asleep), event="woken"))

    assert await store.unattended() == []
    with pytest.raises(StaleEpoch):
        await store.commit(a_staff_turn(asleep, conversation=wake(asleep), event="woken"))


async def test_what_is_held_by_who_may_sign_in_no_more_is_found(
    backend: Backend, store: ConversationStore
) -> None:
    await held(store, "whatsapp:1")
    await backend.staff.save(Colleague(name="Anna", password_hash="x"))
    assert await store.unattended() == []

    await backend.staff.save(Colleague(name="Anna", password_hash="x", active=False))
    if isinstance(store, FakeConversations):
        store.shut_out.add("Anna")

    (found,) = await store.unattended()
    assert (found.conversation_id, found.owner, found.until) == ("whatsapp:1", "Anna", None)


async def test_all_that_is_known_of_a_chat_in_hand_is_read_back(store: ConversationStore) -> None:
    asleep = await put_off(store, "whatsapp:1", 1)
    other = await held(store, "whatsapp:2")
    closed = close(other, "Anna", ClosingReason.SPAM)
    await store.commit(a_staff_turn(other, conversation=closed, event="close"))

    assert await store.conversation("whatsapp:1") == asleep
    assert asleep.taken_from is Status.BOT
    assert await store.conversation("whatsapp:2") == closed


async def test_a_note_that_comes_along_stands_behind_its_step(store: ConversationStore) -> None:
    before = await held(store, "whatsapp:1")
    turn = a_staff_turn(before, conversation=transfer(before, "Anna", "Bruno"), event="transfer")

    await store.commit(replace(turn, note="Bruno", remark="conosce il caso"))

    *_, step, note = await store.transcript("whatsapp:1")
    assert (step.author, step.event, step.text) == (Author.EVENT, "transfer", "Bruno")
    assert (note.author, note.name, note.text) == (Author.NOTE, "Anna", "conosce il caso")


async def test_who_signs_in_is_named_in_order(backend: Backend) -> None:
    for name in ("carla", "Bruno", "Anna"):
        await backend.staff.save(Colleague(name=name, password_hash="x"))

    assert list(await backend.staff.names()) == ["Anna", "Bruno", "carla"]
