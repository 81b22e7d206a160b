"""The web chat: a page, its messages, and what it is told live."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.conversation import Conversation
from bot.domain.messages import Address, Enclosure, Picture
from bot.ports import Entry
from bot.web.bodies import KIB, limited_body
from bot.web.enclosures import fields_of_file
from bot.web.live import change
from bot.web.pages import Pages
from bot.web.pictures import path_of
from bot.web.visitors import address_of, is_typing, new_token, ready, shown, status_of, take

MAX_MESSAGE_BYTES = 64 * KIB

_LOOK_AGAIN = timedelta(seconds=1)


class WebChat:
    """The chat for everybody who opens the page; a session is known by its token alone."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/", self.page)]

    def calls(self) -> list[Route]:
        """Return what this part answers below /chat, to the page and to the widget."""
        return [
            Route("/sessions", self.open_session, methods=["POST"]),
            Route("/messages", self.receive, methods=["POST"]),
            Route("/events", self.events),
        ]

    async def page(self, request: Request) -> Response:
        """Return the page."""
        del request
        return self._pages.page("chat.html")

    async def open_session(self, request: Request) -> Response:
        """Return the secret of a new session."""
        del request
        headers = {"Cache-Control": "no-store"}
        return JSONResponse({"token": new_token()}, 201, headers=headers)

    async def receive(self, request: Request) -> Response:
        """Store a message and return its text as it was stored."""
        sender = _address(request)
        sent = _read(await limited_body(request, MAX_MESSAGE_BYTES))
        text = await take(self._app, sender, str(sent.id), sent.text, sent.payload)
        if not text:
            raise HTTPException(422, "The message is empty: write something first.")
        return JSONResponse({"text": text}, 202)

    async def events(self, request: Request) -> Response:
        """Return the conversation since the last event the page has, and go on live."""
        told = Told(request.headers.get("last-event-id", ""), self._path_of, self._fields_of)
        return EventSourceResponse(self._stream(str(_address(request)), told))

    def _path_of(self, picture: Picture) -> str:
        return path_of(self._app, picture)

    def _fields_of(self, file: Enclosure) -> dict[str, object]:
        return fields_of_file(self._app, file)

    async def _stream(self, conversation_id: str, told: "Told") -> AsyncIterator[ServerSentEvent]:
        conversations = self._app.store.conversations
        async with self._app.feed.subscribe() as live:
            while True:
                transcript = await conversations.transcript(conversation_id)
                conversation = await conversations.conversation(conversation_id)
                for event in told.news(transcript, conversation):
                    yield event
                await change(live, conversation_id, _LOOK_AGAIN if told.waits else None)


class Told:
    """What one open page has been told, so that it hears nothing twice.

    Args:
        last_id: The last entry the page has; everything up to it counts as told.
        path_of: Gives the address of a picture.
        fields_of: Gives what is shown of a file.
    """

    def __init__(
        self,
        last_id: str,
        path_of: Callable[[Picture], str],
        fields_of: Callable[[Enclosure], dict[str, object]],
    ) -> None:
        self._last_id = last_id
        self._path_of = path_of
        self._fields_of = fields_of
        self._ids: set[str] = set()
        self.waits = False

    def news(
        self, transcript: Sequence[Entry], conversation: Conversation | None
    ) -> Iterator[ServerSentEvent]:
        """Yield what the page does not know yet, then who speaks and whether they write."""
        visible = shown(transcript)
        self._skip_known(visible)
        told = ready(visible)
        self.waits = len(told) < len(visible)
        for entry in told:
            if entry.id not in self._ids:
                self._ids.add(entry.id)
                files = [self._fields_of(file) for file in entry.enclosures]
                yield _entry_event(entry, self._path_of, files)
        yield _state_event(told, conversation)

    def _skip_known(self, visible: Sequence[Entry]) -> None:
        ids = [entry.id for entry in visible]
        if self._last_id in ids:
            self._ids.update(ids[: ids.index(self._last_id) + 1])
        self._last_id = ""


class _Sent(BaseModel):
    id: UUID
    text: str
    payload: str = ""


def _read(body: bytes) -> _Sent:
    try:
        return _Sent.model_validate_json(body)
    except ValidationError as error:
        raise HTTPException(422, "Send JSON with id (a UUID), text and payload.") from error


def _address(request: Request) -> Address:
    """Return who writes; refuse who has no session with 401."""
    address = address_of(request.headers.get("x-chat-token", ""))
    if address is None:
        raise HTTPException(401, "Open a session first: POST /chat/sessions.")
    return address


def _entry_event(
    entry: Entry, path_of: Callable[[Picture], str], files: Sequence[dict[str, object]]
) -> ServerSentEvent:
    picture = entry.picture
    fields = {
        "id": entry.id,
        "author": entry.author,
        "text": entry.text,
        "at": entry.at.isoformat(),
        "buttons": [asdict(button) for button in entry.buttons],
        "picture": picture and {"src": path_of(picture), "alt": picture.alt},
        "files": files,
    }
    return ServerSentEvent(json.dumps(fields), event="entry", id=entry.id)


def _state_event(told: Sequence[Entry], conversation: Conversation | None) -> ServerSentEvent:
    state = {"status": status_of(conversation), "typing": is_typing(told, conversation)}
    return ServerSentEvent(json.dumps(state), event="state")
