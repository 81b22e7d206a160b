"""Customers see that an answer is being written, and only then."""

from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, InboundMessage
from bot.service.workers import Spawn
from tests.builders import CHAT, an_inbound
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.meanwhile import database_away, meanwhile
from tests.service.office import Office

SECOND = timedelta(seconds=1)
WEBMAIL = "Come apro la webmail?"


class ShowingChannel(FakeChannel):
    """Shows that somebody writes, for five seconds."""

    typing_lasts = 5 * SECOND
    broken = False

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[Address, str]] = []

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:
        self.shown.append((to, heard.text))
        if self.broken:
            raise DeliveryError("no")


@pytest.fixture
def channel() -> ShowingChannel:
    return ShowingChannel()


@pytest.fixture
def office(spawn: Spawn, channel: ShowingChannel) -> Office:
    return Office(spawn, channel)


async def test_a_quick_answer_needs_no_announcement(
    office: Office, channel: ShowingChannel
) -> None:
    await office.intake.receive(an_inbound(WEBMAIL))
    await passes(10 * SECOND)

    assert channel.shown == []


async def test_it_is_shown_for_as_long_as_the_bot_works(
    office: Office, channel: ShowingChannel
) -> None:
    office.matcher.slowness = 10 * SECOND

    await office.intake.receive(an_inbound(WEBMAIL))
    await passes(60 * SECOND)

    assert [text for _, text in channel.shown] == [WEBMAIL] * 3


async def test_it_is_never_shown_while_staff_hold_the_chat(
    office: Office, channel: ShowingChannel
) -> None:
    await office.intake.receive(an_inbound("Buongiorno"))
    await office.desk.claim(CHAT, "Anna")
    office.matcher.slowness = 10 * SECOND

    await office.intake.receive(an_inbound(WEBMAIL))

    assert channel.shown == []


async def test_it_ends_when_staff_take_the_chat_meanwhile(
    office: Office, channel: ShowingChannel
) -> None:
    office.matcher.slowness = 20 * SECOND
    await office.intake.accept([an_inbound(WEBMAIL)])
    await passes(3 * SECOND)

    await office.desk.claim(CHAT, "Anna")
    await office.idle()

    assert len(channel.shown) == 1


async def test_a_vendor_that_does_not_show_it_is_not_asked_again(
    office: Office, channel: ShowingChannel
) -> None:
    office.matcher.slowness, channel.broken = 20 * SECOND, True

    await office.intake.receive(an_inbound(WEBMAIL))

    assert len(channel.shown) == 1
    assert len(channel.sent) == 1


async def test_a_database_that_is_away_ends_nothing_else(
    office: Office, channel: ShowingChannel
) -> None:
    office.matcher.slowness = 5 * SECOND
    await office.intake.accept([an_inbound(WEBMAIL)])
    await passes(SECOND / 2)
    meanwhile(office.store, "conversation", database_away)
    await office.idle()

    assert channel.shown == []
    assert len(channel.sent) == 1
