"""`sportello serve`, `poll` and `db`: running the program."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

import click
import uvicorn

from bot.app import App, Choices, load_demo, running
from bot.channels.telegram import Telegram
from bot.cli.running import asynchronous
from bot.cli.serving import Server, listening, once_there
from bot.domain.errors import SettingsError
from bot.parts import CHANNELS, open_store
from bot.service.insisting import insisted
from bot.settings import AllSettings
from bot.web import build_web

_TRY = (
    "la webmail non si apre",
    "quanto costa riattivare il sito?",
    "operatore",
)


@click.command()
@click.option("--demo", is_flag=True, help="Load the demo contracts, dated from today.")
@asynchronous
async def serve(*, demo: bool) -> None:
    """Run web chat, console and webhooks in one process, until Ctrl-C."""
    await serving(Choices(ask_registries=not demo), demo=demo)


@click.group()
def poll() -> None:
    """Fetch messages instead of waiting for webhooks."""


@poll.command()
@asynchronous
async def telegram() -> None:
    """Run everything `serve` runs and fetch Telegram's updates; needs no public address."""
    if not AllSettings().telegram.complete:
        raise SettingsError("Telegram is off: set TELEGRAM_BOT_TOKEN in .env.")

    async def fetch(app: App) -> None:
        channel = cast("Telegram", app.channels.by_name["telegram"])
        # Telegram is told that a message arrived only once it is stored.
        await channel.poll(lambda call: insisted(lambda: app.intake.take(channel, call)))

    await serving(Choices(), beside=fetch)


@click.group()
def db() -> None:
    """The database."""


@db.command()
@asynchronous
async def upgrade() -> None:
    """Bring the database to this version; `serve` does it by itself."""
    settings = AllSettings().general
    store = open_store(settings, owner=True)
    await store.close()
    click.echo(f"{settings.database_shown} is up to date.")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@asynchronous
async def move(file: Path) -> None:
    """Copy the SQLite FILE into the PostgreSQL database in SPORTELLO_DATABASE_URL.

    Each row is verified. A move that broke off goes on when it is started again.
    """
    from bot.store.moving import move as copy  # noqa: PLC0415 - loads a driver nobody else needs

    target = AllSettings().general.database
    if not isinstance(target, str):
        raise SettingsError(
            "Set SPORTELLO_DATABASE_URL to the new database, postgresql://user:password@host/name."
        )
    count = await copy(file, target, lambda table, rows: click.echo(f"{table:<16}{rows}"))
    click.echo(f"{count} rows copied and verified; {file} is as it was.")


async def serving(
    choices: Choices,
    *,
    demo: bool = False,
    beside: Callable[[App], Awaitable[None]] | None = None,
) -> None:
    """Run the program until a signal.

    Args:
        choices: In place of the usual.
        demo: Whether to load the demo contracts.
        beside: Goes on beside the web server; when it fails, so does the program.
    """
    settings = AllSettings()
    with listening(settings.general) as listener:
        click.echo(
            "Reading the knowledge and opening the database; "
            "what is new in it takes some ten seconds to learn ...",
            err=True,
        )
        choices = replace(choices, opening=partial(once_there, listener))
        async with running(settings, choices) as app:
            if demo:
                await load_demo(app)
            password = await app.accounts.add_first()
            server = Server(build_web(app, demo=demo))
            task = asyncio.ensure_future(beside(app)) if beside else None
            click.echo(_welcome(app, password, demo=demo))
            try:
                await _until_stopped(server, listener, task)
            finally:
                if task is not None:
                    task.cancel()
    click.echo("Stopped; everything is stored.", err=True)


async def _until_stopped(
    server: uvicorn.Server, listener: socket.socket, task: "asyncio.Future[None] | None"
) -> None:
    """Serve until a signal, or until what runs beside has failed."""
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    waited = {serving, task} if task is not None else {serving}
    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    if task is not None and task.done():
        task.result()


def _welcome(app: App, password: str | None, *, demo: bool) -> str:
    general = app.settings.general
    base = f"http://{general.host}:{general.port}"
    lines = [
        "",
        "Sportello is ready.",
        f"  Web chat       {base}/",
        f"  Staff console  {base}/desk",
        f"  Docs           {base}/docs",
    ]
    if demo:
        lines.insert(3, f"  On a site      {base}/demo")
    if password:
        lines.append(f"  First sign-in  name: desk   password: {password}   (shown only now)")
    off = [name for name in CHANNELS if name not in app.channels.by_name]
    lines += [f"  {name:<15}off: no credentials in .env" for name in off]
    lines += ["", "Three things to try in the web chat:"]
    lines += [f"  {number}. {text}" for number, text in enumerate(_TRY, start=1)]
    lines += [
        "As a customer with a contract:",
        "  .venv/bin/sportello chat --as +390000000012",
        "Ctrl-C stops.",
        "",
    ]
    return "\n".join(lines)
