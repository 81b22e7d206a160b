"""What arrives: stored once, answered in order."""

import asyncio
from dataclasses import replace
from itertools import chain

import pytest

from bot.domain.errors import StaleEpoch
from bot.domain.messages import NEVER_ANSWERED, Attachment, InboundMessage, MessageKind
from bot.ports import ConversationStore, Reach, WebhookCall
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


async def test_each_try_of_a_vendor_is_the_same_message(store: ConversationStore) -> None:
    first = an_inbound("A", vendor_id="SM1", token="t1")

    assert await accepted(store, first, replace(first, vendor_id="SM2")) == ["A"]
    assert await accepted(store, an_inbound("B", vendor_id="SM3")) == ["B"]
    assert await accepted(store, an_inbound("C", vendor_id="SM4")) == ["C"]


async def test_who_hides_their_number_stays_in_their_chat(store: ConversationStore) -> None:
    await store.accept([an_inbound("A", "whatsapp:+390000000001", user_id="IT.7")])

    (stored,) = await store.accept([an_inbound("B", "whatsapp:IT.7", user_id="IT.7")])

    assert str(stored.message.sender) == "whatsapp:+390000000001"
    assert [entry.text for entry in await store.transcript("whatsapp:+390000000001")] == ["A", "B"]
    assert await store.conversation("whatsapp:IT.7") is None


async def test_who_shows_their_number_later_stays_in_their_chat(store: ConversationStore) -> None:
    await store.accept([an_inbound("A", "whatsapp:IT.7", user_id="IT.7")])

    (stored,) = await store.accept([an_inbound("B", "whatsapp:+390000000001", user_id="IT.7")])

    assert str(stored.message.sender) == "whatsapp:IT.7"


async def test_a_number_with_its_own_chat_keeps_it(store: ConversationStore) -> None:
    await store.accept([an_inbound("A", "whatsapp:+390000000001")])
    await store.accept([an_inbound("B", "whatsapp:IT.7", user_id="IT.7")])
    await store.accept([an_inbound("C", "whatsapp:+390000000001", user_id="IT.7")])

    (stored,) = await store.accept([an_inbound("D", "whatsapp:IT.8", user_id="IT.7")])

    assert str(stored.message.sender) == "whatsapp:+390000000001"


@pytest.mark.parametrize("kind", sorted(NEVER_ANSWERED))
async def test_what_is_no_writing_is_kept_and_not_answered(
    store: ConversationStore, kind: MessageKind
) -> None:
    (stored,) = await store.accept([an_inbound("+1", kind=kind, refers_to="5")])

    assert stored.chat is None
    assert await store.next_message(CHAT) is None
    (entry,) = await store.transcript(CHAT)
    assert (entry.kind, entry.refers_to, entry.text) == (kind, "5", "+1")


async def test_a_block_lasts_until_the_customer_writes_again(store: ConversationStore) -> None:
    await store.accept([an_inbound("A")])
    await store.accept([an_inbound("", kind=MessageKind.BLOCKED, received_at=later(60))])
    assert await store.reach(CHAT) == Reach(heard_at=NOW, barred="blocked")

    await store.accept([an_inbound("B", received_at=later(90))])

    assert await store.reach(CHAT) == Reach(heard_at=later(90))


async def test_what_a_vendor_says_bars_a_customer_until_they_write_again(
    store: ConversationStore,
) -> None:
    await store.accept([an_inbound("A")])

    await store.bar(CHAT, "opted_out")
    assert (await store.reach(CHAT)).barred == "opted_out"

    await store.accept([an_inbound("B")])
    assert (await store.reach(CHAT)).barred == ""
    assert await store.reach("whatsapp:nobody") == Reach()


def an_edit(text: str) -> InboundMessage:
    """Return a later version of the message that is called 5 in its chat."""
    return an_inbound(text, kind=MessageKind.EDIT, vendor_id="u2", message_id="5")


async def test_an_edit_stands_for_a_message_that_waits(store: ConversationStore) -> None:
    await store.accept([an_inbound("quanto csta", vendor_id="u1", message_id="5")])
    await store.accept([an_edit("quanto costa")])

    stored = await store.next_message(CHAT)

    assert stored
    assert stored.message.text == "quanto costa"
    said = [entry.text for entry in await store.transcript(CHAT)]
    assert said == ["quanto csta", "quanto costa"]
    await store.commit(an_answer(stored))
    assert await store.next_message(CHAT) is None


async def test_an_edit_of_an_answered_message_is_only_kept(store: ConversationStore) -> None:
    (stored,) = await store.accept([an_inbound("A", vendor_id="u1", message_id="5")])
    await store.commit(an_answer(stored))

    (edit,) = await store.accept([an_edit("B")])

    assert edit.chat is None
    assert await store.next_message(CHAT) is None


async def test_an_answer_to_the_version_before_an_edit_is_dropped(
    store: ConversationStore,
) -> None:
    (stored,) = await store.accept([an_inbound("A", vendor_id="u1", message_id="5")])
    await store.accept([an_edit("B")])

    with pytest.raises(StaleEpoch):
        await store.commit(an_answer(stored))


async def test_what_went_by_each_channel_last_is_known(store: ConversationStore) -> None:
    stored, _ = await store.accept([an_inbound("A"), an_inbound("B", "telegram:1")])
    await store.commit(an_answer(stored, "Ecco.", "Fatto."))
    first = await store.next_reply(CHAT, NOW)
    assert first
    await store.mark_sent(first.id, "SM9", later(5))
    second = await store.next_reply(CHAT, NOW)
    assert second
    await store.mark_failed(second.id, "63016", None)

    telegram, whatsapp = await store.activity()

    assert (telegram.channel, telegram.last_in, telegram.last_out) == ("telegram", NOW, None)
    assert (whatsapp.last_out, whatsapp.last_error) == (later(5), "63016")
    assert telegram.last_error_at is None
    assert whatsapp.last_error_at is not None


async def test_messages_answered_together_are_done_together(store: ConversationStore) -> None:
    first, second, third = await store.accept([an_inbound("A"), an_inbound("B"), an_inbound("C")])

    following = await store.following(first)
    assert following
    assert (following.id, following.message) == (second.id, second.message)
    done = await store.commit(an_answer(first, inbox_ids=(first.id, second.id)))

    assert done.message
    assert done.message.id == third.id
    assert await store.following(third) is None


async def test_of_messages_answered_together_none_is_answered_twice(
    store: ConversationStore,
) -> None:
    first, second = await store.accept([an_inbound("A"), an_inbound("B")])
    await store.commit(an_answer(first))

    with pytest.raises(StaleEpoch):
        await store.commit(an_answer(second, "twice", inbox_ids=(second.id, first.id)))

    assert await store.unanswered() == [CHAT]
