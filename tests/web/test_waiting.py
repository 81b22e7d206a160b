"""What is answered while the program waits for its database."""

import httpx
import pytest

from bot.web.waiting import waiting


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/", "/webhooks/twilio", "/desk", "/healthz", "/api/contracts"])
async def test_everybody_is_asked_to_come_again(method: str, path: str) -> None:
    transport = httpx.ASGITransport(waiting)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        response = await client.request(method, path)

    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    if path == "/healthz":
        assert response.json()["status"] == "waiting for the database"
