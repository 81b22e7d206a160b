"""Staff may take a chat at any moment; from then on the bot keeps quiet."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.messages import ChannelLimits
from bot.service.lanes import MOST_AT_ONCE
from tests.builders import CHAT, PHONE, an_inbound
from tests.fakes import FakeChannel
from tests.service.meanwhile import meanwhile
from tests.service.office import Office

NARROW = ChannelLimits(text=40, buttons=3, button_text=20)
"""So narrow that an answer about a contract needs two messages."""

FIRST_PART = "<introduction>"


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel(limits=NARROW)


@pytest.mark.parametrize(
    ("fake", "method", "already_sent"),
    [
        pytest.param("store", "next_message", [], id="before-it-is-read"),
        pytest.param("matcher", "match", [], id="while-matching"),
        pytest.param("source", "by_phone", [], id="while-the-source-is-asked"),
        pytest.param("store", "commit", [], id="before-the-commit"),
        pytest.param("store", "leave", [], id="before-sending"),
        pytest.param("store", "next_reply", [FIRST_PART], id="before-sending-the-rest"),
        pytest.param("channel", "hand_in", [FIRST_PART], id="while-sending"),
        pytest.param("store", "mark_sent", [FIRST_PART], id="after-sending"),
    ],
)
async def test_whenever_staff_take_over_the_bot_says_no_more(
    office: Office, fake: str, method: str, already_sent: list[str]
) -> None:
    meanwhile(getattr(office, fake), method, lambda: office.desk.reply(CHAT, "Anna", "Eccomi"))

    await office.store.accept([an_inbound("Com'è il mio contratto?", phone=PHONE)])
    office.intake.wake(CHAT)
    await office.idle()

    assert office.channel.sent == [*already_sent, "Eccomi"]
    assert await office.store.unanswered() == []


async def test_what_waits_for_its_turn_is_not_said_after_a_takeover(office: Office) -> None:
    lane = office.lanes.to(CHAT)
    assert lane is not None
    async with AsyncExitStack() as busy:
        for _ in range(MOST_AT_ONCE):
            await busy.enter_async_context(lane.turn())
        await office.intake.accept([an_inbound("Com'è il mio contratto?", phone=PHONE)])
        await office.intake.idle()
        await office.desk.reply(CHAT, "Anna", "Eccomi")
    await office.idle()

    assert office.channel.sent == ["Eccomi"]


async def test_a_colleagues_word_for_the_sender_is_not_lost_to_a_running_turn(
    office: Office,
) -> None:
    meanwhile(office.matcher, "match", lambda: office.desk.vouch(CHAT, "Anna", "C1"))

    await office.intake.accept([an_inbound("Com'è il mio contratto?")])
    await office.idle()

    assert office.channel.sent[-1] == "attivo fino al 30 giugno 2027"


async def test_without_a_takeover_the_bot_says_it_all(office: Office) -> None:
    await office.intake.accept([an_inbound("Com'è il mio contratto?", phone=PHONE)])
    await office.idle()

    assert office.channel.sent == [FIRST_PART, "attivo fino al 30 giugno 2027"]


async def test_what_the_bot_had_put_off_is_dropped(office: Office) -> None:
    office.channel.failures = [DeliveryError("busy", permanent=False)]
    office.spawn(office.outbox.keep_trying())
    await office.intake.accept([an_inbound()])
    await office.idle()

    await office.desk.claim(CHAT, "Anna")
    await asyncio.sleep(3600)

    assert office.channel.sent == []


async def test_while_staff_hold_a_chat_the_bot_only_keeps_what_is_written(
    office: Office,
) -> None:
    await office.store.accept([an_inbound()])
    await office.desk.claim(CHAT, "Anna")

    await office.intake.accept([an_inbound("Com'è il mio contratto?", phone=PHONE)])
    await office.idle()

    assert office.channel.sent == []
    assert (office.matcher.asked, office.source.asked) == ([], 0)
    assert "Com'è il mio contratto?" in [
        entry.text for entry in await office.store.transcript(CHAT)
    ]
    assert await office.store.unanswered() == []


async def test_once_given_back_the_bot_speaks_again(office: Office) -> None:
    await office.store.accept([an_inbound()])
    await office.desk.claim(CHAT, "Anna")
    await office.desk.give_back(CHAT, "Anna")

    await office.intake.receive(an_inbound("Che orari fate?"))

    assert office.channel.sent[-1] == "risposta contact_hours"
