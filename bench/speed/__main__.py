"""How fast the durable core is: `python -m bench.speed [PART]... [--on postgresql]`."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from bench.speed.parts import PARTS, Bench
from bench.speed.places import POSTGRESQL, SQLITE
from bench.speed.table import HEADING, row
from bench.understanding.running import machine


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option(
    "--on", "kind", type=click.Choice([SQLITE, POSTGRESQL]), default=SQLITE, show_default=True
)
@click.option("--seconds", default=2, show_default=True, help="How long a figure is measured.")
@click.option("--chats", multiple=True, type=int, help="Customers at once; may be repeated.")
@click.option("--idle", "idle_seconds", default=20, show_default=True, help="Seconds to watch.")
@click.option("--stored", multiple=True, type=int, help="Chats of earlier days; may be repeated.")
@click.option("--examples", multiple=True, type=int, help="For the matcher; may be repeated.")
def main(*, parts: Sequence[str], **given: Any) -> None:  # noqa: ANN401 - each option has its type above
    """Measure PARTS, or all, as ratios to what this machine can do at most."""
    command = " ".join(("python -m bench.speed", *sys.argv[1:]))
    click.echo(f"`{command}`\n\n{machine()}.\n\n{HEADING}")
    bench = Bench(**{name: value for name, value in given.items() if value})
    for name in parts or PARTS:
        for one in PARTS[name](bench):
            click.echo(row(one))


if __name__ == "__main__":
    main()
