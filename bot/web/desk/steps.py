"""What colleagues do in a chat."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.canned import GapLeft
from bot.domain.errors import (
    ContractNotFound,
    FileUnavailable,
    SourceUnavailable,
    StaleEpoch,
    WrongStatus,
)
from bot.domain.messages import clean_text
from bot.service.desk import Desk, NoticeUnavailable
from bot.web.desk.chat import ChatPages
from bot.web.desk.composer import WindowShut, say
from bot.web.guard import Guard

Step = Callable[[str, str, FormData], Awaitable[None]]

_REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    WrongStatus: (409, "wrong_status"),
    GapLeft: (422, "gap"),
    WindowShut: (409, "window"),
    StaleEpoch: (409, "wrong_status"),
    ContractNotFound: (422, "no_contract"),
    SourceUnavailable: (503, "source_silent"),
    NoticeUnavailable: (422, "no_notice"),
    FileUnavailable: (404, "no_file"),
    ValueError: (422, "empty"),
}


class Steps:
    """Has the desk carry out what colleagues press."""

    def __init__(self, app: App, guard: Guard, chat: ChatPages) -> None:
        self._guard = guard
        self._chat = chat
        self._steps = _steps(app)

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/desk/chats/{id}/{step}", self.act, methods=["POST"])]

    async def act(self, request: Request) -> Response:
        """Do one step, or say kindly why not."""
        me = self._guard.colleague(request)
        form = await self._guard.form(request)
        step = self._steps.get(request.path_params["step"])
        if step is None:
            raise HTTPException(404)
        try:
            await step(request.path_params["id"], me, form)
        except tuple(_REFUSALS) as error:
            return await self._refused(request, me, error, str(form.get("text", "")))
        return await self._done(request, me)

    async def _done(self, request: Request, me: str) -> Response:
        if not _by_htmx(request):
            return RedirectResponse(_path(request.path_params["id"]), 303)
        response = await self._chat.changed(request, me, {"acted": True, "problem": ""})
        response.headers["HX-Trigger"] = "done"
        return response

    async def _refused(self, request: Request, me: str, error: Exception, draft: str) -> Response:
        status, problem = next(
            refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind)
        )
        said = {"acted": True, "problem": problem, "draft": draft}
        page = self._chat.changed if _by_htmx(request) else self._chat.page
        return await page(request, me, said, status)


def _steps(app: App) -> dict[str, Step]:
    desk = app.desk
    return {
        "claim": lambda chat, me, _: desk.claim(chat, me),
        "reply": lambda chat, me, form: say(app, chat, me, form),
        "note": lambda chat, me, form: desk.note(chat, me, _text(form, "text")),
        "notice": lambda chat, me, form: desk.send_notice(chat, me, _text(form, "name")),
        "give-back": lambda chat, me, _: desk.give_back(chat, me),
        "close": lambda chat, me, _: desk.close(chat, me),
        "fetch": lambda chat, _, form: _fetch(desk, chat, form),
        "vouch": lambda chat, me, form: desk.vouch(chat, me, _text(form, "contract_id")),
    }


async def _fetch(desk: Desk, chat: str, form: FormData) -> None:
    """Have a file fetched that did not come."""
    at = _text(form, "at")
    await desk.ask_again(chat, _text(form, "entry"), int(at) if at.isdecimal() else -1)


def _text(form: FormData, name: str) -> str:
    return clean_text(str(form.get(name, "")))


def _by_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _path(chat_id: str) -> str:
    return f"/desk/chats/{quote(chat_id, safe='')}"
