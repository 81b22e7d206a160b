"""The list of chats: what staff see of each without opening it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.contract import Standing
from bot.domain.messages import ChannelLimits
from bot.domain.searching import terms
from bot.ports import Listing, Search, Tab
from bot.service.queue import Queue, QueueRow
from bot.service.standings import KEPT_FOR, PATIENCE
from tests.builders import PHONE, a_contract, an_inbound
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.office import Office

DAY = timedelta(hours=24)
ALL = Listing(tab=Tab.ALL)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel(limits=ChannelLimits(text=1600, buttons=3, button_text=20, window=DAY))


@pytest.fixture
def queue(office: Office) -> Queue:
    return office.queue


async def writes(office: Office, number: int = 1, phone: str | None = PHONE) -> None:
    sender = f"whatsapp:{number}"
    await office.intake.accept(
        [an_inbound("Buongiorno", sender, phone=phone, received_at=office.clock.now())]
    )
    await office.idle()


async def the_row(queue: Queue) -> QueueRow:
    (row,) = (await queue.page(ALL)).rows
    return row


async def test_a_row_tells_how_the_contract_stands(office: Office, queue: Queue) -> None:
    await writes(office)

    assert (await the_row(queue)).standing is Standing.ACTIVE


async def test_of_several_contracts_the_gravest_standing_is_told(
    office: Office, queue: Queue
) -> None:
    off = a_contract("C2", PHONE, expires_on=None)
    await office.source.replace_all([a_contract("C1", PHONE), off])
    await writes(office)

    assert (await the_row(queue)).standing is Standing.UNCLEAR


async def test_who_is_nobodys_contact_has_no_standing(office: Office, queue: Queue) -> None:
    await writes(office, phone=None)

    assert (await the_row(queue)).standing is None


async def test_a_slow_source_holds_up_no_list_and_is_heard_the_next_time(
    office: Office, queue: Queue
) -> None:
    await writes(office)
    office.source.slowness = timedelta(seconds=2)
    began = asyncio.get_running_loop().time()

    assert (await the_row(queue)).standing is None
    assert asyncio.get_running_loop().time() - began <= PATIENCE.total_seconds() + 0.01
    await passes(timedelta(seconds=2))
    assert (await the_row(queue)).standing is Standing.ACTIVE


async def test_a_source_is_asked_once_a_minute_for_each_chat(office: Office, queue: Queue) -> None:
    await writes(office)
    before = office.source.asked

    for _ in range(5):
        await queue.page(ALL)
    assert office.source.asked == before + 1
    await passes(KEPT_FOR + timedelta(seconds=1))
    await queue.page(ALL)

    assert office.source.asked == before + 2


async def test_a_silent_source_is_left_alone_for_a_minute(office: Office, queue: Queue) -> None:
    await writes(office)
    office.source.silent = True
    before = office.source.asked

    assert [(await the_row(queue)).standing for _ in range(3)] == [None] * 3
    assert office.source.asked == before + 1


async def test_who_was_recognised_since_is_asked_about_anew(office: Office, queue: Queue) -> None:
    await writes(office, phone=None)
    assert (await the_row(queue)).standing is None

    await office.desk.vouch("whatsapp:1", "Anna", "C1")

    assert (await the_row(queue)).standing is Standing.ACTIVE


async def test_a_row_tells_how_long_a_free_reply_may_be_sent(office: Office, queue: Queue) -> None:
    await writes(office)
    await passes(timedelta(hours=23))

    left = (await the_row(queue)).time_left
    await passes(timedelta(hours=2))

    assert left is not None
    assert timedelta(minutes=58) < left <= timedelta(hours=1)
    assert (await the_row(queue)).time_left == timedelta(0)


async def test_a_channel_that_is_off_has_no_window(office: Office, queue: Queue) -> None:
    await office.intake.accept([an_inbound("Buongiorno", "telegram:1")])

    assert (await the_row(queue)).time_left is None


async def test_pages_and_their_number_come_from_the_store(office: Office, queue: Queue) -> None:
    for number in range(3):
        await writes(office, number)

    page = await queue.page(replace(ALL, limit=2))
    rest = await queue.page(replace(ALL, after=page.more))

    assert [len(page.rows), len(rest.rows), rest.more] == [2, 1, ""]
    assert (await queue.counts("Anna"))[Tab.ALL] == 3


async def test_what_was_said_is_found(office: Office, queue: Queue) -> None:
    await writes(office)

    hits = await queue.search(Search(terms=terms("buongiorno")))

    assert [hit.entry.text for hit in hits if hit.entry][-1] == "Buongiorno"
