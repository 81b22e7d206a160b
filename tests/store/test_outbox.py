"""What goes out: in order, never silently twice, never silently lost."""

from dataclasses import replace

import pytest

from bot.domain.conversation import HandoverReason, hand_over
from bot.domain.holding import claim, give_back
from bot.domain.messages import Button, Reply
from bot.ports import ConversationStore, DeliveryReport, OutboxReply, ReplyState
from tests.builders import (
    CHAT,
    NOW,
    a_conversation,
    a_staff_turn,
    a_turn,
    an_address,
    an_answer,
    an_inbound,
    later,
)
from tests.store.backends import Backend

OTHER = "whatsapp:2"
HELD = claim(a_conversation(), "Anna")


@pytest.fixture(autouse=True)
async def _chats(store: ConversationStore) -> None:
    """Two chats, so that there is somebody to write to."""
    await store.accept([an_inbound(), an_inbound("Salve", OTHER)])


async def say(store: ConversationStore, *replies: str, chat: str = CHAT) -> None:
    await store.commit(a_turn(a_conversation(chat), *replies))


async def next_of(store: ConversationStore, chat: str = CHAT, seconds: float = 0) -> OutboxReply:
    reply = await store.next_reply(chat, later(seconds))
    assert reply is not None
    left = await store.leave(reply)
    assert left is not None
    return left


async def sent(store: ConversationStore, vendor_id: str) -> OutboxReply:
    reply = await next_of(store)
    await store.mark_sent(reply.id, vendor_id, NOW)
    return reply


async def states(store: ConversationStore, chat: str = CHAT) -> list[tuple[str, ReplyState]]:
    transcript = await store.transcript(chat)
    return [(entry.text, entry.state) for entry in transcript if entry.state]


async def test_replies_leave_in_order_each_once(store: ConversationStore) -> None:
    await say(store, "one", "two")
    await say(store, "three")

    texts = [(await sent(store, text)).reply.text for text in ("v1", "v2", "v3")]

    assert texts == ["one", "two", "three"]
    assert await store.next_reply(CHAT, NOW) is None
    assert await store.undelivered(NOW) == []


async def test_a_reply_is_handed_out_as_it_was_stored(store: ConversationStore) -> None:
    reply = Reply(text="Quale?", buttons=(Button(text="Uno", payload="intent:one"),))
    await store.commit(replace(a_turn(), replies=(reply,)))

    found = await next_of(store)

    assert replace(found, node=0) == OutboxReply(
        id=found.id, to=an_address(), reply=reply, attempts=0, heard_at=NOW
    )


async def test_what_is_being_sent_holds_back_what_follows(store: ConversationStore) -> None:
    await say(store, "one", "two")

    await next_of(store)

    assert await store.next_reply(CHAT, NOW) is None
    assert await store.undelivered(NOW) == []
    assert await store.next_attempt_at() is None


async def test_a_reply_put_off_holds_back_those_after_it(store: ConversationStore) -> None:
    await say(store, "one", "two")
    await store.mark_failed((await next_of(store)).id, "busy", later(60))

    assert await store.next_reply(CHAT, later(59)) is None
    assert await store.undelivered(later(59)) == []
    assert await store.next_attempt_at() == later(60)
    assert await store.undelivered(later(60)) == [CHAT]
    again = await next_of(store, seconds=60)
    assert (again.reply.text, again.attempts) == ("one", 1)


async def test_other_chats_go_on_meanwhile(store: ConversationStore) -> None:
    await say(store, "one")
    await store.mark_failed((await next_of(store)).id, "busy", later(60))
    await say(store, "elsewhere", chat=OTHER)

    assert await store.undelivered(NOW) == [OTHER]
    assert await store.next_attempt_at() == later(60)
    assert (await next_of(store, OTHER)).reply.text == "elsewhere"


async def test_a_reply_that_failed_for_ever_lets_the_next_one_go(
    store: ConversationStore,
) -> None:
    await say(store, "one", "two")

    await store.mark_failed((await next_of(store)).id, "blocked", None)

    assert (await next_of(store)).reply.text == "two"
    entry = (await store.transcript(CHAT))[1]
    assert (entry.state, entry.error) == (ReplyState.FAILED, "blocked")


