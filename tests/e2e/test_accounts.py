"""Accounts of colleagues in a browser: invited, with a second step, by an identity provider."""

import re
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.conftest import Start
from tests.e2e.identity import Identity
from tests.e2e.program import Program

Open = Callable[..., Person]
SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")]
PASSWORD = "tre parole a caso"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identity]:
    provider = Identity(tmp_path_factory.mktemp("identity"))
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def desk(start_shared: Start, identity: Identity) -> Program:
    return start_shared(command=("serve",), **identity.settings)


@pytest.fixture
def person(browser: Browser, desk: Program) -> Iterator[Open]:
    people: list[Person] = []

    def enter(size: dict[str, int] = DESKTOP) -> Person:
        people.append(Person(browser, desk, size))
        return people[-1]

    yield enter
    for one in people:
        one.close()


def invited(admin: Person, name: str, email: str = "") -> str:
    """Return the link of an invitation."""
    admin.page.goto("/desk/accounts")
    admin.page.get_by_label("Nome").fill(name)
    admin.page.get_by_label("E-mail (facoltativa)").fill(email)
    admin.page.get_by_role("button", name=re.compile("^Crea")).click()
    return admin.page.locator("#made").input_value()


def come_in(one: Person, name: str, password: str = PASSWORD) -> None:
    one.page.goto("/desk/login")
    one.page.get_by_label("Nome").fill(name)
    one.page.get_by_label("Password").fill(password)
    one.press("Entra")


def accept(one: Person, link: str) -> None:
    one.page.goto(link)
    one.page.get_by_label("Password", exact=True).fill(PASSWORD)
    one.page.get_by_label("Di nuovo").fill(PASSWORD)
    one.press("Salva la password")


def code_of(one: Person) -> pyotp.TOTP:
    """Begin the second step and return an app that has photographed the code."""
    one.page.goto("/desk/account")
    one.press("Prepara il secondo passo")
    expect(one.page.get_by_alt_text("Codice QR da fotografare")).to_be_visible()
    drawn = one.page.evaluate(
        "(async (it) => (await it.decode(), it.naturalWidth))(document.querySelector('.qr'))"
    )
    assert drawn > 100
    return pyotp.TOTP(one.page.locator(".secret").inner_text())


def look(one: Person) -> None:
    """See that everybody can use the page, on this screen."""
    assert one.barriers(ALL_IMPACTS) == []
    assert not one.is_wider_than_the_screen()


@pytest.mark.parametrize("size", SIZES)
def test_each_page_of_an_admin_can_be_used_by_everybody(
    person: Open, desk: Program, size: dict[str, int]
) -> None:
    admin = person(size)
    admin.page.goto("/desk/login")
    look(admin)
    admin.sign_in(desk.password)
    admin.page.locator(".menu summary").click()
    assert admin.barriers() == []
    invited(admin, f"A name that is rather long {size['width']}", "long@desk.example")
    for step in admin.page.locator("details summary").all():
        step.click()
    look(admin)
    for path in ("/desk/audit", "/desk/account"):
        admin.page.goto(path)
        look(admin)
    assert admin.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_each_page_of_a_newcomer_can_be_used_by_everybody(
    person: Open, desk: Program, size: dict[str, int]
) -> None:
    admin, newcomer = person(), person(size)
    admin.sign_in(desk.password)
    name = f"Newcomer {size['width']}"
    link = invited(admin, name)
    newcomer.page.goto(link)
    look(newcomer)
    accept(newcomer, link)
    come_in(newcomer, name)
    app = code_of(newcomer)
    look(newcomer)
    newcomer.page.locator("#code").fill(app.now())
    newcomer.press("Attiva")
    expect(newcomer.page.locator(".codes li")).to_have_count(10)
    look(newcomer)
    newcomer.page.goto("/desk/audit")
    expect(newcomer.page.get_by_text("riservata agli amministratori")).to_be_visible()
    look(newcomer)
    assert [one for one in newcomer.complaints if "403" not in one] == []


def test_a_colleague_is_invited_and_comes_in_with_a_code(person: Open, desk: Program) -> None:
    admin, anna = person(), person(PHONE)
    admin.sign_in(desk.password)
    accept(anna, invited(admin, "Anna"))
    expect(anna.page.get_by_label("Nome")).to_have_value("Anna")
    come_in(anna, "Anna")
    app = code_of(anna)
    anna.page.locator("#code").fill(app.now())
    anna.press("Attiva")
    recovery = anna.page.locator(".codes code").first.inner_text()
    anna.page.locator("#me summary").click()
    anna.press("Esci")

    come_in(anna, "Anna")
    anna.page.locator("#code").fill(recovery)
    anna.press("Entra")

    expect(anna.page.locator("#queue")).to_be_visible()
    assert anna.complaints == []


def test_who_is_shut_out_is_out_at_once(person: Open, desk: Program) -> None:
    admin, eva = person(), person()
    admin.sign_in(desk.password)
    accept(eva, invited(admin, "Eva"))
    come_in(eva, "Eva")
    expect(eva.page.locator("#queue")).to_be_visible()

    admin.page.goto("/desk/accounts")
    admin.page.locator("li", has_text="Eva").locator("summary").click()
    admin.press("Disattiva (Eva)")
    expect(admin.page.get_by_text("non può più entrare")).to_be_visible()

    eva.page.goto("/desk")
    expect(eva.page.get_by_label("Password")).to_be_visible()
    log = desk.run("staff", "log", "--who", "desk").stdout
    assert re.search(r"desk  deactivate  Eva$", log, re.MULTILINE)


def by_identity(one: Person, subject: str) -> None:
    one.page.goto("/desk/login")
    one.page.get_by_role("link", name="Entra con account aziendale").click()
    one.page.get_by_placeholder("sub").fill(subject)
    one.press("Authorize")


def test_a_colleague_comes_in_by_the_identity_provider(
    person: Open, desk: Program, identity: Identity
) -> None:
    admin, carla, stranger = person(), person(), person(PHONE)
    admin.sign_in(desk.password)
    accept(carla, invited(admin, "Carla", "carla@desk.example"))
    identity.knows("42", email="Carla@desk.example", email_verified=True)
    identity.knows("43", email="nobody@desk.example", email_verified=True)
    identity.knows("44", email="carla@desk.example", email_verified=False)

    by_identity(carla, "42")
    expect(carla.page.locator("#queue")).to_be_visible()
    expect(carla.page.locator(".menu summary")).to_contain_text("Carla")

    by_identity(stranger, "43")
    expect(stranger.page.get_by_text("chieda a un amministratore")).to_be_visible()
    look(stranger)
    by_identity(stranger, "44")
    expect(stranger.page.get_by_text("non è riuscito")).to_be_visible()
    stranger.page.goto("/desk/login")
    stranger.page.get_by_role("link", name="Entra con account aziendale").click()
    stranger.press("Deny")
    expect(stranger.page.get_by_text("non è riuscito")).to_be_visible()


def test_a_provider_that_is_down_is_told_kindly(
    person: Open, start_shared: Start, tmp_path_factory: pytest.TempPathFactory, desk: Program
) -> None:
    gone = Identity(tmp_path_factory.mktemp("gone"))
    gone.stop()
    program = start_shared(command=("serve",), **gone.settings)
    one = person()

    one.page.goto(f"{program.base}/desk/identity")

    expect(one.page.get_by_text("al momento non risponde")).to_be_visible()
