"""The accounts of colleagues: who may manage them, and what happens then."""

import re
from html import unescape

import pytest

from bot.domain.accounts import Role
from bot.ports import Noted
from tests.fakes import FakeMailer
from tests.web.browser import HTMX, Browser
from tests.web.fakes import NOW, PASSWORD, FakeApp

NEW = "tre parole a caso"
ADMINS_ONLY = ["/desk/accounts", "/desk/audit"]


def link_in(page: str) -> str:
    found = re.search(r'value="http://[^/"]+(/desk/invitation/[^"]+)"', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize("path", ADMINS_ONLY)
async def test_a_colleague_with_no_rights_is_told_so(bruno: Browser, path: str) -> None:
    page = await bruno.get(path)

    assert page.status_code == 403
    assert "Questa pagina è riservata agli amministratori" in page.text
    assert (await bruno.get(path, HTMX)).status_code == 403


@pytest.mark.parametrize(
    "step", ["invite", "new-password", "role", "deactivate", "sign-out", "reset-code", "withdraw"]
)
async def test_nor_can_they_do_it_without_the_page(
    bruno: Browser, app: FakeApp, step: str
) -> None:
    await bruno.get("/desk/account")

    refused = await bruno.post(f"/desk/accounts/{step}", None, name="anna", role="staff")

    assert refused.status_code == 403
    assert [one.action for one in app.staff.noted] == ["sign_in"]


@pytest.mark.parametrize("path", [*ADMINS_ONLY, "/desk/account", "/desk/account/code.svg"])
async def test_nobody_sees_accounts_without_signing_in(visitor: Browser, path: str) -> None:
    assert (await visitor.get(path)).headers["location"].startswith("/desk/login")


async def test_only_admins_are_shown_the_way(anna: Browser, bruno: Browser) -> None:
    hers = (await anna.get("/desk")).text
    assert all(f'href="{path}"' in hers for path in ADMINS_ONLY)
    theirs = (await bruno.get("/desk")).text
    assert 'href="/desk/account"' in theirs
    assert not any(f'href="{path}"' in theirs for path in ADMINS_ONLY)


async def test_an_invitation_makes_a_colleague(
    anna: Browser, visitor: Browser, app: FakeApp
) -> None:
    await anna.get("/desk/accounts")
    page = await anna.post("/desk/accounts/invite", None, name="Carla", role="editor")
    link = link_in(page.text)
    assert "Collegamenti non ancora usati" in page.text
    assert link not in (await anna.get("/desk/accounts")).text

    await anna.post("/desk/logout")
    assert "Benvenuto, Carla" in (await visitor.get(link)).text
    weak = await visitor.post(link, None, password="carla12345", again="carla12345")
    assert (weak.status_code, "si indovina" in weak.text) == (422, True)
    differs = await visitor.post(link, None, password=NEW, again="altro")
    assert "non sono uguali" in differs.text
    done = await visitor.post(link, None, password=NEW, again=NEW)

    assert done.headers["location"] == "/desk/login?name=Carla"
    assert (await visitor.sign_in("Carla", NEW)).headers["location"] == "/desk"
    assert (await app.accounts.find("carla")) is not None
    for again in (await visitor.get(link), await visitor.post(link, password=NEW, again=NEW)):
        assert again.status_code == 410
        assert "non vale più" in again.text


async def test_an_invitation_is_mailed_where_there_is_a_server(
    anna: Browser, app: FakeApp
) -> None:
    app.mailer = mailer = FakeMailer()
    await anna.get("/desk/accounts")
    fields = {"name": "Carla", "role": "staff", "email": "carla@desk.example"}
    page = await anna.post("/desk/accounts/invite", None, **fields)

    (letter,) = mailer.letters
    assert (letter.to, letter.subject) == ("carla@desk.example", "Il Suo accesso allo Sportello")
    assert link_in(page.text) in letter.text
    assert "È partito anche per e-mail" in page.text

    mailer.down = True
    page = await anna.post("/desk/accounts/invite", None, **fields)
    assert "non è partita" in page.text
    assert link_in(page.text)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"name": "BRUNO", "role": "staff"}, 409, "già un collega"),
        ({"name": " ", "role": "staff"}, 422, "non è scritto in modo valido"),
        ({"name": "Carla", "role": "boss"}, 422, "non è scritto in modo valido"),
        ({"name": "Carla", "role": "staff", "email": "x"}, 422, "non è scritto in modo valido"),
        ({"name": "Carla"}, 422, "non è scritto in modo valido"),
    ],
)
async def test_who_cannot_be_invited_is_told(
    anna: Browser, fields: dict[str, str], status: int, said: str
) -> None:
    await anna.get("/desk/accounts")
    page = await anna.post("/desk/accounts/invite", None, **fields)

    assert (page.status_code, said in page.text) == (status, True)


