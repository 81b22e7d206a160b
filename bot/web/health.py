"""Whether the program is well, and a page that says what it offers."""

from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.web.pages import Pages

_CHANNELS = ("whatsapp", "telegram", "web")


class Health:
    """Answers monitors, and people who look around."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/healthz", self.status), Route("/docs", self.docs)]

    async def status(self, request: Request) -> Response:
        """Return that the program runs, its version, and which channels are on."""
        del request
        channels = {name: self._word(name) for name in _CHANNELS}
        return JSONResponse(
            {"status": "ok", "version": version("sportello"), "channels": channels}
        )

    async def docs(self, request: Request) -> Response:
        """Return a page that lists the addresses and where the documentation is."""
        del request
        return self._pages.page(
            "docs.html", {"channels": {name: self._word(name) for name in _CHANNELS}}
        )

    def _word(self, channel: str) -> str:
        return "on" if channel in self._app.channels.by_name else "off"
