"""Pictures in replies, for vendors and browsers that were given their addresses."""

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.messages import Picture


class PicturesPage:
    """Shows a picture to whoever has its address: Twilio cannot sign in."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/pictures/{key}.png", self.show)]

    async def show(self, request: Request) -> Response:
        """Return the picture; the same 404 for what never was and what has expired."""
        picture = self._app.pictures.behind(request.path_params["key"])
        if picture is None:
            raise HTTPException(404, "There is no picture here, or no longer.")
        png = await self._app.pictures.drawn(picture)
        headers = {
            "Cache-Control": "private, no-store",
            "Cross-Origin-Resource-Policy": "cross-origin",  # The widget shows it on other sites.
            "X-Robots-Tag": "noindex",
        }
        return Response(png, media_type="image/png", headers=headers)


def path_of(app: App, picture: Picture) -> str:
    """Return the address of a picture on this site, for our own pages."""
    return urlsplit(app.pictures.address_of(picture)).path
