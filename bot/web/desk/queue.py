"""The list of chats, and the stream that says when it has changed."""

from collections.abc import AsyncIterator, Iterator, Sequence

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.searching import Piece, passage
from bot.ports import PRESENCE, Hit, Listing, LiveEvent, Search, Tab
from bot.service.queue import QueuePage
from bot.web.desk.asked import LANGUAGES, Asked, asked_by
from bot.web.guard import Guard
from bot.web.live import bursts
from bot.web.pages import Pages


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
        asked = asked_by(request.query_params)
        return {
            "me": me,
            "token": self._guard.token(request),
            "asked": asked,
            "is_filtered": asked.is_filtered,
            "tabs": {tab: asked.on_tab(tab) for tab in Tab},
            "counts": await self._app.queue.counts(me),
            "channels": tuple(self._app.channels.by_name),
            "languages": LANGUAGES,
            "open_id": open_id,
            **await self._list(asked, me),
        }

    async def _list(self, asked: Asked, me: str) -> dict[str, object]:
        """Return a page of the list, or what was found instead."""
        if asked.words.strip():
            search = Search(terms=asked.terms, filters=asked.filters)
            hits = await self._app.queue.search(search)
            return {"page": QueuePage(rows=()), "found": [_found(one, asked) for one in hits]}
        listing = Listing(tab=asked.tab, colleague=me, filters=asked.filters, after=asked.after)
        return {"page": await self._app.queue.page(listing), "found": None}

    async def _stream(self, open_id: str) -> AsyncIterator[ServerSentEvent]:
        async with self._app.feed.subscribe(presence=True) as live:
            # Something may have happened between the page and its first event.
            yield _refresh("queue")
            yield _refresh("chat")
            async for events in bursts(live):
                for what in _changed(events, open_id):
                    yield _refresh(what)


def _found(hit: Hit, asked: Asked) -> tuple[Hit, Sequence[Piece]]:
    """Return what was found with the passage in which it is, if that is an entry."""
    said = hit.entry
    if said is None:
        return hit, ()
    words = " ".join(filter(None, (said.text, said.details, *(one.words for one in said.files))))
    return hit, passage(words, asked.terms)


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
