"""What colleagues do with a chat at the console, as they see it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.conftest import Start
from tests.e2e.program import Program

SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")]
MENUS = ("Passa", "Rimanda", "Al bot", "Chiudi")


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    return start_shared(command=("serve", "--demo"))


@pytest.fixture
def customer(browser: Browser, desk: Program) -> Iterator[Person]:
    """Somebody who waits for a person."""
    visitor = Person(browser, desk, DESKTOP)
    visitor.page.goto("/")
    visitor.write("operatore")
    expect(visitor.page.locator("#speaker")).to_contain_text("un collega risponderà qui")
    yield visitor
    visitor.close()


@pytest.fixture(params=SIZES)
def colleague(
    request: pytest.FixtureRequest, browser: Browser, desk: Program, customer: Person
) -> Iterator[Person]:
    """Somebody who has just taken the chat."""
    employee = Person(browser, desk, request.param)
    employee.sign_in(desk.password)
    employee.open(customer)
    employee.press("Prendi")
    expect(employee.page.locator("#status")).to_contain_text("in carico a me")
    yield employee
    assert employee.complaints == []
    employee.close()


def test_each_menu_fits_the_screen_and_one_is_open_at_a_time(colleague: Person) -> None:
    panels = colleague.page.locator(".panel:visible")
    for menu in MENUS:
        colleague.unfold(menu)
        expect(panels).to_have_count(1)
        box = panels.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= colleague.page.evaluate("innerWidth")
        assert not colleague.is_wider_than_the_screen()
        assert colleague.barriers(ALL_IMPACTS) == []
    colleague.page.keyboard.press("Escape")
    expect(panels).to_have_count(0)


def test_a_chat_put_off_comes_back_when_the_customer_writes(
    customer: Person, colleague: Person
) -> None:
    status = colleague.page.locator("#status")
    colleague.unfold("Rimanda")
    colleague.press("Tra 1 ora")
    expect(status).to_contain_text("rimandata da me")
    colleague.unfold("Chiudi")  # An open menu stays while the page is refreshed...
    customer.write("ci siete ancora?")
    expect(colleague.page.locator("#transcript")).to_contain_text(
        "La chat rimandata è di nuovo qui"
    )
    expect(colleague.page.locator(".panel:visible")).to_have_count(1)
    colleague.page.keyboard.press("Escape")

    colleague.press("Lascia")  # ... and is out of date, which does no harm.

    expect(status).to_contain_text("in attesa")
    colleague.press("Prendi")
    expect(status).to_contain_text("in carico a me")


def test_a_chat_is_given_back_with_a_word_closed_and_opened_again(
    customer: Person, colleague: Person
) -> None:
    status = colleague.page.locator("#status")
    colleague.unfold("Al bot")
    colleague.press("Ridai al bot")
    expect(customer.page.locator("#messages")).to_contain_text("Le risponde di nuovo l'assistente")

    colleague.press("Prendi")
    colleague.unfold("Chiudi")
    colleague.press("Doppione")
    expect(status).to_contain_text("Doppione di un")
    colleague.press("Riapri")

    expect(status).to_contain_text("in carico a me")


def test_all_of_it_works_without_scripts(
    browser: Browser, desk: Program, customer: Person
) -> None:
    plain = Person(browser, desk, PHONE, scripts=False)
    plain.sign_in(desk.password)
    plain.open(customer)
    status = plain.page.locator("#status")

    plain.press("Prendi")
    plain.unfold("Rimanda")
    plain.page.get_by_label("Oppure fino a").fill("2099-01-01T10:00")
    plain.press("Rimanda a quel momento")
    expect(plain.page.locator("#notice")).to_contain_text("Non si può rimandare")
    plain.unfold("Rimanda")
    plain.press("Tra 1 ora")
    expect(status).to_contain_text("rimandata da me")
    plain.press("Riprendi")
    plain.unfold("Chiudi")
    plain.press("Spam")

    expect(status).to_contain_text("Spam")
    plain.close()
