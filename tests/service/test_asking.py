"""Asking how it went when a chat is closed: who is asked, by whom, and who is spared."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import ClosingReason, HandoverReason, Status, hand_over
from bot.domain.messages import Button, ChannelLimits, MessageKind
from bot.domain.rating import Rating, RatingAsked
from bot.ports import Author, Channels, Entry
from bot.service.asking import Asking
from bot.service.desk import Desk
from bot.service.overview import Overview
from tests.builders import CHAT, NOW, PHONE, a_conversation, a_turn, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel
from tests.service.office import Office

WAITING = hand_over(a_conversation(phone=PHONE, language="it"), HandoverReason.ASKED, NOW)
QUESTION = "<rating_ask>"
BUTTONS = (
    Button(text="<rating_good>", payload="rating:3:good"),
    Button(text="<rating_fair>", payload="rating:3:fair"),
    Button(text="<rating_bad>", payload="rating:3:bad"),
)


@pytest.fixture(autouse=True)
async def _waiting(store: FakeConversations) -> None:
    """A customer waits for a person."""
    await store.accept([an_inbound("Voglio un operatore")])
    await store.commit(a_turn(None, conversation=WAITING, inbox_ids=(1,)))


async def helped(desk: Desk) -> None:
    await desk.reply(CHAT, "Anna", "Ecco fatto")


async def entries(store: FakeConversations) -> list[Entry]:
    return list(await store.transcript(CHAT))


async def test_who_was_helped_is_asked_by_the_bot_in_the_turn_that_closes(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    await helped(desk)
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert channel.sent == ["Ecco fatto", QUESTION]
    question, closed = sorted((await entries(store))[-2:], key=lambda one: one.author)
    assert (question.author, question.name, question.buttons) == (Author.BOT, "", BUTTONS)
    assert (closed.event, closed.name) == ("close", "Anna")
    chat = await store.conversation(CHAT)
    assert chat
    assert chat.status is Status.CLOSED
    assert store.ratings == {(CHAT, 3): chat.rating}
    assert chat.rating
    assert (chat.rating.colleague, chat.rating.value) == ("Anna", None)


async def test_nobody_is_asked_if_no_colleague_wrote(
    office: Office, desk: Desk, channel: FakeChannel
) -> None:
    await desk.claim(CHAT, "Anna")
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert channel.sent == []


async def test_nobody_is_asked_who_was_helped_in_an_earlier_episode_only(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    await helped(desk)
    await desk.close(CHAT, "Anna", ask=False)
    await office.intake.accept([an_inbound("Voglio un operatore", vendor_id="again")])
    await office.idle()
    await desk.claim(CHAT, "Anna")
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert QUESTION not in channel.sent
    assert store.ratings == {}


async def test_a_colleague_may_close_without_asking(
    office: Office, desk: Desk, channel: FakeChannel
) -> None:
    await helped(desk)
    await desk.close(CHAT, "Anna", ask=False)
    await office.idle()

    assert channel.sent == ["Ecco fatto"]


@pytest.mark.parametrize("reason", [one for one in ClosingReason if one != "solved"])
async def test_nobody_is_asked_whose_question_was_not_solved(
    office: Office, desk: Desk, channel: FakeChannel, reason: ClosingReason
) -> None:
    await helped(desk)
    await desk.close(CHAT, "Anna", reason)
    await office.idle()

    assert channel.sent == ["Ecco fatto"]


async def test_nobody_is_asked_who_was_asked_this_week(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    asked = RatingAsked(closing=1, colleague="Bruno", asked_at=office.clock.now())
    chat = replace(WAITING, rating=asked)
    await store.commit(a_turn(WAITING, conversation=chat))
    await helped(desk)
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert channel.sent == ["Ecco fatto"]


async def test_nobody_is_asked_who_cannot_be_reached(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    await helped(desk)
    await office.idle()
    await store.bar(CHAT, "opted_out")
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert channel.sent == ["Ecco fatto"]


async def test_nobody_is_asked_once_the_window_has_closed(
    office: Office, desk: Desk, channel: FakeChannel
) -> None:
    channel.limits = replace(channel.limits, window=timedelta(hours=24))
    await helped(desk)
    await office.idle()
    office.clock.off = timedelta(hours=25)
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert QUESTION not in channel.sent


async def test_nobody_is_asked_where_a_channel_is_off_or_the_setting(
    office: Office, store: FakeConversations, desk: Desk
) -> None:
    await helped(desk)
    held = await store.conversation(CHAT)
    closing = a_turn(held, event="close", colleague="Anna")
    own = office.channels_with(office.channel)

    asks = Asking(store, own, office.rules, on=True)
    never = Asking(store, own, office.rules, on=False)
    nowhere = Asking(store, Channels(by_name={}), office.rules, on=True)

    assert (await asks.with_question(closing)).replies
    assert await never.with_question(closing) == closing
    assert await nowhere.with_question(closing) == closing


async def test_a_channel_without_buttons_shows_a_numbered_list(
    office: Office, desk: Desk, channel: FakeChannel
) -> None:
    channel.limits = ChannelLimits(text=1600, buttons=0, button_text=20)
    await helped(desk)
    await desk.close(CHAT, "Anna")
    await office.idle()

    assert channel.sent[-1] == (
        f"{QUESTION}\n\n<by_number>\n1. <rating_good>\n2. <rating_fair>\n3. <rating_bad>"
    )


async def test_staff_see_whether_closing_asks(
    desk: Desk, overview: Overview, store: FakeConversations
) -> None:
    await desk.claim(CHAT, "Anna")
    before = await overview.view(CHAT)
    await helped(desk)
    after = await overview.view(CHAT)
    await store.bar(CHAT, "blocked")
    barred = await overview.view(CHAT)

    assert (before.asks_rating, after.asks_rating, barred.asks_rating) == (False, True, False)


async def test_a_tap_is_kept_with_its_closing_and_a_comment_after_it(
    office: Office, desk: Desk, store: FakeConversations, channel: FakeChannel
) -> None:
    await helped(desk)
    await desk.close(CHAT, "Anna")
    now = office.clock.now()
    tap = an_inbound("", kind=MessageKind.BUTTON, payload="rating:3:bad", received_at=now)
    await office.intake.accept([tap])
    await office.idle()
    await office.intake.accept([an_inbound("Bravi ma lenti", received_at=now)])
    await office.idle()

    assert channel.sent[-2:] == ["<rating_thanks>", "<rating_commented>"]
    kept = store.ratings[CHAT, 3]
    assert (kept.value, kept.comment) == (Rating.BAD, "Bravi ma lenti")
    events = [(one.event, one.text) for one in await entries(store) if one.event]
    assert events[-2:] == [("rated", "bad"), ("rating_comment", "")]
    chat = await store.conversation(CHAT)
    assert chat
    assert chat.status is Status.CLOSED
