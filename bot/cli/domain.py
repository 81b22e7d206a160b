"""`sportello domain`: where a domain stands, and the picture of it."""

from datetime import date, datetime
from pathlib import Path

import click
import httpx

from bot.cli.running import asynchronous
from bot.clock import SystemClock
from bot.domain.calendar import ROME
from bot.domain.domain_timeline import ORDER, domain_timeline
from bot.domain.errors import SourceUnavailable
from bot.domain.knowledge import Language
from bot.domain.picturing import picture_of
from bot.domain.registry import Phase, outlook
from bot.drawing.timeline import timeline_png
from bot.parts import build_registry, read_knowledge
from bot.settings import AllSettings


class _Day(click.ParamType[date]):
    """An ISO day."""

    name = "day"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Return the day."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2026-11-23", param, ctx)


@click.group()
def domain() -> None:
    """Where a domain stands between registration and release."""


@domain.command()
@click.argument("name")
@asynchronous
async def status(name: str) -> None:
    """Ask the registry about the domain NAME and show its answer.

    Exits with status 2 when it does not answer.
    """
    settings = AllSettings().general
    async with httpx.AsyncClient() as http:
        registry = build_registry(settings, http, SystemClock())
        if registry is None:
            raise SourceUnavailable("No registry is asked: set SPORTELLO_REGISTRY=true.")
        record = await registry.look_up(name)
    shown = {
        "domain": record.domain,
        "status": ", ".join(record.status),
        "phase": outlook(record.status).phase.value,
        "expires_on": record.expires_on,
        "registrar": record.registrar,
    }
    for label, value in shown.items():
        click.echo(f"{label:<24}{value or '-'}")


@domain.command()
@click.argument("name")
@click.option(
    "--phase",
    type=click.Choice([phase.value for phase in ORDER]),
    required=True,
    help="The phase it is in.",
)
@click.option("--expires", type=_Day(), help="The day the registry names.")
@click.option("--at", type=_Day(), help="On this day instead of today.")
@click.option(
    "--language",
    type=click.Choice(["it", "en"]),
    default="it",
    show_default=True,
    help="The language of its words.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="The PNG to write.",
)
def timeline(  # noqa: PLR0913 - one for each option
    *, name: str, phase: str, expires: date | None, at: date | None, language: Language, out: Path
) -> None:
    """Draw where the domain NAME stands, and print the same in words."""
    knowledge = read_knowledge(AllSettings().general)
    today = at or _today(SystemClock().now())
    steps = domain_timeline(name, Phase(phase), expires, today)
    if steps is None:
        raise click.UsageError(f"A domain in the phase {phase} is on no way to its release.")
    picture = picture_of(steps, knowledge, language)
    try:
        out.write_bytes(timeline_png(picture))
    except OSError as error:
        raise click.FileError(str(out), error.strerror or "it cannot be written") from error
    click.echo(picture.alt)


def _today(now: datetime) -> date:
    return now.astimezone(ROME).date()
