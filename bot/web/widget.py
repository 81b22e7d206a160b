"""The chat on other sites: one script, the parts it fetches, and a page that shows it."""

import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app import App
from bot.web.pages import Pages

_STATIC = Path(__file__).parent / "static"
_SHEETS = ("base", "chat", "widget")
_REM = re.compile(r"([\d.]+)rem\b")
_FIVE_MINUTES = "public, max-age=300"


class Widget:
    """Serves what makes the chat appear on another site.

    Args:
        demo: Whether to show a page that has it.
    """

    def __init__(self, app: App, pages: Pages, *, demo: bool) -> None:
        self._general = app.settings.general
        self._pages = pages
        self._demo = demo
        self._styles = "".join(_in_pixels(_STATIC / f"{name}.css") for name in _SHEETS)

    def routes(self) -> list[BaseRoute]:
        """Return what this part answers."""
        demo = [Route("/demo", self.demo)] if self._demo else []
        files = StaticFiles(directory=_STATIC)
        return [
            Route("/widget.js", self.script, middleware=_FOR_ALL_SITES),
            Route("/widget.css", self.styles, middleware=_FOR_ALL_SITES),
            Mount("/static", files, middleware=_FOR_ALL_SITES),
            *demo,
        ]

    def parts(self) -> list[Route]:
        """Return what this part answers below /chat."""
        return [Route("/window", self.window, middleware=[_PACKED])]

    async def script(self, request: Request) -> Response:
        """Return the script of the tag, which knows the sites that may show the chat."""
        values = {"sites": self._general.widget_sites}
        return _cached(request, self._pages.text("widget.js", values), "text/javascript")

    async def styles(self, request: Request) -> Response:
        """Return all styles of the chat, independent of the size of letters around it."""
        return _cached(request, self._styles, "text/css")

    async def window(self, request: Request) -> Response:
        """Return the parts of the chat, for the script to put into its page."""
        return _cached(request, self._pages.text("chat/widget.html"), "text/html")

    async def demo(self, request: Request) -> Response:
        """Return a page of somebody else with the chat on it."""
        del request
        return self._pages.page("demo.html", {"address": self._general.public_address})


def _in_pixels(file: Path) -> str:
    """Return styles without rem: the page around says how large one is. Here it is the default."""
    return _REM.sub(lambda found: f"{float(found[1]) * 16:g}px", file.read_text("utf-8"))


def _cached(request: Request, text: str, media_type: str) -> Response:
    """Return a text that browsers may keep for a while and then ask whether it has changed."""
    tag = f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": _FIVE_MINUTES, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=media_type, headers=headers)


class Embeddable:
    """Lets pages of other sites use an answer, also those that let in only what says so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and add the header to its answer."""

        async def send_with_header(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        await self._app(scope, receive, send_with_header)


_PACKED = Middleware(GZipMiddleware)
"""Not for live events, which would come late."""

_FOR_ALL_SITES = [
    Middleware(CORSMiddleware, allow_origins=["*"]),
    Middleware(Embeddable),
    _PACKED,
]
"""For files that hold no secret."""
