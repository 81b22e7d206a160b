"""Whether the program is well."""

from datetime import timedelta
from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import DatabaseUnavailable
from bot.parts import CHANNELS
from bot.web.unavailable import RETRY_AFTER, in_time

_PATIENCE = timedelta(seconds=5)
"""Monitors give up after ten."""


class Health:
    """Answers monitors."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/healthz", self.status)]

    async def status(self, request: Request) -> Response:
        """Return that the program runs and can store what comes, or 503 and why it cannot."""
        del request
        trouble = await self._trouble()
        told = {
            "status": "database unavailable" if trouble else "ok",
            "version": version("sportello"),
            "channels": {name: self._word(name) for name in CHANNELS},
            "database": trouble or "ok",
        }
        return JSONResponse(told, 503, RETRY_AFTER) if trouble else JSONResponse(told)

    async def _trouble(self) -> str:
        """Return in words why nothing can be stored, or nothing: writing is tried."""
        try:
            await in_time(self._app.store.check(), _PATIENCE)
        except DatabaseUnavailable as error:
            return str(error)
        return ""

    def _word(self, channel: str) -> str:
        return "on" if channel in self._app.channels.by_name else "off"
