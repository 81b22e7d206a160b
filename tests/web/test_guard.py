import httpx
import pytest


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/desk/login", "/nowhere"])
async def test_every_answer_forbids_foreign_scripts_and_frames(
    client: httpx.AsyncClient, path: str
) -> None:
    headers = (await client.get(path)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
