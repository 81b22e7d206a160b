"""Files that colleagues send: over WhatsApp, Telegram and the web chat, as customers get them."""

import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.colleague import Colleague
from tests.e2e.program import HTTP, Program, until
from tests.e2e.rigs import Telegram, Twilio
from tests.learning import learnt

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n" + b" " * 3000
TOO_LARGE = b"x" * 30_000_000
ASKED = "Vorrei parlare con un operatore"


def a_picture() -> bytes:
    """Return a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (320, 200), (30, 90, 160)).save(file, "PNG")
    return file.getvalue()


PNG = a_picture()


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, twilio_rig: Twilio, telegram_rig: Telegram
) -> Iterator[Program]:
    """The program on both rigs; vendors fetch from it where it listens."""
    settings = {**twilio_rig.settings, **telegram_rig.settings}
    program = Program(tmp_path_factory.mktemp("attachments"), settings, ("serve", "--demo"))
    settings["SPORTELLO_PUBLIC_URL"] = program.base
    shutil.copytree(learnt(), program.home / "cache")
    try:
        yield program.start()
        program.stop()
    finally:
        program.kill()


@pytest.fixture(scope="module")
def colleague(desk: Program) -> Iterator[Colleague]:
    with Colleague(desk) as signed_in:
        yield signed_in


@pytest.fixture
def people(browser: Browser, desk: Program) -> Iterator[list[Person]]:
    """Browsers of people; in the end no page may have complained of anything."""
    opened: list[Person] = []
    yield opened
    complaints = [complaint for one in opened for complaint in one.complaints]
    for one in opened:
        one.close()
    assert complaints == []


def media_of(twilio: Twilio, to: str) -> list[str]:
    """Return the addresses of files that Twilio was told to fetch for a customer."""
    accepted = [call for call in twilio.attempts(to) if call.get("status") == 201]
    return [url for call in accepted for url in call["form"].get("MediaUrl", [])]


def test_on_whatsapp_files_follow_the_text_and_twilio_can_fetch_them(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    chat = f"whatsapp:{stranger}"
    twilio.write(f"{desk.base}/webhooks/twilio", stranger, ASKED)
    until(lambda: len(colleague.deliveries(chat)) >= 1)

    sent = colleague.reply_with(chat, "Ecco la guida", ("la guida.pdf", PDF), ("foto.png", PNG))

    assert sent.is_success
    until(lambda: len(media_of(twilio, stranger)) == 2)
    guide, photo = media_of(twilio, stranger)
    fetched, looked_at = HTTP.get(guide), HTTP.head(photo)
    assert (fetched.content, fetched.headers["content-type"]) == (PDF, "application/pdf")
    assert guide.endswith("/la%20guida.pdf")
    assert looked_at.headers["content-type"] == "image/png"
    assert looked_at.headers["content-length"] == str(len(PNG))
    until(lambda: colleague.deliveries(chat)[-3:] == ["read"] * 3)
    page = colleague.chat(chat)
    assert urlsplit(guide).path in page
    assert page.index("Ecco la guida") < page.index("la guida.pdf") < page.index("foto.png")


def test_a_type_that_whatsapp_does_not_take_is_refused_before_anything_leaves(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    chat = f"whatsapp:{stranger}"
    twilio.write(f"{desk.base}/webhooks/twilio", stranger, ASKED)
    until(lambda: len(colleague.deliveries(chat)) >= 1)

    sent = colleague.reply_with(chat, "Ecco gli appunti", ("appunti.txt", b"Due righe."))

    assert sent.status_code == 415
    assert "WhatsApp non accetta file come" in sent.text
    assert ">Ecco gli appunti</textarea>" in sent.text
    assert media_of(twilio, stranger) == []


def test_thirty_megabytes_are_refused_kindly_and_the_text_is_kept(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(f"{desk.base}/webhooks/twilio", stranger, ASKED)
    until(lambda: stranger in colleague.queue())

    sent = colleague.reply_with(f"whatsapp:{stranger}", "Ecco il video", ("v.mp4", TOO_LARGE))

    assert sent.status_code == 413
    assert "superano in tutto i 20 MB" in sent.text
    assert ">Ecco il video</textarea>" in sent.text


def test_on_telegram_files_are_uploaded(
    desk: Program, telegram: Telegram, colleague: Colleague
) -> None:
    customer = 7_001
    telegram.register(desk.base)
    telegram.write(customer, text=ASKED)
    until(lambda: telegram.accepted(customer))

    colleague.reply_with(f"telegram:{customer}", "Ecco", ("la guida.pdf", PDF), ("foto.png", PNG))

    until(lambda: telegram.calls("sendPhoto"))
    (document,), (photo,) = telegram.calls("sendDocument"), telegram.calls("sendPhoto")
    assert (document["status"], photo["status"]) == (200, 200)
    last = telegram.read(customer)[-3:]
    assert [kind for one in last for kind in ("text", "document", "photo") if kind in one] == [
        "text",
        "document",
        "photo",
    ]
    until(lambda: colleague.deliveries(f"telegram:{customer}")[-3:] == ["sent"] * 3)


def a_file(name: str, content: bytes, kind: str = "application/pdf") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(page: Page, *files: dict[str, object]) -> None:
    page.get_by_label("Allega file").set_input_files(list(files))  # type: ignore[arg-type]  # as Playwright documents them


def drop(page: Page, name: str) -> None:
    """Drop a small PDF on the composer."""
    page.evaluate(
        """name => {
          const data = new DataTransfer();
          data.items.add(new File(["%PDF-1.4 lasciato"], name, {type: "application/pdf"}));
          for (const kind of ["dragover", "drop"])
            document.getElementById("composer").dispatchEvent(
              new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        name,
    )


def paste(page: Page, name: str) -> None:
    """Paste a small picture into the text."""
    page.evaluate(
        """name => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10])], name,
                                  {type: "image/png"}));
          document.getElementById("text").dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        name,
    )


def in_one_chat(
    browser: Browser, desk: Program, people: list[Person], size: dict[str, int]
) -> tuple[Person, Person]:
    """Return a customer of the web chat and the colleague who has opened that chat."""
    customer, colleague = Person(browser, desk, size), Person(browser, desk, size)
    people += [customer, colleague]
    customer.page.goto("/")
    customer.write(ASKED)
    expect(customer.page.locator("#messages .bot")).not_to_have_count(0)
    colleague.sign_in(desk.password)
    colleague.open(customer)
    expect(colleague.page.locator("#attach.scripted")).to_be_visible()  # Its script is there.
    return customer, colleague


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_files_are_chosen_taken_away_sent_and_saved(
    browser: Browser, desk: Program, people: list[Person], size: dict[str, int]
) -> None:
    customer, colleague = in_one_chat(browser, desk, people, size)
    page, chosen = colleague.page, colleague.page.locator("#files-chosen li")

    choose(page, a_file("la guida.pdf", PDF), a_file("foto.png", PNG, "image/png"))
    choose(page, a_file("sbagliato.pdf", PDF))
    drop(page, "lasciato.pdf")
    paste(page, "incollato.png")
    expect(chosen).to_have_count(5)
    for name in ("sbagliato.pdf", "lasciato.pdf", "incollato.png"):
        page.get_by_role("button", name=f"Togli {name}").press("Enter")
    expect(chosen).to_have_count(2)
    assert colleague.barriers(ALL_IMPACTS) == []
    assert not colleague.is_wider_than_the_screen()
    colleague.answer("Ecco la guida")

    link = customer.page.get_by_role("link", name="la guida.pdf")
    expect(link).to_be_visible()
    with customer.page.expect_download() as saving:
        link.click()
    assert saving.value.suggested_filename == "la guida.pdf"
    assert Path(saving.value.path()).read_bytes() == PDF
    expect(customer.page.locator("#messages img.picture")).to_be_visible()
    assert customer.page.evaluate("document.querySelector('#messages img').naturalWidth") == 320
    assert customer.barriers(ALL_IMPACTS) == []
    assert not customer.is_wider_than_the_screen()
    expect(page.locator("#transcript .entry.staff")).to_have_count(3)
    expect(chosen).to_have_count(0)
    expect(page.get_by_label("Testo")).to_have_value("")


def test_what_is_too_large_never_leaves_the_browser_and_the_text_stays(
    browser: Browser, desk: Program, people: list[Person]
) -> None:
    customer, colleague = in_one_chat(browser, desk, people, DESKTOP)
    page = colleague.page
    page.get_by_label("Testo").fill("Ecco il video")

    choose(page, a_file("video.mp4", TOO_LARGE, "video/mp4"))

    expect(page.locator("#files-problem")).to_contain_text("«video.mp4» è di 30,0 MB")
    expect(page.locator("#files-chosen li")).to_have_count(0)
    choose(page, a_file("programma.exe", b"MZ"))
    expect(page.locator("#files-problem")).to_contain_text("di questo tipo")
    expect(page.get_by_label("Testo")).to_have_value("Ecco il video")
    choose(page, a_file("finto.pdf", b"\x7fELF\x02\x01\x01\0\0\0\0\0"))
    colleague.press("Invia al cliente")
    expect(page.locator("#notice")).to_contain_text("è di un tipo che non si può inviare")
    expect(page.get_by_label("Testo")).to_have_value("Ecco il video")
    expect(customer.page.locator("#messages .staff")).to_have_count(0)
    # The browser notes the refusal by itself.
    colleague.complaints = [one for one in colleague.complaints if "415" not in one]


def test_a_note_takes_no_files_and_leaves_them_chosen(
    browser: Browser, desk: Program, people: list[Person]
) -> None:
    customer, colleague = in_one_chat(browser, desk, people, DESKTOP)
    choose(colleague.page, a_file("la guida.pdf", PDF))

    colleague.note("Gli mando la guida")
    expect(colleague.page.locator("#files-chosen li")).to_have_count(1)
    colleague.press("Invia al cliente")

    expect(customer.page.get_by_role("link", name="la guida.pdf")).to_be_visible()
    expect(customer.page.get_by_text("Gli mando la guida")).to_have_count(0)


def refreshed(customer: Person) -> Page:
    """Return the page without scripts as it is now."""
    customer.page.get_by_role("link", name="Aggiorna la pagina").click()
    return customer.page


def test_without_scripts_files_are_sent_and_saved(
    browser: Browser, desk: Program, people: list[Person]
) -> None:
    customer = Person(browser, desk, PHONE, scripts=False)
    people.append(customer)
    customer.page.goto("/chat/plain")
    customer.write(ASKED)
    until(lambda: refreshed(customer).locator(".bubble.bot").count())
    colleague = Person(browser, desk, PHONE, scripts=False)
    people.append(colleague)
    colleague.sign_in(desk.password)
    (secret,) = customer.cookies
    chat = hashlib.sha256(secret.encode()).hexdigest()[:32]
    colleague.page.goto(f"/desk/chats/web:{chat}")
    choose(colleague.page, a_file("la guida.pdf", PDF))
    colleague.answer("Ecco")
    expect(colleague.page.locator(".entry.staff")).to_have_count(2)

    until(lambda: refreshed(customer).get_by_role("link", name="la guida.pdf").count())
    address = customer.page.get_by_role("link", name="la guida.pdf").get_attribute("href")

    assert HTTP.get(f"{desk.base}{address}").content == PDF
    assert not customer.is_wider_than_the_screen()
    with httpx.Client(base_url=desk.base, trust_env=False) as somebody:
        assert somebody.get(f"/files/guessed{address}").status_code == 404
