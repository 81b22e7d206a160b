"""A colleague's own page: what can be changed there, and the second step at the door."""

import re
from datetime import timedelta
from html import unescape

import httpx
import pyotp
import pytest
from starlette.applications import Starlette

from bot.domain.accounts import OF_NAME
from bot.domain.errors import DatabaseUnavailable
from bot.ports import Colleague, Session
from bot.web.arriving import TICKET_LASTS
from tests.web.browser import Browser
from tests.web.fakes import NOW, PASSWORD, FakeApp

NEW = "tre parole a caso"


async def another(web: Starlette) -> Browser:
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)
    return Browser(httpx.AsyncClient(transport=transport, base_url="http://testserver"))


async def own(app: FakeApp) -> Colleague:
    found = await app.accounts.find("bruno")
    assert found
    return found


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


@pytest.fixture
async def phone(bruno: Browser, app: FakeApp) -> pyotp.TOTP:
    """The app of Bruno, who has switched the second step on and gone out again."""
    await bruno.get("/desk/account")
    await bruno.post("/desk/account/begin")
    shown = pyotp.TOTP((await own(app)).totp_pending)
    await bruno.post("/desk/account/confirm", None, code=shown.at(NOW))
    await bruno.get("/desk")
    await bruno.post("/desk/logout")
    app.clock.set(NOW + timedelta(minutes=1))
    return shown


async def test_a_colleague_is_on_duty_and_reached(bruno: Browser, app: FakeApp) -> None:
    await bruno.get("/desk/account")
    await bruno.post("/desk/account/duty", None, on_duty="yes")
    done = await bruno.post("/desk/account/reach", None, email="b@desk.example", chat="1001")

    page = (await bruno.get(done.headers["location"])).text
    assert "I recapiti sono salvati" in page
    assert "Finisco il turno" in page
    bruno_now = await own(app)
    assert (bruno_now.on_duty, bruno_now.email) == (True, "b@desk.example")
    assert bruno_now.telegram == "1001"

    odd = await bruno.post("/desk/account/reach", None, email="<script>", chat="")
    assert odd.status_code == 422
    assert (await own(app)).email == "b@desk.example"


async def test_a_new_password_ends_the_other_browsers(
    bruno: Browser, web: Starlette, app: FakeApp
) -> None:
    other = await another(web)
    await other.sign_in("bruno", PASSWORD)
    await bruno.get("/desk/account")

    for old, new, said in (
        ("wrong", NEW, "La password attuale non è corretta"),
        (PASSWORD, "corta", "troppo corta"),
        (PASSWORD, "bruno-bruno", "si indovina"),
    ):
        refused = await bruno.post("/desk/account/password", None, old=old, new=new)
        assert (refused.status_code, said in refused.text) == (422, True)
    assert (await other.get("/desk")).status_code == 200
    await bruno.post("/desk/account/password", None, old=PASSWORD, new=NEW)

    assert (await bruno.get("/desk")).status_code == 200
    assert (await other.get("/desk")).status_code == 303
    assert (await other.sign_in("bruno", NEW)).status_code == 303


async def test_a_browser_left_open_is_no_place_to_guess(bruno: Browser) -> None:
    await bruno.get("/desk/account")
    for _ in range(OF_NAME.free):
        await bruno.post("/desk/account/password", None, old="wrong", new=NEW)

    refused = await bruno.post("/desk/account/password", None, old=PASSWORD, new=NEW)
    assert (refused.status_code, "Riprovi tra 1 minuto" in refused.text) == (429, True)


async def test_other_browsers_are_seen_and_ended(bruno: Browser, web: Starlette) -> None:
    other = await another(web)
    await other.sign_in("bruno", PASSWORD)

    assert (await bruno.get("/desk/account")).text.count('class="agent"') == 2
    await bruno.post("/desk/account/elsewhere")

    assert (await bruno.get("/desk/account")).text.count('class="agent"') == 1
    assert (await other.get("/desk")).status_code == 303


