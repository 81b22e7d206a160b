"""The staff console: who waits, what was said, and what to do about it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.conversation import Status
from bot.domain.errors import (
    ContractNotFound,
    FileUnavailable,
    SourceUnavailable,
    StaleEpoch,
    WrongStatus,
)
from bot.domain.messages import Picture, clean_text
from bot.ports import ConversationSummary
from bot.service.desk import Desk, NoticeUnavailable
from bot.web.guard import Guard
from bot.web.live import bursts
from bot.web.pages import Pages
from bot.web.pictures import path_of

TABS = ("waiting", "mine", "all", "closed")
SHOWN_TYPES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
}
"""What a browser shows by itself and that can hold no script of ours."""
MAX_ROWS = 200
"""Longer lists say how many chats they leave out."""

Step = Callable[[str, str, FormData], Awaitable[None]]

_REFUSALS: Mapping[type[Exception], tuple[int, str]] = {
    WrongStatus: (409, "wrong_status"),
    StaleEpoch: (409, "wrong_status"),
    ContractNotFound: (422, "no_contract"),
    SourceUnavailable: (503, "source_silent"),
    NoticeUnavailable: (422, "no_notice"),
    ValueError: (422, "empty"),
}


_NOTHING_SAID: Mapping[str, object] = {"problem": "", "draft": ""}


class Console:
    """The pages behind the login; each part of them can be fetched anew by itself."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard
        self._steps = _steps(app)

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk", self.home),
            Route("/desk/queue", self.queue),
            Route("/desk/events", self.events),
            Route("/desk/chats/{id}", self.chat, methods=["GET"]),
            Route("/desk/chats/{id}/parts", self.parts, methods=["GET"]),
            Route("/desk/chats/{id}/files/{entry}/{at:int}", self.file, methods=["GET"]),
            Route("/desk/chats/{id}/{step}", self.act, methods=["POST"]),
        ]

    async def home(self, request: Request) -> Response:
        """Return the page with the queue."""
        me = self._guard.colleague(request)
        return self._pages.page("desk/home.html", await self._common(request, me, ""))

    async def queue(self, request: Request) -> Response:
        """Return the queue alone."""
        me = self._guard.colleague(request, acts=False)
        open_id = request.query_params.get("open", "")
        return self._pages.page("desk/queue.html", await self._common(request, me, open_id))

    async def chat(self, request: Request) -> Response:
        """Return the page with one chat."""
        return await self._chat_page(request, self._guard.colleague(request))

    async def parts(self, request: Request) -> Response:
        """Return those parts of a chat that change, and none that a colleague types in."""
        me = self._guard.colleague(request, acts=False)
        return await self._chat_parts(request, me, {"acted": False})

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

    async def file(self, request: Request) -> Response:
        """Return a file a customer sent: pictures to be seen, all else to be saved."""
        self._guard.colleague(request)
        asked = request.path_params
        try:
            file, content = await self._app.desk.file(asked["id"], asked["entry"], asked["at"])
        except FileUnavailable as error:
            return PlainTextResponse(str(error), 404)
        shown = file.media_type in SHOWN_TYPES
        kind = "inline" if shown else "attachment"
        name = quote(file.name or f"allegato{SHOWN_TYPES.get(file.media_type, '')}")
        return Response(
            content,
            media_type=file.media_type if shown else "application/octet-stream",
            headers={
                "Content-Disposition": f"{kind}; filename*=UTF-8''{name}",
                "Cache-Control": "private, max-age=3600",
            },
        )

    async def events(self, request: Request) -> Response:
        """Return a stream that says what to fetch anew; it carries nothing by itself."""
        self._guard.colleague(request, acts=False)
        return EventSourceResponse(self._stream(request.query_params.get("chat", "")))

    async def unknown(self, request: Request, error: Exception) -> Response:
        """Return a page for a chat that does not exist."""
        del request, error
        return self._pages.page("desk/unknown.html", status=404)

    async def _stream(self, open_id: str) -> AsyncIterator[ServerSentEvent]:
        async with self._app.feed.subscribe() as live:
            # Something may have happened between the page and its first event.
            yield _refresh("queue")
            yield _refresh("chat")
            async for events in bursts(live):
                yield _refresh("queue")
                if any(event.conversation_id == open_id for event in events):
                    yield _refresh("chat")

    async def _done(self, request: Request, me: str) -> Response:
        if not _by_htmx(request):
            return RedirectResponse(_path(request.path_params["id"]), 303)
        response = await self._chat_parts(request, me, {"acted": True, "problem": ""})
        response.headers["HX-Trigger"] = "done"
        return response

    async def _refused(self, request: Request, me: str, error: Exception, draft: str) -> Response:
        status, problem = next(
            refusal for kind, refusal in _REFUSALS.items() if isinstance(error, kind)
        )
        said = {"acted": True, "problem": problem, "draft": draft}
        page = self._chat_parts if _by_htmx(request) else self._chat_page
        return await page(request, me, said, status)

    async def _chat_page(
        self,
        request: Request,
        me: str,
        said: Mapping[str, object] = _NOTHING_SAID,
        status: int = 200,
    ) -> Response:
        chat_id = request.path_params["id"]
        chat = await self._app.desk.view(chat_id, me)
        common = await self._common(request, me, chat_id)
        values = {"chat": chat, "path_of": self._path_of, **common, **said}
        return self._pages.page("desk/chat.html", values, status)

    async def _chat_parts(
        self, request: Request, me: str, said: Mapping[str, object], status: int = 200
    ) -> Response:
        chat = await self._app.desk.view(request.path_params["id"], me)
        token = self._guard.token(request)
        values = {"chat": chat, "path_of": self._path_of, "me": me, "token": token, **said}
        return self._pages.page("desk/parts.html", values, status)

    def _path_of(self, picture: Picture) -> str:
        return path_of(self._app, picture)

    async def _common(self, request: Request, me: str, open_id: str) -> dict[str, object]:
        tab = request.query_params.get("tab", "")
        lists = sorted_into_tabs(await self._app.desk.queue(), me)
        return {
            "me": me,
            "token": self._guard.token(request),
            "tab": tab if tab in TABS else TABS[0],
            "lists": lists,
            "max_rows": MAX_ROWS,
            "open_id": open_id,
        }


