import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message


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


async def test_a_page_that_is_left_while_it_sends_something_is_no_fault(web: Starlette) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    answers: list[Message] = []

    async def send(message: Message) -> None:
        answers.append(message)

    call = httpx.Request(
        "POST",
        "http://testserver/desk/login",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    scope = {
        "type": "http",
        "method": call.method,
        "path": call.url.path,
        "raw_path": call.url.raw_path,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in call.headers.raw],
        "client": ("testclient", 1),
        "server": ("testserver", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }

    await web(scope, receive, send)

    assert answers[0]["status"] == httpx.codes.BAD_REQUEST