async def test_the_second_step_is_photographed_and_confirmed(bruno: Browser, app: FakeApp) -> None:
    await bruno.get("/desk/account")
    assert (await bruno.get("/desk/account/code.svg")).status_code == 404
    await bruno.post("/desk/account/begin")
    picture = await bruno.get("/desk/account/code.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")
    assert picture.headers["cache-control"] == "no-store"

    wrong = await bruno.post("/desk/account/confirm", None, code="000000")
    assert (wrong.status_code, "Il codice non è corretto" in wrong.text) == (422, True)
    shown = pyotp.TOTP((await own(app)).totp_pending)
    page = await bruno.post("/desk/account/confirm", None, code=shown.at(NOW))

    codes = re.findall(r"<code>([a-z0-9-]+)</code>", page.text)
    assert len(codes) == 10
    assert (await bruno.get("/desk/account/code.svg")).status_code == 404
    assert shown.secret not in (await bruno.get("/desk/account")).text


async def test_after_the_password_comes_a_code(
    bruno: Browser, app: FakeApp, phone: pyotp.TOTP
) -> None:
    asked = await bruno.sign_in("bruno", PASSWORD, next="/desk/chats/whatsapp%3A1")
    assert (asked.status_code, "Secondo passo" in asked.text) == (200, True)
    assert (await bruno.get("/desk")).status_code == 303

    ticket, code = ticket_in(asked.text), phone.at(app.clock.now())
    wrong = await bruno.post("/desk/login/code", None, ticket=ticket, code="000000")
    assert (wrong.status_code, ticket_in(wrong.text)) == (401, ticket)
    came = await bruno.post("/desk/login/code", None, ticket=ticket, code=code)

    assert came.headers["location"] == "/desk/chats/whatsapp%3A1"
    assert (await bruno.get("/desk")).status_code == 200
    assert app.staff.noted[-1].action == "sign_in"


async def test_codes_are_not_guessed(bruno: Browser, app: FakeApp, phone: pyotp.TOTP) -> None:
    ticket = ticket_in((await bruno.sign_in("bruno", PASSWORD)).text)
    for _ in range(OF_NAME.free):
        await bruno.post("/desk/login/code", None, ticket=ticket, code="000000")

    code = phone.at(app.clock.now())
    refused = await bruno.post("/desk/login/code", None, ticket=ticket, code=code)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "31")


async def test_a_password_counts_in_its_browser_only(
    bruno: Browser, web: Starlette, app: FakeApp, phone: pyotp.TOTP
) -> None:
    ticket = ticket_in((await bruno.sign_in("bruno", PASSWORD)).text)
    code, other = phone.at(app.clock.now()), await another(web)
    await other.get("/desk/login")

    for made_up in (ticket, "made up", ""):
        refused = await other.post("/desk/login/code", None, ticket=made_up, code=code)
        assert refused.headers["location"] == "/desk/login?problem=late"
    assert "È passato troppo tempo" in (await other.get("/desk/login?problem=late")).text
    assert timedelta(minutes=10) > TICKET_LASTS


async def test_a_password_changed_meanwhile_counts_no_more(
    bruno: Browser, app: FakeApp, phone: pyotp.TOTP
) -> None:
    ticket = ticket_in((await bruno.sign_in("bruno", PASSWORD)).text)
    await app.accounts.add("bruno", NEW)

    code = phone.at(app.clock.now())
    refused = await bruno.post("/desk/login/code", None, ticket=ticket, code=code)
    assert refused.headers["location"] == "/desk/login"
    assert (await bruno.get("/desk")).status_code == 303


async def test_the_second_step_goes_by_the_password(
    bruno: Browser, app: FakeApp, phone: pyotp.TOTP
) -> None:
    ticket = ticket_in((await bruno.sign_in("bruno", PASSWORD)).text)
    await bruno.post("/desk/login/code", None, ticket=ticket, code=phone.at(app.clock.now()))
    await bruno.get("/desk/account")

    assert (await bruno.post("/desk/account/off", None, password="wrong")).status_code == 422
    done = await bruno.post("/desk/account/off", None, password=PASSWORD)
    assert done.headers["location"] == "/desk/account?done=off"
    assert (await own(app)).totp == ""


async def test_without_the_database_the_console_says_so(
    bruno: Browser, app: FakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(session_id: str) -> tuple[Session, Colleague] | None:
        raise DatabaseUnavailable("The server is away.")

    async def nor_written(session_id: str, now: object) -> None:
        raise DatabaseUnavailable("The server is away.")

    monkeypatch.setattr(app.staff, "touch", nor_written)
    app.clock.set(NOW + timedelta(minutes=2))
    assert (await bruno.get("/desk")).status_code == 200
    monkeypatch.setattr(app.staff, "signed_in", away)
    assert (await bruno.get("/desk")).status_code == 503
    assert (await bruno.get("/desk/login")).status_code == 200
