from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from bot.channels.meta.health import findings
from tests.channels.meta.calls import NUMBER, TOKEN, a_meta

HOOK = "https://help.example/webhooks/meta"
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def answer(shown: datetime = NOW, **number: object) -> httpx.Response:
    usual = {
        "display_phone_number": "+39 0000 00900",
        "verified_name": "Help Desk",
        "quality_rating": "GREEN",
        "webhook_configuration": {"application": HOOK},
    }
    date = format_datetime(shown, usegmt=True)
    return httpx.Response(200, json=usual | number, headers={"Date": date})


def refused(code: int) -> httpx.Response:
    return httpx.Response(400, json={"error": {"code": code, "message": "no"}})


def wrong(found: httpx.Response, hook: str = HOOK) -> list[str]:
    return [one.words for one in findings(found, hook, NOW) if not one.is_well]


def test_all_is_well() -> None:
    words = [one.words for one in findings(answer(), HOOK, NOW)]

    assert wrong(answer()) == []
    assert words == [
        "token and secret are right; number +39 0000 00900 of Help Desk, rated GREEN",
        f"webhook: {HOOK}",
        "clock: right",
    ]


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (190, "META_ACCESS_TOKEN"),
        (10, "permissions"),
        (100, "META_APP_SECRET"),
        (999, "dashboard"),
    ],
)
def test_a_refusal_says_what_to_mend(code: int, cure: str) -> None:
    (words,) = wrong(refused(code))

    assert str(code) in words
    assert cure in words


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
def test_an_answer_that_is_not_metas_is_no_good(body: bytes) -> None:
    assert len(wrong(httpx.Response(200, content=body))) == 1


def test_a_number_that_customers_block_is_told() -> None:
    assert "RED" in wrong(answer(quality_rating="RED"))[0]


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        pytest.param(None, "nowhere", id="nothing-set"),
        pytest.param({"application": "https://old.example"}, "https://old.example", id="old"),
        pytest.param(
            {"application": HOOK, "phone_number": "https://other.example"},
            "https://other.example",
            id="the-numbers-own-counts",
        ),
    ],
)
def test_a_webhook_that_leads_elsewhere_is_told(configuration: object, told: str) -> None:
    (words,) = wrong(answer(webhook_configuration=configuration))

    assert told in words
    assert HOOK in words


def test_without_the_word_meta_cannot_make_sure_of_the_address() -> None:
    assert "META_VERIFY_TOKEN" in wrong(answer(), hook="")[0]


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), -timedelta(minutes=3)])
def test_a_clock_that_is_wrong_is_told(ahead: timedelta) -> None:
    assert "180 s" in wrong(answer(NOW + ahead))[0]


def test_without_a_date_there_is_nothing_to_compare() -> None:
    bare = answer()
    del bare.headers["date"]

    assert wrong(bare) == []


async def test_meta_is_asked_with_a_proof_of_the_secret() -> None:
    """Else a wrong secret would show only when every webhook is refused."""
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer()

    found = await a_meta(httpx.MockTransport(handle)).findings("https://help.example")

    (request,) = asked
    assert request.url.path == f"/v25.0/{NUMBER}"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert len(request.url.params["appsecret_proof"]) == 64
    assert found[1].is_well


async def test_silence_is_told() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    (finding,) = await a_meta(httpx.MockTransport(handle)).findings("https://help.example")

    assert not finding.is_well
    assert "does not answer" in finding.words
