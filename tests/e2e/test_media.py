"""Files that customers send on WhatsApp: kept, shown safely, never from elsewhere."""

import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from bot.domain.messages import MAX_FILE_BYTES
from tests.database_servers import postgresql
from tests.e2e.browser import DESKTOP, Person
from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Twilio
from tests.e2e.words import answer, question, sentence

FILE = re.compile(r'(?:src|href)="(/desk/chats/[^"]+/files/[^"]+)"')


@pytest.fixture(scope="module")
def desk(start_shared: Start, twilio_rig: Twilio) -> Program:
    return start_shared(twilio_rig, command=("serve", "--demo"))


@pytest.fixture(scope="module")
def colleague(desk: Program) -> Iterator[Colleague]:
    with Colleague(desk) as signed_in:
        yield signed_in


def hook(desk: Program) -> str:
    return f"{desk.base}/webhooks/twilio"


def page_with(colleague: Colleague, stranger: str, words: str) -> str:
    """Return the page of a chat once it says something."""
    until(lambda: words in colleague.chat(f"whatsapp:{stranger}"))
    return colleague.chat(f"whatsapp:{stranger}")


@contextmanager
def another_server() -> Iterator[tuple[str, list[str]]]:
    """Run a server that is not Twilio, and list who asks it for what."""
    asked: list[str] = []

    class Secrets(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('authorization', '')}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"%PDF-1.4 a secret of the house")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Secrets)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fetched(twilio: Twilio) -> list[Any]:
    """Return the calls for files that reached Twilio."""
    return [one for one in twilio.ask("requests") if "/Media/" in one.get("path", "")]


def test_a_picture_is_kept_before_anybody_looks(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, kind="image")
    until(lambda: len(fetched(twilio)) == 1)

    page = page_with(colleague, stranger, "<img src=")
    (address, *_) = FILE.findall(page)
    answer = colleague.get(address)
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert len(fetched(twilio)) == 1  # Looking asks Twilio for nothing.
    assert fetched(twilio)[0]["user"] == twilio.account


def test_a_document_is_saved_under_its_name(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, kind="document", set={"Body": "fattura marzo.pdf"})

    page = page_with(colleague, stranger, "fattura marzo.pdf</a>")
    (address, *_) = FILE.findall(page)
    disposition = colleague.get(address).headers["content-disposition"]
    assert disposition == "attachment; filename*=UTF-8''fattura%20marzo.pdf"


def test_a_card_of_contact_is_read_for_staff(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, kind="contacts")

    assert "Mario Rossi, +39 333 123 4567" in page_with(colleague, stranger, "Mario Rossi")


MISSED = {
    "gone": ({"type": "image/jpeg", "mode": "404"}, "non lo ha più"),
    "a page as a picture": ({"type": "image/jpeg", "mode": "mismatch"}, "di un tipo che non si"),
    "breaks off": ({"type": "image/jpeg", "mode": "truncate"}, "arriva incompleto"),
    "too large": ({"type": "image/jpeg", "size": MAX_FILE_BYTES + 1}, "supera i 20 MB"),
    "too large, unannounced": (
        {"type": "image/jpeg", "size": MAX_FILE_BYTES + 1, "mode": "chunked"},
        "supera i 20 MB",
    ),
}


@pytest.mark.parametrize("name", MISSED)
def test_a_file_that_does_not_come_leaves_its_reason_and_is_seen_in_the_list(
    desk: Program, twilio: Twilio, colleague: Colleague, name: str, stranger: str
) -> None:
    media, reason = MISSED[name]
    twilio.write(hook(desk), stranger, kind="image", media=[media])

    page = page_with(colleague, stranger, "Un allegato del cliente non è arrivato")
    assert f"Allegato non ricevuto: {reason}" in " ".join(page.split()).replace(
        "il fornitore del canale ", ""
    ).replace("è ", "")
    row = colleague.queue("all").partition(f"row-whatsapp:{stranger}")[2].partition("</li>")[0]
    assert "allegato non ricevuto" in row


@pytest.mark.parametrize("mode", ["slow", "chunked"])
def test_a_file_that_comes_in_pieces_is_kept_whole(
    desk: Program, twilio: Twilio, colleague: Colleague, mode: str, stranger: str
) -> None:
    size = 200_000
    media = {"type": "image/jpeg", "size": size, "mode": mode}
    twilio.write(hook(desk), stranger, kind="image", media=[media])

    (address, *_) = FILE.findall(page_with(colleague, stranger, "<img src="))
    assert len(colleague.get(address).content) == size


