from importlib.metadata import version

import httpx


async def test_health_names_version_and_channels(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")

    assert response.json() == {
        "status": "ok",
        "version": version("sportello"),
        "channels": {"whatsapp": "on", "telegram": "on", "web": "off"},
    }


async def test_the_docs_list_every_address(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text

    for address in ("/webhooks/twilio/status", "/webhooks/telegram", "/chat/events", "/desk"):
        assert address in page
