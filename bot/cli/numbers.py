"""`sportello numbers`: what is counted of the desk's work."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

import click

from bot.cli.running import asynchronous
from bot.clock import SystemClock
from bot.parts import open_store
from bot.ports import Numbers
from bot.service.numbers import numbers_of
from bot.settings import AllSettings

MOST_DAYS = 3660


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=7,
    show_default=True,
    help="How many days in Italy, today among them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@asynchronous
async def numbers(*, days: int, as_json: bool) -> None:
    """Show how much was asked, who answered, how long people waited and how it went."""
    store = open_store(AllSettings().general, owner=False)
    try:
        counted = await numbers_of(store.numbers, SystemClock().now(), days)
    finally:
        await store.close()
    if as_json:
        click.echo(json.dumps(_json(counted), ensure_ascii=False))
        return
    for line in _lines(counted):
        click.echo(line)


def _json(counted: Numbers) -> dict[str, object]:
    return {
        "since": counted.since.isoformat(),
        "until": counted.until.isoformat(),
        "chats": counted.chats,
        "bot_alone": counted.bot_alone,
        "handed_over": counted.handed_over,
        "handovers": dict(counted.handovers),
        "replied": counted.replied,
        "median_wait_seconds": _seconds(counted.median_wait),
        "longest_wait_seconds": _seconds(counted.longest_wait),
        "closings": dict(counted.closings),
        "asked": counted.asked,
        "ratings": {value.value: count for value, count in counted.ratings.items()},
        "comments": [
            {
                "chat": one.conversation_id,
                "rating": one.rating.value,
                "text": one.text,
                "at": one.at.isoformat(),
            }
            for one in counted.comments
        ],
    }


def _lines(counted: Numbers) -> Iterator[str]:
    yield f"Since {counted.since:%Y-%m-%d %H:%M}"
    yield f"{'chats':<24}{counted.chats:>6}"
    yield f"{'  by the bot alone':<24}{counted.bot_alone:>6}"
    yield f"{'  handed over':<24}{counted.handed_over:>6}"
    yield from _by_code("handovers", counted.handovers.items())
    yield f"{'replies to handovers':<24}{counted.replied:>6}"
    if counted.median_wait is not None and counted.longest_wait is not None:
        yield f"{'  median wait':<24}{_minutes(counted.median_wait):>6} min"
        yield f"{'  longest wait':<24}{_minutes(counted.longest_wait):>6} min"
    yield from _by_code("closings", counted.closings.items())
    yield f"{'asked how it went':<24}{counted.asked:>6}"
    yield from _by_code("ratings", counted.ratings.items())
    for one in counted.comments:
        yield f"{one.rating.value}: {' '.join(one.text.split())} ({one.conversation_id})"


def _by_code(title: str, counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    found = [(code or "without a reason", count) for code, count in counts]
    yield f"{title:<24}{sum(count for _, count in found):>6}"
    for code, count in found:
        yield f"{'  ' + code:<24}{count:>6}"


def _minutes(wait: timedelta) -> int:
    return round(wait / timedelta(minutes=1))


def _seconds(wait: timedelta | None) -> float | None:
    return None if wait is None else wait.total_seconds()
