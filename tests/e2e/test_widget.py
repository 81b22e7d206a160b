"""The chat on the site of a provider, and without scripts, as people use it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser import ALL_IMPACTS, DESKTOP, PHONE, Person
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.site import HOSTILE, Site, open_site
from tests.e2e.words import answer, question

Open = Callable[..., Person]
SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESKTOP, id="1280")]
ANSWER = answer("webmail_access").partition("\n")[0]
HANDOFF = answer("human_handoff").partition("\n")[0]
LAUNCHER = "Apri la chat di assistenza"
DOMAIN = "fiori-immaginati.example"


@pytest.fixture(scope="module")
def shared_site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_desk(start_shared: Start, shared_site: Site) -> Program:
    """The program with the demo contracts; the site may show its chat."""
    return start_shared(command=("serve", "--demo"), SPORTELLO_WIDGET_ORIGINS=shared_site.address)


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    """The site as it usually is; what a test changes is taken back."""
    usual = dict(vars(shared_site))
    yield shared_site
    vars(shared_site).update(usual)


@pytest.fixture
def desk(shared_desk: Program, site: Site) -> Program:
    site.home = shared_desk.base
    return shared_desk


@pytest.fixture
def person(browser: Browser, desk: Program) -> Iterator[Open]:
    """Give people browsers; in the end no page may have complained of anything."""
    people: list[Person] = []

    def enter(size: dict[str, int] = DESKTOP, **more: object) -> Person:
        people.append(Person(browser, desk, size, **more))  # type: ignore[arg-type]  # options by name
        return people[-1]

    yield enter
    complaints = [complaint for one in people for complaint in one.complaints]
    for one in people:
        one.close()
    assert complaints == []


@pytest.fixture
def visitor(person: Open, site: Site) -> Person:
    """Somebody who looks at the site."""
    one = person()
    one.page.goto(site.address)
    return one


@pytest.fixture
def customer(visitor: Person) -> Person:
    """Somebody who has opened the chat there."""
    visitor.press(LAUNCHER)
    return visitor


def test_under_a_strict_policy_a_customer_asks_taps_and_finds_the_chat_on_the_next_page(
    customer: Person,
) -> None:
    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()

    customer.press("Operatore")
    expect(customer.page.locator(".bubble.bot")).to_have_count(2)
    expect(last_reply(customer)).to_contain_text(HANDOFF)
    customer.page.get_by_role("button", name="Chiudi la chat").click()
    customer.page.get_by_role("link", name="Altro").click()
    customer.press(LAUNCHER)

    expect(customer.page.get_by_text(ANSWER)).to_be_visible()
    expect(last_reply(customer)).to_contain_text(HANDOFF)


def test_nothing_is_kept_and_nobody_is_named_before_the_first_message(customer: Person) -> None:
    calls: list[str] = []
    customer.page.on("request", lambda request: calls.append(request.url))
    customer.page.get_by_label("Il suo messaggio").fill("Ci sto ancora pensando")
    customer.press("English")
    customer.press("Italiano")
    kept, cookies = customer.kept, customer.cookies
    called = [url for url in calls if "/chat/" in url]

    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()

    assert (kept, cookies, called) == ({}, [], [])
    assert set(customer.kept) == {"sportello.token", "sportello.language", "sportello.seen"}
    assert customer.cookies == []


def test_a_new_chat_clears_what_was_kept(customer: Person) -> None:
    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()
    customer.page.on("dialog", lambda dialog: dialog.accept())

    customer.press("Nuova chat")

    expect(customer.page.get_by_text(ANSWER)).to_have_count(0)
    assert customer.kept == {}
    customer.write("operatore")
    expect(last_reply(customer)).to_contain_text(HANDOFF)
    expect(customer.page.get_by_text(ANSWER)).to_have_count(0)


def test_a_second_tab_shows_the_same_chat_and_forgets_it_too(customer: Person) -> None:
    second = customer.another_tab()
    second.get_by_role("button", name=LAUNCHER).click()
    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()
    expect(second.get_by_text(ANSWER)).to_be_visible()

    second.on("dialog", lambda dialog: dialog.accept())
    second.get_by_role("button", name="Nuova chat").click()

    expect(customer.page.get_by_text(ANSWER)).to_have_count(0)
    assert customer.kept == {}


def test_an_answer_that_comes_while_the_chat_is_closed_is_counted_and_said(
    customer: Person, person: Open, desk: Program
) -> None:
    customer.write("operatore")
    expect(last_reply(customer)).to_contain_text(HANDOFF)
    customer.page.keyboard.press("Escape")
    colleague = at_work(person, desk, customer)
    colleague.answer("Buongiorno, eccomi.")

    badge = customer.page.get_by_role("button", name=f"{LAUNCHER} , da leggere: 1")
    expect(badge).to_be_visible()
    expect(customer.page.locator("#news")).to_have_text(re.compile("una nuova risposta"))
    customer.page.reload()
    expect(badge).to_be_visible()
    badge.click()
    expect(customer.page.get_by_text("Buongiorno, eccomi.")).to_be_visible()
    expect(customer.page.locator("#badge")).to_be_hidden()


def test_a_picture_is_shown_on_the_site(customer: Person, person: Open, desk: Program) -> None:
    customer.write("operatore")
    expect(last_reply(customer)).to_contain_text(HANDOFF)
    colleague = at_work(person, desk, customer)
    colleague.page.get_by_label("Numero del contratto").fill("DEMO-0021")
    colleague.press("Conferma")
    expect(colleague.page.locator("#card")).to_contain_text(DOMAIN)
    colleague.unfold("Al bot")
    colleague.press("Ridai al bot")
    expect(customer.page.locator("#speaker")).to_have_text("assistente automatico")

    customer.write(question("expired_domain_recovery"))

    picture = customer.page.get_by_role("img", name=DOMAIN)
    expect(picture).to_be_visible()
    until(lambda: picture.evaluate("it => it.complete && it.naturalWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_it_closed_open_and_in_use(
    person: Open, site: Site, size: dict[str, int], scheme: str
) -> None:
    visitor = person(size)
    visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    visitor.page.goto(site.address)
    launcher = visitor.page.get_by_role("button", name=LAUNCHER)
    expect(launcher).to_be_visible()
    fits(visitor)

    launcher.click()
    expect(visitor.page.get_by_role("dialog", name="Logos Engineering")).to_be_visible()
    fits(visitor)
    visitor.write(f"{question('webmail_access')} {'m' * 200}")
    expect(visitor.page.locator("#messages .bot")).to_have_count(1)
    fits(visitor)


@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_the_pages_of_the_chat(person: Open, size: dict[str, int]) -> None:
    visitor = person(size)
    visitor.page.goto("/")
    expect(visitor.page.locator("#speaker")).not_to_be_empty()
    fits(visitor)
    assert (visitor.kept, visitor.cookies) == ({}, [])
    for path in ("/chat/plain?lang=it", "/chat/plain?lang=en", "/demo"):
        visitor.page.goto(path)
        fits(visitor)

    visitor.page.goto("/chat/plain")
    visitor.write(f"{question('webmail_access')} {'m' * 200}")
    expect(visitor.page.locator(".bubble.bot")).to_be_visible()
    fits(visitor)


def test_the_keyboard_opens_writes_and_closes_and_the_focus_comes_back(visitor: Person) -> None:
    page, keys = visitor.page, visitor.page.keyboard
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()
    shortcuts = page.evaluate_handle(
        "() => { const heard = []; addEventListener('keydown', (it) => heard.push(it.key));"
        " return heard; }"
    )
    page.get_by_role("link", name="Altro").focus()
    keys.press("Tab")
    assert focused(page) == "launcher"
    keys.press("Enter")
    expect(page.locator("#text")).to_be_focused()
    keys.type(question("webmail_access"))
    keys.press("Enter")
    expect(page.get_by_text(ANSWER)).to_be_visible()
    keys.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#launcher")).to_be_focused()
    assert not set("abcdefghijklm") & set(shortcuts.json_value())


def test_on_a_phone_the_focus_goes_to_the_panel_and_the_keyboard_stays_away(
    browser: Browser, desk: Program, site: Site
) -> None:
    visitor = Person(browser, desk, PHONE, touches=True)
    visitor.page.goto(site.address)
    visitor.page.get_by_role("button", name=LAUNCHER).tap()

    expect(visitor.page.locator("#panel")).to_be_focused()
    box = visitor.page.locator("#panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert visitor.complaints == []
    visitor.close()


@pytest.mark.parametrize("size", SIZES)
def test_what_the_site_says_of_all_its_elements_does_not_reach_in(
    person: Open, site: Site, size: dict[str, int]
) -> None:
    looks = []
    for style in (site.style, HOSTILE):
        site.style = style
        visitor = person(size)
        visitor.page.goto(site.address)
        visitor.press(LAUNCHER)
        visitor.write(question("webmail_access"))
        expect(visitor.page.get_by_text(ANSWER)).to_be_visible()
        visitor.page.mouse.move(0, 0)  # What is hovered looks otherwise.
        looks.append(visitor.page.evaluate(_LOOK))

    assert looks[0] == looks[1]


_LOOK = """() => {
  const root = document.querySelector("sportello-chat").shadowRoot;
  root.getAnimations().forEach((one) => one.cancel()); // A colour that fades is at its end.
  const told = ["color", "fontFamily", "fontSize", "lineHeight", "letterSpacing", "textTransform",
    "display", "backgroundColor", "visibility", "opacity", "direction"];
  const seen = [...root.querySelectorAll("*")].filter((one) => !one.closest("time, template"));
  return seen.map((one) => {
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return [one.tagName, ...told.map((name) => style[name]), box.x, box.width];
  });
}"""


@pytest.mark.parametrize(
    ("attributes", "page_and_browser", "words"),
    [
        pytest.param('data-language="en"', ("it", "it-IT"), "Open the support chat", id="script"),
        pytest.param("", ("en-GB", "it-IT"), "Open the support chat", id="page"),
        pytest.param("", ("", "en-GB"), "Open the support chat", id="browser"),
        pytest.param("", ("", "it-IT"), LAUNCHER, id="italian-browser"),
        pytest.param('data-language="it"', ("en", "en-GB"), LAUNCHER, id="italian-script"),
    ],
)
def test_the_language_is_that_of_the_script_the_page_or_the_browser(
    person: Open, site: Site, attributes: str, page_and_browser: tuple[str, str], words: str
) -> None:
    site.attributes, (site.language, browser_language) = attributes, page_and_browser
    visitor = person(language=browser_language)
    visitor.page.goto(site.address)

    visitor.press(words)

    english = words != LAUNCHER
    expect(visitor.page.get_by_text("Hello!" if english else "Buongiorno!")).to_be_visible()
    assert visitor.page.locator(".widget").get_attribute("lang") == ("en" if english else "it")


def test_a_site_that_is_not_listed_says_nothing_to_customers_and_one_line_to_its_operator(
    browser: Browser, desk: Program
) -> None:
    with open_site() as stranger:
        stranger.home = desk.base
        visitor = Person(browser, desk, DESKTOP)
        visitor.page.goto(stranger.address)
        until(lambda: visitor.complaints)
        visitor.page.wait_for_load_state("networkidle")

        (line,) = visitor.complaints
        assert f"Add {stranger.address} to SPORTELLO_WIDGET_ORIGINS" in line
        assert visitor.page.locator("sportello-chat").count() == 0
        visitor.close()


def test_after_a_restart_nothing_is_lost_or_shown_twice(
    browser: Browser, start: Start, site: Site
) -> None:
    desk = start(SPORTELLO_WIDGET_ORIGINS=site.address)
    site.home = desk.base
    customer = Person(browser, desk, DESKTOP)
    resumed: list[str] = []
    customer.page.on("request", lambda it: resumed.append(it.headers.get("last-event-id", "")))
    customer.page.goto(site.address)
    customer.press(LAUNCHER)
    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()
    last = customer.kept["sportello.seen"]

    desk.kill()
    expect(customer.page.get_by_text("Connessione interrotta.")).to_be_visible()
    customer.write("operatore")
    expect(customer.page.get_by_text("Non inviato.")).to_be_visible()
    desk.start()

    expect(last_reply(customer)).to_contain_text(HANDOFF)
    expect(customer.page.get_by_text("Connessione interrotta.")).to_be_hidden()
    expect(customer.page.locator(".bubble .words")).to_have_count(4)
    said = customer.page.locator(".bubble .words").all_inner_texts()
    assert len(set(said)) == 4
    assert last in resumed
    customer.close()


def test_a_cut_of_the_network_is_noticed_and_made_good(
    customer: Person, person: Open, desk: Program
) -> None:
    customer.write("operatore")
    expect(last_reply(customer)).to_contain_text(HANDOFF)
    colleague = at_work(person, desk, customer)
    colleague.answer("Prima del taglio.")
    expect(customer.page.get_by_text("Prima del taglio.")).to_be_visible()

    customer.offline(cut=True)
    customer.page.evaluate("document.title")
    colleague.answer("Durante il taglio.")
    customer.offline(cut=False)
    customer.page.evaluate("dispatchEvent(new Event('online'))")

    expect(customer.page.get_by_text("Durante il taglio.")).to_be_visible()
    expect(customer.page.get_by_text("Prima del taglio.")).to_have_count(1)
    customer.complaints.clear()  # The browser says that it had no network.


def test_without_scripts_a_whole_conversation_is_possible(person: Open, desk: Program) -> None:
    customer = person(scripts=False)
    customer.page.goto("/")
    expect(customer.page).to_have_url(f"{desk.base}/chat/plain")
    assert customer.cookies == []

    customer.write(question("webmail_access"))
    expect(customer.page.get_by_text(ANSWER)).to_be_visible()
    customer.press("Operatore")
    expect(customer.page.locator(".bubble.bot")).to_have_count(2)
    expect(last_reply(customer)).to_contain_text(HANDOFF)
    (cookie,) = customer.cookies
    assert cookie not in customer.page.url
    customer.page.get_by_role("link", name="English").click()
    expect(customer.page.get_by_text("a colleague will answer here")).to_be_visible()
    customer.page.get_by_role("link", name="Italiano").click()
    customer.press("Nuova chat")
    expect(customer.page.get_by_text(ANSWER)).to_have_count(0)
    assert customer.cookies == []


def last_reply(customer: Person) -> Locator:
    """Return what the bot said last, on either page; a colleague's words do not count."""
    return customer.page.locator(".bubble.bot").last


def at_work(person: Open, desk: Program, customer: Person) -> Person:
    """Return a colleague who has taken the chat."""
    colleague = person()
    colleague.sign_in(desk.password)
    colleague.open(customer)
    colleague.press("Prendi")
    expect(colleague.page.locator("#status")).to_contain_text("in carico a me")
    return colleague


def fits(person: Person) -> None:
    """Check that a page needs no scrolling sideways and that axe-core finds nothing at all."""
    assert not person.is_wider_than_the_screen(), person.page.url
    assert person.barriers(ALL_IMPACTS) == [], person.page.url


def focused(page: Page) -> str:
    """Return the id of what has the focus, inside the widget as well."""
    script = "(document.activeElement.shadowRoot ?? document).activeElement.id"
    return str(page.evaluate(script))
