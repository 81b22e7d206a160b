"""The composer and what stands beside a chat, in a real browser."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.words import answer, question

Open = Callable[..., Person]
SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")]
REFUSED = re.compile(r"status of 4\d\d|Error Code 4\d\d")
"""What a browser says of an answer of ours that is a refusal."""
PASTED = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    """The program with the demo contracts."""
    program = start_shared(command=("serve", "--demo"))
    assert program.run("staff", "add", "bruno", "--password", "correct horse").returncode == 0
    return program


@pytest.fixture
def person(browser: Browser, desk: Program) -> Iterator[Open]:
    """Give people browsers; in the end no page may have complained, but of refusals."""
    people: list[Person] = []

    def enter(size: dict[str, int] = DESKTOP, *, scripts: bool = True) -> Person:
        people.append(Person(browser, desk, size, scripts=scripts))
        return people[-1]

    yield enter
    said = [complaint for one in people for complaint in one.complaints]
    for one in people:
        one.close()
    assert [one for one in said if not REFUSED.search(one)] == []


@pytest.fixture
def customer(person: Open) -> Person:
    """Somebody who has been answered by the bot."""
    visitor = person()
    visitor.page.goto("/")
    visitor.write(question("webmail_access"))
    expect(visitor.page.locator("#messages .bot")).to_have_count(1)
    return visitor


@pytest.fixture
def colleague(person: Open, desk: Program, customer: Person) -> Person:
    """Somebody at the console, with that chat open."""
    return opened(person(), desk, customer)


def opened(who: Person, desk: Program, customer: Person) -> Person:
    who.sign_in(desk.password)
    who.page.goto(f"/desk/chats/{customer.conversation}")
    expect(who.page.locator("#transcript .bot")).to_have_count(1)
    return who


def text(page: Page) -> str:
    return page.locator("#text").input_value()


# --- Ready replies


def test_a_slash_opens_the_ready_replies_and_keys_choose_one(
    colleague: Person, customer: Person
) -> None:
    page = colleague.page
    page.locator("#text").press_sequentially("/")
    expect(page.get_by_role("combobox", name="Cerca tra le risposte pronte")).to_be_focused()
    expect(page.locator("#canned-list").get_by_role("option").first).to_have_attribute(
        "aria-selected", "true"
    )

    page.keyboard.type("orari help")
    expect(page.locator("#canned-list").get_by_role("option")).to_have_count(1)
    assert colleague.barriers(ALL_IMPACTS) == []
    page.keyboard.press("Enter")

    expect(page.locator("#text")).to_be_focused()
    assert "dalle 9.30 alle 13.00" in text(page)
    page.keyboard.press("Control+Enter")
    expect(customer.page.locator("#messages .staff")).to_contain_text("dalle 9.30 alle 13.00")
    expect(page.locator("#text")).to_have_value("")


def test_who_is_at_the_end_of_a_chat_stays_there_whatever_opens_around_it(
    colleague: Person, customer: Person
) -> None:
    page = colleague.page
    for _ in range(2):
        customer.write(question("contact_hours"))
        expect(page.locator("#transcript .customer").last).to_contain_text(
            question("contact_hours")
        )
        colleague.press("Risposte pronte")
        expect(page.locator("#canned-list").get_by_role("option").first).to_be_visible()
        customer.write(question("expired_domain_recovery"))
        expect(page.locator("#transcript .customer").last).to_contain_text(
            question("expired_domain_recovery")
        )
        page.keyboard.press("Escape")
    colleague.press("Prendi")
    colleague.answer("Eccomi.")
    expect(page.locator("#transcript")).to_contain_text("Eccomi.")
    colleague.unfold("Chiudi")
    colleague.press("Risolta")
    expect(page.locator("#transcript .event").last).to_contain_text("ha chiuso la chat")

    below = "(it) => it.scrollHeight - it.scrollTop - it.clientHeight"
    until(lambda: page.locator("#transcript").evaluate(below) < 2)


def test_arrows_move_escape_closes_and_a_second_slash_is_a_slash(colleague: Person) -> None:
    page = colleague.page
    page.locator("#text").press_sequentially("/")
    expect(page.locator("#canned-list").get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    last = page.locator("#canned-list").get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    active = page.locator("#canned-filter").get_attribute("aria-activedescendant")
    assert active == last.get_attribute("id")
    page.keyboard.press("Escape")
    expect(page.locator("#canned")).to_be_hidden()
    expect(page.locator("#text")).to_be_focused()

    page.keyboard.type("//")

    expect(page.locator("#text")).to_have_value("/")


def test_what_cannot_be_filled_stays_a_gap_and_is_not_sent(
    colleague: Person, customer: Person
) -> None:
    page = colleague.page
    colleague.press("Risposte pronte")
    page.get_by_role("option", name="Fattura da pagare").click()

    expect(page.locator("#gaps")).to_contain_text("importo (chi scrive non è verificato)")
    assert page.evaluate("getSelection().toString()") == "[…]"
    colleague.press("Invia al cliente")
    assert "[…]" in text(page)
    expect(customer.page.locator("#messages .staff")).to_have_count(0)

    page.locator("#text").fill("Le dico l'importo al telefono.")
    expect(page.locator("#gaps")).to_be_empty()
    colleague.press("Invia al cliente")
    expect(customer.page.locator("#messages .staff")).to_have_count(1)


def test_for_who_was_recognised_a_reply_is_filled_from_the_contract(colleague: Person) -> None:
    page = colleague.page
    page.get_by_label("Numero del contratto").fill("DEMO-0001")
    colleague.press("Conferma")
    expect(page.locator("#card .contract")).to_have_count(1)

    colleague.press("Risposte pronte")
    page.keyboard.type("scadenza del contratto")
    page.keyboard.press("Enter")

    assert "studio-verdi.example" in text(page)
    assert "[…]" not in text(page)


def test_without_scripts_a_ready_reply_comes_with_a_button(
    person: Open, desk: Program, customer: Person
) -> None:
    plain = opened(person(scripts=False), desk, customer)

    plain.page.locator("#canned-plain").select_option("Serve altro")
    plain.press("Inserisci")

    assert "Posso esserLe utile per altro?" in text(plain.page)


# --- Preview


def test_the_preview_counts_and_shows_pasted_html_as_text(
    colleague: Person, customer: Person
) -> None:
    page = colleague.page
    page.locator("#text").fill("parola " * 700)
    expect(page.locator("#preview-count")).to_have_text("2 messaggi, 4899 caratteri")

    page.locator("#text").fill(PASTED)
    expect(page.locator("#preview-count")).to_have_text(f"1 messaggio, {len(PASTED)} caratteri")
    page.get_by_text("Anteprima").click()
    expect(page.locator("#preview-body .bubble")).to_have_text(PASTED)
    colleague.press("Invia al cliente")

    expect(customer.page.locator("#messages .staff")).to_contain_text(PASTED)
    expect(page.locator("#transcript .staff .words")).to_have_text(PASTED)
    assert page.locator("img[src=x]").count() == 0


# --- Drafts


def test_reply_and_note_each_keep_their_draft(colleague: Person) -> None:
    page = colleague.page
    page.locator("#text").fill("per il cliente")
    page.get_by_label("Nota interna").check()
    expect(page.locator("#text")).to_have_value("")
    page.locator("#text").fill("per noi")
    page.reload()

    expect(page.locator("#text")).to_have_value("per il cliente")
    page.get_by_label("Nota interna").check()
    expect(page.locator("#text")).to_have_value("per noi")
    colleague.press("Salva la nota")
    expect(page.get_by_label("Risposta al cliente")).to_be_checked()
    expect(page.locator("#text")).to_have_value("per il cliente")


def test_a_draft_outlives_the_session(colleague: Person, desk: Program) -> None:
    page = colleague.page
    page.locator("#text").fill("a metà della risposta")
    page.context.clear_cookies()
    colleague.press("Invia al cliente")

    expect(page.locator("#expired")).to_contain_text("Sessione scaduta")
    assert text(page) == "a metà della risposta"
    assert colleague.barriers(ALL_IMPACTS) == []
    page.get_by_role("link", name="acceda di nuovo").click()
    page.get_by_label("Nome").fill("desk")
    page.get_by_label("Password").fill(desk.password)
    colleague.press("Entra")

    expect(page.locator("#transcript")).to_be_visible()
    expect(page.locator("#text")).to_have_value("a metà della risposta")


def test_a_page_of_an_earlier_session_keeps_the_text_and_says_what_to_do(
    colleague: Person, desk: Program
) -> None:
    page = colleague.page
    page.locator("#text").fill("scritto prima")
    page.context.clear_cookies()
    tab = colleague.another_tab()
    tab.get_by_label("Nome").fill("desk")
    tab.get_by_label("Password").fill(desk.password)
    tab.get_by_role("button", name="Entra").click()
    expect(tab.locator("#text")).to_have_value("scritto prima")
    page.bring_to_front()

    colleague.press("Invia al cliente")

    expect(page.locator("#notice")).to_contain_text("il testo resta qui")
    assert text(page) == "scritto prima"
    page.get_by_role("link", name="la ricarichi").click()
    expect(page.locator("#text")).to_have_value("scritto prima")


def test_two_tabs_share_a_draft(colleague: Person) -> None:
    first, second = colleague.page, colleague.another_tab()
    second.locator("#text").fill("dal secondo")
    second.locator("#text").blur()  # Playwright shows every tab as the one in front.
    expect(first.locator("#text")).to_have_value("dal secondo")

    first.bring_to_front()
    first.locator("#text").fill("dal primo")

    expect(second.locator("#text")).to_have_value("dal primo")
    first.locator("#text").press("Control+Enter")
    expect(first.locator("#text")).to_have_value("")
    expect(second.locator("#text")).to_have_value("")


def test_an_expired_window_locks_the_composer_and_keeps_the_draft(
    colleague: Person, desk: Program, customer: Person
) -> None:
    """The web chat has no window: an approved message on the page stands for one."""
    page = colleague.page
    page.locator("#text").fill("una bozza")
    page.evaluate(
        "document.getElementById('window').append(Object.assign("
        "document.createElement('section'), {id: 'shut'}));"
        "document.getElementById('shut').dataset.locked = '';"
    )
    colleague.press("Prendi")

    expect(page.locator("#locked")).to_be_visible()
    expect(page.locator("#text")).to_have_value("una bozza")
    expect(page.locator("#text")).not_to_be_editable()
    expect(page.get_by_role("button", name="Invia al cliente")).to_be_disabled()
    assert colleague.barriers(ALL_IMPACTS) == []
    page.get_by_label("Nota interna").check()
    expect(page.locator("#text")).to_be_editable()
    page.get_by_label("Risposta al cliente").check()
    page.evaluate("document.getElementById('shut').remove()")
    customer.write("Eccomi")

    expect(page.locator("#transcript")).to_contain_text("Eccomi")
    expect(page.locator("#text")).to_be_editable()
    expect(page.locator("#text")).to_have_value("una bozza")


# --- Who else is there


def test_colleagues_see_one_another_look_and_type_and_customers_do_not(
    person: Open, desk: Program, customer: Person, colleague: Person
) -> None:
    bruno = person()
    bruno.page.goto("/desk")
    bruno.page.get_by_label("Nome").fill("bruno")
    bruno.page.get_by_label("Password").fill("correct horse")
    bruno.press("Entra")
    bruno.page.goto(colleague.page.url)

    expect(colleague.page.locator("#presence")).to_contain_text("bruno sta guardando")
    bruno.page.locator("#text").press_sequentially("Ci penso io")
    expect(colleague.page.locator("#presence")).to_contain_text("bruno sta scrivendo…")
    expect(colleague.page.locator("#presence")).not_to_contain_text("desk sta")
    expect(colleague.page.locator("#presence")).to_contain_text("bruno sta guardando")
    expect(customer.page.get_by_text("bruno")).to_have_count(0)

    bruno.page.goto("/desk")
    expect(colleague.page.locator("#presence")).not_to_contain_text("bruno")


# --- Beside the chat


def test_a_colleague_sees_why_and_says_whether_it_was_right(
    colleague: Person, desk: Program
) -> None:
    page = colleague.page
    page.get_by_text("Perché questa risposta").click()
    why = page.locator(".evidence")
    expect(why.get_by_role("link", name="Entrare in webmail")).to_be_visible()
    expect(why.locator("meter").first).to_be_visible()
    expect(why).to_contain_text("Secondo la pagina di aiuto")

    why.get_by_role("button", name="No").click()
    why.get_by_label("Che cosa chiedeva il cliente").select_option("webmail_password")
    why.get_by_label("Nota").fill("aveva perso la password")
    why.get_by_role("button", name="Salva").click()

    expect(why.get_by_label("Che cosa chiedeva il cliente")).to_have_value("webmail_password")
    expect(page.locator(".evidence summary")).to_contain_text("non giusta")
    assert colleague.barriers(ALL_IMPACTS) == []
    listed = desk.run("learning", "list")
    assert '"should_be": "webmail_password"' in listed.stdout
    assert '"note": "aveva perso la password"' in listed.stdout


def test_the_entry_of_the_faq_can_be_opened(colleague: Person) -> None:
    page = colleague.page
    page.goto("/desk/faq/webmail_access")

    expect(page.locator("main.sheet")).to_contain_text(answer("webmail_access").partition("\n")[0])
    assert colleague.barriers(ALL_IMPACTS) == []


def test_earlier_conversations_are_found(colleague: Person, customer: Person) -> None:
    page = colleague.page
    colleague.press("Prendi")
    colleague.unfold("Chiudi")
    colleague.press("Risolta")
    expect(page.locator("#status")).to_contain_text("chiusa")
    customer.write(question("contact_hours"))
    expect(page.locator("#status")).to_contain_text("risponde il bot")

    page.get_by_text("Conversazioni precedenti").click()

    link = page.locator("#past a").first
    expect(page.locator("#past")).to_contain_text("chiusa il")
    assert (link.get_attribute("href") or "").endswith("#entry-i" + first_entry(page))
    assert colleague.barriers(ALL_IMPACTS) == []


def first_entry(page: Page) -> str:
    found = page.locator("#transcript article").first.get_attribute("id") or ""
    return found.removeprefix("entry-i")


# --- On every screen


@pytest.mark.parametrize("size", SIZES)
def test_everything_fits_and_can_be_used_by_everybody(
    person: Open, desk: Program, customer: Person, size: dict[str, int]
) -> None:
    who = opened(person(size), desk, customer)
    page = who.page
    page.get_by_label("Numero del contratto").fill("DEMO-0001")
    who.press("Conferma")
    expect(page.locator("#card .contract")).to_have_count(1)
    page.get_by_text("Perché questa risposta").click()
    who.press("Risposte pronte")
    expect(page.locator("#canned-list").get_by_role("option").first).to_be_visible()

    assert who.barriers(ALL_IMPACTS) == []
    assert not who.is_wider_than_the_screen()
    page.keyboard.press("Enter")
    page.get_by_text("Anteprima").click()
    expect(page.locator("#preview-body .bubble")).to_have_count(1)
    assert who.barriers(ALL_IMPACTS) == []
    assert not who.is_wider_than_the_screen()


def test_marks_go_with_the_person(colleague: Person, customer: Person, desk: Program) -> None:
    page = colleague.page
    page.get_by_text("Perché questa risposta").click()
    page.locator(".evidence").get_by_role("button", name="Sì").click()
    expect(page.locator(".evidence summary")).to_contain_text("giusta")
    chat = customer.conversation

    assert '"right": true' in desk.run("customer", "export", "--chat", chat).stdout
    assert desk.run("customer", "erase", "--chat", chat, "--yes").returncode == 0

    with closing(sqlite3.connect(desk.home / "sportello.db")) as db:
        asked = "SELECT count(*) FROM mark WHERE conversation = ?"
        assert db.execute(asked, (chat,)).fetchone() == (0,)
