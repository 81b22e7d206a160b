"""`sportello eval`: how good the matching is on labelled messages."""

import codecs
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from bot.cli.lines import in_words
from bot.cli.running import asynchronous
from bot.domain.errors import Fault, FaultyFile
from bot.domain.evaluation import Figures, Labelled, Outcome, Report, outcome, report
from bot.domain.matching import Query, in_labels
from bot.parts import build_matcher, read_knowledge
from bot.settings import AllSettings

_WORST_SHOWN = 10


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: JsonValue = ""
    text: str
    label: str
    also: tuple[str, ...] = ()


@click.command(name="eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--misses", is_flag=True, help="List each message that was not answered directly.")
@asynchronous
async def evaluate(file: Path, *, as_json: bool, misses: bool) -> None:
    """Measure the matching on FILE, with lines of {"id","text","label","also"}.

    direct: answered rightly. helped: direct, or asked back with the right choice on offer.
    wrong: answered confidently with something else.
    """
    settings = AllSettings()
    knowledge = read_knowledge(settings.general)
    matcher = build_matcher(settings.general, knowledge)
    outcomes = []
    for message in _read_labelled(file):
        found = await matcher.match(Query(text=message.text))
        outcomes.append(outcome(message, in_labels(found, knowledge.label_of)))
    if as_json:
        click.echo(json.dumps(asdict(report(outcomes)), ensure_ascii=False, indent=1))
        return
    click.echo(_table(report(outcomes)))
    if misses:
        click.echo("\n".join(_missed(outcomes)))


def _read_labelled(file: Path) -> Iterator[Labelled]:
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            given = _Line.model_validate_json(line.removeprefix(codecs.BOM_UTF8))
        except ValidationError as error:
            cure = 'Each line is {"text": ..., "label": ..., "also": [...]}.'
            fault = Fault(file=str(file), line=number, problem=f"{in_words(error)}.", cure=cure)
            raise FaultyFile([fault]) from error
        yield Labelled(text=given.text, label=given.label, also=given.also, id=str(given.id))


def _table(figures: Report) -> str:
    rows = [f"{'label':<26}{'count':>6}{'direct':>9}{'helped':>9}{'wrong':>9}"]
    rows += [_row(label, one) for label, one in figures.by_label.items()]
    rows += ["", _row("all in scope", figures.in_scope), _row("all", figures.total)]
    rows.append(f"out of scope but answered: {figures.out_of_scope_answered:.1%}")
    if figures.confusions:
        rows.append("\nworst confusions (wanted -> answered)")
    rows += [
        f"  {times:>3}  {wanted} -> {got}"
        for wanted, got, times in figures.confusions[:_WORST_SHOWN]
    ]
    return "\n".join(rows)


def _row(label: str, one: Figures) -> str:
    return f"{label:<26}{one.count:>6}{one.direct:>9.1%}{one.helped:>9.1%}{one.wrong:>9.1%}"


def _missed(outcomes: list[Outcome]) -> Iterator[str]:
    for one in outcomes:
        if one.grade != "direct":
            yield f"{one.grade:<10}{one.message.label:<26}{one.intent:<26}{one.message.text[:90]}"
