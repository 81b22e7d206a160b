from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from bot.channels.whatsapp import WhatsApp
from bot.clock import SetClock
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Reply
from bot.drawing.gallery import Gallery
from tests.builders import NOW, a_picture
from tests.channels.whatsapp.calls import ACCOUNT, REPORT_URL, TOKEN, a_whatsapp

ANNA = Address(channel="whatsapp", id="+390000000001")


class FakeTwilio:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer: httpx.Response | httpx.TransportError = accepted("SM1")

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if isinstance(self.answer, httpx.TransportError):
            raise self.answer
        return self.answer

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.requests[-1].content.decode())


def accepted(sid: str | None) -> httpx.Response:
    return httpx.Response(201, json={"sid": sid, "status": "queued"})


def refused(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": "no", "status": status})


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


async def test_twilio_says_how_long_to_wait(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    twilio.answer = refused(429, 20429)
    twilio.answer.headers["Retry-After"] = "7"

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao"))

    assert failed.value.retry_after == timedelta(seconds=7)
    assert (failed.value.permanent, failed.value.uncertain) == (False, False)


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
