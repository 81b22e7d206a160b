"""Files of replies, for vendors and browsers that were given their addresses."""

from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.enclosing import is_picture
from bot.domain.files import told_type
from bot.domain.messages import Attachment, Enclosure
from bot.web.files import file_response


class EnclosuresPage:
    """Hands a file to whoever has its address: Twilio cannot sign in."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/files/{key}/{name}", self.show)]

    async def show(self, request: Request) -> Response:
        """Return the file; the same 404 for what never was, has expired or has been erased."""
        found = await self._app.enclosures.behind(request.path_params["key"])
        if found is None:
            raise HTTPException(404, "There is no file here, or no longer.")
        file = found.enclosure
        known = Attachment(media_type=file.media_type, url="", name=file.name)
        response = file_response(request, known, found.content)
        # Twilio compares this with what the file holds; browsers save it whatever it is.
        response.headers["Content-Type"] = told_type(file.name, file.media_type)
        # The widget shows pictures on other sites.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


def path_of_file(app: App, file: Enclosure) -> str:
    """Return the address of a file of a reply on this site, for our own pages."""
    return urlsplit(app.enclosures.address_of(file)).path


def fields_of_file(app: App, file: Enclosure) -> dict[str, object]:
    """Return what the chat of a visitor shows of a file."""
    return {
        "src": path_of_file(app, file),
        "name": file.name,
        "size": file.size,
        "shown": is_picture(file),
    }
