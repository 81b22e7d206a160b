"""`sportello match`: what a message means."""

import json
from collections.abc import Mapping
from typing import Any

import click
from pydantic import BaseModel, ConfigDict, JsonValue

from bot.app import build_matcher, read_knowledge
from bot.cli.lines import answer_lines
from bot.cli.running import asynchronous
from bot.domain.evaluation import Action, action_on
from bot.domain.knowledge import Knowledge
from bot.domain.matching import Match, Query, in_labels
from bot.settings import AllSettings


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: JsonValue = None
    text: str


@click.command()
@click.argument("text", required=False)
@click.option("--jsonl", is_flag=True, help='Read {"id","text"} lines, write one answer a line.')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@asynchronous
async def match(text: str | None, *, jsonl: bool, as_json: bool) -> None:
    """Show what TEXT means, or each line of standard input with --jsonl.

    Exits with status 1 when the bot would not answer TEXT.
    """
    settings = AllSettings()
    knowledge = read_knowledge(settings.general)
    matcher = build_matcher(settings.general, knowledge)

    async def answer(_: int, line: _Line) -> dict[str, Any]:
        return {"id": line.id} | _as_json(await matcher.match(Query(text=line.text)), knowledge)

    if jsonl:
        await answer_lines(_Line, answer)
        return
    if text is None:
        raise click.UsageError("Give a TEXT, or --jsonl with lines on standard input.")
    found = await matcher.match(Query(text=text))
    shown = _as_json(found, knowledge)
    click.echo(json.dumps(shown, ensure_ascii=False) if as_json else _in_words(shown, found))
    if shown["action"] != Action.ANSWER:
        raise SystemExit(1)


def _as_json(found: Match, knowledge: Knowledge) -> dict[str, Any]:
    """Return what others may count on: labels, and the intent's own name as the topic."""
    counted = in_labels(found, knowledge.label_of)
    best = counted.best
    return {
        "action": action_on(counted).value,
        "intent": best.intent if best else None,
        "topic": found.best.intent if found.best else None,
        "confidence": best.confidence if best else 0.0,
        "candidates": [
            {"intent": one.intent, "confidence": one.confidence, "example": one.example}
            for one in counted.candidates
        ],
        "language": found.language,
    }


def _in_words(shown: Mapping[str, Any], found: Match) -> str:
    lines = [f"{shown['action']}  (language: {found.language})"]
    lines += [
        f"{one.confidence:4.2f}  {one.intent:<24}  {one.example}" for one in found.candidates
    ]
    return "\n".join(lines)
