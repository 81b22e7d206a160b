"""The chat without scripts, as a browser sees it: pages, forms and one cookie."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from pydantic import AnyHttpUrl

from bot.domain.conversation import Status
from bot.domain.messages import Button, MessageKind
from bot.ports import Author, ReplyState
from bot.settings import Settings
from bot.web import build_web, plain
from tests.builders import a_picture
from tests.web.fakes import NOW, FakeApp, FakeSettings, a_chat, an_entry

PAGE = "/chat/plain"
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "PATIENCE", timedelta(milliseconds=10))


def forms(page: str) -> list[dict[str, str]]:
    """Return the fields of each form that sends a message; the last is the one to write in."""
    found = re.findall(
        r"<form(?: id=\"write\" class=\"composer\")? method=.*?</form>", page, re.DOTALL
    )
    fields = [dict(FIELD.findall(unescape(one))) for one in found]
    return [one for one in fields if "id" in one]


async def write(client: httpx.AsyncClient, text: str, **headers: str) -> httpx.Response:
    """Fill in the form of the page and send it."""
    form = forms((await client.get(PAGE)).text)[-1]
    return await client.post(PAGE, data=form | {"text": text}, headers=headers)


def answer(app: FakeApp, text: str, **more: object) -> str:
    """Have the bot answer the only chat; return its id."""
    ((chat, entries),) = app.store.conversations.transcripts.items()
    entries.append(an_entry(str(len(entries) + 1), Author.BOT, text, **more))
    return chat


async def test_looking_sets_no_cookie_and_writing_sets_one_for_this_page_alone(
    client: httpx.AsyncClient,
) -> None:
    seen = await client.get(PAGE)
    sent = await write(client, "Buongiorno")

    assert "set-cookie" not in seen.headers
    assert "cookie" in seen.text
    cookie = sent.headers["set-cookie"]
    assert cookie.startswith("sportello_chat=")
    assert "HttpOnly" in cookie
    assert "Path=/chat/plain" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()


async def test_over_https_the_cookie_goes_over_https_only(
    client: httpx.AsyncClient, app: FakeApp, tmp_path: Path
) -> None:
    app.settings = FakeSettings(
        Settings(home=tmp_path, public_url=AnyHttpUrl("https://desk.example"))
    )

    assert "Secure" in (await write(client, "Ciao")).headers["set-cookie"]


async def test_the_secret_is_in_no_address(client: httpx.AsyncClient) -> None:
    sent = await write(client, "Buongiorno")

    assert sent.status_code == 303
    assert sent.headers["location"] == "/chat/plain?lang=it#write"


async def test_the_chat_is_shown_with_links_and_escaped(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    await write(client, "<b>Ciao</b> https://evil.example")
    answer(app, "Legga <qui>: https://help.example/a?b=1&c=2.")

    page = (await client.get(PAGE)).text

    assert "&lt;b&gt;Ciao&lt;/b&gt; https://evil.example</p>" in page
    assert (
        "Legga &lt;qui&gt;: "
        '<a href="https://help.example/a?b=1&amp;c=2" rel="noopener noreferrer">'
        "https://help.example/a?b=1&amp;c=2</a>."
    ) in page
    assert "giovedì 26 novembre" in page


async def test_nobody_else_sees_it(client: httpx.AsyncClient) -> None:
    await write(client, "Buongiorno, sono io")
    client.cookies.clear()

    assert "sono io" not in (await client.get(PAGE)).text


async def test_two_clicks_on_the_first_send_begin_one_chat_with_one_message(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    form = forms((await client.get(PAGE)).text)[-1] | {"text": "Buongiorno"}

    for _ in range(2):
        client.cookies.clear()
        await client.post(PAGE, data=form)

    assert [message.text for message in app.intake.accepted] == ["Buongiorno"]


async def test_two_clicks_later_are_one_message_too(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    await write(client, "uno")
    form = forms((await client.get(PAGE)).text)[-1] | {"text": "due"}

    for _ in range(2):
        await client.post(PAGE, data=form)

    assert [message.text for message in app.intake.accepted] == ["uno", "due"]
    assert len({message.sender for message in app.intake.accepted}) == 1


async def test_an_old_form_with_new_words_is_a_new_message(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    """A browser's way back shows the form that was sent already."""
    form = forms((await client.get(PAGE)).text)[-1]

    for text in ("uno", "due"):
        await client.post(PAGE, data=form | {"text": text})

    assert [message.text for message in app.intake.accepted] == ["uno", "due"]


