"""What `sportello doctor` hears from Twilio."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from bot.ports import ChecksItself, Finding
from tests.channels.whatsapp.calls import NOW, a_whatsapp
from tests.channels.whatsapp.twilio import FakeTwilio, refused

SENDER, SANDBOX = "whatsapp:+390000000900", "whatsapp:+14155238886"
PUBLIC = "https://help.example"


def an_account(status: str = "active", off: timedelta = timedelta(0)) -> httpx.Response:
    date = format_datetime(NOW + off, usegmt=True)
    return httpx.Response(200, json={"status": status}, headers={"Date": date})


def senders(sender: str = SENDER, status: str = "ONLINE", **webhook: str) -> httpx.Response:
    named = webhook or {"callback_url": f"{PUBLIC}/webhooks/twilio"}
    one = {"sender_id": sender, "status": status, "webhook": named}
    return httpx.Response(200, json={"senders": [one]})


async def found(
    *answers: httpx.Response | httpx.TransportError, sender: str = SENDER, public: str = PUBLIC
) -> list[Finding]:
    twilio = FakeTwilio()
    twilio.answers = list(answers)
    channel = a_whatsapp(httpx.MockTransport(twilio.handle), sender)
    assert isinstance(channel, ChecksItself)
    return list(await channel.findings(public))


def faults(findings: list[Finding]) -> list[str]:
    return [one.words for one in findings if not one.is_well]


async def test_all_is_well() -> None:
    findings = await found(an_account(), senders())

    assert [one.words for one in findings] == [
        "account: active",
        "clock: right",
        "sender: online, calls us",
    ]
    assert faults(findings) == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(refused(401, 20003), "TWILIO_AUTH_TOKEN", id="refused"),
        pytest.param(httpx.ConnectError("down"), "TWILIO_API_BASE", id="not-reached"),
        pytest.param(refused(503, 20503), "20503", id="out-of-service"),
    ],
)
async def test_without_the_account_nothing_else_is_asked(
    answer: httpx.Response | httpx.TransportError, words: str
) -> None:
    (fault,) = faults(await found(answer))

    assert words in fault


async def test_a_suspended_account_is_a_fault() -> None:
    assert faults(await found(an_account("suspended"), senders())) == [
        "account: suspended; see Twilio's console for what it asks of you"
    ]


@pytest.mark.parametrize(
    ("off", "is_well"),
    [
        pytest.param(timedelta(seconds=60), True, id="a-minute-ahead"),
        pytest.param(-timedelta(seconds=60), True, id="a-minute-behind"),
        pytest.param(timedelta(seconds=61), False, id="more-ahead"),
        pytest.param(-timedelta(seconds=61), False, id="more-behind"),
    ],
)
async def test_a_clock_may_be_a_minute_off(off: timedelta, is_well: bool) -> None:
    findings = await found(an_account(off=off), senders())

    assert findings[1].is_well is is_well
    assert is_well or "61 seconds" in findings[1].words


async def test_an_answer_without_a_time_says_nothing_of_the_clock() -> None:
    findings = await found(httpx.Response(200, json={"status": "active"}), senders())

    assert findings[1] == Finding(is_well=True, words="clock: the vendor does not tell the time")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(senders("whatsapp:+390000000901"), "not among", id="not-there"),
        pytest.param(senders(status="OFFLINE"), "OFFLINE", id="offline"),
        pytest.param(
            senders(callback_url="https://old.example"),
            "calls https://old.example",
            id="elsewhere",
        ),
        pytest.param(senders(callback_url=""), "calls nobody", id="nowhere"),
        pytest.param(refused(500, 20500), "20500", id="out-of-service"),
    ],
)
async def test_a_sender_that_does_not_call_us_is_a_fault(
    answer: httpx.Response, words: str
) -> None:
    (fault,) = faults(await found(an_account(), answer))

    assert fault.startswith("sender: ")
    assert words in fault


async def test_without_a_public_address_no_webhook_is_compared() -> None:
    assert faults(await found(an_account(), senders(), public="")) == []


async def test_what_is_no_number_is_a_fault() -> None:
    (fault,) = faults(await found(an_account(), sender="3331234567"))

    assert "TWILIO_WHATSAPP_FROM" in fault


async def test_of_the_sandbox_it_is_said_what_to_set_by_hand() -> None:
    findings = await found(an_account(), sender=SANDBOX)

    assert faults(findings) == []
    assert f"{PUBLIC}/webhooks/twilio" in findings[-1].words
