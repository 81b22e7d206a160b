"""The list of chats as colleagues use it: by filters, by searching, by the keyboard alone."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.domain.conversation import Conversation, HandoverReason, hand_over
from bot.domain.messages import Address, InboundMessage
from bot.ports import Turn
from bot.store.sqlite import SqliteStore
from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, Program

Open = Callable[..., Person]
SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")]
LONG = "telegram:9001"
NEEDLE = 120
MESSAGES = 350
MINUTE = timedelta(minutes=1)


def a_message(chat: str, text: str, at: datetime, name: str = "") -> InboundMessage:
    return InboundMessage(
        vendor_id=f"{chat} {at.timestamp()}",
        sender=Address.read(chat),
        text=text,
        received_at=at,
        name=name,
    )


async def fill(path: Path, now: datetime) -> None:
    """Put a day's work on the desk: 60 who wait, and a long chat in which a colleague helps."""
    store = SqliteStore.open(path, owner=True)
    kept = store.conversations
    for number in range(60):
        since = now - (100 - number) * MINUTE
        chat = f"telegram:{number}"
        message = a_message(chat, f"Richiesta {number} sulla fattura", since)
        (stored,) = await kept.accept([message])
        reason = HandoverReason.COMPLAINT if number % 2 else HandoverReason.ASKED
        known = Conversation(id=chat, address=message.sender, name=f"Cliente {number:02}")
        after = replace(hand_over(known, reason, since), language="en" if number == 7 else "it")
        turn = Turn(
            conversation=after, epoch_before=0, at=since, inbox_ids=(stored.id,), event="handover"
        )
        await kept.commit(replace(turn, note=reason))
    texts = [f"Messaggio numero {one}" for one in range(MESSAGES)]
    texts[NEEDLE] = "Qui c'è la parola àncora che si cerca"
    begun = now - MESSAGES * MINUTE
    said = [a_message(LONG, text, begun + at * MINUTE) for at, text in enumerate(texts)]
    numbers = tuple(one.id for one in await kept.accept(said))
    long = Conversation(id=LONG, address=Address.read(LONG), name="Lunga Storia")
    await kept.commit(Turn(conversation=long, epoch_before=0, at=now, inbox_ids=numbers))
    await store.close()


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    """The program with a day's work."""
    program = start_shared(command=("serve", "--demo"))
    program.stop()
    now = datetime.now(UTC)
    with ThreadPoolExecutor() as beside:  # Playwright's loop runs in this thread.
        beside.submit(asyncio.run, fill(program.home / "sportello.db", now)).result()
    return program.start()


@pytest.fixture
def colleague(browser: Browser, desk: Program, request: pytest.FixtureRequest) -> Iterator[Person]:
    """Somebody who is signed in; no page may complain of anything."""
    size = getattr(request, "param", DESKTOP)
    person = Person(browser, desk, size)
    person.sign_in(desk.password)
    ready(person.page)
    yield person
    complaints = person.complaints
    person.close()
    assert complaints == []


def ready(page: Page) -> None:
    """Wait until the page is live: by then all its scripts listen."""
    expect(page.locator("#live")).to_have_attribute("data-state", "on")


def open_chat(page: Page, chat: str) -> None:
    page.goto(f"/desk/chats/{chat.replace(':', '%3A')}")
    ready(page)


def rows(page: Page) -> Locator:
    return page.locator("#list .row")


def names(page: Page) -> list[str]:
    return page.locator("#list .row strong").all_inner_texts()


def in_focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_who_waits_longest_is_first_and_the_list_has_pages(colleague: Person) -> None:
    page = colleague.page

    assert names(page)[:2] == ["Cliente 00", "Cliente 01"]
    expect(rows(page)).to_have_count(50)
    page.get_by_role("link", name="Le successive").click()
    expect(rows(page).first).to_contain_text("Cliente 50")
    page.get_by_role("link", name="Dall\u2019inizio").click()
    expect(rows(page).first).to_contain_text("Cliente 00")


