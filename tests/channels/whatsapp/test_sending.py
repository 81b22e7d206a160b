from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from bot.channels.whatsapp import WhatsApp
from bot.clock import SetClock
from bot.domain.errors import DeliveryError, FileUnavailable
from bot.domain.messages import MAX_FILE_BYTES, Address, Attachment, Reply
from bot.drawing.gallery import Gallery
from bot.ports import ShowsTyping
from tests.builders import NOW, a_picture, an_inbound
from tests.channels.whatsapp.calls import (
    ACCOUNT,
    REPORT_URL,
    TOKEN,
    a_whatsapp,
)
from tests.channels.whatsapp.calls import (
    NOW as ANSWERED_AT,
)
from tests.channels.whatsapp.twilio import FakeTwilio, accepted, refused

ANNA = Address(channel="whatsapp", id="+390000000001")


@pytest.fixture
def twilio() -> FakeTwilio:
    return FakeTwilio()


@pytest.fixture
def whatsapp(twilio: FakeTwilio) -> WhatsApp:
    return a_whatsapp(httpx.MockTransport(twilio.handle))


async def test_a_reply_is_one_form_with_the_address_for_reports(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    sent_as = await whatsapp.send(ANNA, Reply(text="Certo, è così:\n1. città 🌷"))

    assert sent_as == "SM1"
    assert twilio.form == {
        "From": ["whatsapp:+390000000900"],
        "To": ["whatsapp:+390000000001"],
        "Body": ["Certo, è così:\n1. città 🌷"],
        "StatusCallback": [REPORT_URL],
    }


async def test_somebody_without_a_number_is_reached_by_their_user_id(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    await whatsapp.send(Address(channel="whatsapp", id="IT.1000000000000001"), Reply(text="Ciao"))

    assert twilio.form["To"] == ["whatsapp:IT.1000000000000001"]


async def test_the_account_signs_in_at_the_address_in_the_settings(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    await whatsapp.send(ANNA, Reply(text="Ciao"))

    request = twilio.requests[0]
    own = httpx.Request("POST", request.url)
    (signed_in,) = httpx.BasicAuth(ACCOUNT, TOKEN).auth_flow(own)
    assert request.method == "POST"
    assert str(request.url) == (
        f"https://twilio.test:4020/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    )
    assert request.headers["authorization"] == signed_in.headers["authorization"]


async def test_an_answer_is_awaited_for_ten_seconds(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert set(twilio.requests[0].extensions["timeout"].values()) == {10.0}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(429, 20429), id="too-many-requests"),
        pytest.param(refused(400, 63018), id="too-many-for-this-sender"),
        pytest.param(refused(400, 20429), id="too-many-by-code-alone"),
        pytest.param(refused(500, 20500), id="server-error"),
        pytest.param(refused(503, 20503), id="unavailable"),
        pytest.param(httpx.Response(502, text="<html>"), id="a-gateway-in-between"),
        pytest.param(httpx.ConnectError("refused"), id="not-reached"),
        pytest.param(httpx.ConnectTimeout("slow"), id="not-reached-in-time"),
    ],
)
async def test_a_passing_failure_may_be_tried_again(
    whatsapp: WhatsApp, twilio: FakeTwilio, answer: httpx.Response | httpx.TransportError
) -> None:
    twilio.answer = answer

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert (failed.value.permanent, failed.value.uncertain) == (False, False)


MINUTE = timedelta(minutes=1)


def http_date(off: timedelta) -> str:
    return format_datetime(ANSWERED_AT + off, usegmt=True)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        pytest.param({"Retry-After": "7"}, timedelta(seconds=7), id="seconds"),
        pytest.param({"Retry-After": http_date(MINUTE)}, MINUTE, id="a-moment"),
        pytest.param(
            {"Retry-After": http_date(MINUTE), "Date": http_date(-MINUTE)},
            2 * MINUTE,
            id="a-moment-by-their-clock",
        ),
        pytest.param({"Retry-After": http_date(-MINUTE)}, timedelta(0), id="a-moment-ago"),
        pytest.param({"Retry-After": "soon"}, None, id="unreadable"),
        pytest.param({}, None, id="not-told"),
    ],
)
async def test_twilio_says_how_long_to_wait(
    whatsapp: WhatsApp,
    twilio: FakeTwilio,
    status: int,
    headers: dict[str, str],
    pause: timedelta | None,
) -> None:
    twilio.answer = refused(status, 20429)
    twilio.answer.headers.update(headers)

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert failed.value.retry_after == pause
    assert (failed.value.permanent, failed.value.uncertain) == (False, False)


