from pathlib import Path

import httpx
import pytest

from bot.web import build_web
from tests.web.fakes import FakeApp


@pytest.fixture
async def reader(app: FakeApp, tmp_path: Path) -> httpx.AsyncClient:
    folder = tmp_path / "docs"
    (folder / "howto").mkdir(parents=True)
    (folder / "index.md").write_text("# Start\n\n[next](howto/more.md)\n\n<script>x</script>\n")
    (folder / "howto" / "more.md").write_text("# More\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    (folder / "plan.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (folder / "notes.txt").write_text("draft")
    (tmp_path / "secret.md").write_text("# Secret\n")
    app.settings.general = app.settings.general.model_copy(update={"docs": folder})
    transport = httpx.ASGITransport(build_web(app.as_app))
    return httpx.AsyncClient(transport=transport, base_url="http://testserver")


async def test_the_docs_are_pages_that_link_to_each_other(reader: httpx.AsyncClient) -> None:
    start = await reader.get("/docs", follow_redirects=True)
    more = await reader.get("/docs/howto/more.md")

    assert '<a href="howto/more.md">next</a>' in start.text
    assert "<title>More - Sportello</title>" in more.text
    assert "<td>2</td>" in more.text


async def test_html_in_a_page_stays_text(reader: httpx.AsyncClient) -> None:
    assert "<script>x" not in (await reader.get("/docs/index.md")).text


async def test_pictures_are_shown(reader: httpx.AsyncClient) -> None:
    response = await reader.get("/docs/plan.svg")

    assert response.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/docs/no.md",
        "/docs/notes.txt",
        "/docs/howto",
        "/docs/%2e%2e/secret.md",
        pytest.param("/docs/%00", id="nul"),
        pytest.param("/docs/" + "a" * 5000, id="longer-than-any-name"),
    ],
)
async def test_nothing_else_is_shown(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404
