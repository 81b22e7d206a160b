"""Files that colleagues send with the composer."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from bot.domain.messages import FileLimits
from bot.enclosures import LASTS
from bot.ports import Author, ReplyState
from bot.web.desk import attaching
from bot.web.enclosures import path_of_file
from tests.builders import an_enclosed_file
from tests.web.browser import HTMX, Browser
from tests.web.fakes import FakeApp, an_entry

CHAT = "/desk/chats/whatsapp%3A1"
PDF = b"%PDF-1.4\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
Files = list[tuple[str, tuple[str, bytes]]]

pytestmark = pytest.mark.usefixtures("waiting")


def chosen(*files: tuple[str, bytes]) -> Files:
    return [("files", file) for file in files]


async def sent(
    browser: Browser, files: Files, headers: dict[str, str] | None = None, **fields: str
) -> httpx.Response:
    form = {"token": browser.token, "mode": "reply", **fields}
    path = f"{CHAT}/reply"
    return await browser.client.post(path, data=form, files=files, headers=headers)


async def test_files_go_with_what_is_written(anna: Browser, app: FakeApp) -> None:
    files = chosen(("C:\\guida.pdf", PDF), ("foto", PNG))

    response = await sent(anna, files, text="Eccola")

    assert response.headers["location"] == CHAT
    assert app.desk.said == [("reply", "whatsapp:1", "anna", "Eccola")]
    told = [(one.enclosure.name, one.enclosure.media_type) for one in app.desk.files]
    assert told == [("guida.pdf", "application/pdf"), ("foto.png", "image/png")]
    assert [one.content for one in app.desk.files] == [PDF, PNG]


async def test_a_file_may_go_without_words(anna: Browser, app: FakeApp) -> None:
    response = await sent(anna, chosen(("guida.pdf", PDF)), headers=HTMX, text="")

    assert (response.status_code, response.headers["HX-Trigger"]) == (200, "done")
    assert (app.desk.said, len(app.desk.files)) == ([], 1)


async def test_a_form_without_a_file_is_as_before(anna: Browser, app: FakeApp) -> None:
    await sent(anna, chosen(("", b"")), text="Solo parole")
    await sent(anna, chosen(("", b"")), text="Solo per noi", mode="note")
    empty = await sent(anna, chosen(("", b"")), text=" ")

    assert [how for how, *_ in app.desk.said] == ["reply", "note"]
    assert app.desk.files == []
    assert empty.status_code == 422


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        pytest.param(chosen(("a.exe", b"MZ\x90\0" * 9)), 415, "di un tipo che", id="program"),
        pytest.param(chosen(("a.html", b"<!doctype html><p>x")), 415, "di un tipo", id="page"),
        pytest.param(chosen(("a.pdf", b"")), 422, "«a.pdf» è vuoto", id="empty"),
        pytest.param(chosen(("a.pdf", PDF)) * 11, 422, "al massimo dieci", id="many"),
    ],
)
async def test_what_cannot_go_is_refused_and_the_text_kept(
    anna: Browser, app: FakeApp, files: Files, status: int, words: str
) -> None:
    whole = await sent(anna, files, text="La mia risposta")
    part = await sent(anna, files, headers=HTMX, text="La mia risposta")

    assert (whole.status_code, part.status_code) == (status, status)
    assert words in whole.text
    assert words in part.text
    assert ">La mia risposta</textarea>" in whole.text
    assert (app.desk.said, app.desk.files) == ([], [])


@pytest.mark.parametrize(
    ("takes", "status", "words"),
    [
        pytest.param(FileLimits(most_bytes=10), 413, "troppo grande per WhatsApp", id="size"),
        pytest.param(
            FileLimits(types=frozenset({"image/png"})), 415, "WhatsApp non accetta", id="type"
        ),
        pytest.param(None, 422, "SPORTELLO_PUBLIC_URL", id="none"),
    ],
)
async def test_what_the_channel_does_not_take_is_told(
    anna: Browser, app: FakeApp, takes: FileLimits | None, status: int, words: str
) -> None:
    app.desk.takes = takes

    response = await sent(anna, chosen(("guida.pdf", PDF)), text="Eccola")

    assert response.status_code == status
    assert words in response.text


async def test_a_note_takes_no_files_along(anna: Browser, app: FakeApp) -> None:
    response = await sent(anna, chosen(("a.pdf", PDF)), text="Per noi", mode="note")

    assert response.status_code == 422
    assert "nota interna non può avere allegati" in response.text
    assert app.desk.said == []


async def test_thirty_megabytes_are_refused_and_the_text_kept(anna: Browser, app: FakeApp) -> None:
    files = chosen(("video.mp4", b"x" * 30_000_000))

    whole = await sent(anna, files, text="La mia risposta")
    part = await sent(anna, files, headers=HTMX, text="La mia risposta")

    assert (whole.status_code, part.status_code) == (413, 413)
    assert "superano in tutto i 20 MB" in part.text
    assert ">La mia risposta</textarea>" in whole.text
    assert (app.desk.said, app.desk.files) == ([], [])


async def test_what_never_ends_is_not_listened_to_for_ever(
    anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_DISCARDED_BYTES", 25_000_000)

    response = await sent(anna, chosen(("video.mp4", b"x" * 30_000_000)), text="x")

    assert response.status_code == 413
    assert response.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        pytest.param({"content-type": "multipart/form-data"}, b"x", 400, id="no-boundary"),
        pytest.param(
            {"content-type": "multipart/form-data; boundary=b"}, b"--b\r\n\r\nx", 400, id="garbled"
        ),
    ],
)
async def test_what_is_no_form_is_refused(
    anna: Browser, headers: dict[str, str], body: bytes, status: int
) -> None:
    response = await anna.client.post(f"{CHAT}/reply", content=body, headers=headers)

    assert response.status_code == status


async def test_a_form_with_files_says_how_long_it_is(anna: Browser) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"--b\r\n"

    headers = {"content-type": "multipart/form-data; boundary=b"}
    response = await anna.client.post(f"{CHAT}/reply", content=endless(), headers=headers)

    assert response.status_code == 411


async def test_forms_of_other_steps_have_no_files(anna: Browser) -> None:
    form = {"token": anna.token, "text": "x" * 70_000}
    files = chosen(("a.pdf", PDF))

    response = await anna.client.post(f"{CHAT}/note", data=form, files=files)

    assert response.status_code == 413


async def test_a_form_with_files_of_another_site_is_refused(anna: Browser, app: FakeApp) -> None:
    elsewhere = await sent(
        anna, chosen(("a.pdf", PDF)), {"Origin": "https://evil.example"}, text="x"
    )
    anna.token = "stale"
    stale = await sent(anna, chosen(("a.pdf", PDF)), text="x")

    assert (elsewhere.status_code, stale.status_code) == (403, 403)
    assert app.desk.files == []


async def test_the_composer_tells_what_may_go(anna: Browser) -> None:
    page = await anna.get(CHAT)

    assert 'enctype="multipart/form-data"' in page.text
    assert 'data-most-bytes="20000000"' in page.text
    assert ".pdf" in page.text


def with_a_file_sent(app: FakeApp, chat: str = "whatsapp:1") -> str:
    """Put a file into a chat, and return its address."""
    file = an_enclosed_file("la guida.pdf", PDF)
    app.kept.keep([file])
    said = an_entry("o1", Author.STAFF, "", enclosures=(file.enclosure,), state=ReplyState.READ)
    app.store.conversations.transcripts.setdefault(chat, []).append(said)
    return path_of_file(app.as_app, file.enclosure)


async def test_staff_see_what_was_sent_and_how_far_it_has_come(
    anna: Browser, app: FakeApp
) -> None:
    path = with_a_file_sent(app)

    page, queue = await anna.get(CHAT), await anna.get("/desk/queue")

    assert f'href="{path}"' in page.text
    assert "la guida.pdf" in page.text
    assert 'class="delivery read"' in page.text
    assert "Allegato" in queue.text


async def test_who_has_the_address_gets_the_file(client: httpx.AsyncClient, app: FakeApp) -> None:
    path = with_a_file_sent(app)

    response, head = await client.get(path), await client.head(path)

    assert response.content == PDF
    assert response.headers["content-type"] == "application/pdf"
    assert "attachment" in response.headers["content-disposition"]
    assert "la%20guida.pdf" in response.headers["content-disposition"]
    assert "sandbox" in response.headers["content-security-policy"]
    assert head.headers["content-length"] == str(len(PDF))
    assert head.headers["content-type"] == "application/pdf"


async def test_after_a_while_there_is_nothing_there(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    path = with_a_file_sent(app)
    app.clock.set(app.clock.now() + 2 * LASTS + timedelta(seconds=1))

    late, never = await client.get(path), await client.get("/files/guessed/guida.pdf")

    assert late.status_code == never.status_code == 404
    assert late.text == never.text
