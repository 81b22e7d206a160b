"""How often those on duty have been called to a chat, once for each time it is due."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import Conversation, HandoverReason, hand_over
from tests.builders import CHAT, NOW, a_conversation, a_turn, an_inbound
from tests.store.backends import Backend

OTHER = "whatsapp:2"


@pytest.fixture(autouse=True)
async def waiting(backend: Backend) -> Conversation:
    """A chat that waits, and one that does not."""
    await backend.nodes.take_over()
    await backend.conversations.accept([an_inbound(), an_inbound("Salve", OTHER)])
    before = a_conversation()
    after = hand_over(before, HandoverReason.ASKED, NOW)
    await backend.conversations.commit(replace(a_turn(before), conversation=after))
    return after


async def test_who_waits_is_known(backend: Backend, waiting: Conversation) -> None:
    assert await backend.alerts.waiting() == [waiting]
    assert waiting.id == CHAT


async def test_each_call_is_noted_once(backend: Backend, waiting: Conversation) -> None:
    assert await backend.alerts.note(waiting, 1, NOW)
    assert not await backend.alerts.note(waiting, 1, NOW)
    assert await backend.alerts.note(waiting, 3, NOW)
    assert not await backend.alerts.note(waiting, 2, NOW)


async def test_a_call_that_did_not_go_out_can_be_made_again(
    backend: Backend, waiting: Conversation
) -> None:
    await backend.alerts.note(waiting, 1, NOW)

    await backend.alerts.take_back(waiting, 1)

    assert await backend.alerts.note(waiting, 1, NOW)


async def test_who_waits_anew_is_called_for_anew(backend: Backend, waiting: Conversation) -> None:
    await backend.alerts.note(waiting, 2, NOW)
    anew = replace(waiting, waiting_since=NOW + timedelta(hours=2))

    assert await backend.alerts.note(anew, 1, NOW)
