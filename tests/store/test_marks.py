"""What colleagues think of the bot's replies, and which other chats there are of a person."""

from dataclasses import replace

import pytest

from bot.ports import Evidence, Lesson, Mark
from tests.builders import (
    CHAT,
    NOW,
    PHONE,
    a_conversation,
    a_staff_turn,
    a_turn,
    an_inbound,
    later,
)
from tests.store.backends import Backend

OTHER = "web:2"


@pytest.fixture(autouse=True)
async def _chats(backend: Backend) -> None:
    await backend.nodes.take_over()
    await backend.conversations.accept([an_inbound("Siete aperti?", CHAT)])
    await backend.conversations.accept([an_inbound("Salve", OTHER, vendor_id="v9")])


@pytest.fixture
async def reply(backend: Backend) -> str:
    """The entry of what the bot said in the first chat."""
    evidence = Evidence(intent="contact_hours", confidence=0.8)
    turn = a_turn(a_conversation(CHAT), "Dalle 9:30.", at=later(1), evidence=evidence)
    await backend.conversations.commit(turn)
    return (await backend.conversations.transcript(CHAT))[-1].id


def a_mark(entry: str, **more: object) -> Mark:
    mark = Mark(conversation_id=CHAT, entry=entry, is_right=False, colleague="anna", at=later(9))
    return replace(mark, **more)  # type: ignore[arg-type] # fields by name


async def test_of_each_reply_the_last_mark_counts(backend: Backend, reply: str) -> None:
    await backend.marks.put(a_mark(reply, intent="webmail_access", note="chiedeva altro"))
    second = a_mark(reply, is_right=True, colleague="bruno", at=later(10))

    assert await backend.marks.put(second)

    assert await backend.marks.of_chat(CHAT) == {reply: second}
    assert await backend.marks.of_chat(OTHER) == {}


async def test_a_lesson_tells_what_was_asked_said_and_understood(
    backend: Backend, reply: str
) -> None:
    mark = a_mark(reply, intent="webmail_access")
    await backend.marks.put(mark)
    await backend.conversations.accept(
        [an_inbound("Altro", CHAT, vendor_id="v2", received_at=later(20))]
    )

    assert await backend.marks.lessons() == [
        Lesson(mark=mark, asked="Siete aperti?", said="Dalle 9:30.", understood="contact_hours")
    ]


async def test_only_replies_of_the_bot_in_this_chat_can_be_marked(
    backend: Backend, reply: str
) -> None:
    await backend.conversations.commit(a_staff_turn(a_conversation(CHAT), "Eccomi", at=later(2)))
    staffs = (await backend.conversations.transcript(CHAT))[-1].id

    for entry in (staffs, "i1", "o999", "o", "", "o1; DROP TABLE mark"):
        assert not await backend.marks.put(a_mark(entry))
    assert not await backend.marks.put(a_mark(reply, conversation_id=OTHER))
    assert await backend.marks.lessons() == []


async def test_a_mark_is_no_line_of_the_transcript(backend: Backend, reply: str) -> None:
    before = await backend.conversations.transcript(CHAT)

    await backend.marks.put(a_mark(reply))

    assert await backend.conversations.transcript(CHAT) == before


async def test_other_chats_are_found_by_number_and_by_contract(backend: Backend) -> None:
    knows = a_conversation(CHAT, phone=PHONE)
    await backend.conversations.commit(
        a_turn(a_conversation(CHAT), "Salve", conversation=knows, at=later(1))
    )
    about = a_conversation(OTHER, contract_id="C1")
    await backend.conversations.commit(
        a_turn(a_conversation(OTHER), "Salve", conversation=about, at=later(2))
    )
    find = backend.other_chats.of

    assert [one.conversation for one in await find([PHONE], [], 9)] == [knows]
    assert [one.conversation for one in await find([PHONE], ["C0", "C1"], 9)] == [about, knows]
    assert [one.last_at for one in await find([PHONE], ["C1"], 1)] == [later(2)]
    assert await find(["+39"], ["C9"], 9) == []
    assert await find([], [], 9) == []


async def test_of_who_was_recognised_the_contract_counts(backend: Backend) -> None:
    known = a_conversation(CHAT, vouched_for="C1")
    await backend.conversations.commit(a_turn(a_conversation(CHAT), conversation=known, at=NOW))

    (found,) = await backend.other_chats.of([], ["C1"], 9)
    assert found.conversation == known