@pytest.mark.parametrize("colleague", SIZES, indirect=True)
def test_filters_narrow_the_list_at_once(colleague: Person) -> None:
    page = colleague.page
    page.get_by_text("Filtri").click()

    page.get_by_label("Perché una persona").select_option("reclamo")
    expect(rows(page).first).to_contain_text("Cliente 01")
    page.get_by_label("Perché una persona").select_option("qualunque motivo")
    page.locator("#language").select_option("inglese")

    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("inglese")
    assert colleague.barriers(ALL_IMPACTS) == []
    assert not colleague.is_wider_than_the_screen()
    rows(page).click()
    expect(page.locator("#transcript")).to_be_visible()
    assert names(page) == ["Cliente 07"]


@pytest.mark.parametrize("colleague", SIZES, indirect=True)
def test_a_word_of_long_ago_is_found_while_it_is_typed_and_opens_where_it_was_said(
    colleague: Person,
) -> None:
    page = colleague.page
    page.get_by_role("searchbox").press_sequentially("anco")

    expect(rows(page)).to_have_count(1)
    expect(page.locator("#list mark")).to_have_text("àncora")
    assert colleague.barriers(ALL_IMPACTS) == []
    rows(page).click()

    entry = page.locator(".entry:target")
    expect(entry).to_contain_text("àncora")
    expect(entry).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Lunga Storia")).to_be_in_viewport()
    assert colleague.barriers(ALL_IMPACTS) == []
    page.get_by_role("link", name="Vai agli ultimi messaggi").click()
    expect(page.get_by_text(f"Messaggio numero {MESSAGES - 1}", exact=True)).to_be_in_viewport()


def test_a_name_and_signs_are_no_trouble(colleague: Person) -> None:
    page = colleague.page
    page.get_by_role("searchbox").fill('"lunga storia" OR *')
    expect(page.locator("#list [role=status]")).to_contain_text("Nessun risultato")
    page.get_by_role("searchbox").fill("lunga sto")

    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("chi scrive")


def test_without_scripts_search_and_pages_work(browser: Browser, desk: Program) -> None:
    person = Person(browser, desk, DESKTOP, scripts=False)
    person.sign_in(desk.password)
    page = person.page
    page.get_by_role("searchbox").fill("ancora")
    person.press("Cerca")
    expect(rows(page)).to_have_count(1)
    page.goto(f"/desk/chats/{LONG.replace(':', '%3A')}")

    page.get_by_role("link", name="Messaggi precedenti").click()

    expect(page.get_by_text("Messaggio numero 249", exact=True)).to_be_visible()
    expect(page.get_by_text("Messaggio numero 250", exact=True)).to_have_count(0)
    assert person.complaints == []
    person.close()


@pytest.mark.parametrize("colleague", SIZES, indirect=True)
def test_a_long_chat_is_read_backwards_without_losing_ones_place(
    colleague: Person, desk: Program
) -> None:
    page = colleague.page
    open_chat(page, LONG)
    last, first = message(page, MESSAGES - 1), message(page, MESSAGES - 100)
    expect(last).to_be_in_viewport()
    expect(page.locator("#transcript .entry")).to_have_count(100)

    page.evaluate("document.getElementById('transcript').scrollTop = 0")

    expect(message(page, MESSAGES - 101)).to_be_attached()
    expect(first).to_be_in_viewport()
    page.get_by_label("Nota interna").check()
    page.get_by_label("Testo").fill("Nota di prova")
    page.get_by_role("button", name="Salva la nota").click()
    expect(page.locator("#latest .note").last).to_contain_text("Nota di prova")
    expect(message(page, MESSAGES - 101)).to_be_attached()
    expect(first).to_have_count(1)
    assert colleague.barriers(ALL_IMPACTS) == []


def message(page: Page, number: int) -> Locator:
    return page.locator("#transcript").get_by_text(f"Messaggio numero {number}", exact=True)


