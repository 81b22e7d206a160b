"""The chat on other sites: who may show it, how much it weighs, and what caches are told."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from bot.settings import Settings
from bot.web import build_web
from tests.web.fakes import FakeApp, FakeSettings
from tests.web.streams import listening

SITE = "https://www.example.it"
ELSEWHERE = "https://evil.example"
LIMIT_BYTES = 15_000
PARTS = [
    "/widget.js",
    "/chat/window",
    "/widget.css",
    *(
        f"/static/{name}.js"
        for name in (
            "launcher",
            "language",
            "memory",
            "chat",
            "bubbles",
            "files",
            "connection",
        )
    ),
]


@pytest.fixture
def app(app: FakeApp, tmp_path: Path) -> FakeApp:
    general = Settings(home=tmp_path, widget_origins=f"{SITE}, http://localhost:8099")
    app.settings = FakeSettings(general)
    return app


@pytest.fixture
async def token(client: httpx.AsyncClient) -> str:
    return str((await client.post("/chat/sessions")).json()["token"])


def cors(response: httpx.Response) -> list[str]:
    return [name for name in response.headers if name.startswith("access-control-")]


async def test_a_listed_site_may_call_with_token_and_last_event_but_without_cookies(
    client: httpx.AsyncClient,
) -> None:
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "last-event-id,x-chat-token",
    }

    asked = await client.options("/chat/events", headers=headers)
    opened = await client.post("/chat/sessions", headers={"Origin": SITE})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == SITE
    assert {"last-event-id", "x-chat-token"} <= {
        name.strip().lower() for name in asked.headers["access-control-allow-headers"].split(",")
    }
    assert opened.status_code == 201
    assert opened.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in {*asked.headers, *opened.headers}


async def test_a_listed_site_reads_why_it_was_refused(client: httpx.AsyncClient) -> None:
    response = await client.post("/chat/messages", json={}, headers={"Origin": SITE})

    assert response.status_code == 401
    assert response.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize(
    "origin", [ELSEWHERE, "null", "http://www.example.it", f"{SITE}.evil.example"]
)
async def test_another_site_is_refused_with_a_reason_and_no_header(
    client: httpx.AsyncClient, app: FakeApp, token: str, origin: str
) -> None:
    ask = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    headers = {"Origin": origin, "X-Chat-Token": token}
    body = {"id": str(uuid4()), "text": "Ciao"}

    asked = await client.options("/chat/messages", headers=ask)
    sent = await client.post("/chat/messages", json=body, headers=headers)
    opened = await client.post("/chat/sessions", headers=headers)
    heard = await client.get("/chat/events", headers=headers)

    for response in (asked, sent, opened, heard):
        assert response.status_code == 403
        assert "SPORTELLO_WIDGET_ORIGINS" in response.text
        assert cors(response) == []
    assert app.intake.accepted == []


@pytest.mark.parametrize("origin", ["http://testserver", None])
async def test_our_own_pages_and_programs_without_a_page_may_call(
    client: httpx.AsyncClient, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}

    assert (await client.post("/chat/sessions", headers=headers)).status_code == 201


@pytest.mark.parametrize("path", ["/", "/healthz", "/desk/login"])
async def test_only_the_chat_is_open_to_other_sites(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"Origin": SITE})

    assert cors(response) == []
    assert response.headers["cross-origin-resource-policy"] == "same-origin"


async def test_nobody_is_listed_until_an_operator_says_so(app: FakeApp, tmp_path: Path) -> None:
    app.settings = FakeSettings(Settings(home=tmp_path))
    transport = httpx.ASGITransport(build_web(app.as_app))

    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        refused = await client.post("/chat/sessions", headers={"Origin": SITE})
        script = (await client.get("/widget.js")).text

    assert refused.status_code == 403
    assert "const sites = [];" in script


async def test_the_script_knows_the_sites(client: httpx.AsyncClient) -> None:
    script = (await client.get("/widget.js")).text

    assert f'const sites = ["{SITE}", "http://localhost:8099"];' in script


@pytest.mark.parametrize("path", PARTS)
async def test_other_sites_can_use_each_part(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"Origin": SITE})

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] in {"*", SITE}
    assert response.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/widget.js", "/static/launcher.js"])
async def test_sites_that_let_in_only_what_says_so_can_use_the_scripts(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path)

    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", PARTS)
async def test_what_has_not_changed_is_not_sent_again(
    client: httpx.AsyncClient, path: str
) -> None:
    first = await client.get(path, headers={"Origin": SITE})
    again = {"Origin": SITE, "If-None-Match": first.headers["etag"]}

    second = await client.get(path, headers=again)

    assert (second.status_code, second.content) == (304, b"")
    assert second.headers["access-control-allow-origin"] in {"*", SITE}


async def test_the_script_is_kept_for_minutes_only(client: httpx.AsyncClient) -> None:
    response = await client.get("/widget.js")

    assert response.headers["cache-control"] == "public, max-age=300"
    assert "Accept-Encoding" in response.headers["vary"]


async def test_all_a_visitor_ever_fetches_is_less_than_15_kb(client: httpx.AsyncClient) -> None:
    sizes = {path: await packed_size(client, path) for path in PARTS}

    assert sum(sizes.values()) < LIMIT_BYTES, sizes


async def packed_size(client: httpx.AsyncClient, path: str) -> int:
    """Return how many bytes go over the wire."""
    headers = {"Accept-Encoding": "gzip"}
    async with client.stream("GET", path, headers=headers) as response:
        assert response.headers["content-encoding"] == "gzip"
        return sum([len(chunk) async for chunk in response.aiter_raw()])


async def test_the_size_counts_each_module_the_widget_imports(client: httpx.AsyncClient) -> None:
    waiting, seen = ["/static/launcher.js"], set[str]()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        text = (await client.get(path)).text
        found = re.findall(r'(?:from |import\()"\./(\w+\.js)"', text)
        waiting += {f"/static/{name}" for name in found} - seen

    assert seen == {path for path in PARTS if re.match(r"/static/\w+\.js", path)}


async def test_letters_are_as_large_on_every_site(client: httpx.AsyncClient) -> None:
    styles = (await client.get("/widget.css")).text

    assert ".launcher" in styles
    assert ".bubble" in styles
    assert not re.search(r"\drem\b", styles)


async def test_live_events_are_never_packed(web: Starlette, token: str) -> None:
    """They would wait in the packer until there is enough of them."""
    headers = {"X-Chat-Token": token, "Accept-Encoding": "gzip", "Origin": SITE}

    async with listening(web, "/chat/events", headers) as stream:
        assert (await stream.next())[0] == "state"


async def test_a_site_of_somebody_else_is_shown_with_the_demo_only(app: FakeApp) -> None:
    found = []
    for demo in (True, False):
        transport = httpx.ASGITransport(build_web(app.as_app, demo=demo))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            found.append(await client.get("/demo"))

    assert [response.status_code for response in found] == [200, 404]
    assert '<script src="/widget.js" async></script>' in found[0].text


@pytest.fixture
async def client(web: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as opened:
        yield opened
