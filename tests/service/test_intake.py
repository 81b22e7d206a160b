import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import INTRODUCED_FOR
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import Address, Attachment
from bot.ports import DeliveryReport, LiveEvent, ReplyState, Subscription, WebhookCall
from bot.service.intake import Intake
from bot.service.turns import MAX_ATTEMPTS
from tests.builders import CHAT, NOW, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.meanwhile import breaks, meanwhile
from tests.service.office import Office

OTHER = "whatsapp:2"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def test_a_repeated_webhook_is_answered_once(intake: Intake, channel: FakeChannel) -> None:
    """Vendors repeat a webhook they believe lost; the customer must not notice."""
    message = an_inbound("Buongiorno")

    await intake.receive(message)
    await intake.receive(message)

    assert channel.sent == ["risposta greeting"]


async def test_a_webhook_repeated_while_it_is_answered_is_answered_once(office: Office) -> None:
    message = an_inbound("Buongiorno")
    office.matcher.slowness = SECOND

    counts = [await office.intake.accept([message, message])]
    await passes(SECOND / 2)
    counts.append(await office.intake.accept([message]))
    await office.idle()

    assert counts == [1, 0]
    assert office.channel.sent == ["risposta greeting"]


async def test_one_chat_is_answered_in_order_while_others_go_on(office: Office) -> None:
    office.matcher.slowness = SECOND

    await office.intake.accept(
        [
            an_inbound("Buongiorno"),
            an_inbound("Come apro la webmail?"),
            an_inbound("Che orari fate?"),
            an_inbound("Buongiorno", OTHER),
        ]
    )
    await office.idle()

    assert [(str(to), reply.text) for to, reply in office.channel.accepted] == [
        (CHAT, "risposta greeting"),
        (OTHER, "risposta greeting"),
        (CHAT, "risposta webmail_access"),
        (CHAT, "risposta contact_hours"),
    ]


async def test_a_message_that_comes_during_an_answer_is_answered_next(office: Office) -> None:
    office.matcher.slowness = SECOND

    await office.intake.accept([an_inbound("Buongiorno")])
    await passes(SECOND / 2)
    await office.intake.accept([an_inbound("Che orari fate?")])
    await office.idle()

    assert office.channel.sent == ["risposta greeting", "risposta contact_hours"]


async def test_nothing_is_promised_that_could_not_be_stored(
    intake: Intake, store: FakeConversations
) -> None:
    meanwhile(store, "accept", breaks)

    with pytest.raises(RuntimeError):
        await intake.accept([an_inbound()])

    assert await intake.accept([an_inbound()]) == 1


async def test_what_an_earlier_run_left_is_answered(office: Office) -> None:
    await office.store.accept([an_inbound("Buongiorno")])

    office.spawn(office.intake.keep_answering())
    await passes(SECOND)

    assert office.channel.sent == ["risposta greeting"]


async def test_what_a_failing_store_left_is_answered_later(office: Office) -> None:
    office.spawn(office.intake.keep_answering())
    meanwhile(office.store, "next_message", breaks)

    await office.store.accept([an_inbound("Buongiorno")])
    office.intake.wake(CHAT)
    await office.idle()
    assert office.channel.sent == []
    await passes(MINUTE)

    assert office.channel.sent == ["risposta greeting"]


async def test_a_message_is_read_again_as_often_as_who_speaks_changes(office: Office) -> None:
    """Taken and given back while the bot was thinking: that is no failure of its own."""

    async def take_and_give_back() -> None:
        await office.desk.claim(CHAT, "Anna")
        await office.desk.give_back(CHAT, "Anna")
        if len(office.matcher.asked) < MAX_ATTEMPTS:
            meanwhile(office.matcher, "match", take_and_give_back)

    meanwhile(office.matcher, "match", take_and_give_back)

    await office.intake.receive(an_inbound("Buongiorno"))

    assert len(office.matcher.asked) > MAX_ATTEMPTS
    assert office.channel.sent == ["risposta greeting"]


async def heard(subscription: Subscription) -> list[LiveEvent]:
    """Return the events that have been published so far."""
    events = []
    try:
        while True:
            async with asyncio.timeout(1):
                events.append(await subscription.next())
    except TimeoutError:
        return events


async def test_open_screens_hear_of_messages_answers_and_deliveries(office: Office) -> None:
    async with office.feed.subscribe() as screen:
        await office.intake.accept([an_inbound("Buongiorno"), an_inbound("Grazie")])
        await office.idle()

        kinds = [event.kind for event in await heard(screen) if event.conversation_id == CHAT]

    assert kinds[0] == "message"
    assert (kinds.count("message"), kinds.count("reply"), kinds.count("delivery")) == (1, 2, 2)


