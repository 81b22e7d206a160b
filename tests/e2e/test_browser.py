"""The web chat and the console, as people use them."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser import DESKTOP, PHONE, Person
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, Program
from tests.e2e.words import answer, question, sentence

Open = Callable[..., Person]
SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")]
ANSWER = answer("webmail_access").partition("\n")[0]


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    """The program with the demo contracts."""
    return start_shared(command=("serve", "--demo"))


@pytest.fixture
def person(browser: Browser, desk: Program) -> Iterator[Open]:
    """Give people browsers; in the end no page may have complained of anything."""
    people: list[Person] = []

    def enter(size: dict[str, int] = DESKTOP) -> Person:
        people.append(Person(browser, desk, size))
        return people[-1]

    yield enter
    complaints = [complaint for one in people for complaint in one.complaints]
    for one in people:
        one.close()
    assert complaints == []


@pytest.fixture
def customer(person: Open) -> Person:
    """Somebody who has opened the chat."""
    visitor = person()
    visitor.page.goto("/")
    return visitor


@pytest.fixture
def colleague(person: Open, desk: Program) -> Person:
    """Somebody who is signed in at the console."""
    employee = person()
    employee.sign_in(desk.password)
    return employee


def said(page: Page, text: str) -> Locator:
    """Return the messages of a chat that hold a text, on either side of it."""
    return page.locator("#messages, #transcript").get_by_text(text)


def test_a_customer_asks_reads_the_reply_and_finds_it_again_after_a_reload(
    customer: Person,
) -> None:
    customer.write(question("webmail_access"))

    expect(said(customer.page, ANSWER)).to_be_visible()
    customer.page.reload()
    expect(said(customer.page, question("webmail_access"))).to_be_visible()
    expect(said(customer.page, ANSWER)).to_be_visible()


def test_a_tap_on_a_button_is_answered(customer: Person) -> None:
    customer.write(question("webmail_access"))
    customer.press("Operatore")

    expect(said(customer.page, answer("human_handoff").partition("\n")[0])).to_be_visible()


@pytest.fixture
def held(customer: Person, colleague: Person) -> None:
    """The customer has called, and the colleague has taken the chat. Nobody reloads a page."""
    customer.write("operatore")
    expect(customer.page.locator("#speaker")).to_contain_text("un collega risponderà qui")
    colleague.open(customer)
    colleague.press("Prendi")
    expect(colleague.page.locator("#status")).to_contain_text("in carico a me")
    expect(customer.page.locator("#speaker")).to_have_text("le risponde un collega")


@pytest.mark.usefixtures("held")
def test_customer_and_colleague_talk_live_while_the_bot_is_silent(
    customer: Person, colleague: Person
) -> None:
    colleague.answer("Buongiorno, mi dica.")
    expect(said(customer.page, "Buongiorno, mi dica.")).to_be_visible()

    customer.write(question("webmail_access"))
    expect(said(colleague.page, question("webmail_access"))).to_be_visible()
    colleague.answer("Glielo spiego subito.")

    expect(said(customer.page, "Glielo spiego subito.")).to_be_visible()
    expect(said(customer.page, ANSWER)).to_have_count(0)


@pytest.mark.usefixtures("held")
def test_an_internal_note_never_reaches_the_customer(
    desk: Program, customer: Person, colleague: Person
) -> None:
    colleague.note("Chiede sempre due volte.")
    colleague.answer("Buongiorno, mi dica.")

    expect(said(colleague.page, "Chiede sempre due volte.")).to_be_visible()
    expect(said(customer.page, "Buongiorno, mi dica.")).to_be_visible()
    assert "Chiede sempre due volte." not in sent_until("Buongiorno, mi dica.", desk, customer)


@pytest.mark.usefixtures("held")
def test_a_chat_given_back_is_answered_by_the_bot_again(
    customer: Person, colleague: Person
) -> None:
    colleague.unfold("Al bot")
    colleague.press("Ridai al bot")
    expect(customer.page.locator("#speaker")).to_have_text("assistente automatico")

    customer.write(question("webmail_access"))

    expect(said(customer.page, ANSWER)).to_be_visible()
    expect(said(colleague.page, ANSWER)).to_be_visible()


@pytest.mark.usefixtures("held")
def test_a_closed_chat_says_so_and_opens_again_when_the_customer_writes(
    customer: Person, colleague: Person
) -> None:
    colleague.unfold("Chiudi")
    colleague.press("Risolta")
    expect(customer.page.locator("#speaker")).to_contain_text("chat chiusa")

    customer.write(question("webmail_access"))

    expect(said(customer.page, ANSWER)).to_be_visible()
    expect(colleague.page.locator("#status")).to_contain_text("risponde il bot")


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize("size", SIZES)
def test_who_was_helped_says_how_it_went_with_one_tap(
    customer: Person, colleague: Person, size: dict[str, int]
) -> None:
    colleague.answer("Ecco fatto.")
    expect(said(customer.page, "Ecco fatto.")).to_be_visible()
    colleague.unfold("Chiudi")
    colleague.press("Risolta")

    expect(said(customer.page, sentence("rating_ask"))).to_be_visible()
    customer.press(sentence("rating_good"))
    expect(said(customer.page, sentence("rating_thanks"))).to_be_visible()
    comment = f"Zzyx qwvt {size['width']}"
    customer.write(comment)
    expect(said(customer.page, sentence("rating_commented"))).to_be_visible()
    expect(customer.page.locator("#speaker")).to_contain_text("chat chiusa")
    expect(said(colleague.page, "Il cliente ha valutato: bene")).to_be_visible()

    colleague.page.set_viewport_size({"width": size["width"], "height": size["height"]})
    colleague.page.locator("#me summary").click()
    colleague.page.get_by_role("link", name="Numeri").click()
    expect(colleague.page.locator(".comments li").first).to_contain_text(comment)
    fits(colleague)
    colleague.page.get_by_role("link", name="30 giorni").click()
    expect(colleague.page.locator(".periods [aria-current]")).to_have_text("30 giorni")
    colleague.page.locator(".comments a").first.click()
    expect(said(colleague.page, comment)).to_be_visible()


def test_a_waiting_chat_appears_in_the_list_by_itself(customer: Person, colleague: Person) -> None:
    rows = colleague.page.locator("#queue .row")
    before = rows.count()

    customer.write("Vorrei parlare con un operatore")

    expect(rows).to_have_count(before + 1)
    expect(colleague.page).to_have_title(f"({before + 1}) Sportello - Chat")


LISTENS = """
window.rung = 0;
window.shown = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.rung += 1;
  return start.apply(this, when);
};
window.Notification = class extends EventTarget {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor(title, options) { super(); window.shown.push(options.body); }
};
Object.defineProperty(document, "hidden", { get: () => true });
"""


def test_new_work_is_called_out_once_by_title_sound_and_notification(
    customer: Person, colleague: Person
) -> None:
    first = colleague.page
    first.add_init_script(LISTENS)
    first.reload()
    first.locator("#me summary").click()
    expect(first.get_by_role("button", name="Suono")).to_have_attribute("aria-pressed", "false")
    colleague.press("Suono")
    first.get_by_role("button", name="Notifiche").click()
    expect(first.get_by_role("button", name="Notifiche")).to_have_attribute("aria-pressed", "true")
    assert first.evaluate("window.rung") == 2, "One hears what one has switched on."
    second = colleague.another_tab(LISTENS)
    second.get_by_role("link", name="Sportello").click(position={"x": 1, "y": 1})

    customer.write("operatore")

    called = "Chat web · ha chiesto una persona"
    for page in (first, second):
        expect(page).to_have_title(re.compile(r"^\(\d+\) "))
    both = [first, second]
    first.wait_for_timeout(500)
    lines = [line for page in both for line in page.evaluate("window.shown")]
    assert [called in line for line in lines] == [True]
    assert sum(page.evaluate("window.rung") for page in both) in {2, 4}


def test_what_a_customer_writes_is_shown_as_text_and_never_run(
    customer: Person, colleague: Person
) -> None:
    attack = "<img src=x onerror=alert(1)> operatore"
    customer.write(attack)

    expect(said(customer.page, attack)).to_be_visible()
    colleague.page.goto("/desk?tab=all")
    colleague.open(customer)
    expect(said(colleague.page, attack)).to_be_visible()


def test_the_chat_works_with_the_keyboard_alone(customer: Person) -> None:
    keys = customer.page.keyboard
    tab_to(customer.page, "Il suo messaggio")
    keys.type(question("webmail_access"))
    keys.press("Enter")
    expect(said(customer.page, ANSWER)).to_be_visible()

    keys.press("Shift+Tab")
    tab_to(customer.page, "Operatore", "Shift+Tab")
    keys.press("Enter")
    expect(customer.page.locator("#speaker")).to_contain_text("un collega risponderà qui")


def test_what_is_written_while_the_program_restarts_is_sent_afterwards(
    browser: Browser, start: Start
) -> None:
    desk = start()
    customer = Person(browser, desk, PHONE)
    customer.page.goto("/")
    expect(customer.page.locator("#speaker")).to_have_text("assistente automatico")
    desk.kill()
    expect(customer.page.get_by_text("Connessione interrotta.")).to_be_visible()
    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text("Non inviato.")).to_be_visible()

    desk.start()

    expect(said(customer.page, ANSWER)).to_be_visible()
    expect(customer.page.get_by_text("Connessione interrotta.")).to_be_hidden()
    customer.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_can_be_used_by_everybody(
    person: Open, desk: Program, size: dict[str, int], scheme: str
) -> None:
    customer, colleague = person(size), person(size)
    for one in (customer, colleague):
        one.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    customer.page.goto("/")
    fits(customer)
    customer.write(f"{question('webmail_access')} {'m' * 200}")
    expect(customer.page.locator("#messages .bot")).to_have_count(1)
    fits(customer)
    customer.write("operatore")
    expect(customer.page.locator("#speaker")).to_contain_text("un collega risponderà qui")
    colleague.page.goto("/desk")
    fits(colleague)
    colleague.sign_in(desk.password)
    fits(colleague)
    colleague.open(customer)
    fits(colleague)
    colleague.press("Prendi")
    colleague.note("n" * 200)
    fits(colleague)
    colleague.page.goto("/docs")
    fits(colleague)
    colleague.page.goto("/desk/numbers?days=90")
    fits(colleague)


def fits(person: Person) -> None:
    """Check that a page needs no scrolling sideways and has no serious barrier."""
    assert not person.is_wider_than_the_screen(), person.page.url
    assert person.barriers() == [], person.page.url


def sent_until(text: str, desk: Program, customer: Person) -> str:
    """Return all that the program sends to the browser of a customer, up to a text."""
    sent = ""
    headers = {"X-Chat-Token": customer.secret}
    with HTTP.stream("GET", f"{desk.base}/chat/events", headers=headers) as events:
        for part in events.iter_text():
            sent += part
            if text in sent:
                break
    return sent


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press a key until what has that name is reached."""
    for _ in range(20):
        page.keyboard.press(key)
        if page.evaluate(_NAME_OF_ACTIVE) == name:
            return
    pytest.fail(f"{key} never reaches {name!r}.")


_NAME_OF_ACTIVE = (
    "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
)
