"""What there was before in a chat, and which other chats there are."""

import asyncio

import pytest

from bot.service.earlier import Earlier
from bot.service.overview import UnknownConversation
from tests.builders import PHONE, an_inbound
from tests.fake_marks import FakeOtherChats
from tests.service.office import Office

CHAT = "whatsapp:1"


@pytest.fixture
def earlier(office: Office) -> Earlier:
    return Earlier(office.store, FakeOtherChats(office.store), office.overview, office.finder)


async def wrote(office: Office, text: str, chat: str = CHAT, **facts: object) -> None:
    await asyncio.sleep(1)
    message = an_inbound(text, chat, received_at=office.clock.now(), **facts)
    await office.intake.accept([message])
    await office.idle()


async def test_parts_of_a_chat_run_from_closing_to_closing(
    office: Office, earlier: Earlier
) -> None:
    await wrote(office, "Voglio un operatore")
    await office.desk.claim(CHAT, "anna")
    await office.desk.close(CHAT, "anna")
    await wrote(office, "Buongiorno")
    await office.desk.claim(CHAT, "bruno")
    await office.desk.close(CHAT, "bruno")
    await wrote(office, "Che orari fate?")

    later, first = (await earlier.of(CHAT)).episodes

    assert (first.entry, first.reason, first.ended_by) == ("i1", "asked", "anna")
    assert (later.entry, later.reason, later.ended_by) == ("i2", "", "bruno")
    assert first.at <= first.ended_at <= later.at


async def test_what_is_still_open_is_not_earlier(office: Office, earlier: Earlier) -> None:
    await wrote(office, "Buongiorno")

    assert (await earlier.of(CHAT)).episodes == []


async def test_other_chats_of_the_number_and_of_the_contract_are_found(
    office: Office, earlier: Earlier
) -> None:
    await wrote(office, "Buongiorno", phone=PHONE)
    await wrote(office, "Buongiorno", "web:same-number", phone=PHONE)
    await wrote(office, "Buongiorno", "web:recognised")
    await office.desk.vouch("web:recognised", "anna", "C1")
    await wrote(office, "Buongiorno", "web:somebody-else", phone="+39000")

    of_known = {one.conversation.id for one in (await earlier.of(CHAT)).chats}
    of_recognised = {one.conversation.id for one in (await earlier.of("web:recognised")).chats}

    assert of_known == {"web:same-number", "web:recognised"}
    assert of_recognised == {CHAT, "web:same-number"}


async def test_nobody_knows_more_of_who_is_unknown(office: Office, earlier: Earlier) -> None:
    await wrote(office, "Buongiorno")
    await wrote(office, "Buongiorno", "web:2")

    assert (await earlier.of(CHAT)).chats == []


async def test_a_chat_that_does_not_exist_has_no_past(earlier: Earlier) -> None:
    with pytest.raises(UnknownConversation):
        await earlier.of("web:nobody")
