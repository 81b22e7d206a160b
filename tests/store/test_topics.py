"""Topics of the staff's group: how far each is told, and what of it has been carried out."""

from dataclasses import replace

import pytest

from bot.domain.conversation import HandoverReason, hand_over
from bot.domain.errors import StaleEpoch
from bot.ports import Topic
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, a_turn, an_inbound
from tests.store.backends import Backend

OTHER = "whatsapp:2"
HERE = replace(Topic(conversation_id=CHAT), number=7, told="i1", is_open=True, owes_card=False)


@pytest.fixture(autouse=True)
async def _chats(backend: Backend) -> None:
    await backend.nodes.take_over()
    await backend.conversations.accept([an_inbound(), an_inbound("Salve", OTHER)])


async def test_a_topic_is_noted_when_it_is_held_first(backend: Backend) -> None:
    assert await backend.topics.find(CHAT) is None

    assert await backend.topics.hold(CHAT) == Topic(conversation_id=CHAT)
    assert await backend.topics.find(CHAT) == Topic(conversation_id=CHAT)


async def test_what_is_saved_is_found_by_chat_and_by_number(backend: Backend) -> None:
    await backend.topics.hold(CHAT)

    await backend.topics.save(HERE)
    await backend.topics.let_go(CHAT)

    assert await backend.topics.hold(CHAT) == HERE
    assert await backend.topics.chat_of(7) == CHAT
    assert await backend.topics.chat_of(8) is None


async def test_after_a_restart_a_topic_can_be_held_again(backend: Backend) -> None:
    await backend.topics.hold(CHAT)

    backend.forget_nodes()
    await backend.nodes.take_over()

    assert await backend.topics.hold(CHAT) == Topic(conversation_id=CHAT)


async def test_chats_that_wait_and_open_topics_are_unfinished(backend: Backend) -> None:
    before = a_conversation(OTHER)
    waiting = hand_over(before, HandoverReason.ASKED, NOW)
    await backend.conversations.commit(replace(a_turn(before), conversation=waiting))
    await backend.topics.hold(CHAT)
    assert await backend.topics.unfinished() == [OTHER]

    await backend.topics.save(HERE)

    assert await backend.topics.unfinished() == [CHAT, OTHER]


async def test_a_word_is_carried_out_once(backend: Backend) -> None:
    turn = replace(a_staff_turn(a_conversation(), "uno", "due"), word="g:1")
    assert not await backend.topics.is_done("g:1")

    await backend.conversations.commit(turn)

    assert await backend.topics.is_done("g:1")
    with pytest.raises(StaleEpoch):
        await backend.conversations.commit(turn)
    said = [one.text for one in await backend.conversations.transcript(CHAT)]
    assert said == ["Buongiorno", "uno", "due"]


@pytest.mark.parametrize(("event", "own"), [("note", "nota"), ("claim", "")])
async def test_replies_and_notes_of_the_topic_are_known_as_such(
    backend: Backend, event: str, own: str
) -> None:
    said = a_staff_turn(a_conversation(), "uno", event="claim", word="g:1")
    other = a_staff_turn(a_conversation(), event=event, note="nota", word="g:2")
    await backend.conversations.commit(said)
    await backend.conversations.commit(other)
    await backend.conversations.commit(a_staff_turn(a_conversation(), "altrove"))

    transcript = await backend.conversations.transcript(CHAT)
    ids = await backend.topics.own_entries(CHAT)
    assert {one.text for one in transcript if one.id in ids} == {"uno", own} - {""}
    assert await backend.topics.own_entries(OTHER) == frozenset()
