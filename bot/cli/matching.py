"""`sportello match`: what a message means."""

import json
from typing import Any

import click
from pydantic import BaseModel, ConfigDict, JsonValue

from bot.cli.explaining import as_json as fields
from bot.cli.explaining import explained, explained_as_json, in_words
from bot.cli.lines import answer_lines
from bot.cli.running import asynchronous
from bot.domain.evaluation import Action
from bot.domain.matching import Query
from bot.parts import build_matcher, read_knowledge
from bot.settings import AllSettings


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: JsonValue = None
    text: str


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help='Read {"id","text"} lines, write one answer a line.')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--explain", is_flag=True, help="Show views, expected costs and what is named, too.")
@asynchronous
async def match(text: str | None, *, jsonl: bool, as_json: bool, explain: bool) -> None:
    """Show what TEXT means, or each line of standard input with --jsonl.

    Exits with status 1 when the bot would not answer TEXT.
    """
    settings = AllSettings()
    knowledge = read_knowledge(settings.general)
    matcher = build_matcher(settings.general, knowledge)

    async def answer(_: int, line: _Line) -> dict[str, Any]:
        return {"id": line.id} | fields(await matcher.match(Query(text=line.text)), knowledge)

    if jsonl:
        await answer_lines(_Line, answer)
        return
    if text is None:
        raise click.UsageError("Give a TEXT, or --jsonl with lines on standard input.")
    found = await matcher.match(Query(text=text))
    shown = fields(found, knowledge) | (explained_as_json(found) if explain else {})
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        click.echo(in_words(found, knowledge) + (f"\n{explained(found)}" if explain else ""))
    if shown["action"] != Action.ANSWER:
        raise SystemExit(1)