async def test_an_error_is_forgotten_once_the_reply_is_sent(store: ConversationStore) -> None:
    await say(store, "one")
    await store.mark_failed((await next_of(store)).id, "busy", NOW)

    await sent(store, "v1")

    entry = (await store.transcript(CHAT))[1]
    assert (entry.state, entry.error) == (ReplyState.SENT, "")


async def test_what_the_bot_had_not_sent_is_dropped_when_staff_take_over(
    store: ConversationStore,
) -> None:
    await say(store, "one", "two")
    await next_of(store)

    await store.commit(a_staff_turn(a_conversation(), "Eccomi", conversation=HELD))

    assert await states(store) == [
        ("one", ReplyState.SENDING),
        ("two", ReplyState.DROPPED),
        ("Eccomi", ReplyState.WAITING),
    ]


async def test_a_bot_that_hands_over_still_says_what_it_had_answered_before(
    store: ConversationStore,
) -> None:
    await say(store, "one", "two")
    reply = await next_of(store)
    waiting = hand_over(a_conversation(), HandoverReason.ASKED, NOW)

    await store.commit(a_turn(a_conversation(), "a colleague answers", conversation=waiting))
    await store.mark_failed(reply.id, "busy", NOW)

    assert [state for _, state in await states(store)] == [ReplyState.WAITING] * 3
    assert (await next_of(store)).reply.text == "one"


async def test_what_was_dropped_for_staff_does_not_come_back_with_the_bot(
    store: ConversationStore,
) -> None:
    await say(store, "one")
    reply = await next_of(store)
    await store.commit(a_staff_turn(a_conversation(), conversation=HELD))
    await store.commit(a_staff_turn(HELD, conversation=give_back(HELD, "Anna")))

    await store.mark_failed(reply.id, "busy", NOW)

    assert await store.next_reply(CHAT, NOW) is None


async def test_a_reply_of_the_bot_that_failed_meanwhile_is_dropped_too(
    store: ConversationStore,
) -> None:
    await say(store, "one")
    reply = await next_of(store)
    await store.commit(a_staff_turn(a_conversation(), "Eccomi", conversation=HELD))

    await store.mark_failed(reply.id, "busy", later(60))

    assert (await next_of(store)).reply.text == "Eccomi"
    assert (await states(store))[0] == ("one", ReplyState.DROPPED)


async def test_a_colleagues_words_go_out_whoever_speaks_now(store: ConversationStore) -> None:
    await store.commit(a_staff_turn(a_conversation(), "Eccomi", conversation=HELD))
    back = replace(HELD, epoch=HELD.epoch + 1)

    await store.commit(a_staff_turn(HELD, conversation=back))

    assert (await next_of(store)).reply.text == "Eccomi"


async def test_what_a_crash_left_half_sent_is_uncertain_and_not_sent_again(
    store: ConversationStore, backend: Backend
) -> None:
    await say(store, "one", "two")
    await next_of(store)

    backend.forget_nodes()
    assert CHAT in await backend.nodes.take_over()

    assert (await states(store))[0] == ("one", ReplyState.UNCERTAIN)
    assert (await store.transcript(CHAT))[1].error
    assert (await next_of(store)).reply.text == "two"


async def test_a_doubtful_reply_is_shown_and_not_sent_again(store: ConversationStore) -> None:
    await say(store, "one", "two")
    reply = await next_of(store)

    await store.mark_doubtful(reply.id, "cut off")

    assert await states(store) == [("one", ReplyState.UNCERTAIN), ("two", ReplyState.WAITING)]
    assert (await store.transcript(CHAT))[1].error == "cut off"
    assert (await next_of(store)).reply.text == "two"


async def test_an_uncertain_reply_may_turn_out_to_be_sent(
    store: ConversationStore, backend: Backend
) -> None:
    await say(store, "one")
    reply = await next_of(store)
    backend.forget_nodes()
    await backend.nodes.take_over()

    await store.mark_sent(reply.id, "v1", NOW)

    assert await states(store) == [("one", ReplyState.SENT)]


