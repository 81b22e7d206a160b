"""Rules about the pages that a browser only shows when it is too late."""

import re
from pathlib import Path

import httpx
import pytest

WEB = Path(__file__).parents[2] / "bot" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OWN_SCRIPTS = sorted((WEB / "static").glob("*.js"))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_templates_hold_nothing_the_content_policy_forbids(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_templates_never_switch_escaping_off(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe|autoescape|Markup", text)


@pytest.mark.parametrize("file", OWN_SCRIPTS, ids=lambda file: file.stem)
def test_scripts_never_write_html(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    written = r"innerHTML\s*=[^=]|outerHTML|insertAdjacentHTML|document\.write|eval\("
    assert not re.search(written, text)


async def test_the_chat_can_be_used_by_keyboard_and_screen_reader(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/")).text

    assert 'role="log"' in page
    assert '<label for="text"' in page
    assert "assistente automatico" in page


@pytest.mark.parametrize("path", ["/", "/desk/login"])
async def test_every_file_a_page_needs_is_ours_and_there(
    client: httpx.AsyncClient, path: str
) -> None:
    page = (await client.get(path)).text
    files = re.findall(r'(?:src|href)="([^"#]+\.(?:js|css|svg)[^"]*)"', page)

    assert files
    for file in files:
        assert file.startswith("/static/")
        assert (await client.get(file)).status_code == 200
