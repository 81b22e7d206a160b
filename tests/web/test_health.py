from importlib.metadata import version

import httpx


async def test_health_names_version_and_channels(client: httpx.AsyncClient) -> None:
    response = await client.get("/healthz")

    assert response.json() == {
        "status": "ok",
        "version": version("sportello"),
        "channels": {"whatsapp": "on", "telegram": "on", "web": "off"},
    }
