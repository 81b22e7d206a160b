"""Signing in by an identity provider, as the pages see it."""

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from bot.domain.errors import IdentityRefused, IdentityUnavailable
from bot.ports import Departure
from bot.web.identity import WAY_LASTS
from tests.web.browser import Browser
from tests.web.fakes import NOW, FakeApp

WAY = Departure(url="https://id.example/go?a=1", state="s1", nonce="n1", verifier="v1")
BACK = "/desk/identity/back"


@dataclass
class FakeProvider:
    """Knows one person; can be told to be down, or to refuse."""

    label: str = "account aziendale"
    email: str = "bruno@desk.example"
    trouble: Exception | None = None
    asked: list[tuple[Departure, str]] = field(default_factory=list)

    async def depart(self) -> Departure:
        if self.trouble:
            raise self.trouble
        return WAY

    async def arrive(self, departure: Departure, code: str) -> str:
        self.asked.append((departure, code))
        if self.trouble:
            raise self.trouble
        return self.email


@pytest.fixture
async def provider(app: FakeApp) -> FakeProvider:
    app.identity = provider = FakeProvider()
    await app.accounts.set_reach("bruno", "bruno@desk.example", "")
    return provider


async def test_without_one_there_is_no_such_door(visitor: Browser) -> None:
    assert "/desk/identity" not in (await visitor.get("/desk/login")).text
    assert (await visitor.get("/desk/identity")).status_code == 404
    assert (await visitor.get(f"{BACK}?code=c&state=s1")).status_code == 404


async def test_a_colleague_comes_in_by_it(visitor: Browser, provider: FakeProvider) -> None:
    door = await visitor.get("/desk/login?next=/desk/chats/web%3A1")
    path = re.search(r'href="(/desk/identity[^"]*)">Entra con account aziendale', door.text)
    assert path
    gone = await visitor.get(path[1])
    assert gone.headers["location"] == WAY.url
    cookie = gone.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie

    back = await visitor.get(f"{BACK}?code=c&state=s1")

    assert back.headers["location"] == "/desk/chats/web:1"
    assert "bruno" in (await visitor.get("/desk")).text
    assert provider.asked == [(replace(WAY, url=""), "c")]


async def test_a_way_is_gone_once(visitor: Browser, provider: FakeProvider) -> None:
    await visitor.get("/desk/identity")
    await visitor.get(f"{BACK}?code=c&state=s1")

    again = await visitor.get(f"{BACK}?code=c&state=s1")
    assert again.status_code == 403
    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "query", ["", "code=c", "state=s1", "code=c&state=s2", "error=access_denied&state=s1"]
)
async def test_what_comes_back_must_belong_to_what_was_sent(
    visitor: Browser, provider: FakeProvider, query: str
) -> None:
    await visitor.get("/desk/identity")
    refused = await visitor.get(f"{BACK}?{query}")

    assert (refused.status_code, "non è riuscito" in refused.text) == (403, True)
    assert provider.asked == []


async def test_nobody_comes_back_who_did_not_go(visitor: Browser, provider: FakeProvider) -> None:
    assert (await visitor.get(f"{BACK}?code=c&state=s1")).status_code == 403
    visitor.client.cookies.set("sportello_identity", "made.up", path="/desk/identity")
    assert (await visitor.get(f"{BACK}?code=c&state=s1")).status_code == 403
    assert provider.asked == []
    assert timedelta(minutes=10) >= WAY_LASTS


@pytest.mark.parametrize(
    ("trouble", "status", "said"),
    [
        (IdentityRefused("forged"), 403, "non è riuscito"),
        (IdentityUnavailable("down"), 503, "al momento non risponde"),
    ],
)
async def test_trouble_there_is_told_kindly(
    visitor: Browser, provider: FakeProvider, trouble: Exception, status: int, said: str
) -> None:
    await visitor.get("/desk/identity")
    provider.trouble = trouble
    page = await visitor.get(f"{BACK}?code=c&state=s1")

    assert (page.status_code, said in page.text) == (status, True)
    assert "/desk/login" in page.text


async def test_one_that_is_down_is_not_gone_to(visitor: Browser, provider: FakeProvider) -> None:
    provider.trouble = IdentityUnavailable("down")

    page = await visitor.get("/desk/identity")
    assert (page.status_code, "al momento non risponde" in page.text) == (503, True)


async def test_who_has_no_account_gets_none(
    visitor: Browser, provider: FakeProvider, app: FakeApp
) -> None:
    provider.email = "carla@desk.example"
    await visitor.get("/desk/identity")
    page = await visitor.get(f"{BACK}?code=c&state=s1")

    assert (page.status_code, "chieda a un amministratore" in page.text) == (403, True)
    assert await app.staff.count() == 3
    assert (await visitor.get("/desk")).status_code == 303


async def test_a_second_step_is_asked_for_here_too(
    visitor: Browser, provider: FakeProvider, app: FakeApp
) -> None:
    await app.accounts.second_step.begin("bruno")
    bruno = await app.accounts.find("bruno")
    assert bruno
    await app.accounts.second_step.confirm("bruno", pyotp.TOTP(bruno.totp_pending).at(NOW), "")
    await visitor.get("/desk/identity")

    page = await visitor.get(f"{BACK}?code=c&state=s1")

    assert "Secondo passo" in page.text
    assert (await visitor.get("/desk")).status_code == 303


def test_the_folder_of_pages_has_no_script_or_style_inside() -> None:
    """The policy forbids them, so they would do nothing."""
    folder = Path(__file__).parents[2] / "bot/web/templates/desk"
    pages = [path.read_text("utf-8") for path in folder.rglob("*.html")]

    assert len(pages) > 15
    assert not any(re.search(r"<script(?! src)|<style|\sstyle=|\son\w+=", one) for one in pages)


async def test_the_policy_stays_strict(anna: Browser) -> None:
    for path in ("/desk/account", "/desk/accounts", "/desk/audit", "/desk/login"):
        policy = (await anna.get(path)).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
