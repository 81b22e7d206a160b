"""Whether the program is well."""

from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App

_CHANNELS = ("whatsapp", "telegram", "web")


class Health:
    """Answers monitors."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/healthz", self.status)]

    async def status(self, request: Request) -> Response:
        """Return that the program runs, its version, and which channels are on."""
        del request
        channels = {name: self._word(name) for name in _CHANNELS}
        return JSONResponse(
            {"status": "ok", "version": version("sportello"), "channels": channels}
        )

    def _word(self, channel: str) -> str:
        return "on" if channel in self._app.channels.by_name else "off"
