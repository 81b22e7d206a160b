"""Commands are shown on every channel that has a menu, whatever its vendor says at first."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.knowledge import Command
from bot.ports import Channels
from bot.service.menus import AGAIN, FIRST_PAUSE, LONGEST_PAUSE, keep_shown
from bot.service.workers import Spawn
from tests.fakes import FakeChannel
from tests.knowledge_sample import same
from tests.service.hurried import passes

MENU = (Command(name="stato", words=same("stato"), intent="contract_status"),)
MINUTE = timedelta(minutes=1)


@dataclass
class WithMenu(FakeChannel):
    refusals: list[DeliveryError] = field(default_factory=list)
    shown: list[Sequence[Command]] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)

    async def show_menu(self, commands: Sequence[Command]) -> None:
        self.asked_at.append(asyncio.get_running_loop().time())
        if self.refusals:
            raise self.refusals.pop(0)
        self.shown.append(commands)


@pytest.fixture
def channel() -> WithMenu:
    return WithMenu()


@pytest.fixture(autouse=True)
def _shows(spawn: Spawn, channel: WithMenu) -> None:
    channels = Channels(by_name={"telegram": channel, "whatsapp": FakeChannel()})
    spawn(keep_shown(channels, MENU))


async def test_a_menu_is_shown_at_the_start_and_again_each_day(channel: WithMenu) -> None:
    await passes(2 * AGAIN + MINUTE)

    assert channel.shown == [MENU] * 3


async def test_a_refusal_is_followed_by_growing_pauses(channel: WithMenu) -> None:
    channel.refusals = [DeliveryError("away")] * 8

    await passes(timedelta(hours=1))

    first, longest = FIRST_PAUSE.total_seconds(), LONGEST_PAUSE.total_seconds()
    assert channel.shown == [MENU]
    assert channel.asked_at[1] == first
    assert channel.asked_at[8] - channel.asked_at[7] == longest


async def test_a_vendor_is_asked_again_no_sooner_than_it_wants(channel: WithMenu) -> None:
    channel.refusals = [DeliveryError("flood", retry_after=MINUTE)]

    await passes(2 * MINUTE)

    assert channel.asked_at == [0.0, 60.0]