def test_a_file_that_failed_is_fetched_when_staff_ask_again(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    away = {"http": 404}
    twilio.tell("fault", match={"path": "/Media/"}, times=3, action=away)
    twilio.write(hook(desk), stranger, kind="image")
    page_with(colleague, stranger, "<button>Riprova</button>")

    colleague.fetch_again(f"whatsapp:{stranger}")

    assert page_with(colleague, stranger, "<img src=")


def test_no_address_in_a_message_leads_elsewhere(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    with another_server() as (base, asked):
        media = [{"type": "application/pdf", "url": f"{base}/secret"}]
        twilio.write(hook(desk), stranger, kind="document", media=media)

        page = page_with(colleague, stranger, "Un allegato del cliente non è arrivato")

    assert "il suo indirizzo non è del fornitore del canale" in page
    assert asked == []


def test_no_redirect_leads_into_the_house(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    with another_server() as (base, asked):
        action = {"http": 307, "raw": "", "headers": {"Location": f"{base}/secret"}}
        twilio.tell("fault", match={"path": "/Media/"}, times=-1, action=action)
        twilio.write(hook(desk), stranger, kind="image")

        page = page_with(colleague, stranger, "Un allegato del cliente non è arrivato")

    assert "il suo indirizzo non è del fornitore del canale" in page
    assert asked == []


def test_staff_see_and_hear_in_the_console(
    desk: Program, twilio: Twilio, browser: Browser, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, media=[{"type": "image/png"}], kind="image")
    twilio.write(hook(desk), stranger, kind="audio")
    person = Person(browser, desk, DESKTOP)
    person.sign_in(desk.password)

    person.page.goto(f"/desk/chats/whatsapp%3A%2B{stranger.lstrip('+')}")
    picture = person.page.get_by_alt_text("Immagine inviata dal cliente")
    expect(picture).to_be_visible()
    loaded = "image => image.complete && image.naturalWidth === 1"
    until(lambda: picture.evaluate(loaded))
    sound = person.page.get_by_label("Audio inviato dal cliente")
    expect(sound).to_be_visible()
    sound.evaluate("audio => { audio.load(); }")

    assert [one for one in person.complaints if "Security" in one] == []
    assert person.barriers() == []
    person.close()


def test_a_voice_note_goes_to_a_colleague_and_the_customer_is_told(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, kind="audio")

    until(lambda: twilio.accepted(stranger))
    assert sentence("voice") in twilio.accepted(stranger)[0]
    page = page_with(colleague, stranger, "<audio controls")
    assert "messaggio vocale da ascoltare" in page
    (address, *_) = FILE.findall(page)
    assert colleague.get(address).headers["content-type"] == "audio/ogg"


SCRIBE = """
class Scribe:
    async def transcribe(self, audio, media_type, language):
        if not audio.startswith(b"OggS"):
            raise ValueError(media_type)
        return {words!r} if language == "it" else ""
"""


def test_with_a_transcriber_a_voice_note_is_answered_and_staff_see_both(
    start: Start, twilio: Twilio, tmp_path: Path, stranger: str
) -> None:
    words = question("contact_hours")
    package = tmp_path / "installed"
    about = package / "scribe-1.0.dist-info"
    about.mkdir(parents=True)
    (package / "scribe.py").write_text(SCRIBE.format(words=words), "utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: scribe\nVersion: 1.0\n", "utf-8")
    offered = "[sportello.transcribers]\nscribe = scribe:Scribe\n"
    (about / "entry_points.txt").write_text(offered, "utf-8")
    desk = start(twilio, SPORTELLO_TRANSCRIBER="scribe", PYTHONPATH=str(package))

    twilio.write(hook(desk), stranger, kind="audio")

    until(lambda: twilio.accepted(stranger))
    assert answer("contact_hours") in twilio.accepted(stranger)[0]
    with Colleague(desk) as colleague:
        page = colleague.chat(f"whatsapp:{stranger}")
    assert f"Trascrizione automatica: {words}" in page
    assert "<audio controls" in page


def test_two_programs_on_one_database_fetch_a_file_once_and_both_have_it(
    start: Start, twilio: Twilio, stranger: str
) -> None:
    with tempfile.TemporaryDirectory(prefix="pg") as name, postgresql(Path(name)) as address:
        url = address.replace("+psycopg", "")
        here, there = (start(twilio, SPORTELLO_DATABASE_URL=url) for _ in range(2))
        for _ in range(4):
            twilio.write(hook(here), stranger, kind="image")

        with Colleague(there, here.password) as colleague:
            until(lambda: len(FILE.findall(colleague.chat(f"whatsapp:{stranger}"))) == 8)
            for found in set(FILE.findall(colleague.chat(f"whatsapp:{stranger}"))):
                assert colleague.get(found).content.startswith(b"\xff\xd8\xff")
        assert len(fetched(twilio)) == 4
        for program in (here, there):
            program.stop()
