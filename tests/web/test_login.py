"""Who may come in, and which forms count."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl

from bot.domain.accounts import OF_ADDRESS, OF_NAME, SessionLimits
from bot.web import build_web
from tests.web.browser import HTMX, Browser
from tests.web.fakes import NOW, FakeApp, FakeChannel, a_fake_app

CHAT = "/desk/chats/whatsapp%3A1"

LIMITS = SessionLimits()

pytestmark = pytest.mark.usefixtures("waiting")


def next_in(page: str) -> str:
    found = re.search(r'name="next" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


async def test_nobody_sees_the_console_without_signing_in(visitor: Browser) -> None:
    for path in ("/desk", "/desk/queue", CHAT, f"{CHAT}/parts", "/desk/events"):
        response = await visitor.get(path)
        assert response.status_code == 303
        assert response.headers["location"].startswith("/desk/login")
        assert "Mario" not in response.text


async def test_a_page_that_refreshes_itself_is_sent_to_the_login(visitor: Browser) -> None:
    response = await visitor.get("/desk/queue", HTMX)

    assert response.status_code == 401
    assert response.headers["hx-redirect"] == "/desk/login?problem=expired"


async def test_a_step_needs_a_colleague(visitor: Browser, app: FakeApp) -> None:
    response = await visitor.post(f"{CHAT}/reply", text="Ciao")

    assert response.headers["location"] == "/desk/login?problem=expired"
    assert app.desk.said == []


async def test_a_colleague_comes_in_and_goes_out(visitor: Browser) -> None:
    assert (await visitor.sign_in("anna", "correct horse")).headers["location"] == "/desk"
    assert "anna" in (await visitor.get("/desk")).text

    await visitor.post("/desk/logout")
    assert (await visitor.get("/desk")).status_code == 303


async def test_nothing_known_before_signing_in_counts_afterwards(
    visitor: Browser, app: FakeApp
) -> None:
    """Somebody who slipped a visitor a session must not share it once that visitor signs in."""
    await visitor.get("/desk/login")
    before = visitor.token
    await visitor.sign_in("anna", "correct horse")

    visitor.token = before
    assert (await visitor.post(f"{CHAT}/reply", text="Ciao")).status_code == 403


async def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(
    visitor: Browser,
) -> None:
    pages = [
        await visitor.sign_in("anna", "wrong"),
        await visitor.sign_in("nobody", "wrong"),
    ]

    assert [page.status_code for page in pages] == [401, 401]
    assert pages[0].text.replace("anna", "nobody") == pages[1].text


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(OF_NAME.pause, id="until-then"),
        pytest.param(-timedelta(hours=1), id="not-longer-if-the-clock-is-set-back"),
    ],
)
async def test_somebody_who_guesses_has_to_wait(
    visitor: Browser, app: FakeApp, step: timedelta
) -> None:
    for _ in range(OF_NAME.free):
        await visitor.sign_in("anna", "wrong")

    refused = await visitor.sign_in("anna", "correct horse")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "31")
    assert "Riprovi tra 1 minuto" in refused.text
    app.clock.set(NOW + step)
    assert (await visitor.sign_in("anna", "correct horse")).status_code == 303


async def test_somebody_who_guesses_names_has_to_wait_as_well(visitor: Browser) -> None:
    for at in range(OF_ADDRESS.free):
        assert (await visitor.sign_in(f"nobody{at}", "wrong")).status_code == 401

    assert (await visitor.sign_in("anna", "correct horse")).status_code == 429


@pytest.mark.parametrize(
    ("after", "where"),
    [
        ("/desk/chats/whatsapp%3A1", "/desk/chats/whatsapp%3A1"),
        ("https://evil.example/desk/chats/", "/desk"),
        ("//evil.example", "/desk"),
        ("", "/desk"),
    ],
)
async def test_after_signing_in_one_stays_inside(visitor: Browser, after: str, where: str) -> None:
    response = await visitor.sign_in("anna", "correct horse", next=after)

    assert response.headers["location"] == where


async def test_who_does_nothing_for_long_signs_in_again(anna: Browser, app: FakeApp) -> None:
    app.clock.set(NOW + timedelta(hours=1))
    assert (await anna.get("/desk")).status_code == 200

    app.clock.set(NOW + timedelta(hours=1) + LIMITS.idle)
    assert (await anna.get("/desk")).status_code == 200
    app.clock.set(NOW + timedelta(hours=1, seconds=1) + 2 * LIMITS.idle)
    assert (await anna.get("/desk")).status_code == 303


async def test_nobody_stays_for_ever(anna: Browser, app: FakeApp) -> None:
    """Somebody else may have the browser by now, and be busy with it."""
    for hours in range(LIMITS.whole // timedelta(hours=1) + 1):
        app.clock.set(NOW + timedelta(hours=hours))
        assert (await anna.get("/desk")).status_code == 200

    app.clock.set(NOW + LIMITS.whole + timedelta(minutes=1))
    came_from = {"Referer": f"http://testserver{CHAT}"}
    expired = await anna.post(f"{CHAT}/reply", came_from, text="Ciao")
    assert app.desk.said == []
    told = await anna.get(expired.headers["location"])
    assert "La sessione è finita" in told.text
    again = await anna.post(
        "/desk/login", None, name="anna", password="correct horse", next=next_in(told.text)
    )
    assert again.headers["location"] == CHAT


async def test_a_page_left_open_is_not_somebody_working(anna: Browser, app: FakeApp) -> None:
    app.clock.set(NOW + LIMITS.idle - timedelta(minutes=1))
    await anna.get("/desk/queue", HTMX)

    app.clock.set(NOW + LIMITS.idle + timedelta(minutes=1))
    assert (await anna.get("/desk")).status_code == 303


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(
    visitor: Browser,
) -> None:
    cookie = (await visitor.get("/desk/login")).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/desk" in cookie
    assert "secure" not in cookie


async def test_behind_tls_the_cookie_never_travels_in_the_open(tmp_path: Path) -> None:
    app = a_fake_app(tmp_path, FakeChannel("web"), public_url=AnyHttpUrl("https://d.example"))
    transport = httpx.ASGITransport(build_web(app.as_app))
    async with httpx.AsyncClient(transport=transport, base_url="https://d.example") as client:
        response = await client.get("/desk/login")

    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("__host-")
    assert "; secure" in cookie
    assert "path=/;" in f"{cookie};"


# Forms of other sites


@pytest.mark.parametrize("token", ["", "wrong", "è"])
async def test_a_form_without_our_token_does_nothing(
    anna: Browser, app: FakeApp, token: str
) -> None:
    anna.token = token
    response = await anna.post(f"{CHAT}/reply", text="Ciao")

    assert response.status_code == 403
    assert app.desk.said == []


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil", "http://["]
)
async def test_a_form_from_another_site_does_nothing(
    anna: Browser, app: FakeApp, origin: str
) -> None:
    response = await anna.post(f"{CHAT}/reply", {"Origin": origin}, text="Ciao")

    assert response.status_code == 403
    assert app.desk.said == []


@pytest.mark.parametrize(
    ("charset", "sent"), [("utf-7", b"+2AA-"), ("unicode_escape", b"\\ud800")]
)
async def test_a_form_that_holds_no_text_does_nothing(
    anna: Browser, app: FakeApp, charset: str, sent: bytes
) -> None:
    kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + sent + b"\r\n--x--\r\n"

    response = await anna.client.post(f"{CHAT}/reply", content=part, headers=kind)

    assert response.status_code == 400
    assert app.desk.said == []


async def test_our_own_origin_is_fine(anna: Browser) -> None:
    response = await anna.post(f"{CHAT}/claim", {"Origin": "http://testserver"})

    assert response.status_code == 303


async def test_a_form_too_long_for_any_answer_is_refused(anna: Browser, app: FakeApp) -> None:
    response = await anna.post(f"{CHAT}/reply", text="x" * 100_000)

    assert response.status_code == 413
    assert app.desk.said == []