async def test_what_a_call_tells_of_replies_is_recorded(office: Office) -> None:
    await office.intake.receive(an_inbound("Buongiorno"))
    report = DeliveryReport(channel="whatsapp", vendor_id="whatsapp-1", status="read")
    office.channel.calls[b"both"] = [an_inbound("Grazie"), report]
    call = WebhookCall(url="", headers={}, body=b"both", received_at=NOW)

    await office.intake.take(office.channel, call)
    await office.idle()

    states = [entry.state for entry in await office.store.transcript(CHAT) if entry.state]
    assert states == [ReplyState.READ, ReplyState.SENT]


async def test_a_report_of_a_reply_we_sent_is_shown(office: Office) -> None:
    await office.intake.receive(an_inbound("Buongiorno"))

    async with office.feed.subscribe() as screen:
        for vendor_id in ("whatsapp-1", "unknown"):
            report = DeliveryReport(channel="whatsapp", vendor_id=vendor_id, status="read")
            await office.intake.report(report)

        assert await heard(screen) == [LiveEvent(conversation_id=CHAT, kind="delivery")]


async def test_what_cannot_be_read_is_kept_and_its_words_are_not_logged(
    intake: Intake, store: FakeConversations, caplog: pytest.LogCaptureFixture
) -> None:
    call = WebhookCall(url="https://desk.example", headers={}, body=b"secret", received_at=NOW)

    await intake.keep_unreadable(call, "telegram", "secret is no JSON")

    assert store.unreadable == [call]
    assert "unreadable_call channel=telegram" in caplog.text
    assert "secret" not in caplog.text


async def test_a_call_is_taken_as_its_messages_or_kept_as_it_is(
    intake: Intake, store: FakeConversations, channel: FakeChannel
) -> None:
    message = an_inbound("Quando aprite?")
    channel.calls = {b"good": [message], b"odd": BadPayload("half a form"), b"event": []}

    for body in channel.calls:
        call = WebhookCall(url="https://desk.example", headers={}, body=body, received_at=NOW)
        await intake.take(channel, call)
    await intake.idle()

    assert [entry.text for entry in await store.transcript(CHAT)][:1] == ["Quando aprite?"]
    assert [call.body for call in store.unreadable] == [b"odd"]


async def test_a_call_may_tell_what_became_of_a_reply(
    office: Office, channel: FakeChannel
) -> None:
    await office.intake.receive(an_inbound("Buongiorno"))
    read = DeliveryReport(channel="whatsapp", vendor_id="whatsapp-1", status="read")
    channel.calls = {b"report": [read]}
    call = WebhookCall(url="https://desk.example", headers={}, body=b"report", received_at=NOW)

    await office.intake.take(channel, call)

    assert (await office.store.transcript(CHAT))[-1].state is ReplyState.READ


@pytest.mark.parametrize("odd", ["half \ud800", "nul \0", "\\\0"])
async def test_what_no_database_takes_as_text_is_kept_as_it_came(
    intake: Intake, store: FakeConversations, channel: FakeChannel, odd: str
) -> None:
    sender = Address(channel="whatsapp", id=odd)
    channel.calls = {
        b"sender": [replace(an_inbound("Ciao"), sender=sender)],
        b"file": [replace(an_inbound("Ciao"), attachments=(Attachment(media_type="", url=odd),))],
        b"typed": [an_inbound("\\u0000 \\ud800")],
    }

    for body in channel.calls:
        call = WebhookCall(url="https://desk.example", headers={}, body=body, received_at=NOW)
        await intake.take(channel, call)
    await intake.idle()

    assert [call.body for call in store.unreadable] == [b"sender", b"file"]
    assert [entry.text for entry in await store.transcript(CHAT)][:1] == ["\\u0000 \\ud800"]


async def test_a_forged_call_leaves_nothing(
    intake: Intake, store: FakeConversations, channel: FakeChannel
) -> None:
    channel.calls = {b"forged": BadSignature("no")}
    call = WebhookCall(url="https://desk.example", headers={}, body=b"forged", received_at=NOW)

    with pytest.raises(BadSignature):
        await intake.take(channel, call)

    assert (store.unreadable, await store.summaries()) == ([], [])


async def test_after_a_month_of_silence_the_bot_says_again_what_it_is(office: Office) -> None:
    for text in ("Che orari fate?", "Che orari fate oggi?"):
        await office.intake.accept([an_inbound("Che orari fate?", vendor_id=text)])
        await office.idle()
    await passes(INTRODUCED_FOR)
    await office.intake.accept([an_inbound("Che orari fate?", vendor_id="again")])
    await office.idle()

    assert ["<introduction>" in said for said in office.channel.sent] == [True, False, True]


async def test_a_card_number_is_not_kept(office: Office) -> None:
    await office.intake.accept([an_inbound("La carta è 4111 1111 1111 1111")])
    await office.idle()

    first, *_ = await office.store.transcript(CHAT)
    assert first.text == "La carta è •••• 1111"
