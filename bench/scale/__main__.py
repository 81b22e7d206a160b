"""How far the next steps would go: `python -m bench.scale [COMMAND]`."""

import asyncio
import sys
from dataclasses import fields

import click

from bench.scale.measuring import measured
from bench.scale.plan import Costs, Plan, first_full, widened
from bench.scale.simulation import Outcome, simulate
from bench.speed.places import POSTGRESQL, place
from bench.speed.table import percentile
from bench.understanding.running import machine

_CALM, _RUSH = 0.8, 1.2
"""Of what is possible: to see how long customers wait, and how many go through at most."""
_MOST_STEPS = 12


@click.group()
def main() -> None:
    """See which part is full first, step by step."""


@main.command()
def measure() -> None:
    """Measure what a write, a commit and a notice cost PostgreSQL here."""
    with place(POSTGRESQL) as where:
        found = asyncio.run(measured(where.url))
    click.echo(f"{machine()}.\n")
    click.echo(
        f"--row-ms {found.row_ms:.4f} --flush-ms {found.commit_ms:.3f}"
        f" --wake-ms {found.wake_ms:.4f}"
    )


@main.command()
@click.option("--target", default=10_000, show_default=True, help="Messages a second.")
@click.option("--core-ms", default=9.0, show_default=True, help="Processor, all but matching.")
@click.option("--matcher-ms", default=5.5, show_default=True, help="Processor, for matching.")
@click.option("--faster-ms", default=0.5, show_default=True, help="The same, were it faster.")
@click.option("--row-ms", default=0.012, show_default=True, help="Database, for a write.")
@click.option("--commit-ms", default=0.05, show_default=True, help="Database, for a commit.")
@click.option("--flush-ms", default=0.3, show_default=True, help="Until it is on the disk.")
@click.option("--wake-ms", default=0.02, show_default=True, help="Database, to wake a node.")
@click.option("--cores", default=2, show_default=True, help="Of each node and database.")
@click.option("--messages", default=8_000, show_default=True, help="To be simulated, each time.")
@click.option("--seed", default=1, show_default=True)
def grow(**given: float) -> None:
    """Widen whatever is full first, again and again, until the target is reached."""
    command = " ".join(("python -m bench.scale", *sys.argv[1:]))
    click.echo(f"`{command}`\n\n{machine()}.\n\n{_HEADING}")
    costs = Costs(**{one.name: given[one.name] for one in fields(Costs)})
    cores, target = int(given["cores"]), given["target"]
    first = Plan(costs=costs, cores=cores, database_cores=cores)
    what, plan = "as it is", first
    for _ in range(_MOST_STEPS):
        offered = min(first_full(plan)[1], target)
        rush = simulate(plan, offered * _RUSH, int(given["messages"]), int(given["seed"]))
        rate = min(rush.per_second, target)
        calm = simulate(plan, rate * _CALM, int(given["messages"]), int(given["seed"]))
        click.echo(_row(what, plan, rush, calm))
        if rush.per_second >= target:
            return
        what, plan = widened(plan, rush.fullest, target, given["faster_ms"])


_HEADING = """\
| Step | Nodes | Senders | Databases | Through | Fullest | Median | 99 of 100 |
|---|---|---|---|---|---|---|---|"""


def _row(what: str, plan: Plan, rush: Outcome, calm: Outcome) -> str:
    middle, slow = (percentile(calm.spans_ms, share) for share in (0.5, 0.99))
    return (
        f"| {what} | {plan.nodes} | {plan.senders} | {plan.databases}"
        f" | {rush.per_second:,.0f}/s | {rush.fullest} {rush.busy[rush.fullest]:.0%}"
        f" | {middle:.1f} ms | {slow:.1f} ms |"
    )


if __name__ == "__main__":
    main()
