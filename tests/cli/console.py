"""The command line as somebody at a terminal has it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.cli import cli


def sportello(*args: str | Path, given: str | bytes = "") -> Result:
    """Run a command with this on standard input; what is not ours to report is raised."""
    words = [str(arg) for arg in args]
    return CliRunner().invoke(cli, words, input=given, catch_exceptions=False)


def as_lines(rows: Iterable[object]) -> str:
    """Return lines of JSON; a text stands for a line as it is."""
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)


def read_lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def complaint(result: Result) -> str:
    """Return the one line that says why a command could not do its work."""
    *_, last = result.stderr.splitlines()
    assert result.exit_code == 2, result.output
    assert result.stderr.count("sportello: ") == 1
    assert "Traceback" not in result.output
    assert last.startswith("sportello: ")
    return last.removeprefix("sportello: ")
