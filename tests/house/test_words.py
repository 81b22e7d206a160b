"""The docs name every error, standing and status, in the words of the console."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import bot
from bot.domain.contract import Standing
from bot.domain.conversation import HandoverReason, Status
from bot.domain.errors import BotError
from bot.domain.registry import Phase
from tests.house.repository import rows, text

GLOSSARY = text("docs/glossary.md")
CONSOLE = text("bot/web/templates/desk/words.html")


def _errors(kind: type[BotError]) -> Iterator[str]:
    yield kind.__name__
    for inner in kind.__subclasses__():
        yield from _errors(inner)


def test_the_page_has_every_error_and_no_other() -> None:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)

    assert sorted(rows(text("docs/reference/errors.md"))) == sorted(_errors(BotError))


def _on_console(table: str) -> dict[str, str]:
    """Return the Italian words of a table of the console, by code."""
    body = CONSOLE.partition(f"{{% set {table} = {{")[2].partition("%}")[0]
    words = re.findall(r'"(\w+)": \[?"([^"]+)"', body)
    return {code: word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") for code, word in words}


@pytest.mark.parametrize(
    ("kind", "table", "heading"),
    [
        (Standing, "standings", "Standings"),
        (Phase, "phases", "Phases of a domain"),
        (Status, "statuses", "Statuses of a conversation"),
    ],
)
def test_the_glossary_has_every_code_in_the_words_of_the_console(
    kind: type[Standing | Phase | Status], table: str, heading: str
) -> None:
    section = GLOSSARY.partition(f"## {heading}\n")[2].partition("\n## ")[0]

    written = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, re.MULTILINE))
    assert set(written) == {one.value for one in kind}
    assert written == _on_console(table)


def test_the_console_has_words_for_every_reason() -> None:
    assert set(_on_console("reasons")) == {one.value for one in HandoverReason}