async def test_buttons_are_forms_until_the_customer_writes(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    await write(client, "Come pago?")
    answer(app, "Con bonifico.", buttons=(Button(text="Quando?", payload="intent:when"),))
    button = forms((await client.get(PAGE)).text)[0]

    await client.post(PAGE, data=button)

    message = app.intake.accepted[-1]
    assert (message.text, message.payload) == ("Quando?", "intent:when")
    assert message.kind is MessageKind.BUTTON
    assert "intent:when" not in (await client.get(PAGE)).text


async def test_a_picture_has_its_words(client: httpx.AsyncClient, app: FakeApp) -> None:
    await write(client, "E il dominio?")
    answer(app, "Le fasi di c1.it", picture=a_picture())

    page = (await client.get(PAGE)).text

    assert re.search(r'<img class="picture" src="/pictures/[^"]+\.png"', page)
    assert f'alt="{a_picture().alt}"' in page.replace("&#39;", "'")


async def test_the_page_refreshes_itself_only_while_the_bot_writes(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    await write(client, "Buongiorno")
    writing = await client.get(PAGE)
    chat = answer(app, "Eccomi")
    answered = await client.get(PAGE)
    app.store.conversations.transcripts[chat].append(
        an_entry("3", Author.CUSTOMER, "Ci siete?", at=NOW - timedelta(minutes=2))
    )
    given_up = await client.get(PAGE)

    assert writing.headers["refresh"] == "3"
    assert "si aggiorna da sola" in writing.text
    assert "refresh" not in answered.headers
    assert "si aggiorna da sola" not in answered.text
    assert "refresh" not in given_up.headers
    assert "http-equiv" not in writing.text  # what judges pages forbids the element


async def test_a_reply_on_its_way_is_waited_for(client: httpx.AsyncClient, app: FakeApp) -> None:
    await write(client, "Buongiorno")
    answer(app, "Eccomi", state=ReplyState.WAITING)

    page = await client.get(PAGE)

    assert "Eccomi" not in page.text
    assert "refresh" in page.headers


async def test_who_speaks_is_said(client: httpx.AsyncClient, app: FakeApp) -> None:
    await write(client, "operatore")
    chat = answer(app, "Un momento")
    app.store.conversations.known[chat] = a_chat(chat, status=Status.STAFF, owner="anna")

    assert "le risponde un collega" in (await client.get(PAGE)).text


async def test_notes_are_not_shown(client: httpx.AsyncClient, app: FakeApp) -> None:
    await write(client, "Buongiorno")
    chat = answer(app, "Eccomi")
    app.store.conversations.transcripts[chat].append(
        an_entry("3", Author.NOTE, "difficile", event="note")
    )

    assert "difficile" not in (await client.get(PAGE)).text


async def test_a_new_chat_forgets_the_old_one(client: httpx.AsyncClient) -> None:
    await write(client, "Buongiorno")

    await client.post(f"{PAGE}/new")

    assert "sportello_chat" not in client.cookies
    assert "Buongiorno</p>" not in (await client.get(PAGE)).text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/new"])
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://evil.example"}, id="origin"),
        pytest.param({"Origin": "null"}, id="sandbox"),
        pytest.param({"Origin": "https://www.example.it"}, id="site-with-the-widget"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="no-origin"),
    ],
)
async def test_forms_of_other_sites_are_refused(
    client: httpx.AsyncClient, app: FakeApp, tmp_path: Path, path: str, headers: dict[str, str]
) -> None:
    form = forms((await client.get(PAGE)).text)[-1] | {"text": "Ciao"}

    response = await client.post(path, data=form, headers=headers)

    assert response.status_code == 403
    assert app.intake.accepted == []


async def test_even_a_site_that_shows_the_widget_may_send_no_form(
    app: FakeApp, tmp_path: Path
) -> None:
    site = "https://www.example.it"
    app.settings = FakeSettings(Settings(home=tmp_path, widget_origins=site))
    transport = httpx.ASGITransport(build_web(app.as_app))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        form = forms((await client.get(PAGE)).text)[-1] | {"text": "Ciao"}

        response = await client.post(PAGE, data=form, headers={"Origin": site})

    assert (response.status_code, response.text) == (403, "This form was sent by another site.")
    assert app.intake.accepted == []


@pytest.mark.parametrize(
    "form",
    [{}, {"id": "1", "text": "Ciao"}, {"id": "6f1c0f6e-8a3b-4a55-9d8e-2b1f5e0a7c11", "text": "x"}],
)
async def test_an_incomplete_form_is_refused(
    client: httpx.AsyncClient, form: dict[str, str]
) -> None:
    response = await client.post(PAGE, data=form)

    assert response.status_code == 422
    assert "reload" in response.text


async def test_a_form_that_is_too_long_is_refused(client: httpx.AsyncClient, app: FakeApp) -> None:
    assert (await write(client, "x" * 300_000)).status_code == 413
    assert app.intake.accepted == []


async def test_what_cannot_be_stored_stays_in_the_form_and_is_stored_once_later(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    app.intake.away = True
    failed = await write(client, "Buongiorno a voi")
    app.intake.away = False
    form = forms(failed.text)[-1] | {"text": "Buongiorno a voi"}

    for _ in range(2):
        client.cookies.clear()
        await client.post(PAGE, data=form)

    assert failed.status_code == 503
    assert "non è stato inviato" in failed.text
    assert ">Buongiorno a voi</textarea>" in failed.text
    assert len(app.intake.accepted) == 1


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        (PAGE, "it-IT,it;q=0.9,en;q=0.8", "it"),
        (PAGE, "en-GB,en;q=0.9,it;q=0.8", "en"),
        (PAGE, "it;q=0.5, en;q=0.7", "en"),
        (PAGE, "de, it;q=0.3", "it"),
        (PAGE, "de-DE", "en"),
        (PAGE, "it;q=nonsense", "it"),
        (f"{PAGE}?lang=en", "it", "en"),
        (f"{PAGE}?lang=it", "en", "it"),
        (f"{PAGE}?lang=xx", "en", "en"),
    ],
)
async def test_the_language_is_that_of_the_address_else_of_the_browser(
    client: httpx.AsyncClient, path: str, accepted: str, language: str
) -> None:
    page = (await client.get(path, headers={"Accept-Language": accepted})).text

    assert f'<html lang="{language}">' in page
    assert ("Buongiorno!" in page) == (language == "it")
    assert f"/chat/plain?lang={'en' if language == 'it' else 'it'}" in page


async def test_the_full_page_leads_there(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text

    assert re.search(r"<noscript>.*<a href=\"/chat/plain\">", page)
