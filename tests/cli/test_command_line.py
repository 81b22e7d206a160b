"""What all commands have in common: help, exit statuses, one line for what went wrong."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import click
import pytest

from bot.cli import cli
from tests.cli.console import complaint, sportello
from tests.cli.contract_files import a_contract, a_file


def _commands(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, *path, name)


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=" ".join(path)) for path in _commands(cli)]
)
def test_each_command_says_what_it_does(path: tuple[str, ...]) -> None:
    result = sportello(*path, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: {' '.join(('cli', *path))}")
    assert len(result.stdout.splitlines()[2].split()) > 1


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["dance"], id="no-such-command"),
        pytest.param(["kb", "dance"], id="no-such-subcommand"),
        pytest.param(["match", "ciao", "--loud"], id="no-such-option"),
        pytest.param(["contracts", "show"], id="argument-missing"),
        pytest.param(["eval", "nowhere.jsonl"], id="no-such-file"),
        pytest.param(["contracts", "show", "C-1", "--at", "soon"], id="no-time"),
        pytest.param(["match"], id="nothing-to-match"),
    ],
)
def test_a_slip_in_the_command_itself_is_status_2(args: list[str]) -> None:
    result = sportello(*args)

    assert result.exit_code == 2
    assert "Usage: " in result.stderr


@pytest.mark.parametrize(
    ("line", "named"),
    [
        pytest.param("SPORTELLO_PORT=http", "SPORTELLO_PORT='http'", id="no-number"),
        pytest.param("SPORTELLO_PORT=70000", "SPORTELLO_PORT='70000'", id="no-port"),
        pytest.param("SPORTELLO_CLOSURES=agosto", "SPORTELLO_CLOSURES='agosto'", id="no-dates"),
        pytest.param("SPORTELLO_DATABASE_URL=mysql://x", "SPORTELLO_DATABASE_URL", id="no-sqlite"),
        pytest.param("TWILIO_API_BASE=twilio", "TWILIO_API_BASE='twilio'", id="no-address"),
        pytest.param("TELEGRAM_WEBHOOK_SECRET=a b", "TELEGRAM_WEBHOOK_SECRET", id="no-secret"),
    ],
)
@pytest.mark.parametrize("command", [["db", "upgrade"], ["serve"], ["poll", "telegram"]])
def test_a_wrong_line_in_env_is_named(
    tmp_path: Path, command: list[str], line: str, named: str
) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", "utf-8")

    assert named in complaint(sportello(*command))


@pytest.mark.parametrize(
    "command",
    [
        ["db", "upgrade"],
        ["contracts", "import", "contracts.json"],
        ["contracts", "show", "C-1"],
        ["staff", "add", "anna", "--password", "correct horse"],
    ],
    ids=" ".join,
)
def test_a_folder_that_cannot_be_written_is_named_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    a_file(tmp_path, a_contract())
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPORTELLO_HOME", str(tmp_path / "file" / "home"))

    said = complaint(sportello(*command))

    assert said.startswith(f"Cannot write to {tmp_path}/file/home: ")
    assert said.endswith("Set SPORTELLO_HOME to a folder you can write to.")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/sportello.db").write_text("no database\n" * 1000, "utf-8")

    assert "sportello.db: file is not a database" in complaint(sportello("db", "upgrade"))


def test_no_address_is_logged_since_telegrams_hold_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    sportello("--verbose", "db", "upgrade")

    logging.getLogger("httpx").info("POST https://api.telegram.org/bot1:token/sendMessage")

    assert "token" not in caplog.text


def test_ctrl_c_is_status_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.operation.open_store", interrupted)

    assert sportello("db", "upgrade").exit_code == 130
