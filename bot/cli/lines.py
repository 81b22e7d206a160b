"""Lines on standard input, and lines of JSON that are each answered by one."""

import codecs
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TypeVar

import click
from pydantic import BaseModel, ValidationError

S = TypeVar("S", bound=BaseModel)


def numbered_lines() -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers counted from 1.

    While one is awaited the event loop cannot react to Ctrl-C, so Python does.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, line in enumerate(sys.stdin.buffer, start=1):
        given = line.removeprefix(codecs.BOM_UTF8).strip()
        if given:
            yield number, given


async def answer_lines(
    shape: type[S], answer: Callable[[int, S], Awaitable[Mapping[str, object]]]
) -> None:
    """Write what ``answer`` makes of each line; a line that cannot be read gets an error.

    Exits with status 1 if there was such a line.

    Args:
        shape: What a line holds.
        answer: Called with the line's number and what it holds.
    """
    faulty = False
    for number, line in numbered_lines():
        try:
            given = shape.model_validate_json(line)
        except ValidationError as error:
            faulty = True
            _say({"error": f"line {number}: {in_words(error)}"})
        else:
            _say(await answer(number, given))
    if faulty:
        raise SystemExit(1)


def in_words(error: ValidationError) -> str:
    """Return the first fault of a line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _say(line: Mapping[str, object]) -> None:
    click.echo(json.dumps(line, ensure_ascii=False))
