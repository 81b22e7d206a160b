"""The web chat without scripts: a page, a form, and a cookie from the first message on."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4, uuid5

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.conversation import Status
from bot.domain.errors import DatabaseUnavailable
from bot.ports import Entry
from bot.web.bodies import KIB, require_small
from bot.web.enclosures import fields_of_file
from bot.web.live import change
from bot.web.origins import is_elsewhere
from bot.web.pages import Pages
from bot.web.pictures import path_of
from bot.web.visitors import address_of, is_typing, new_token, ready, shown, status_of, take

COOKIE = "sportello_chat"
MAX_FORM_BYTES = 192 * KIB
"""Forms write a letter in up to twelve bytes."""

PATIENCE = timedelta(seconds=2)
"""How long a page waits for an answer, so that most are there at the first look."""

_LOOK_AGAIN = timedelta(milliseconds=500)
_REFRESH_SECONDS = 3
_REFRESH_AT_MOST = timedelta(minutes=1)
"""A page that refreshes takes away what is being typed; it must end."""

_HOME = "/chat/plain"
_LANGUAGES = frozenset({"it", "en"})


@dataclass(frozen=True, kw_only=True)
class View:
    """What a page shows of a chat."""

    entries: tuple[Entry, ...] = ()
    status: Status = Status.BOT
    busy: bool = False


class _Form(BaseModel):
    id: UUID
    text: str
    session: str = ""
    payload: str = ""


class PlainChat:
    """The chat for browsers without scripts; it needs nothing of its page but a form."""

    def __init__(self, app: App, pages: Pages) -> None:
        self._app = app
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return what this part answers below /chat."""
        return [
            Route("/plain", self.show),
            Route("/plain", self.receive, methods=["POST"]),
            Route("/plain/new", self.begin_again, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Return the page with the chat as it is."""
        sender = address_of(request.cookies.get(COOKIE, ""))
        view = await self._settled(str(sender)) if sender else View()
        response = self._page(request, view)
        if view.busy and self._is_recent(view.entries):
            # A header, not an element: scripts that judge pages forbid the element.
            response.headers["Refresh"] = str(_REFRESH_SECONDS)
        return response

    async def receive(self, request: Request) -> Response:
        """Store what the form holds, once however often it is sent, and lead to the page."""
        form = await self._form(request)
        token = request.cookies.get(COOKIE, "")
        if address_of(token) is None:
            token = form.session
        sender = address_of(token)
        if sender is None:
            raise HTTPException(422, "This form is incomplete: reload the page and try again.")
        try:
            # Another text is another message, even if the browser's way back brought the old form.
            sent_id = str(uuid5(form.id, f"{form.payload}\0{form.text}"))
            await take(self._app, sender, sent_id, form.text, form.payload)
        except DatabaseUnavailable:
            return self._page(request, View(), unsent=form, status=503)
        response = self._back(request)
        self._remember(response, token)
        return response

    async def begin_again(self, request: Request) -> Response:
        """Forget the chat in this browser."""
        self._refuse_others(request)
        response = self._back(request)
        response.delete_cookie(COOKIE, path=_HOME)
        return response

    async def _form(self, request: Request) -> _Form:
        self._refuse_others(request)
        require_small(request, MAX_FORM_BYTES)
        try:
            return _Form.model_validate(dict(await request.form()))
        except ValidationError as error:
            raise HTTPException(
                422, "This form is incomplete: reload the page and try again."
            ) from error

    def _refuse_others(self, request: Request) -> None:
        """Refuse what another site's page sends, even one that may show the widget."""
        fetched = request.headers.get("sec-fetch-site", "same-origin")
        elsewhere = is_elsewhere(request.headers, self._app.settings.general.public_address)
        if elsewhere or fetched not in {"same-origin", "none"}:
            raise HTTPException(403, "This form was sent by another site.")

    def _is_recent(self, entries: Sequence[Entry]) -> bool:
        age = self._app.clock.now() - entries[-1].at if entries else timedelta(0)
        return age < _REFRESH_AT_MOST

    def _page(
        self, request: Request, view: View, *, unsent: _Form | None = None, status: int = 200
    ) -> Response:
        begun = address_of(request.cookies.get(COOKIE, "")) is not None
        values = {
            "language": _language(request),
            "entries": view.entries,
            "status": view.status,
            "busy": view.busy,
            "begun": begun,
            "unsent": unsent.text if unsent else "",
            # It may have been stored too late to be told: sent again it must be the same.
            "form_id": str(unsent.id if unsent else uuid4()),
            # Two clicks on the first "send" must begin one chat: both bring this.
            "session": unsent.session if unsent else new_token(),
            "path_of": partial(path_of, self._app),
            "fields_of": partial(fields_of_file, self._app),
        }
        return self._pages.page("chat/plain.html", values, status)

    def _back(self, request: Request) -> RedirectResponse:
        return RedirectResponse(f"{_HOME}?lang={_language(request)}#write", 303)

    def _remember(self, response: Response, token: str) -> None:
        response.set_cookie(
            COOKIE,
            token,
            path=_HOME,
            httponly=True,
            samesite="lax",  # A link from the provider's site finds the chat again.
            secure=self._app.settings.general.public_address.startswith("https://"),
        )

    async def _settled(self, conversation_id: str) -> View:
        """Return the chat, after a moment if an answer is being written."""
        async with self._app.feed.subscribe() as live:
            view = await self._view(conversation_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE.total_seconds()):
                    while view.busy:
                        await change(live, conversation_id, _LOOK_AGAIN)
                        view = await self._view(conversation_id)
        return view

    async def _view(self, conversation_id: str) -> View:
        conversations = self._app.store.conversations
        # In this order: what is seen of the chat's status is never newer than its messages.
        conversation = await conversations.conversation(conversation_id)
        visible = shown(await conversations.transcript(conversation_id))
        told = ready(visible)
        busy = len(told) < len(visible) or is_typing(told, conversation)
        return View(entries=tuple(told), status=status_of(conversation), busy=busy)


def _language(request: Request) -> str:
    """Return the language of the address, else the one the browser likes best of the two."""
    asked = request.query_params.get("lang", "")
    if asked in _LANGUAGES:
        return asked
    wanted = request.headers.get("accept-language", "it").lower().split(",")
    liked = sorted(map(_liking, wanted), key=lambda one: -one[1])
    return next((language for language, _ in liked if language in _LANGUAGES), "en")


def _liking(text: str) -> tuple[str, float]:
    """Read one part of Accept-Language, such as "it-IT;q=0.8"."""
    tag, _, weight = text.strip().partition(";q=")
    try:
        return tag[:2], float(weight or 1)
    except ValueError:
        return tag[:2], 0.0
