"""Compare Sportello's matcher with others: python -m bench.understanding COMMAND."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from bench.understanding import cost as costs
from bench.understanding import curve as curves
from bench.understanding.data import DataSet, enlarged, own_set, public_sets, with_noise
from bench.understanding.engines import ENGINES
from bench.understanding.missing import Missing
from bench.understanding.running import machine, measured, present, verdicts

_LEGEND = """\
Each cell: best label right / right one among three / area under the ROC curve, in against out
of scope / answered rightly while 9 of 10 out of scope are refused. In percent."""

_NOTHING = "nothing"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _engines(default: Sequence[str]) -> Callable[[Any], Any]:
    return click.option(
        "--engine",
        "names",
        type=click.Choice(list(ENGINES)),
        multiple=True,
        default=list(default),
        help="Only this one; may be repeated.",
    )


def _knowledge(command: Callable[..., None]) -> Callable[..., None]:
    for name in ("--faq", "--intents"):
        folder = name.removeprefix("--")
        option = click.option(name, type=_FOLDER, default=folder, show_default=True)
        command = option(command)
    return command


@click.group()
def main() -> None:
    """Compare Sportello's matcher with others, on the same messages."""


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--set", "wanted", default="", help="Only sets with this in their name.")
@click.option("--own", type=_FILE, help="Labelled messages for the knowledge of this desk.")
@_engines(list(ENGINES))
@_knowledge
def compare(**given: Any) -> None:  # noqa: ANN401 - each option has its type above
    """Compare on the public sets in FOLDER, files of {"train": [...], "test": [...]}."""
    sets = public_sets(given["folder"])
    if given["own"]:
        own = own_set(given["intents"], given["faq"], given["own"])
        sets += [own, with_noise(own)]
    _print_comparison([one for one in sets if given["wanted"] in one.name], given["names"])


@main.command()
@click.argument("messages", type=_FILE)
@click.option("--examples", default=10_000, show_default=True, help="Size of the larger set.")
@_engines(list(ENGINES))
@_knowledge
def cost(**given: Any) -> None:  # noqa: ANN401 - each option has its type above
    """Measure time and memory: our knowledge, and the same with noise up to a larger size."""
    here = _introduced(given["names"])
    own = own_set(given["intents"], given["faq"], given["messages"])
    click.echo(f"{len(own.messages)} messages; time on the processor.\n\n{costs.HEADING}")
    for one in (own, enlarged(own, given["examples"])):
        _print_costs(one, here)


@main.command()
@click.argument("messages", type=_FILE)
@click.option("--draws", default=3, show_default=True, help="Draws of examples to average over.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it as SVG.",
)
@_engines(["rapidfuzz", "tf-idf + LR", "Sportello, words only", "Sportello"])
@_knowledge
def curve(**given: Any) -> None:  # noqa: ANN401 - each option has its type above
    """Show how our knowledge does with fewer examples, on labelled MESSAGES."""
    here = _introduced(given["names"])
    own = own_set(given["intents"], given["faq"], given["messages"])
    found = curves.curve(list(_told(here, own.name)), own, given["draws"])
    click.echo(f"{_LEGEND}\n\n{curves.table(found)}")
    if given["picture"]:
        given["picture"].write_text(curves.picture(found), "utf-8")


@main.command()
@click.argument("messages", type=_FILE)
@click.option("--top", default=20, show_default=True, help="How many pairs to show.")
@_engines(["Sportello"])
@_knowledge
def confusions(**given: Any) -> None:  # noqa: ANN401 - each option has its type above
    """Show which labels are taken for which, on labelled MESSAGES."""
    own = own_set(given["intents"], given["faq"], given["messages"])
    for name in _introduced(given["names"]):
        rows = _confused(name, own).most_common(given["top"])
        click.echo(f"| {name}: wanted | Taken for | Times |\n|---|---|---|")
        click.echo("\n".join(f"| {wanted} | {got} | {n} |" for (wanted, got), n in rows))


def _print_costs(given: DataSet, names: Sequence[str]) -> None:
    found: list[costs.Cost] = []
    for name in _told(names, f"{len(given.examples)} examples"):
        try:
            found.append(costs.cost(name, given))
        except Missing as why:
            click.echo(f"{given.name}: {why}", err=True)
            continue
        click.echo(costs.row(len(given.examples), name, found[-1], found[0]))


def _print_comparison(sets: Sequence[DataSet], names: Sequence[str]) -> None:
    here = _introduced(names)
    click.echo(f"{_LEGEND}\n\n| Set | {' | '.join(here)} |\n|---{'|---' * len(here)}|")
    for one in sets:
        cells = [_cell(name, one) for name in _told(here, one.name)]
        click.echo(f"| {one.name} | {' | '.join(cells)} |")


def _cell(name: str, given: DataSet) -> str:
    try:
        return str(measured(name, given))
    except Missing as why:
        click.echo(f"{given.name}: {why}", err=True)
        return "not learnt"


def _introduced(names: Sequence[str]) -> list[str]:
    """Return the engines that are here, having said what is compared where."""
    here, missing = present(names)
    words = [Path(word).name if "/" in word else word for word in sys.argv[1:]]
    click.echo(f"`python -m bench.understanding {' '.join(words)}`\n\n{machine()}.")
    click.echo(f"{'; '.join(here.values())}.\n")
    for name, why in missing.items():
        click.echo(f"Left out: {name}, since {why}.\n")
    return list(here)


def _told(names: Iterable[str], about: str) -> Iterable[str]:
    for name in names:
        click.echo(f"{about}: {name}", err=True)
        yield name


def _confused(name: str, given: DataSet) -> Counter[tuple[str, str]]:
    found = zip(given.messages, verdicts(name, given), strict=True)
    best = [(one, next(iter(verdict.labels), _NOTHING)) for one, verdict in found]
    wrong = [(one, got) for one, got in best if got not in one.right]
    return Counter(
        (one.right[0], got) for one, got in wrong if not (one.strange and got == _NOTHING)
    )


if __name__ == "__main__":
    main()
