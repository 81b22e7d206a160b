"""`sportello match`: what a message means."""

import json
import sys
from typing import Any

import click

from bot.app import build_matcher, read_knowledge
from bot.cli.running import asynchronous
from bot.domain.evaluation import Action, action_on
from bot.domain.matching import Match, Query
from bot.ports import Matcher
from bot.settings import AllSettings


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
    matcher = build_matcher(settings.general, read_knowledge(settings.general))
    if jsonl:
        await _answer_lines(matcher)
        return
    if text is None:
        raise click.UsageError("Give a TEXT, or --jsonl with lines on standard input.")
    found = await matcher.match(Query(text=text))
    click.echo(json.dumps(_as_json(found), ensure_ascii=False) if as_json else _in_words(found))
    if action_on(found) is not Action.ANSWER:
        raise SystemExit(1)


async def _answer_lines(matcher: Matcher) -> None:
    faulty = 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            found = _as_json(await matcher.match(Query(text=str(given["text"]))))
            answer = {"id": given.get("id")} | found
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            answer = {"error": f'line {number} is not {{"id","text"}}: {error}'}
            faulty += 1
        click.echo(json.dumps(answer, ensure_ascii=False))
    if faulty:
        raise SystemExit(1)


def _as_json(found: Match) -> dict[str, Any]:
    action, best = action_on(found), found.best
    return {
        "action": action.value,
        "intent": best.intent if best else None,
        "confidence": best.confidence if best else 0.0,
        "candidates": [
            {"intent": one.intent, "confidence": one.confidence, "example": one.example}
            for one in found.candidates
        ],
        "language": found.language,
    }


def _in_words(found: Match) -> str:
    lines = [f"{action_on(found).value}  (language: {found.language})"]
    lines += [
        f"{one.confidence:4.2f}  {one.intent:<24}  {one.example}" for one in found.candidates
    ]
    return "\n".join(lines)
