"""What pages of the console are told to call out."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from bot.domain.conversation import Status
from tests.web.browser import Browser
from tests.web.fakes import NOW, FakeApp, a_chat

pytestmark = pytest.mark.usefixtures("waiting")


async def told(anna: Browser, since: str = "") -> Mapping[str, Any]:
    answer = await anna.get(f"/desk/alerts?since={quote(since)}")
    assert answer.status_code == 200
    found: Mapping[str, Any] = answer.json()
    return found


async def test_a_page_is_told_first_only_how_many_wait(anna: Browser) -> None:
    assert await told(anna) == {"waiting": 1, "calls": [], "now": NOW.isoformat()}


async def test_then_it_is_told_of_what_came_since(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.known["telegram:2"] = a_chat(
        "telegram:2", status=Status.WAITING, waiting_since=NOW, name="Anna <b>\nRosa"
    )

    (call,) = (await told(anna, (NOW - timedelta(seconds=5)).isoformat()))["calls"]

    assert call["id"] == "telegram:2"
    assert call["line"] == "Anna <b> Rosa · Telegram · chiede una persona"


@pytest.mark.parametrize("since", ["yesterday", "2026-11-26T10:00:00"])
async def test_a_moment_must_be_one(anna: Browser, since: str) -> None:
    answer = await anna.get(f"/desk/alerts?since={quote(since)}")

    assert answer.status_code == 400


async def test_nobody_else_is_told(visitor: Browser) -> None:
    answer = await visitor.get("/desk/alerts")

    assert answer.status_code == 303
