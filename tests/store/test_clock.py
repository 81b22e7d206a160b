"""A clock that is set: what customers wait for goes on, and no chat goes back in time."""

from datetime import timedelta

import pytest

from bot.domain.conversation import HandoverReason, hand_over
from bot.ports import LONGEST_WAIT, ConversationStore, ReplyState
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, a_turn, an_answer, an_inbound

HOUR = timedelta(hours=1)
SET = pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["an-hour-back", "an-hour-forward"])


async def texts(store: ConversationStore) -> list[str]:
    return [entry.text for entry in await store.transcript(CHAT)]


@SET
async def test_a_new_reply_is_due_whatever_the_clock_says(
    store: ConversationStore, step: timedelta
) -> None:
    await store.accept([an_inbound()])
    await store.commit(a_turn(None, "one"))

    assert await store.undelivered(NOW + step) == [CHAT]
    assert await store.next_reply(CHAT, NOW + step)


@SET
async def test_a_reply_put_off_is_due_after_the_longest_wait_at_the_latest(
    store: ConversationStore, step: timedelta
) -> None:
    await store.accept([an_inbound()])
    await store.commit(a_turn(None, "one"))
    reply = await store.next_reply(CHAT, NOW)
    assert reply
    await store.mark_failed(reply.id, "busy", NOW + timedelta(seconds=4))

    waited = NOW + step + LONGEST_WAIT
    assert await store.undelivered(waited) == [CHAT]
    assert await store.next_reply(CHAT, waited)


async def test_a_reply_put_off_for_the_longest_wait_still_waits(store: ConversationStore) -> None:
    await store.accept([an_inbound()])
    await store.commit(a_turn(None, "one"))
    reply = await store.next_reply(CHAT, NOW)
    assert reply
    await store.mark_failed(reply.id, "busy", NOW + LONGEST_WAIT)

    assert await store.undelivered(NOW) == []
    assert await store.next_reply(CHAT, NOW) is None


async def test_a_chat_keeps_its_order_when_the_clock_is_set_back(store: ConversationStore) -> None:
    """Else a page that shows the chat would take what is new for what it has shown long ago."""
    (first,) = await store.accept([an_inbound("Ciao")])
    await store.commit(an_answer(first, "Buongiorno", at=NOW + timedelta(seconds=1)))
    for number in range(3):
        past = NOW - HOUR + timedelta(seconds=number)
        (stored,) = await store.accept([an_inbound(f"Domanda {number}", received_at=past)])
        before = await store.conversation(CHAT)
        assert before
        await store.commit(an_answer(stored, f"Risposta {number}", "e poi", at=past))

    assert await texts(store) == [
        "Ciao",
        "Buongiorno",
        *(line for at in range(3) for line in (f"Domanda {at}", f"Risposta {at}", "e poi")),
    ]


async def test_what_staff_do_meanwhile_keeps_its_place_too(store: ConversationStore) -> None:
    (stored,) = await store.accept([an_inbound("Operatore")])
    waiting = hand_over(a_conversation(), HandoverReason.ASKED, NOW)
    await store.commit(an_answer(stored, "Un momento", conversation=waiting))

    await store.commit(a_staff_turn(waiting, "Eccomi", at=NOW - HOUR))

    entries = await store.transcript(CHAT)
    assert [entry.text for entry in entries] == ["Operatore", "Un momento", "Eccomi"]
    assert entries[-1].state is ReplyState.WAITING
    assert entries[-1].at > NOW
