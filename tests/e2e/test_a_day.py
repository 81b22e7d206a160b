"""The day of a colleague, from signing in to the last search, on a desk and on a telephone."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.colleague import Colleague
from tests.e2e.program import Program, free_port, until
from tests.e2e.rigs import Telegram, Twilio
from tests.e2e.words import question
from tests.learning import learnt

ASKS = "Vorrei parlare con un operatore"
PASSWORD = "graffetta cavallo batteria"


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Who writes: by WhatsApp, by Telegram, and from the site."""

    number: str
    telegram_id: int
    visitor: Person

    @property
    def word(self) -> str:
        """What only one of them says, so that a search finds that chat."""
        return f"pratica{self.telegram_id}"


class Letters:
    """Keeps the letters that a mail server is given."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's own name
        """Take a letter."""
        del server, session
        self.taken.append(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def letters() -> Letters:
    return Letters()


@pytest.fixture(scope="module")
def post(letters: Letters) -> Iterator[Controller]:
    """A mail server on this machine."""
    controller = Controller(letters, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory,
    twilio_rig: Twilio,
    telegram_rig: Telegram,
    post: Controller,
) -> Iterator[Program]:
    """The program on both rigs and a mail server."""
    mail = {
        "SMTP_HOST": post.hostname,
        "SMTP_PORT": str(post.port),
        "SMTP_SENDER": "desk@example.org",
        "SMTP_SECURITY": "none",
    }
    settings = {**twilio_rig.settings, **telegram_rig.settings, **mail}
    program = Program(tmp_path_factory.mktemp("day"), settings, ("serve", "--demo"))
    shutil.copytree(learnt(), program.home / "cache")
    try:
        yield program.start()
        program.stop()
    finally:
        program.kill()


@pytest.fixture(scope="module", autouse=True)
def _bruno(desk: Program) -> None:
    added = desk.run("staff", "add", "bruno", "--role", "staff", "--password", PASSWORD)
    assert added.returncode == 0, added.stderr


@pytest.fixture(params=[pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")])
def colleagues(
    request: pytest.FixtureRequest, browser: Browser, desk: Program
) -> Iterator[tuple[Person, Person]]:
    """Who works here all day, and a colleague."""
    both = Person(browser, desk, request.param), Person(browser, desk, request.param)
    both[0].sign_in(desk.password)
    both[1].sign_in(PASSWORD, name="bruno")
    yield both
    complaints = [complaint for one in both for complaint in one.complaints]
    for one in both:
        one.close()
    assert complaints == []


@pytest.fixture
def customers(browser: Browser, desk: Program, stranger: str) -> Iterator[Customers]:
    visitor = Person(browser, desk, DESKTOP)
    visitor.page.goto("/")
    yield Customers(number=stranger, telegram_id=next(_numbers), visitor=visitor)
    visitor.close()


_numbers = count(9001)


def row(colleague: Person, chat: str) -> Locator:
    return colleague.page.locator(f"[id='row-{chat}']")


def taken(colleague: Person, chat: str) -> Locator:
    """Open a chat from the list and take it; return its transcript."""
    colleague.page.goto("/desk")
    row(colleague, chat).click()
    colleague.press("Prendi")
    expect(colleague.page.locator("#status")).to_contain_text("in carico a me")
    return colleague.page.locator("#transcript")


def usable(colleague: Person) -> None:
    """Check that a page fits the screen and bars nobody."""
    assert not colleague.is_wider_than_the_screen(), colleague.page.url
    assert colleague.barriers(ALL_IMPACTS) == [], colleague.page.url


@pytest.fixture
def vendors(desk: Program, twilio: Twilio, telegram: Telegram) -> tuple[Twilio, Telegram]:
    """The vendors' rigs, which know where the program listens."""
    telegram.register(desk.base)
    return twilio, telegram


def test_a_whole_day(
    desk: Program,
    vendors: tuple[Twilio, Telegram],
    colleagues: tuple[Person, Person],
    customers: Customers,
) -> None:
    twilio, telegram = vendors
    anna, _ = colleagues
    usable(anna)
    twilio.write(f"{desk.base}/webhooks/twilio", customers.number, f"{ASKS}, {customers.word}")

    answered_on_whatsapp_and_passed_on(twilio, colleagues, customers)
    answered_on_telegram_and_given_back(telegram, anna, customers)
    answered_on_the_site_closed_and_rated(anna, customers.visitor)
    found_by_what_was_said(anna, customers)
    for path, words in {
        "/desk/numbers": "Chat chiuse",
        "/desk/audit": "bruno",
        "/desk/account": "Password",
        "/desk/accounts": "bruno",
    }.items():
        anna.page.goto(path)
        expect(anna.page.locator("main")).to_contain_text(words)
        usable(anna)


