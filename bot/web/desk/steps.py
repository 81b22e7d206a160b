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
from bot.domain.conversation import ClosingReason
from bot.domain.errors import (
    BadMoment,
    ContractNotFound,
    EnclosureRefused,
    FileUnavailable,
    NoSuchColleague,
    SourceUnavailable,
    StaleEpoch,
    WrongStatus,
)
from bot.domain.messages import clean_text
from bot.service.desk import Desk, NoticeUnavailable
from bot.web.desk.attaching import STATUSES, reader_of
from bot.web.desk.chat import ChatPages
from bot.web.desk.composer import WindowShut, say
from bot.web.guard import Guard

Step = Callable[[str, str, FormData], Awaitable[None]]


class NoReason(Exception):
    """A chat was to be closed without one of our reasons."""


_REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    GapLeft: (422, "gap"),
    WindowShut: (409, "window"),
    WrongStatus: (409, "wrong_status"),
    StaleEpoch: (409, "wrong_status"),
    ContractNotFound: (422, "no_contract"),
    SourceUnavailable: (503, "source_silent"),
    NoticeUnavailable: (422, "no_notice"),
    FileUnavailable: (404, "no_file"),
    NoSuchColleague: (422, "no_colleague"),
    BadMoment: (422, "no_moment"),
    NoReason: (422, "no_reason"),
    EnclosureRefused: (422, "file"),
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
        form = await self._guard.form(request, reader_of(request))
        step = self._steps.get(request.path_params["step"])
        if step is None:
            raise HTTPException(404)
        try:
            await step(request.path_params["id"], me, form)
        except tuple(_REFUSALS) as error:
            return await self._refused(request, me, error, form)
        return await self._done(request, me, form)

    async def _done(self, request: Request, me: str, form: FormData) -> Response:
        if not _by_htmx(request):
            return RedirectResponse(_path(request.path_params["id"]), 303)
        response = await self._chat.changed(request, me, form, {"acted": True, "problem": ""})
        response.headers["HX-Trigger"] = "done"
        return response

    async def _refused(
        self, request: Request, me: str, error: Exception, form: FormData
    ) -> Response:
        status, problem = next(
            refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind)
        )
        draft = str(form.get("text", ""))
        said = {"acted": True, "problem": problem, "draft": draft, "refused": error}
        if isinstance(error, EnclosureRefused):
            status = STATUSES.get(error.why, status)
        if _by_htmx(request):
            return await self._chat.changed(request, me, form, said, status)
        return await self._chat.page(request, me, said, status)


def _steps(app: App) -> dict[str, Step]:
    desk = app.desk
    return {
        "claim": lambda chat, me, _: desk.claim(chat, me),
        "reply": lambda chat, me, form: say(app, chat, me, form),
        "note": lambda chat, me, form: desk.note(chat, me, _text(form, "text")),
        "notice": lambda chat, me, form: desk.send_notice(chat, me, _text(form, "name")),
        "open-again": lambda chat, me, _: desk.open_again(chat, me),
        "let-go": lambda chat, me, _: desk.let_go(chat, me),
        "transfer": lambda chat, me, form: desk.transfer(
            chat, me, _text(form, "to"), _text(form, "remark")
        ),
        "snooze": lambda chat, me, form: desk.snooze(chat, me, _text(form, "until")),
        "give-back": lambda chat, me, form: desk.give_back(chat, me, tells=_is_on(form, "tells")),
        "close": lambda chat, me, form: _close(desk, chat, me, form),
        "fetch": lambda chat, _, form: _fetch(desk, chat, form),
        "vouch": lambda chat, me, form: desk.vouch(chat, me, _text(form, "contract_id")),
    }


async def _close(desk: Desk, chat: str, me: str, form: FormData) -> None:
    """Close a chat for one of our reasons; raise NoReason for any other."""
    reason = _text(form, "reason")
    if reason not in set(ClosingReason):
        raise NoReason
    await desk.close(chat, me, ClosingReason(reason), ask=not _is_on(form, "silent"))


async def _fetch(desk: Desk, chat: str, form: FormData) -> None:
    """Have a file fetched that did not come."""
    at = _text(form, "at")
    await desk.ask_again(chat, _text(form, "entry"), int(at) if at.isdecimal() else -1)


def _text(form: FormData, name: str) -> str:
    return clean_text(str(form.get(name, "")))


def _is_on(form: FormData, name: str) -> bool:
    """Tell whether a box is ticked."""
    return bool(_text(form, name))


def _by_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _path(chat_id: str) -> str:
    return f"/desk/chats/{quote(chat_id, safe='')}"
