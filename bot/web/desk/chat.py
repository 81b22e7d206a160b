"""The page of one chat, whole and in parts."""

from collections.abc import Mapping
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import FileUnavailable
from bot.domain.messages import Enclosure, Picture
from bot.ports import Stretch
from bot.web.desk.attaching import taken
from bot.web.desk.beside import Beside
from bot.web.desk.composer import Composer
from bot.web.desk.queue import QueuePages
from bot.web.enclosures import path_of_file
from bot.web.files import file_response
from bot.web.guard import Guard
from bot.web.pages import Pages
from bot.web.pictures import path_of

_KEY_BYTES = 12
"""Of what marks a reply of a page, so that it counts once."""
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
            Route("/desk/chats/{id}/earlier", self.earlier, methods=["GET"]),
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
        return await self.changed(request, me, request.query_params, {"acted": False})

    async def earlier(self, request: Request) -> Response:
        """Return the part of a transcript before the one a page has."""
        me = self._guard.colleague(request)
        stretch = Stretch(before=request.query_params.get("before", ""))
        chat = await self._app.overview.view(request.path_params["id"], me, stretch)
        token, shown = self._guard.token(request), await self._beside.shown(chat.conversation.id)
        values = {"chat": chat, **self._paths, **shown, "token": token}
        return self._pages.page("desk/older.html", values)

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
        asked = request.query_params
        stretch = Stretch(before=asked.get("before", ""), around=asked.get("at", ""))
        chat = await self._app.overview.view(chat_id, me, stretch)
        shown = await self._queue.shown(request, me, chat_id)
        channel = self._app.channels.of(chat.conversation.address)
        takes = taken(channel.limits if channel else None)
        values = {
            "chat": chat,
            "canned": self._app.knowledge.canned.values(),
            "gaps": (),
            "key": token_urlsafe(_KEY_BYTES),
            **self._paths,
            **self._composer.present(chat_id, me),
            **await self._beside.shown(chat_id),
            **takes,
            **shown,
            **said,
        }
        return self._pages.page("desk/chat.html", values, status)

    async def changed(
        self,
        request: Request,
        me: str,
        asked: Mapping[str, object],
        said: Mapping[str, object],
        status: int = 200,
    ) -> Response:
        """Return the parts that change, and what is to be said of a step.

        Of the transcript that is all since the first entry a page has, so that none is missing
        between those and what was loaded before; nothing if the page shows an earlier part.

        Args:
            request: For which chat.
            me: Who looks at it.
            asked: Tells by ``since`` and ``older`` what of the transcript the page has.
            said: What is to be said of a step.
            status: Of the answer.
        """
        since = Stretch(since=str(asked.get("since", "")))
        chat_id = request.path_params["id"]
        values = {
            "chat": await self._app.overview.view(chat_id, me, since),
            "me": me,
            "token": self._guard.token(request),
            "is_older": asked.get("older") == "1",
            **self._paths,
            **await self._beside.shown(chat_id),
            **said,
        }
        return self._pages.page("desk/parts.html", values, status)

    @property
    def _paths(self) -> dict[str, object]:
        return {"path_of": self._path_of, "path_of_file": self._path_of_file}

    def _path_of(self, picture: Picture) -> str:
        return path_of(self._app, picture)

    def _path_of_file(self, file: Enclosure) -> str:
        return path_of_file(self._app, file)