async def test_a_lost_password_is_chosen_anew(anna: Browser, bruno: Browser, app: FakeApp) -> None:
    await anna.get("/desk/accounts")
    link = link_in((await anna.post("/desk/accounts/new-password", None, name="bruno")).text)
    assert (await bruno.get("/desk")).status_code == 200  # Until a new one is chosen.

    await bruno.get(link)
    await bruno.post(link, None, password=NEW, again=NEW)

    assert (await bruno.get("/desk")).status_code == 303
    assert (await bruno.sign_in("bruno", NEW)).status_code == 303
    unknown = await anna.post("/desk/accounts/new-password", None, name="nobody")
    assert (unknown.status_code, "Nessun collega" in unknown.text) == (404, True)


@pytest.mark.parametrize("step", ["deactivate", "sign-out", "role"])
async def test_who_is_shut_out_is_out_at_once(anna: Browser, bruno: Browser, step: str) -> None:
    await anna.get("/desk/accounts")
    done = await anna.post(f"/desk/accounts/{step}", None, name="bruno", role="editor")

    assert done.headers["location"] == f"/desk/accounts?done={step}"
    assert (await bruno.get("/desk")).status_code == 303
    assert (await anna.get("/desk")).status_code == 200


async def test_who_may_not_come_in_is_told_no_more_than_a_stranger(
    anna: Browser, bruno: Browser
) -> None:
    await anna.get("/desk/accounts")
    await anna.post("/desk/accounts/deactivate", None, name="bruno")
    refused = await bruno.sign_in("bruno", PASSWORD)
    assert (refused.status_code, "Nome o password non corretti" in refused.text) == (401, True)

    await anna.post("/desk/accounts/activate", None, name="bruno")
    assert (await bruno.sign_in("bruno", PASSWORD)).status_code == 303


async def test_the_last_admin_stays(anna: Browser, app: FakeApp) -> None:
    await anna.get("/desk/accounts")
    for step in ("deactivate", "role"):
        refused = await anna.post(f"/desk/accounts/{step}", None, name="anna", role="staff")
        assert refused.status_code == 409
        assert "ultimo amministratore" in unescape(refused.text)

    anna_now = await app.accounts.find("anna")
    assert anna_now
    assert (anna_now.role, anna_now.active) == (Role.ADMIN, True)


async def test_an_invitation_can_be_withdrawn(anna: Browser) -> None:
    await anna.get("/desk/accounts")
    page = await anna.post("/desk/accounts/invite", None, name="Carla", role="staff")
    link = link_in(page.text)

    await anna.post("/desk/accounts/withdraw", None, name="Carla")

    assert (await anna.get(link)).status_code == 410


async def test_an_unknown_step_is_none(anna: Browser) -> None:
    await anna.get("/desk/accounts")

    assert (await anna.post("/desk/accounts/explode", None, name="bruno")).status_code == 404
    assert (await anna.post("/desk/account/explode")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/desk/accounts/role", "/desk/accounts/invite", "/desk/account/password"]
)
async def test_a_form_of_another_site_changes_no_account(
    anna: Browser, app: FakeApp, path: str
) -> None:
    before = len(app.staff.noted)
    refused = await anna.post(path, {"Origin": "https://evil.example"}, name="bruno", role="admin")
    anna.token = "another"
    without_token = await anna.post(path, None, name="bruno", role="admin")

    assert (refused.status_code, without_token.status_code) == (403, 403)
    assert len(app.staff.noted) == before


# The log


async def test_the_log_tells_who_did_what(anna: Browser, app: FakeApp) -> None:
    await app.staff.note(Noted(at=NOW, who="bruno", action="claim", target="whatsapp:1"))
    await app.staff.note(Noted(at=NOW, who="", action="sign_in_failed", detail="password <x>"))

    page = (await anna.get("/desk/audit")).text
    assert page.index("sconosciuto") < page.index("ha preso la chat") < page.index("è entrato")
    assert 'href="/desk/chats/whatsapp%3A1"' in page
    assert "password &lt;x&gt;" in page
    only = (await anna.get("/desk/audit?who=bruno")).text
    assert "ha preso la chat" in only
    assert "è entrato" not in only


async def test_the_log_has_pages(anna: Browser, app: FakeApp) -> None:
    for number in range(60):
        await app.staff.note(Noted(at=NOW, who="eva", action=f"step-{number}"))

    first = (await anna.get("/desk/audit?who=eva")).text
    older = re.search(r'href="(/desk/audit\?who=eva&amp;before=\d+)"', first)
    assert older
    second = (await anna.get(unescape(older[1]))).text
    assert "step-59" in first
    assert "step-9<" not in first
    assert "step-9<" in second
    assert "before=" not in second
    for odd in ("before=x", "before=-1", "before=9" + "9" * 30, "who=%00"):
        assert (await anna.get(f"/desk/audit?{odd}")).status_code == 200
