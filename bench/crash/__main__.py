"""Cutting off programs and databases at random moments: `python -m bench.crash --help`.

Customers write through the real webhook of one program or another and repeat it until it is
taken, as Twilio does; a stand-in for Twilio's API takes what the programs send. In the end every
answer is looked for.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
import httpx

from bench.crash.faults import FAULTS, Nodes, do_at
from bench.crash.namespaces import a_namespace
from bench.crash.places import Place, a_place
from bench.crash.stage import Stage
from bench.crash.vendor import Vendor, Webhook
from tests.e2e.program import free_port
from tests.e2e.test_crash import TOPICS, first_words
from tests.e2e.words import question

_PATIENCE_SECONDS = 8.0
"""How long a customer waits for an answer before asking the next thing."""
_DONE_SECONDS = 120.0
"""How long the programs may take to become quiet after the last message."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is done, by how many, and what goes wrong meanwhile.

    Args:
        burst: How many messages a customer writes before waiting for the answers.
        faults: Names of faults, each done at a random moment.
        light: Whether the programs match without cost.
    """

    messages: int
    chats: int
    nodes: int
    burst: int
    faults: Sequence[str]
    seed: int
    light: bool


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of all messages.

    Args:
        uncertain: Replies of which nobody knows whether they arrived.
        arrived: How many of these the vendor had.
        half_sent: Replies on their way at the moments of the faults.
        per_second: Messages answered a second, from the first to the last; faults take their time.
    """

    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    uncertain: int = 0
    arrived: int = 0
    half_sent: int = 0
    per_second: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing went wrong that may not."""
        broken = self.lost or self.twice or self.out_of_order
        return not broken and self.uncertain <= self.half_sent


@click.command()
@click.option("--messages", default=5_000, show_default=True)
@click.option("--chats", default=200, show_default=True)
@click.option("--kills", default=50, show_default=True, help="Power cuts, at random moments.")
@click.option("--dies", default=0, help="Programs that never come back; others are started.")
@click.option("--freezes", default=0, help="Programs that stop for longer than their lease.")
@click.option("--restarts", default=0, help="Restarts of the database.")
@click.option("--cuts", default=0, help="Times at which one loses the database; needs root.")
@click.option("--nodes", default=1, show_default=True, help="Programs on one PostgreSQL.")
@click.option("--burst", default=1, show_default=True, help="Messages before the first answer.")
@click.option("--light", is_flag=True, help="Let matching cost nothing.")
@click.option("--seed", default=1, show_default=True)
@click.option("--on", "database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite")
def main(*, database: str, **options: int) -> None:
    """Cut programs off, and count what is lost, said twice or out of order."""
    numbers = (options.pop(f"{name}s") for name in FAULTS)
    faults = [name for name, count in zip(FAULTS, numbers, strict=True) for _ in range(count)]
    size = Size(faults=faults, **options)  # type: ignore[arg-type]
    if database == "sqlite" and (size.nodes > 1 or set(faults) - {"kill"}):
        raise click.UsageError("On SQLite there is one program, and all it knows is --kills.")
    began = time.monotonic()
    outcome = run(database, size)
    took = time.monotonic() - began
    what = ", ".join(f"{count} x {name}" for name, count in Counter(faults).items()) or "no fault"
    click.echo(
        f"{database}, nodes {size.nodes}: {size.messages} messages, {size.chats} chats, {what},"
        f" {took:.0f} s: lost {outcome.lost}, twice {outcome.twice}, out of order"
        f" {outcome.out_of_order}, uncertain {outcome.uncertain} (the vendor had"
        f" {outcome.arrived}; on their way at a fault: {outcome.half_sent});"
        f" {outcome.per_second:.0f} messages/s."
    )
    if not outcome.is_good:
        raise SystemExit(1)


def run(database: str, size: Size) -> Outcome:
    """Have customers talk to programs that are cut off, and return what became of it."""
    with tempfile.TemporaryDirectory(prefix="crash") as name:
        folder = Path(name)
        with ExitStack() as stack:
            apart = stack.enter_context(a_namespace()) if "cut" in size.faults else None
            host = apart.database if apart else ""
            place = stack.enter_context(a_place(database, folder / "node-0" / "home", host))
            stage = Stage(
                folder=folder, place=place, port=free_port(), light=size.light, apart=apart
            )
            return asyncio.run(_run(stage, size))


async def _run(stage: Stage, size: Size) -> Outcome:
    chance, place = random.Random(size.seed), stage.place  # noqa: S311 - no secret
    vendor, counter = Vendor(chance), Counter[str]()
    nodes = Nodes(place, stage.start, chance, stage.apart)
    numbers = [f"+3933{chat:08}" for chat in range(size.chats)]
    moments = sorted(chance.sample(range(1, size.messages), len(size.faults)))
    plan = list(zip(moments, chance.sample(size.faults, len(size.faults)), strict=True))
    limits = httpx.Limits(max_connections=size.chats)
    async with (
        vendor.serving(stage.host, stage.port),
        httpx.AsyncClient(timeout=30, limits=limits) as http,
    ):
        try:
            for at in range(size.nodes):
                start = partial(stage.start, apart=at == 0)
                nodes.running.append(await asyncio.to_thread(start))
            began = time.monotonic()
            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    group.create_task(_talk(http, nodes, (number, size), counter, vendor))
                group.create_task(do_at(nodes, plan, lambda: counter["taken"]))
            await _until_quiet(place)
            took = time.monotonic() - began
        finally:
            nodes.end()
    outcomes = [_judged(place, number, size.messages // size.chats, vendor) for number in numbers]
    pace = size.messages / took
    return replace(_sum(outcomes), half_sent=nodes.half_sent, per_second=pace)


async def _talk(
    http: httpx.AsyncClient,
    nodes: Nodes,
    customer: tuple[str, Size],
    counter: Counter[str],
    vendor: Vendor,
) -> None:
    """Ask some things one after another, and wait for the answers before asking more."""
    number, size = customer
    heard = vendor.taken[number]
    expected = 0
    for at in range(size.messages // size.chats):
        await _until_taken(http, nodes, number, at)
        counter["taken"] += 1
        expected += 1
        if at % size.burst == size.burst - 1:
            await _until_heard(heard, expected)
            expected = len(heard)  # What is lost is not waited for again.


async def _until_taken(http: httpx.AsyncClient, nodes: Nodes, number: str, at: int) -> None:
    while True:
        if nodes.running:
            hook = Webhook(http, nodes.chance.choice(nodes.running).base)
            text = question(TOPICS[at % len(TOPICS)])
            if await hook.takes(number, f"SM{number[1:]}{at:06}", text):
                return
        await asyncio.sleep(0.1)


async def _until_heard(heard: Sequence[str], expected: int) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(heard) < expected:  # noqa: ASYNC110 - any moment will do
                await asyncio.sleep(0.05)


async def _until_quiet(place: Place) -> None:
    async with asyncio.timeout(_DONE_SECONDS):
        while not await asyncio.to_thread(place.is_quiet):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)


def _judged(place: Place, number: str, count: int, vendor: Vendor) -> Outcome:
    asked = [TOPICS[at % len(TOPICS)] for at in range(count)]
    heard = [_topic(text) for text in vendor.taken[number]]
    written = [(_topic(text), state) for text, state in place.written(f"whatsapp:{number}")]
    unsure = Counter(topic for topic, state in written if state == "uncertain")
    lacking = Counter(asked) - Counter(heard)
    return Outcome(
        lost=(lacking - unsure).total(),
        twice=(Counter(heard) - Counter(asked)).total(),
        out_of_order=int(not _is_part(heard, asked)),
        uncertain=unsure.total(),
        arrived=(unsure - lacking).total(),
    )


def _sum(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome(
        lost=sum(one.lost for one in outcomes),
        twice=sum(one.twice for one in outcomes),
        out_of_order=sum(one.out_of_order for one in outcomes),
        uncertain=sum(one.uncertain for one in outcomes),
        arrived=sum(one.arrived for one in outcomes),
    )


def _is_part(heard: Sequence[str], asked: Sequence[str]) -> bool:
    """Tell whether what was heard comes in the order in which it was asked."""
    rest = iter(asked)
    return all(topic in rest for topic in heard)


def _topic(said: str) -> str:
    return next((topic for topic in TOPICS if first_words(topic) in said), "something else")


if __name__ == "__main__":
    main()
