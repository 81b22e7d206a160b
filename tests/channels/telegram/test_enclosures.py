"""Files of colleagues, uploaded to Telegram."""

import pytest

from bot.channels.telegram import Telegram
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Reply
from bot.ports import EnclosedFile
from tests.builders import an_enclosed_file
from tests.channels.telegram.bot_api import SENT, FakeBotApi, a_telegram, ok, refused
from tests.fake_files import FakeEnclosures

ANNA = Address(channel="telegram", id="1001")
GUIDE = an_enclosed_file("città.pdf")
PHOTO = an_enclosed_file("foto.png", b"\x89PNG", media_type="image/png")
KEPT = FakeEnclosures()
KEPT.keep([GUIDE, PHOTO])


@pytest.fixture
def api() -> FakeBotApi:
    return FakeBotApi()


@pytest.fixture
def telegram(api: FakeBotApi) -> Telegram:
    return a_telegram(api, enclosures=KEPT)


def reply_with(file: EnclosedFile) -> Reply:
    return Reply(text="", enclosures=(file.enclosure,))


async def test_a_document_is_uploaded_under_its_name(telegram: Telegram, api: FakeBotApi) -> None:
    assert await telegram.send(ANNA, reply_with(GUIDE)) == "77"

    (call,) = api.calls
    ((name, content, kind),) = call.files.values()
    assert (call.method, name, kind) == ("sendDocument", "città.pdf", "application/pdf")
    assert content == GUIDE.content


async def test_a_picture_is_seen_at_once(telegram: Telegram, api: FakeBotApi) -> None:
    await telegram.send(ANNA, reply_with(PHOTO))

    assert [call.method for call in api.calls] == ["sendPhoto"]


async def test_a_picture_that_telegram_cannot_show_goes_as_a_document(
    telegram: Telegram, api: FakeBotApi
) -> None:
    api.answers["sendPhoto"] = refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    api.answers["sendDocument"] = ok(SENT)

    await telegram.send(ANNA, reply_with(PHOTO))

    assert [call.method for call in api.calls] == ["sendPhoto", "sendDocument"]


async def test_other_refusals_are_told(telegram: Telegram, api: FakeBotApi) -> None:
    api.answer = refused(400, "Bad Request: chat not found")

    with pytest.raises(DeliveryError, match="Chat not found") as told:
        await telegram.send(ANNA, reply_with(PHOTO))

    assert told.value.permanent
    assert len(api.calls) == 1


async def test_what_was_erased_meanwhile_is_not_sent(telegram: Telegram, api: FakeBotApi) -> None:
    with pytest.raises(DeliveryError, match="not kept") as told:
        await telegram.send(ANNA, reply_with(an_enclosed_file("gone.pdf")))

    assert told.value.permanent
    assert api.calls == []
