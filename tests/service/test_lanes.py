"""A vendor is given no more at once, and no more a second, than it takes."""

import asyncio

import pytest

from bot.domain.messages import ChannelLimits
from bot.ports import Channels
from bot.service.lanes import BURST, MOST_AT_ONCE, Lane, Lanes
from tests.builders import an_address, an_inbound, later
from tests.fakes import FakeChannel
from tests.service.office import Office

LIMITED = ChannelLimits(
    text=1600, buttons=3, button_text=20, per_second=8
)  # Exact in binary: hurried time never rounds.


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel(limits=LIMITED)


async def test_only_so_many_calls_are_under_way() -> None:
    lane, under_way, most = Lane(FakeChannel()), 0, 0

    async def call() -> None:
        nonlocal under_way, most
        async with lane.turn():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.1)
            under_way -= 1

    await asyncio.gather(*(call() for _ in range(3 * MOST_AT_ONCE)))

    assert most == MOST_AT_ONCE


async def test_after_a_silence_everybody_is_answered_within_the_rate(office: Office) -> None:
    loop = asyncio.get_running_loop()
    messages = [
        an_inbound(text, f"whatsapp:{chat}", vendor_id=f"{chat} {text}", received_at=later(0))
        for chat in range(30)
        for text in ("Buongiorno", "Che orari fate?")
    ]
    began = loop.time()

    await office.intake.accept(messages)
    await office.idle()

    assert len(office.channel.sent) == len(messages)
    assert loop.time() - began >= (len(messages) - 8) / 8


def test_an_address_has_the_lane_of_its_channel() -> None:
    lanes = Lanes(Channels(by_name={"whatsapp": FakeChannel()}))

    lane = lanes.of(an_address())
    assert lane is not None
    assert lane is lanes.to("whatsapp:1")
    assert lanes.to("telegram:1") is None


async def test_one_chat_is_written_to_slowly_and_holds_up_no_other() -> None:
    limits = ChannelLimits(text=1600, buttons=3, button_text=20, per_chat=1)
    lane, loop = Lane(FakeChannel(limits=limits)), asyncio.get_running_loop()
    left: dict[str, list[float]] = {"1": [], "2": []}

    async def leave(chat: str) -> None:
        async with lane.turn(chat):
            left[chat].append(loop.time())

    await asyncio.gather(*(leave("1") for _ in range(10)), leave("2"))

    assert [at for at in left["1"] if at < 0.5] == [0.0] * BURST
    assert left["1"][-1] == pytest.approx(10 - BURST, abs=0.2)
    assert left["2"] == [0.0]
