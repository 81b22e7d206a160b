"""The web server on the port of the settings, also while the database is not there yet."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import click
import uvicorn
from starlette.types import ASGIApp

from bot.domain.errors import DatabaseNotThere, StartError
from bot.settings import Settings
from bot.store.store import Store
from bot.web.waiting import waiting

_OPEN_STREAMS_SECONDS = 2
_TICK_SECONDS = 0.5
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 15.0


class Server(uvicorn.Server):
    """A server that a signal stops; the program around it then stops in its own order."""

    def __init__(self, web: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                web,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=_OPEN_STREAMS_SECONDS,
                server_header=False,
                lifespan="off",
                ws="none",
            )
        )

    async def main_loop(self) -> None:
        """Wait until the server is to stop; uvicorn would look ten times a second."""
        while not await self.on_tick(counter=0):  # noqa: ASYNC110 - a signal sets a flag only
            await asyncio.sleep(_TICK_SECONDS)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM; uvicorn would raise them again when it is done."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def listening(settings: Settings) -> socket.socket:
    """Return a socket on the port of the settings, taken before anything else is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Told that it is TCP, asyncio sends small answers at once instead of 40 ms later.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()  # Until then a second program could bind it as well.
    except OSError as error:
        listener.close()
        raise StartError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. "
            "Stop the other program, or set SPORTELLO_PORT to another port."
        ) from error
    return listener


async def once_there(listener: socket.socket, open_it: Callable[[], Store]) -> Store:
    """Return the store as soon as its database can be reached; until then answer calls with 503.

    Raises:
        StartError: Waiting would not help.
        click.exceptions.Exit: A signal came first.
    """
    try:
        return open_it()
    except DatabaseNotThere as error:
        click.echo(
            f"sportello: {error} It is tried again until it is there; "
            "until then each call is answered with 503.",
            err=True,
        )
    async with _refusing(listener) as stopped:
        store = await _opened(open_it, stopped)
    click.echo("The database is there.", err=True)
    return store


async def _opened(open_it: Callable[[], Store], stopped: asyncio.Event) -> Store:
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            async with asyncio.timeout(pause):
                await stopped.wait()
        except TimeoutError:
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        else:
            raise click.exceptions.Exit(0)
        try:
            return await asyncio.to_thread(open_it)
        except DatabaseNotThere:
            continue  # Said once.


@asynccontextmanager
async def _refusing(listener: socket.socket) -> AsyncIterator[asyncio.Event]:
    """Answer calls for as long as the block lasts; yield what tells that a signal came."""
    server, stopped = Server(waiting), asyncio.Event()
    serving = asyncio.ensure_future(server.serve(sockets=[listener.dup()]))
    serving.add_done_callback(lambda _: stopped.set())
    try:
        yield stopped
    finally:
        server.should_exit = True
        await serving
