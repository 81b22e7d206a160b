"""Each command and option is in docs/reference/cli.md, and each command in the docs exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import cli
from tests.house.repository import ROOT, pages, rows, text

PAGE = text("docs/reference/cli.md")
HEADING = re.compile(r"^### `sportello (.+)`$", re.MULTILINE)
INLINE = re.compile(r"`(?:[\w./]*/)?(sportello [^`]+|make \w[^`]*)`")
TYPED = re.compile(r"^ *(?:[A-Z_]+=\S+ )*(?:\S*/)?(sportello .+|make \w.*)$", re.MULTILINE)
FENCE = re.compile(r"^ *```(?:sh|console)?\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
GLOBAL = {"--help", "-h", "--version", "--verbose"}


def _commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(_commands(cli))


def _usage(path: str, command: click.Command) -> str:
    """Return a command with its arguments, as its own help writes them."""
    context = click.Context(command)
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    return " ".join([path, *(one.make_metavar(context) for one in arguments)])


def _section(usage: str) -> str:
    return PAGE.partition(f"### `sportello {usage}`\n")[2].partition("\n##")[0]


def test_the_page_has_every_command_with_its_arguments_and_no_other() -> None:
    written = HEADING.findall(PAGE)

    assert sorted(written) == sorted(_usage(*one) for one in COMMANDS.items())


@pytest.mark.parametrize("path", COMMANDS)
def test_the_page_has_every_option_of_a_command_and_no_other(path: str) -> None:
    command = COMMANDS[path]
    options = [one.opts[0] for one in command.params if isinstance(one, click.Option)]

    written = [row for row in rows(_section(_usage(path, command))) if row.startswith("-")]
    assert sorted(written) == sorted(options)


def _typed_in(page: str) -> set[str]:
    blocks = "".join(FENCE.findall(page))
    return {*INLINE.findall(page), *TYPED.findall(blocks)}


TYPED_IN_DOCS = [
    pytest.param(line, id=f"{path.relative_to(ROOT)}: {line}")
    for path in pages()
    for line in sorted(_typed_in(path.read_text("utf-8")))
]


@pytest.mark.parametrize("line", TYPED_IN_DOCS)
def test_what_the_docs_tell_to_type_exists(line: str) -> None:
    program, *words = shlex.split(line, comments=True)

    if program == "make":
        targets = re.findall(r"^(\w+):", text("Makefile"), re.MULTILINE)
        assert {word for word in words if "=" not in word} <= {*targets}
    else:
        assert _unknown(words) == []


def _unknown(words: list[str]) -> list[str]:
    """Return the words of a command line that the program would not understand."""
    command: click.Command = cli
    words = [word for word in words if word not in GLOBAL]
    while words and isinstance(command, click.Group) and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    if isinstance(command, click.Group):
        return [word for word in words if word != "COMMAND"]
    options = {opt for param in command.params for opt in param.opts}
    given = [word.partition("=")[0] for word in words if word.startswith("-")]
    return [word for word in given if word not in options]


def test_the_readme_tells_how_to_start() -> None:
    assert {"make run", "make test"} <= {
        shlex.join(shlex.split(line, comments=True)) for line in _typed_in(text("README.md"))
    }


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!\w+:)([^)#\s]+)[^)]*\)", page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []
