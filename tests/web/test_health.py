from importlib.metadata import version

import httpx

from bot.parts import CHANNELS
from tests.web.fakes import FakeApp


async def test_health_names_version_and_channels(client: httpx.AsyncClient) -> None:
    on = {"whatsapp", "telegram"}

    response = await client.get("/healthz")

    assert response.json() == {
        "status": "ok",
        "version": version("sportello"),
        "channels": {name: "on" if name in on else "off" for name in CHANNELS},
        "database": "ok",
    }


async def test_health_says_in_words_why_nothing_can_be_stored(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    app.store.trouble = "The disk is full."

    response = await client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["status"] == "database unavailable"
    assert response.json()["database"] == "The disk is full."