def sorted_into_tabs(
    chats: Sequence[ConversationSummary], me: str
) -> dict[str, list[ConversationSummary]]:
    """Return the chats of each tab, in the order they came in."""
    lists: dict[str, list[ConversationSummary]] = {tab: [] for tab in TABS}
    for chat in chats:
        conversation = chat.conversation
        if conversation.status is Status.CLOSED:
            lists["closed"].append(chat)
            continue
        lists["all"].append(chat)
        if conversation.status is Status.WAITING:
            lists["waiting"].append(chat)
        elif conversation.owner == me:
            lists["mine"].append(chat)
    return lists


def _steps(app: App) -> dict[str, Step]:
    desk = app.desk
    return {
        "claim": lambda chat, me, _: desk.claim(chat, me),
        "reply": lambda chat, me, form: _say(desk, chat, me, form),
        "note": lambda chat, me, form: desk.note(chat, me, _text(form, "text")),
        "notice": lambda chat, me, form: desk.send_notice(chat, me, _text(form, "name")),
        "give-back": lambda chat, me, _: desk.give_back(chat, me),
        "close": lambda chat, me, _: desk.close(chat, me),
        "vouch": lambda chat, me, form: desk.vouch(chat, me, _text(form, "contract_id")),
    }


async def _say(desk: Desk, chat: str, me: str, form: FormData) -> None:
    """Send what was written, or keep it as a note: what the composer showed decides."""
    write = desk.note if form.get("mode") == "note" else desk.reply
    await write(chat, me, _text(form, "text"))


def _text(form: FormData, name: str) -> str:
    return clean_text(str(form.get(name, "")))


def _by_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def _path(chat_id: str) -> str:
    return f"/desk/chats/{quote(chat_id, safe='')}"


def _refresh(what: str) -> ServerSentEvent:
    return ServerSentEvent(what, event=what)
