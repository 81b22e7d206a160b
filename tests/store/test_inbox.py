"""What arrives: stored once, answered in order."""

import asyncio
from dataclasses import replace
from itertools import chain

import pytest

from bot.domain.messages import Attachment, InboundMessage, MessageKind
from bot.ports import ConversationStore, WebhookCall
from tests.builders import CHAT, NOW, a_conversation, an_answer, an_inbound, later
from tests.store.backends import Backend

OTHER = "whatsapp:2"


async def accepted(store: ConversationStore, *messages: InboundMessage) -> list[str]:
    return [stored.message.text for stored in await store.accept(messages)]


async def test_a_new_message_opens_its_conversation(store: ConversationStore) -> None:
    assert await store.conversation(CHAT) is None

    await store.accept([an_inbound()])

    assert await store.conversation(CHAT) == a_conversation()


async def test_a_message_is_stored_once_however_often_it_comes(store: ConversationStore) -> None:
    assert await accepted(store, an_inbound("A"), an_inbound("A")) == ["A"]
    assert await accepted(store, an_inbound("A"), an_inbound("B")) == ["B"]


async def test_a_message_is_stored_once_also_when_it_comes_all_at_once(
    store: ConversationStore,
) -> None:
    calls = [accepted(store, an_inbound("A"), an_inbound("B")) for _ in range(20)]

    new = await asyncio.gather(*calls)

    assert sorted(chain.from_iterable(new)) == ["A", "B"]


async def test_the_same_id_on_another_channel_is_another_message(
    store: ConversationStore,
) -> None:
    telegram = an_inbound("A", "telegram:1", vendor_id="7")

    assert await accepted(store, an_inbound("A", vendor_id="7"), telegram) == ["A", "A"]


async def test_messages_wait_in_the_order_they_came(store: ConversationStore) -> None:
    await store.accept([an_inbound("first"), an_inbound("elsewhere", OTHER)])
    await store.accept([an_inbound("second", received_at=later(-60))])
    seen = []

    while stored := await store.next_message(CHAT):
        seen.append(stored.message.text)
        await store.commit(an_answer(stored))

    assert seen == ["first", "second"]
    assert await store.unanswered() == [OTHER]


async def test_a_conversation_that_waits_is_named_once(store: ConversationStore) -> None:
    await store.accept([an_inbound("A"), an_inbound("B"), an_inbound("C", OTHER)])

    assert sorted(await store.unanswered()) == [CHAT, OTHER]


async def test_nothing_waits_where_nobody_wrote(store: ConversationStore) -> None:
    assert await store.unanswered() == []
    assert await store.next_message(CHAT) is None


async def test_failed_attempts_are_counted_and_the_message_stays(
    store: ConversationStore,
) -> None:
    (stored,) = await store.accept([an_inbound()])

    await store.note_failure(stored.id, "broken")
    await store.note_failure(stored.id, "broken again")

    assert await store.next_message(CHAT) == replace(stored, attempts=2)
    assert (await store.transcript(CHAT))[0].error == "broken again"


async def test_an_answered_message_no_longer_shows_its_errors(store: ConversationStore) -> None:
    (stored,) = await store.accept([an_inbound()])
    await store.note_failure(stored.id, "broken")

    await store.commit(an_answer(stored))

    assert (await store.transcript(CHAT))[0].error == ""


async def test_every_part_of_a_message_is_kept(store: ConversationStore) -> None:
    message = an_inbound(
        kind=MessageKind.MEDIA,
        payload="intent:greeting",
        phone="+390000000001",
        name="Chi scrive 🙂",
        attachments=(Attachment(media_type="image/png", url="https://files.example/1"),),
    )

    await store.accept([message])

    stored = await store.next_message(CHAT)
    assert stored is not None
    assert stored.message == message


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"update_id": 1}', id="text"),
        pytest.param(bytes(range(256)), id="every-byte"),
    ],
)
async def test_a_call_nobody_can_read_is_kept_byte_for_byte(backend: Backend, body: bytes) -> None:
    url = "https://desk.example/webhooks/telegram"
    call = WebhookCall(url=url, headers={"x-header": "1"}, body=body, received_at=NOW)

    await backend.conversations.keep_unreadable(call, "telegram", "no JSON")

    assert backend.unreadable() == [body]
