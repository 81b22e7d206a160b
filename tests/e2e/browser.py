"""A real browser: Debian's Chromium, driven by Playwright."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.program import PATIENCE, Program
from tests.e2e.rigs import CACHE, missing

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

_OPTIONS = (
    "--no-sandbox",  # Tests may run as root.
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_AXE = CACHE / "axe/node_modules/axe-core/axe.min.js"
_SERIOUS = ("serious", "critical")
ALL_IMPACTS = ("minor", "moderate", *_SERIOUS)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Chromium for as long as the block lasts."""
    path = shutil.which("chromium")
    if path is None:
        missing("Chromium")
    expect.set_options(timeout=PATIENCE.total_seconds() * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield browser
        browser.close()


class Person:
    """Somebody with a browser of their own.

    Args:
        complaints: What the browser has said of the pages: errors on its console.
        language: What the browser asks for.
        scripts: Whether the browser runs any.
        touches: Whether its screen is touched.
    """

    def __init__(  # noqa: PLR0913 - a browser has many sides
        self,
        browser: Browser,
        desk: Program,
        size: dict[str, int],
        *,
        language: str = "it-IT",
        scripts: bool = True,
        touches: bool = False,
    ) -> None:
        self._context: BrowserContext = browser.new_context(
            base_url=desk.base,
            locale=language,
            java_script_enabled=scripts,
            has_touch=touches,
            is_mobile=touches,
            timezone_id="Europe/Rome",
            viewport={"width": size["width"], "height": size["height"]},
        )
        self._context.set_default_timeout(PATIENCE.total_seconds() * 1000)
        self.complaints: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def close(self) -> None:
        """Close all pages."""
        self._context.close()

    def sign_in(self, password: str, name: str = "desk") -> None:
        """Sign in at the console."""
        self.page.goto("/desk")
        self.page.get_by_label("Nome").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Entra").click()
        expect(self.page.locator("#queue")).to_be_visible()

    def write(self, text: str) -> None:
        """Write in the chat and send it."""
        self.page.get_by_label("Il suo messaggio").fill(text)
        self.page.get_by_role("button", name="Invia").click()

    def open(self, customer: "Person") -> None:
        """Open the chat of a customer from the list."""
        self.page.locator(f"[id='row-{customer.conversation}']").click()
        expect(self.page.locator("#transcript")).to_be_visible()

    def answer(self, text: str) -> None:
        """Write to the customer from the console."""
        self.page.get_by_label("Testo").fill(text)
        self.page.get_by_role("button", name="Invia al cliente").click()

    def note(self, text: str) -> None:
        """Write what only colleagues may read."""
        self.page.get_by_label("Nota interna").check()
        self.page.get_by_label("Testo").fill(text)
        self.page.get_by_role("button", name="Salva la nota").click()
        expect(self.page.get_by_label("Risposta al cliente")).to_be_checked()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).click()

    def unfold(self, name: str) -> None:
        """Open a menu."""
        self.page.locator("summary", has_text=name).click()

    @property
    def kept(self) -> dict[str, str]:
        """What the browser stores for the site of its page, cookies apart."""
        return dict(self.page.evaluate("({...localStorage, ...sessionStorage})"))

    @property
    def cookies(self) -> list[str]:
        """The values of all its cookies."""
        return [cookie["value"] for cookie in self._context.cookies()]

    def another_tab(self, script: str = "") -> Page:
        """Open the same page once more, perhaps with a script that runs before its own."""
        tab = self._context.new_page()
        tab.add_init_script(script)
        tab.goto(self.page.url)
        return tab

    def offline(self, *, cut: bool) -> None:
        """Cut the network, or mend it."""
        self._context.set_offline(cut)

    @property
    def secret(self) -> str:
        """What a customer's browser knows of its chat, and nobody else."""
        return str(self.page.evaluate("localStorage.getItem('sportello.token')"))

    @property
    def conversation(self) -> str:
        """The conversation of a customer."""
        return "web:" + hashlib.sha256(self.secret.encode()).hexdigest()[:32]

    def barriers(self, impacts: Sequence[str] = _SERIOUS) -> list[str]:
        """Return what keeps people from using the page, by the rules of axe-core."""
        if not _AXE.exists():
            missing("axe-core")
        self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate("axe.run().then(it => it.violations)")
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found
            if one["impact"] in impacts
            for node in one["nodes"]
        ]

    def is_wider_than_the_screen(self) -> bool:
        """Tell whether the page must be scrolled sideways."""
        script = "document.documentElement.scrollWidth > window.innerWidth"
        return bool(self.page.evaluate(script))

    def _listen(self, message: Any) -> None:  # noqa: ANN401 - Playwright's own type hides its parts
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} ({message.location.get('url')})")
