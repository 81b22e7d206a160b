"""The list of chats, and the stream that says when it has changed."""

from collections.abc import AsyncIterator, Iterator, Sequence

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.conversation import Status
from bot.ports import PRESENCE, ConversationSummary, LiveEvent
from bot.web.guard import Guard
from bot.web.live import bursts
from bot.web.pages import Pages

TABS = ("waiting", "mine", "all", "closed")
MAX_ROWS = 200
"""Longer lists say how many chats they leave out."""


class QueuePages:
    """The list of chats, alone and beside a chat."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk", self.home),
            Route("/desk/queue", self.queue),
            Route("/desk/events", self.events),
        ]

    async def home(self, request: Request) -> Response:
        """Return the page with the queue."""
        me = self._guard.colleague(request)
        return self._pages.page("desk/home.html", await self.shown(request, me, ""))

    async def queue(self, request: Request) -> Response:
        """Return the queue alone."""
        me = self._guard.colleague(request, acts=False)
        open_id = request.query_params.get("open", "")
        return self._pages.page("desk/queue.html", await self.shown(request, me, open_id))

    async def events(self, request: Request) -> Response:
        """Return a stream that says what to fetch anew; it carries nothing by itself."""
        self._guard.colleague(request, acts=False)
        return EventSourceResponse(self._stream(request.query_params.get("chat", "")))

    async def shown(self, request: Request, me: str, open_id: str) -> dict[str, object]:
        """Return what each page with the list shows.

        Args:
            request: Whose tab is shown.
            me: Who looks at it.
            open_id: The chat beside the list, else empty.
        """
        tab = request.query_params.get("tab", "")
        lists = sorted_into_tabs(await self._app.overview.queue(), me)
        return {
            "me": me,
            "token": self._guard.token(request),
            "tab": tab if tab in TABS else TABS[0],
            "lists": lists,
            "max_rows": MAX_ROWS,
            "open_id": open_id,
        }

    async def _stream(self, open_id: str) -> AsyncIterator[ServerSentEvent]:
        async with self._app.feed.subscribe(presence=True) as live:
            # Something may have happened between the page and its first event.
            yield _refresh("queue")
            yield _refresh("chat")
            async for events in bursts(live):
                for what in _changed(events, open_id):
                    yield _refresh(what)


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


def _changed(events: Sequence[LiveEvent], open_id: str) -> Iterator[str]:
    """Yield what a page is to fetch anew; who looks and types changes nothing else."""
    if any(event.kind != PRESENCE for event in events):
        yield "queue"
    here = {event.kind for event in events if event.conversation_id == open_id}
    if here - {PRESENCE}:
        yield "chat"
    if PRESENCE in here:
        yield PRESENCE


def _refresh(what: str) -> ServerSentEvent:
    return ServerSentEvent(what, event=what)
