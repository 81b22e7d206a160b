"""What stands around the field in which colleagues write."""

from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.canned import Filled, whole
from bot.domain.errors import WrongStatus
from bot.domain.messages import clean_text
from bot.ports import FROM_PAGE
from bot.service.presence import Doing
from bot.web.desk.attaching import files_of
from bot.web.guard import Guard
from bot.web.pages import Pages

_KEY_CHARS = 64


class WindowShut(WrongStatus):
    """The channel takes no free text of ours until the customer writes again."""


class Composer:
    """Replies that are ready, how one will look, and who else is there."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk/chats/{id}/canned", self.canned, methods=["GET"]),
            Route("/desk/chats/{id}/preview", self.preview, methods=["POST"]),
            Route("/desk/chats/{id}/here", self.others, methods=["GET"]),
            Route("/desk/chats/{id}/here", self.here, methods=["POST"]),
        ]

    async def canned(self, request: Request) -> Response:
        """Return the replies that are ready, filled for a chat, as options of a list."""
        me, chat_id = self._guard.colleague(request), request.path_params["id"]
        replies = await self._app.helpers.canned.ready(chat_id, me)
        return self._pages.page("desk/canned.html", {"replies": replies})

    async def preview(self, request: Request) -> Response:
        """Return how a reply will look to the customer."""
        self._guard.colleague(request, acts=False)
        form, chat_id = await self._guard.form(request), request.path_params["id"]
        preview = await self._app.helpers.previewing.of(chat_id, str(form.get("text", "")))
        chat = await self._app.overview.chat(chat_id)
        return self._pages.page("desk/preview.html", {"preview": preview, "it": chat})

    async def others(self, request: Request) -> Response:
        """Return who else looks at a chat, or types there."""
        me = self._guard.colleague(request, acts=False)
        return self._pages.page("desk/presence.html", self.present(request.path_params["id"], me))

    async def here(self, request: Request) -> Response:
        """Note that a colleague looks at a chat, types there or has left: a page tells itself."""
        me = self._guard.colleague(request, acts=False)
        said = str((await self._guard.form(request)).get("doing", ""))
        doing = Doing(said) if said in {*Doing} else Doing.LOOKING
        if doing is Doing.TYPING:
            self._guard.colleague(request)
        self._app.helpers.presence.tell(request.path_params["id"], me, doing)
        return Response(status_code=204)

    def present(self, chat_id: str, me: str) -> Mapping[str, object]:
        """Return what a page shows of who else is there."""
        others = self._app.helpers.presence.others(chat_id, me)
        return {"others": others, "chat_id": chat_id}

    async def chosen(self, request: Request, me: str) -> Filled | None:
        """Return the ready reply that a page without scripts asks for, if it asks for one."""
        name = request.query_params.get("canned", "")
        if not name:
            return None
        ready = await self._app.helpers.canned.ready(request.path_params["id"], me)
        return next((one for one in ready if one.name == name), None)


async def say(app: App, chat: str, me: str, form: FormData) -> None:
    """Send what was written, or keep it as a note: what the composer showed decides.

    Raises:
        GapLeft: A reply is not complete.
        WindowShut: The channel takes no free text now.
    """
    files, text = await files_of(form), clean_text(str(form.get("text", "")))
    if form.get("mode") == "note":
        await app.desk.note(chat, me, text)
        return
    if not await app.overview.takes_free_text(chat):
        raise WindowShut("The channel takes no free text now.")
    key = FROM_PAGE + str(form.get("key", ""))[:_KEY_CHARS]
    if key == FROM_PAGE:
        await app.desk.reply(chat, me, whole(text), files)
        return
    try:
        await app.desk.carrying_out(key).reply(chat, me, whole(text), files)
    except WrongStatus:
        # The same page has sent it before: a button pressed twice, or an answer that was lost.
        if not await app.store.topics.is_done(key):
            raise