def answered_on_whatsapp_and_passed_on(
    twilio: Twilio, colleagues: tuple[Person, Person], customers: Customers
) -> None:
    """Somebody waits and the page says so by itself; a colleague hears why, and goes on."""
    (anna, bruno), chat = colleagues, f"whatsapp:{customers.number}"
    expect(row(anna, chat)).to_contain_text("ha chiesto una persona")
    expect(anna.page).to_have_title(re.compile(r"^\(\d+\) "))
    transcript = taken(anna, chat)
    usable(anna)
    anna.answer("Buongiorno, guardo subito.")
    until(lambda: "Buongiorno, guardo subito." in twilio.accepted(customers.number))
    expect(transcript.locator(".delivery.read")).not_to_have_count(0)

    anna.unfold("Passa")
    anna.page.locator("[name=to]").select_option("bruno")
    anna.page.get_by_label("Che cosa deve sapere").fill("Chiede della fattura.")
    anna.press("Passa la chat")
    expect(anna.page.locator("#status")).to_contain_text("in carico a bruno")
    bruno.page.goto("/desk?tab=mine")
    row(bruno, chat).click()
    expect(bruno.page.locator("#transcript")).to_contain_text("Chiede della fattura.")
    bruno.answer("La trova nella Sua area clienti.")
    until(lambda: "La trova nella Sua area clienti." in twilio.accepted(customers.number))


def answered_on_telegram_and_given_back(
    telegram: Telegram, anna: Person, customers: Customers
) -> None:
    """The bot speaks again, and says so."""
    telegram.write(customers.telegram_id, text=ASKS)
    until(lambda: telegram.accepted(customers.telegram_id))
    taken(anna, f"telegram:{customers.telegram_id}")
    anna.answer("Eccomi.")
    until(lambda: "Eccomi." in telegram.accepted(customers.telegram_id))

    anna.unfold("Al bot")
    anna.press("Ridai al bot")

    last = "assistente"
    until(lambda: last in telegram.accepted(customers.telegram_id)[-1])


def answered_on_the_site_closed_and_rated(anna: Person, visitor: Person) -> None:
    """A note stays inside."""
    visitor.write(ASKS)
    expect(visitor.page.locator("#speaker")).to_contain_text("un collega risponderà qui")
    transcript = taken(anna, visitor.conversation)
    anna.note("Ha già chiamato ieri.")
    anna.answer("Le rispondo io.")
    expect(visitor.page.locator("#messages")).to_contain_text("Le rispondo io.")

    anna.unfold("Chiudi")
    anna.press("Risolta")
    visitor.press("Bene")

    expect(transcript).to_contain_text("Il cliente ha valutato: bene")
    expect(visitor.page.locator("#messages")).not_to_contain_text("chiamato ieri")


def found_by_what_was_said(anna: Person, customers: Customers) -> None:
    anna.page.goto("/desk")
    anna.page.get_by_label("Cerca nelle chat").fill(customers.word)
    anna.page.locator("#list mark").first.click()
    expect(anna.page.locator("#transcript")).to_contain_text(customers.word)


def test_who_is_on_duty_is_called_to_an_emergency_at_once(
    desk: Program, vendors: tuple[Twilio, Telegram], letters: Letters, stranger: str
) -> None:
    twilio, telegram = vendors
    own = next(_numbers)
    telegram.write(own, text="/start")  # A bot may not write first.
    with Colleague(desk) as colleague:
        page = "/desk/account"
        colleague.send(page, f"{page}/reach", email="anna@example.org", chat=own)
        colleague.send(page, f"{page}/duty", on_duty="yes")

    twilio.write(f"{desk.base}/webhooks/twilio", stranger, question("emergency"))

    (letter,) = until(lambda: letters.taken)
    told = until(lambda: [one for one in telegram.accepted(own) if "Una chat aspetta" in one])
    words = message_from_bytes(letter.original_content or b"", policy=default).get_content()
    for text in (words, *told):
        assert f"{desk.base}/desk/chats/whatsapp%3A%2B{stranger[1:]}" in text
        assert question("emergency") not in text
    assert (letter.rcpt_tos, len(told)) == (["anna@example.org"], 1)
