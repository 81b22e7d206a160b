"""How fast the durable core is: `python -m bench.speed [PART]... [--on postgresql]`."""

import sys
from collections.abc import Sequence

import click

from bench.speed.parts import PARTS, Bench
from bench.speed.places import POSTGRESQL, SQLITE
from bench.speed.table import HEADING, row
from bench.understanding.running import machine


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.option("--on", "kind", type=click.Choice([SQLITE, POSTGRESQL]), default=SQLITE)
@click.option("--seconds", default=2, show_default=True, help="How long a figure is measured.")
@click.option("--chats", multiple=True, type=int, default=(1, 50, 500), show_default=True)
def main(*, parts: Sequence[str], kind: str, seconds: int, chats: Sequence[int]) -> None:
    """Measure PARTS, or all, as ratios to what this machine can do at most."""
    command = " ".join(("python -m bench.speed", *sys.argv[1:]))
    click.echo(f"`{command}`\n\n{machine()}.\n\n{HEADING}")
    bench = Bench(kind, seconds, chats)
    for name in parts or PARTS:
        for one in PARTS[name](bench):
            click.echo(row(one))


if __name__ == "__main__":
    main()