async def test_who_has_opted_out_cannot_be_reached(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    twilio.answer = refused(400, 21610)

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert failed.value.barred == "opted_out"


async def test_while_the_bot_works_the_customer_sees_somebody_typing(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    twilio.answer = httpx.Response(200, json={"success": True})
    assert isinstance(whatsapp, ShowsTyping)

    await whatsapp.show_typing(ANNA, an_inbound(vendor_id="SM9"))

    assert twilio.requests[0].url.path == "/v2/Indicators/Typing.json"
    assert twilio.form == {"messageId": ["SM9"], "channel": ["whatsapp"]}
    assert whatsapp.typing_lasts == timedelta(seconds=25)


@pytest.mark.parametrize(
    ("base", "host"),
    [
        pytest.param("https://api.twilio.com", "messaging.twilio.com", id="twilio-itself"),
        pytest.param("https://api.dublin.ie1.twilio.com", "messaging.twilio.com", id="a-region"),
        pytest.param("http://127.0.0.1:4020", "127.0.0.1", id="a-stand-in"),
    ],
)
async def test_twilios_other_apis_are_called_where_they_are(
    twilio: FakeTwilio, base: str, host: str
) -> None:
    twilio.answer = httpx.Response(200, json={})
    http = httpx.AsyncClient(transport=httpx.MockTransport(twilio.handle))
    channel = WhatsApp(
        (ACCOUNT, TOKEN), "+390000000900", REPORT_URL, http, base, clock=SetClock(NOW)
    )

    await channel.show_typing(ANNA, an_inbound())

    assert twilio.requests[0].url.host == host


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.ReadTimeout("slow"), id="no-answer-in-time"),
        pytest.param(httpx.RemoteProtocolError("cut"), id="answer-cut-off"),
        pytest.param(httpx.Response(201, text="<html>"), id="accepted-in-html"),
        pytest.param(httpx.Response(201, json=[]), id="accepted-as-a-list"),
        pytest.param(accepted(None), id="accepted-without-an-id"),
    ],
)
async def test_what_may_have_been_sent_is_uncertain(
    whatsapp: WhatsApp, twilio: FakeTwilio, answer: httpx.Response | httpx.TransportError
) -> None:
    twilio.answer = answer

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert failed.value.uncertain


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(400, 21211), id="no-such-number"),
        pytest.param(refused(400, 21610), id="opted-out"),
        pytest.param(refused(400, 63016), id="outside-the-window"),
        pytest.param(refused(400, 63024), id="invalid-recipient"),
        pytest.param(refused(401, 20003), id="wrong-token"),
        pytest.param(httpx.Response(404, text="not here"), id="wrong-address"),
    ],
)
async def test_a_permanent_failure_is_not_tried_again(
    whatsapp: WhatsApp, twilio: FakeTwilio, answer: httpx.Response
) -> None:
    twilio.answer = answer

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert failed.value.permanent


async def test_a_refusal_names_the_vendors_code(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    twilio.answer = refused(400, 63016)

    with pytest.raises(DeliveryError, match="63016"):
        await whatsapp.send(ANNA, Reply(text="Ciao"))


async def test_our_own_number_may_be_written_with_twilios_prefix(twilio: FakeTwilio) -> None:
    transport = httpx.MockTransport(twilio.handle)

    await a_whatsapp(transport, "whatsapp:+390000000900").send(ANNA, Reply(text="Ciao"))

    assert twilio.form["From"] == ["whatsapp:+390000000900"]


def receipt(url: str = "https://twilio.test/media/1") -> Attachment:
    return Attachment(media_type="image/jpeg", url=url)


async def test_a_file_is_fetched_with_our_password(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    twilio.answer = httpx.Response(200, content=b"a picture")

    assert await whatsapp.fetch(receipt()) == b"a picture"
    assert twilio.requests[0].headers["authorization"].startswith("Basic ")


async def test_a_file_that_lies_elsewhere_is_not_fetched(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    with pytest.raises(FileUnavailable, match="does not lie with Twilio"):
        await whatsapp.fetch(receipt("https://elsewhere.example/1"))

    assert twilio.requests == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(httpx.Response(404), "answers 404", id="gone"),
        pytest.param(httpx.ConnectError("down"), "does not give the file", id="down"),
        pytest.param(
            httpx.Response(200, content=b"x" * (MAX_FILE_BYTES + 1)), "larger", id="too-large"
        ),
    ],
)
async def test_a_file_that_cannot_be_had_says_why(
    whatsapp: WhatsApp,
    twilio: FakeTwilio,
    answer: httpx.Response | httpx.TransportError,
    reason: str,
) -> None:
    twilio.answer = answer

    with pytest.raises(FileUnavailable, match=reason):
        await whatsapp.fetch(receipt())


async def test_twilio_is_told_where_to_fetch_a_picture(twilio: FakeTwilio) -> None:
    gallery = Gallery("https://desk.example", "a secret", SetClock(NOW))
    whatsapp = a_whatsapp(httpx.MockTransport(twilio.handle), pictures=gallery)

    await whatsapp.send(ANNA, Reply(text="Le fasi di c1.it", picture=a_picture()))

    assert twilio.form["MediaUrl"] == [gallery.address_of(a_picture())]
    assert twilio.form["Body"] == ["Le fasi di c1.it"]


async def test_without_a_gallery_the_words_of_a_picture_are_sent(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    await whatsapp.send(ANNA, Reply(text="Le fasi di c1.it", picture=a_picture()))

    assert "MediaUrl" not in twilio.form
    assert twilio.form["Body"] == ["Le fasi di c1.it"]
