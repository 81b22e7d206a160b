"""What colleagues think of the bot's replies."""

from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.messages import clean_text
from bot.service.marking import NothingToMark, Verdict
from bot.web.desk.chat import ChatPages
from bot.web.guard import Guard

MAX_NOTE_CHARS = 500


class Marks:
    """Has verdicts kept."""

    def __init__(self, app: App, guard: Guard, chat: ChatPages) -> None:
        self._app = app
        self._guard = guard
        self._chat = chat

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/desk/chats/{id}/mark", self.mark, methods=["POST"])]

    async def mark(self, request: Request) -> Response:
        """Keep what a colleague thinks of a reply, and show the chat with it."""
        me = self._guard.colleague(request)
        form, chat_id = await self._guard.form(request), request.path_params["id"]
        entry = str(form.get("entry", ""))
        problem, status = "", 200
        try:
            await self._app.helpers.marking.mark(chat_id, me, entry, _verdict(form))
        except NothingToMark:
            problem, status = "no_mark", 422
        if request.headers.get("hx-request") == "true":
            said = {"acted": bool(problem), "problem": problem, "draft": ""}
            return await self._chat.changed(request, me, form, said, status)
        if problem:
            return await self._chat.page(request, me, {"problem": problem, "draft": ""}, status)
        path = f"/desk/chats/{quote(chat_id, safe='')}"
        return RedirectResponse(f"{path}#why-{quote(entry, safe='')}", 303)


def _verdict(form: FormData) -> Verdict:
    return Verdict(
        is_right=form.get("verdict") == "right",
        intent=str(form.get("intent", "")),
        note=clean_text(str(form.get("note", "")))[:MAX_NOTE_CHARS],
    )
