"""The page of one chat, whole and in parts."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import FileUnavailable
from bot.domain.messages import Picture
from bot.web.desk.beside import Beside
from bot.web.desk.composer import Composer
from bot.web.desk.queue import QueuePages
from bot.web.files import file_response
from bot.web.guard import Guard
from bot.web.pages import Pages
from bot.web.pictures import path_of

_NOTHING_SAID: Mapping[str, object] = {"problem": "", "draft": ""}


class ChatPages:
    """One chat beside the list."""

    def __init__(
        self, app: App, pages: Pages, guard: Guard, parts: tuple[QueuePages, Composer, Beside]
    ) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard
        self._queue, self._composer, self._beside = parts

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk/chats/{id}", self.chat, methods=["GET"]),
            Route("/desk/chats/{id}/parts", self.parts, methods=["GET"]),
            Route("/desk/chats/{id}/files/{entry}/{at:int}", self.file, methods=["GET"]),
        ]

    async def chat(self, request: Request) -> Response:
        """Return the page with one chat."""
        me = self._guard.colleague(request)
        ready = await self._composer.chosen(request, me)
        said = {**_NOTHING_SAID, "draft": ready.text, "gaps": ready.gaps} if ready else None
        return await self.page(request, me, said or _NOTHING_SAID)

    async def parts(self, request: Request) -> Response:
        """Return those parts of a chat that change, and none that a colleague types in."""
        me = self._guard.colleague(request, acts=False)
        return await self.changed(request, me, {"acted": False})

    async def file(self, request: Request) -> Response:
        """Return a file a customer sent: pictures and sounds at once, all else to be saved."""
        self._guard.colleague(request)
        asked = request.path_params
        try:
            file, content = await self._app.overview.file(asked["id"], asked["entry"], asked["at"])
        except FileUnavailable as error:
            return PlainTextResponse(str(error), 404)
        return file_response(request, file, content)

    async def unknown(self, request: Request, error: Exception) -> Response:
        """Return a page for a chat that does not exist."""
        del request, error
        return self._pages.page("desk/unknown.html", status=404)

    async def page(
        self,
        request: Request,
        me: str,
        said: Mapping[str, object] = _NOTHING_SAID,
        status: int = 200,
    ) -> Response:
        """Return the whole page, and what is to be said of a step."""
        chat_id = request.path_params["id"]
        chat = await self._app.overview.view(chat_id, me)
        shown = await self._queue.shown(request, me, chat_id)
        values = {
            "chat": chat,
            "path_of": self._path_of,
            "canned": self._app.knowledge.canned.values(),
            "gaps": (),
            **self._composer.present(chat_id, me),
            **await self._beside.shown(chat_id),
            **shown,
            **said,
        }
        return self._pages.page("desk/chat.html", values, status)

    async def changed(
        self, request: Request, me: str, said: Mapping[str, object], status: int = 200
    ) -> Response:
        """Return the parts that change, and what is to be said of a step."""
        chat_id = request.path_params["id"]
        values = {
            "chat": await self._app.overview.view(chat_id, me),
            "path_of": self._path_of,
            "me": me,
            "token": self._guard.token(request),
            **await self._beside.shown(chat_id),
            **said,
        }
        return self._pages.page("desk/parts.html", values, status)

    def _path_of(self, picture: Picture) -> str:
        return path_of(self._app, picture)
