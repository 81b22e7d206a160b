"""`sportello kb`: the knowledge."""

import json
from itertools import groupby, islice
from pathlib import Path

import click

from bot.clock import SystemClock
from bot.domain.calendar import ROME
from bot.domain.errors import SettingsError
from bot.knowledge_files import check_knowledge, json_schemas
from bot.parts import build_suggestions, read_knowledge
from bot.settings import AllSettings

_MOST_SUGGESTED = 20
"""Of each kind; with --json all."""


@click.group()
def kb() -> None:
    """The knowledge in intents/ and faq/."""


@kb.command()
@click.option(
    "--golden",
    type=click.Path(exists=True, path_type=Path),
    help="Folder or file of test sentences that must not be examples.",
)
@click.option(
    "--help-page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The help page, to look up each quoted passage.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--suggest", is_flag=True, help="Say also what would make the examples better.")
def check(golden: Path | None, help_page: Path | None, *, as_json: bool, suggest: bool) -> None:
    """Check all files at once and name file, line, fault and cure.

    Exits with status 1 if there are errors; warnings alone are no errors.
    """
    settings = AllSettings().general
    today = SystemClock().now().astimezone(ROME).date()
    findings = check_knowledge(
        settings.intents, settings.faq, golden=golden, help_page=help_page, today=today
    )
    errors = [finding for finding in findings if finding.severity == "error"]
    usable = suggest and not errors
    suggested = build_suggestions(settings, read_knowledge(settings)) if usable else ()
    if as_json:
        rows = [{"severity": one.severity, **one.fault.__dict__} for one in findings]
        rows += [{"severity": "suggestion", **one.__dict__} for one in suggested]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(f"{finding.severity}: {finding.fault}")
        for kind, same in groupby(suggested, key=lambda one: one.kind):
            for one in islice(same, _MOST_SUGGESTED):
                click.echo(f"{kind}: {one.intent}: {one.told}")
        click.echo(f"{len(errors)} errors, {len(findings) - len(errors)} warnings.", err=True)
    if errors:
        raise SystemExit(1)


@kb.command()
@click.argument("intent", required=False)
def show(intent: str | None) -> None:
    """Show INTENT with its answer and examples, or the list of all intents."""
    knowledge = read_knowledge(AllSettings().general)
    if intent is None:
        for one in knowledge.intents.values():
            counted = f"  counts as {one.counts_as}" if one.counts_as else ""
            click.echo(f"{one.name:<26}{one.kind:<14}{len(one.examples):>4} examples{counted}")
        return
    if intent not in knowledge.intents:
        raise SettingsError(f"There is no intent {intent}; sportello kb show lists all.")
    one, entry = knowledge.intents[intent], knowledge.answer_to(intent)
    click.echo(f"{one.name} ({one.kind}), reviewed {one.reviewed} by {one.owner}")
    click.echo(f"\n{entry.answer.it.strip()}\n\n{entry.answer.en.strip()}\n")
    click.echo("Buttons: " + ", ".join(f"{b.text.it} -> {b.intent}" for b in entry.buttons))
    for passage in entry.passages:
        click.echo(f"Source: «{passage}»")
    for example in one.examples:
        click.echo(f"  {example.language}  {example.text}")


@kb.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def schema(folder: Path) -> None:
    """Write the JSON Schema of each kind of knowledge file to FOLDER, for editors."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, shape in json_schemas().items():
            text = json.dumps(shape, ensure_ascii=False, indent=2)
            (folder / f"{kind}.json").write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise click.BadParameter(f"{folder}: {error.strerror}.") from error
