from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl

from bot.web import build_web, unavailable
from bot.web.webhooks import MAX_WEBHOOK_BYTES
from tests.web.fakes import FakeApp, FakeChannel, a_fake_app

ALL = ["/webhooks/twilio", "/webhooks/twilio/status", "/webhooks/telegram"]
MESSAGES = ["/webhooks/twilio", "/webhooks/telegram"]


def channel(app: FakeApp, name: str) -> FakeChannel:
    found = app.channels.by_name[name]
    assert isinstance(found, FakeChannel)
    return found


@pytest.mark.parametrize("path", MESSAGES)
async def test_a_message_is_stored_before_the_vendor_is_answered(
    client: httpx.AsyncClient, app: FakeApp, path: str
) -> None:
    response = await client.post(path, content=b"Ciao")

    assert response.status_code == 200
    assert [message.text for message in app.intake.accepted] == ["Ciao"]


async def test_twilio_is_answered_with_twiml_that_says_nothing(client: httpx.AsyncClient) -> None:
    response = await client.post("/webhooks/twilio", content=b"Ciao")

    assert response.headers["content-type"].startswith("text/xml")
    assert response.text.endswith("<Response/>")


@pytest.mark.parametrize("path", ALL)
async def test_a_forged_call_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, app: FakeApp, path: str
) -> None:
    response = await client.post(path, content=b"forged")

    assert response.status_code == 403
    assert (app.intake.accepted, app.intake.unreadable) == ([], [])


@pytest.mark.parametrize("path", ALL)
async def test_an_unreadable_call_is_kept_and_not_asked_for_again(
    client: httpx.AsyncClient, app: FakeApp, path: str
) -> None:
    """A vendor that hears of an error repeats the call and blocks the chat behind it."""
    response = await client.post(path, content=b"garbled")

    assert response.status_code == 200
    assert [reason for _, reason in app.intake.unreadable] == ["cannot be read"]


async def test_vendors_do_not_ask_unless_they_make_sure_of_an_address(
    client: httpx.AsyncClient,
) -> None:
    response = await client.get("/webhooks/twilio")

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", MESSAGES)
async def test_a_vendor_is_asked_to_repeat_what_could_not_be_stored(
    client: httpx.AsyncClient, app: FakeApp, path: str
) -> None:
    app.intake.broken = True

    response = await client.post(path, content=b"Ciao")

    assert response.status_code == 503
    assert "disk" not in response.text


@pytest.mark.parametrize("how", ["broken", "away", "slow"])
@pytest.mark.parametrize("path", ALL)
async def test_a_vendor_hears_in_time_when_to_come_again(
    client: httpx.AsyncClient, app: FakeApp, path: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unavailable, "PATIENCE", timedelta(milliseconds=10))
    setattr(app.intake, how, True)

    response = await client.post(path, content=b"Ciao")

    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ALL)
async def test_a_call_longer_than_any_vendor_sends_is_refused(
    client: httpx.AsyncClient, app: FakeApp, path: str
) -> None:
    response = await client.post(path, content=b"x" * (MAX_WEBHOOK_BYTES + 1))

    assert response.status_code == 413
    assert app.intake.accepted == []


async def test_a_length_beyond_counting_is_refused(client: httpx.AsyncClient) -> None:
    headers = {"Content-Length": "9" * 5000}

    response = await client.post("/webhooks/twilio", content=b"Ciao", headers=headers)

    assert response.status_code == 413


@pytest.mark.parametrize("path", ALL)
async def test_a_channel_that_is_off_says_so(tmp_path: Path, path: str) -> None:
    transport = httpx.ASGITransport(build_web(a_fake_app(tmp_path).as_app))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        response = await client.post(path, content=b"Ciao")

    assert response.status_code == 404
    assert "settings of this channel are empty" in response.text


async def test_the_address_is_the_one_the_vendor_signed(tmp_path: Path) -> None:
    """Behind a proxy the program sees another address than the one in the signature."""
    public_url = AnyHttpUrl("https://desk.example.org")
    app = a_fake_app(tmp_path, FakeChannel("whatsapp", "twilio"), public_url=public_url)
    transport = httpx.ASGITransport(build_web(app.as_app))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        headers = {"X-Twilio-Signature": "abc"}
        await client.post("/webhooks/twilio?retry=1&x=a%20b", content=b"Ciao", headers=headers)

    call = channel(app, "whatsapp").calls[0]
    assert call.url == "https://desk.example.org/webhooks/twilio?retry=1&x=a%20b"
    assert call.headers["x-twilio-signature"] == "abc"
    assert call.body == b"Ciao"
