"""Files of colleagues, which Twilio fetches from us."""

import httpx
import pytest

from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Reply
from tests.builders import an_enclosed_file
from tests.channels.whatsapp.calls import a_whatsapp
from tests.channels.whatsapp.twilio import FakeTwilio
from tests.fake_files import FakeEnclosures

ANNA = Address(channel="whatsapp", id="+390000000001")
FILE = an_enclosed_file().enclosure


async def test_twilio_is_told_where_to_fetch_a_file() -> None:
    twilio, kept = FakeTwilio(), FakeEnclosures()
    whatsapp = a_whatsapp(httpx.MockTransport(twilio.handle), enclosures=kept)

    await whatsapp.send(ANNA, Reply(text="", enclosures=(FILE,)))

    assert twilio.form["MediaUrl"] == [kept.address_of(FILE)]
    assert "Body" not in twilio.form


def test_files_are_taken_only_where_twilio_can_fetch_them() -> None:
    limits = a_whatsapp(enclosures=FakeEnclosures()).limits.files

    assert limits is not None
    assert limits.most_bytes == 16_000_000
    assert a_whatsapp().limits.files is None


async def test_what_waited_while_the_address_was_taken_away_is_not_sent() -> None:
    with pytest.raises(DeliveryError, match="SPORTELLO_PUBLIC_URL") as refused:
        await a_whatsapp().send(ANNA, Reply(text="", enclosures=(FILE,)))

    assert refused.value.permanent
