"""Pages of the console on their way to a browser, packed."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_LEVEL = 5
"""Long transcripts are packed while somebody waits for them."""


class PackedConsole:
    """Packs what the console answers, but for live events, which would come late."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed = GZipMiddleware(app, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on."""
        is_console = scope["type"] == "http" and scope["path"].startswith("/desk")
        await (self._packed if is_console else self._app)(scope, receive, send)
