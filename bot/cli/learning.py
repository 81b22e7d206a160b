"""`sportello learning`: what colleagues think of the bot's replies."""

import json

import click

from bot.cli.running import asynchronous
from bot.parts import open_store
from bot.ports import Lesson
from bot.settings import AllSettings


@click.group()
def learning() -> None:
    """What colleagues think of the bot's replies, for whoever improves the knowledge."""


@learning.command("list")
@asynchronous
async def list_lessons() -> None:
    """Print what was marked in the console, one JSON object a line, oldest first."""
    store = open_store(AllSettings().general, owner=False)
    try:
        lessons = await store.marks.lessons()
    finally:
        await store.close()
    for lesson in lessons:
        click.echo(json.dumps(_row(lesson), ensure_ascii=False))


def _row(lesson: Lesson) -> dict[str, object]:
    mark = lesson.mark
    return {
        "at": mark.at.isoformat(),
        "by": mark.colleague,
        "chat": mark.conversation_id,
        "reply": mark.entry,
        "right": mark.is_right,
        "text": lesson.asked,
        "said": lesson.said,
        "understood": lesson.understood,
        "should_be": mark.intent,
        "note": mark.note,
    }
