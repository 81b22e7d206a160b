"""Pictures of chat and console: `.venv/bin/python -m tests.e2e.screenshots FOLDER`."""

import tempfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, expect

from bot.domain.domain_timeline import ORDER, domain_timeline
from bot.domain.picturing import picture_of
from bot.domain.registry import Phase
from bot.drawing.timeline import timeline_png
from tests.e2e.browser import DESKTOP, PHONE, Person, chromium
from tests.e2e.program import Program
from tests.e2e.words import knowledge, question

_SIZES = {"390": PHONE, "1280": DESKTOP}
_TODAY = date(2026, 11, 25)
_PHASE_WIDTH, _GAP, _GROUND = 390, 12, (226, 230, 235)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Start the program with demo data, play a conversation and write pictures to FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    _phases().save(folder / "domain-phases.png", optimize=True)
    with tempfile.TemporaryDirectory() as home, chromium() as browser:
        desk = Program(Path(home), {}, ("serve", "--demo")).start()
        try:
            _play(browser, desk, folder)
            desk.stop()
        finally:
            desk.kill()
    click.echo(f"Wrote {', '.join(sorted(file.name for file in folder.glob('*.png')))}.")


def _play(browser: Browser, desk: Program, folder: Path) -> None:
    customer, another, colleague = (Person(browser, desk, DESKTOP) for _ in range(3))
    for person in (customer, another):
        person.page.goto("/")
        expect(person.page.locator("#speaker")).not_to_be_empty()
    _ask(another, question("complaint"), replies=1)
    _ask(customer, question("webmail_access"), replies=1)
    _ask(customer, "Vorrei parlare con un operatore", replies=2)
    _ask(customer, "studio-verdi.example", replies=3)
    colleague.sign_in(desk.password)
    colleague.open(customer)
    colleague.press("Prendi")
    colleague.page.get_by_label("Numero del contratto").fill("DEMO-0001")
    colleague.press("Conferma")
    expect(colleague.page.locator("#card")).to_contain_text("studio-verdi.example")
    colleague.note("Riconosciuto al telefono: è il titolare.")
    colleague.answer("Buongiorno, Le mando per e-mail la pagina della Sua webmail.")
    expect(customer.page.locator("#messages .staff")).to_have_count(1)
    _picture(customer, folder, "chat")
    _widget(Person(browser, desk, DESKTOP), folder)
    _picture(colleague, folder, "desk")


def _widget(visitor: Person, folder: Path) -> None:
    visitor.page.goto("/demo")
    visitor.press("Apri la chat di assistenza")
    _ask(visitor, question("webmail_access"), replies=1)
    _picture(visitor, folder, "widget")


def _phases() -> Image.Image:
    """Return the pictures of a domain in each phase, beside one another."""
    drawn = [
        _phase(phase, days) for phase, days in zip(ORDER, (15, -7, -26, -48, -51), strict=True)
    ]
    width, height = _PHASE_WIDTH + _GAP, max(one.height for one in drawn) + _GAP
    sheet = Image.new("RGB", (width * len(drawn) + _GAP, height + _GAP), _GROUND)
    for at, one in enumerate(drawn):
        sheet.paste(one, (at * width + _GAP, _GAP))
    return sheet.quantize(64, dither=Image.Dither.NONE)


def _phase(phase: Phase, expires_in: int) -> Image.Image:
    steps = domain_timeline("studio-verdi.it", phase, _TODAY + timedelta(days=expires_in), _TODAY)
    assert steps is not None
    whole = Image.open(BytesIO(timeline_png(picture_of(steps, knowledge(), "it"))))
    size = (_PHASE_WIDTH, whole.height * _PHASE_WIDTH // whole.width)
    return whole.convert("RGB").resize(size)


def _ask(customer: Person, text: str, *, replies: int) -> None:
    customer.write(text)
    expect(customer.page.locator("#messages .bot")).to_have_count(replies)


def _picture(person: Person, folder: Path, name: str) -> None:
    for width, size in _SIZES.items():
        person.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        person.page.locator("#messages li, #transcript article").last.scroll_into_view_if_needed()
        person.page.screenshot(path=folder / f"{name}-{width}.png")


if __name__ == "__main__":
    main()
