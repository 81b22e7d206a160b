"""Where a browser's call comes from: our pages, a site that may show the chat, or elsewhere."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.settings import Settings

_NOT_LISTED = (
    "The chat is not open to this site. Its operator adds the site to SPORTELLO_WIDGET_ORIGINS."
)


def is_elsewhere(headers: Headers, public_address: str) -> bool:
    """Tell whether a browser says that another site's page calls; other callers say nothing."""
    origin = headers.get("origin")
    hosts = {headers.get("host", ""), urlsplit(public_address).netloc}
    return origin is not None and _host_of(origin) not in hosts


def _host_of(origin: str) -> str | None:
    """Return the host and port of an origin, or None if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def for_listed_sites(general: Settings) -> list[Middleware]:
    """Return what opens routes to our own pages and to the sites of the settings, to no others."""
    sites = general.widget_sites
    cors = Middleware(
        CORSMiddleware,
        allow_origins=sites,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", "Last-Event-ID", "X-Chat-Token"],
    )
    return [Middleware(OnlyListed, sites=sites, public_address=general.public_address), cors]


class OnlyListed:
    """Refuses with 403 what other sites' pages send, before anything is done about it."""

    def __init__(self, app: ASGIApp, sites: list[str], public_address: str) -> None:
        self._app = app
        self._sites = sites
        self._public_address = public_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        headers = Headers(scope=scope)
        listed = headers.get("origin") in self._sites
        if listed or not is_elsewhere(headers, self._public_address):
            await self._app(scope, receive, send)
        else:
            refusal = PlainTextResponse(_NOT_LISTED, 403, headers={"Vary": "Origin"})
            await refusal(scope, receive, send)
