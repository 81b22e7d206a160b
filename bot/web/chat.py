"""The web chat: a page, its messages, and what it is told live."""

import hashlib
import json
import re
import secrets
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
from bot.domain.conversation import Conversation, Status
from bot.domain.messages import Address, InboundMessage, MessageKind, Picture, clean_text
from bot.ports import Author, Entry, ReplyState
from bot.web.bodies import KIB, limited_body
from bot.web.live import change
from bot.web.pages import Pages
from bot.web.pictures import path_of
from bot.web.unavailable import in_time

MAX_MESSAGE_BYTES = 64 * KIB

_TOKEN_BYTES = 16  # 128 bits
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_MAX_PAYLOAD_CHARS = 256
_SHOWN = frozenset({Author.CUSTOMER, Author.BOT, Author.STAFF})
_ON_ITS_WAY = frozenset({ReplyState.WAITING, ReplyState.SENDING})
_NOT_TOLD = frozenset({ReplyState.FAILED, ReplyState.DROPPED})
_LOOK_AGAIN = timedelta(seconds=1)


class WebChat:
    """The chat for everybody who opens the page; a session is known by its token alone."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/", self.page),
            Route("/chat/sessions", self.open_session, methods=["POST"]),
            Route("/chat/messages", self.receive, methods=["POST"]),
            Route("/chat/events", self.events),
        ]

    async def page(self, request: Request) -> Response:
        """Return the page."""
        del request
        return self._pages.page("chat.html")

    async def open_session(self, request: Request) -> Response:
        """Return the secret of a new session."""
        del request
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        return JSONResponse({"token": token}, 201, headers={"Cache-Control": "no-store"})

    async def receive(self, request: Request) -> Response:
        """Store a message and return its text as it was stored."""
        sender = _address(request)
        sent = _read(await limited_body(request, MAX_MESSAGE_BYTES))
        text, payload = clean_text(sent.text), clean_text(sent.payload)[:_MAX_PAYLOAD_CHARS]
        if not text:
            raise HTTPException(422, "The message is empty: write something first.")
        message = InboundMessage(
            vendor_id=f"{sender.id}:{sent.id}",
            sender=sender,
            text=text,
            received_at=self._app.clock.now(),
            kind=MessageKind.BUTTON if payload else MessageKind.TEXT,
            payload=payload,
        )
        await in_time(self._app.intake.accept([message]))
        return JSONResponse({"text": text}, 202)

    async def events(self, request: Request) -> Response:
        """Return the conversation since the last event the page has, and go on live."""
        told = Told(request.headers.get("last-event-id", ""), self._path_of)
        return EventSourceResponse(self._stream(str(_address(request)), told))

    def _path_of(self, picture: Picture) -> str:
        return path_of(self._app, picture)

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
    """

    def __init__(self, last_id: str, path_of: Callable[[Picture], str]) -> None:
        self._last_id = last_id
        self._path_of = path_of
        self._ids: set[str] = set()
        self.waits = False

    def news(
        self, transcript: Sequence[Entry], conversation: Conversation | None
    ) -> Iterator[ServerSentEvent]:
        """Yield what the page does not know yet, then who speaks and whether they write."""
        shown = [entry for entry in transcript if _is_shown(entry)]
        self._skip_known(shown)
        ready = self._ready(shown)
        for entry in ready:
            if entry.id not in self._ids:
                self._ids.add(entry.id)
                yield _entry_event(entry, self._path_of)
        yield _state_event(ready, conversation)

    def _skip_known(self, shown: Sequence[Entry]) -> None:
        ids = [entry.id for entry in shown]
        if self._last_id in ids:
            self._ids.update(ids[: ids.index(self._last_id) + 1])
        self._last_id = ""

    def _ready(self, shown: Sequence[Entry]) -> Sequence[Entry]:
        """Return the entries up to the first that is still on its way: order is kept."""
        ways = [entry.state in _ON_ITS_WAY for entry in shown]
        self.waits = any(ways)
        return shown[: ways.index(True)] if self.waits else shown


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
    """Return who writes: the token is a secret, the address made from it is none."""
    token = request.headers.get("x-chat-token", "")
    if not _TOKEN.fullmatch(token):
        raise HTTPException(401, "Open a session first: POST /chat/sessions.")
    return Address(channel="web", id=hashlib.sha256(token.encode()).hexdigest()[:32])


def _is_shown(entry: Entry) -> bool:
    """Tell whether a customer may see an entry: never notes, events or what was held back."""
    return entry.author in _SHOWN and entry.state not in _NOT_TOLD


def _entry_event(entry: Entry, path_of: Callable[[Picture], str]) -> ServerSentEvent:
    picture = entry.picture
    shown = {
        "id": entry.id,
        "author": entry.author,
        "text": entry.text,
        "at": entry.at.isoformat(),
        "buttons": [asdict(button) for button in entry.buttons],
        "picture": picture and {"src": path_of(picture), "alt": picture.alt},
    }
    return ServerSentEvent(json.dumps(shown), event="entry", id=entry.id)


def _state_event(told: Sequence[Entry], conversation: Conversation | None) -> ServerSentEvent:
    status = conversation.status if conversation else Status.BOT
    owes = bool(told) and told[-1].author is Author.CUSTOMER
    state = {"status": status, "typing": owes and status is Status.BOT}
    return ServerSentEvent(json.dumps(state), event="state")