def test_a_chat_is_found_and_opened_without_a_mouse(colleague: Person) -> None:
    page, keys = colleague.page, colleague.page.keyboard
    keys.press("j")
    assert in_focus(page) == "row-telegram:0"
    for key in ("j", "ArrowDown", "k"):
        keys.press(key)
    assert in_focus(page) == "row-telegram:1"
    keys.press("Enter")

    expect(page.locator("#status")).to_contain_text("Cliente 01")
    ready(page)
    keys.press("u")
    expect(page.locator(".nothing")).to_be_visible()
    ready(page)
    keys.press("3")
    expect(page.locator("#tab-all")).to_have_attribute("aria-current", "page")


def test_a_chat_is_taken_noted_answered_and_closed_without_a_mouse(colleague: Person) -> None:
    page, keys = colleague.page, colleague.page.keyboard
    open_chat(page, "telegram:3")
    keys.press("c")
    expect(page.locator("#status")).to_contain_text("in carico a me")
    keys.press("n")
    keys.type("cbe: una nota")
    expect(page.locator("#mode-note")).to_be_checked()
    keys.press("Control+Enter")
    expect(page.locator("#transcript .note")).to_contain_text("cbe: una nota")

    keys.press("Escape")
    keys.press("r")
    expect(page.locator("#mode-reply")).to_be_checked()
    expect(page.locator("#text")).to_be_focused()
    keys.press("Escape")
    keys.press("e")
    expect(page.get_by_role("button", name="Risolta")).to_be_focused()
    keys.press("Enter")

    expect(page.locator("#status")).to_contain_text("chiusa")


def test_keys_mean_nothing_while_one_types_or_with_another_key(colleague: Person) -> None:
    page, keys = colleague.page, colleague.page.keyboard
    open_chat(page, "telegram:2")

    keys.press("/")
    expect(page.locator("#words")).to_be_focused()
    keys.type("cj5?")
    keys.press("Escape")
    expect(page.locator("#words")).not_to_be_focused()
    keys.press("Alt+c")
    keys.press("Meta+c")

    expect(page.locator("#status")).to_contain_text("in attesa")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith("/desk/chats/telegram%3A2")


def test_keys_are_told_on_demand(colleague: Person) -> None:
    page, keys = colleague.page, colleague.page.keyboard
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert colleague.barriers(ALL_IMPACTS) == []

    keys.press("5")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("Escape")

    expect(page.locator("#keys")).to_be_hidden()


def test_the_row_in_focus_stays_so_when_the_list_is_fetched_anew(
    colleague: Person, desk: Program
) -> None:
    page, keys = colleague.page, colleague.page.keyboard
    for _ in range(3):
        keys.press("j")
    before = in_focus(page)
    waiting = int(page.locator("#tab-waiting b").inner_text())

    headers = {"X-Chat-Token": HTTP.post(f"{desk.base}/chat/sessions").json()["token"]}
    body = {"id": "7f2b9d64-51d3-4c39-9b6e-0f6a7b1c2d3e", "text": "operatore"}
    HTTP.post(f"{desk.base}/chat/messages", json=body, headers=headers)

    expect(page.locator("#tab-waiting b")).to_have_text(str(waiting + 1))
    assert before == in_focus(page) != ""
    keys.press("k")
    assert in_focus(page) != before


MEASURES = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""
MOST_BYTES = 100_000


@pytest.mark.parametrize("path", ["/desk", f"/desk/chats/{LONG}"])
def test_a_page_weighs_little_and_nothing_jumps_while_it_appears(
    colleague: Person, path: str
) -> None:
    page, sizes = colleague.page, []
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    network.on("Network.loadingFinished", lambda it: sizes.append(it["encodedDataLength"]))
    page.add_init_script(MEASURES)

    page.goto(path)
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    page.wait_for_timeout(1000)  # The first refreshes have come.

    assert sum(sizes) < MOST_BYTES
    assert page.evaluate("window.shift") < 0.01
