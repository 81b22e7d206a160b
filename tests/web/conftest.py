"""A web application on fakes, and clients that call it without a socket."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.domain.conversation import HandoverReason, Status
from bot.web import build_web
from tests.web.browser import Browser
from tests.web.fakes import NOW, FakeApp, FakeChannel, a_chat, a_fake_app, an_entry


@pytest.fixture
def app(tmp_path: Path) -> FakeApp:
    return a_fake_app(tmp_path, FakeChannel("whatsapp", "twilio"), FakeChannel("telegram"))


@pytest.fixture
def web(app: FakeApp) -> Starlette:
    return build_web(app.as_app)


@pytest.fixture
async def client(web: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened


@pytest.fixture
async def visitor(client: httpx.AsyncClient) -> Browser:
    """Somebody at the console's door."""
    return Browser(client)


@pytest.fixture
async def anna(visitor: Browser) -> Browser:
    """A colleague who is signed in."""
    await visitor.sign_in("anna", "correct horse")
    return visitor


@pytest.fixture
async def bruno(web: Starlette) -> AsyncIterator[Browser]:
    """Another colleague, who may only answer, at another browser."""
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        browser = Browser(opened)
        await browser.sign_in("bruno", "correct horse")
        yield browser


@pytest.fixture
def waiting(app: FakeApp) -> None:
    """One chat that waits for a person."""
    app.store.conversations.known["whatsapp:1"] = a_chat(
        "whatsapp:1",
        status=Status.WAITING,
        reason=HandoverReason.COMPLAINT,
        waiting_since=NOW - timedelta(minutes=12),
        name="Mario",
    )
    app.store.conversations.transcripts["whatsapp:1"] = [an_entry(text="Non funziona nulla")]