SENT, DELIVERED, READ = ReplyState.SENT, ReplyState.DELIVERED, ReplyState.READ


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param(["sent"], SENT, id="sent"),
        pytest.param(["sent", "delivered", "read"], READ, id="in-order"),
        pytest.param(["read", "delivered", "sent"], READ, id="backwards"),
        pytest.param(["delivered", "delivered"], DELIVERED, id="twice"),
        pytest.param(["queued"], SENT, id="a-word-we-do-not-know"),
        pytest.param(["failed"], ReplyState.FAILED, id="failed"),
        pytest.param(["sent", "undelivered"], ReplyState.FAILED, id="undelivered"),
        pytest.param(["undelivered", "sent"], ReplyState.FAILED, id="failed-before-sent"),
        pytest.param(["delivered", "failed"], DELIVERED, id="failed-though-it-arrived"),
        pytest.param(["failed", "read"], READ, id="arrived-though-it-failed"),
    ],
)
async def test_reports_come_in_any_order(
    store: ConversationStore, reports: list[str], expected: ReplyState
) -> None:
    await say(store, "one")
    await sent(store, "v1")

    for status in reports:
        report = DeliveryReport(channel="whatsapp", vendor_id="v1", status=status)
        assert await store.record_report(report) == CHAT

    assert await states(store) == [("one", expected)]


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param(["sent"], SENT, id="sent"),
        pytest.param(["delivered", "delivered"], DELIVERED, id="twice"),
        pytest.param(["read", "delivered", "sent"], READ, id="backwards"),
        pytest.param(["undelivered"], ReplyState.FAILED, id="undelivered"),
    ],
)
async def test_reports_that_come_before_the_vendors_answer_count(
    store: ConversationStore, reports: list[str], expected: ReplyState
) -> None:
    await say(store, "one")
    reply = await next_of(store)
    for status in reports:
        report = DeliveryReport(channel="whatsapp", vendor_id="v1", status=status)
        assert await store.record_report(report) is None

    await store.mark_sent(reply.id, "v1", NOW)

    assert await states(store) == [("one", expected)]


async def test_an_early_report_says_why_it_failed(store: ConversationStore) -> None:
    await say(store, "one")
    reply = await next_of(store)
    await store.record_report(
        DeliveryReport(channel="whatsapp", vendor_id="v1", status="failed", error="63016")
    )

    await store.mark_sent(reply.id, "v1", NOW)

    assert (await store.transcript(CHAT))[1].error == "63016"


async def test_a_reply_knows_when_the_customer_wrote_last(store: ConversationStore) -> None:
    await say(store, "one")

    reply = await store.next_reply(CHAT, NOW)

    assert reply
    assert reply.heard_at == NOW


async def test_the_first_reply_of_an_answer_knows_it_as_well(store: ConversationStore) -> None:
    stored = await store.next_message(CHAT)
    assert stored

    done = await store.commit(an_answer(stored, "one"))

    assert done.reply
    assert done.reply.heard_at == NOW


async def test_what_was_read_is_not_merely_sent_again(store: ConversationStore) -> None:
    await say(store, "one")
    reply = await sent(store, "v1")
    report = DeliveryReport(channel="whatsapp", vendor_id="v1", status="read")
    await store.record_report(report)

    await store.mark_sent(reply.id, "v1", NOW)

    assert await states(store) == [("one", READ)]


async def test_the_reason_of_a_failure_is_shown(store: ConversationStore) -> None:
    await say(store, "one")
    await sent(store, "v1")

    report = DeliveryReport(
        channel="whatsapp", vendor_id="v1", status="undelivered", error="63016"
    )
    await store.record_report(report)

    assert (await store.transcript(CHAT))[1].error == "63016"


@pytest.mark.parametrize(
    ("channel", "vendor_id"),
    [
        pytest.param("whatsapp", "v2", id="an-id-nobody-gave-us"),
        pytest.param("telegram", "v1", id="an-id-of-another-channel"),
    ],
)
async def test_a_report_of_what_we_never_sent_changes_nothing(
    store: ConversationStore, channel: str, vendor_id: str
) -> None:
    await say(store, "one")
    await sent(store, "v1")

    report = DeliveryReport(channel=channel, vendor_id=vendor_id, status="failed")

    assert await store.record_report(report) is None
    assert await states(store) == [("one", SENT)]
