"""Who may use the console, and what browsers are told to forbid."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.ports import Clock
from bot.web.bodies import KIB, require_small
from bot.web.origins import is_elsewhere

IDLE_LIMIT = timedelta(hours=12)
"""A colleague who does nothing for so long signs in again."""

MAX_FORM_BYTES = 64 * KIB

_TOUCH_AFTER = timedelta(minutes=1)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" browsers send forms with "Origin: null", which is refused below.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SignedOut(Exception):
    """Nobody is signed in, or too long ago."""


async def small_form(request: Request) -> FormData:
    """Return a form that holds no more than a long text; refuse a longer one with 413."""
    require_small(request, MAX_FORM_BYTES)
    return await request.form()


class Guard:
    """Knows who is signed in, and whether a form is one of ours."""

    def __init__(self, clock: Clock, public_address: str) -> None:
        self._clock = clock
        self._public_address = public_address

    def sign_in(self, request: Request, name: str) -> None:
        """Begin a session for a colleague, with nothing left of the one before."""
        request.session.clear()
        request.session.update(name=name, seen=self._clock.now().isoformat())

    def colleague(self, request: Request, *, acts: bool = True) -> str:
        """Return the name of the colleague who is signed in.

        What a page fetches by itself, without ``acts``, does not count as being there.

        Raises:
            SignedOut: Nobody is.
        """
        session, now = request.session, self._clock.now()
        seen = session.get("seen")
        if seen is None or now - datetime.fromisoformat(seen) > IDLE_LIMIT:
            raise SignedOut
        if acts and now - datetime.fromisoformat(seen) > _TOUCH_AFTER:
            session["seen"] = now.isoformat()
        return str(session["name"])

    def token(self, request: Request) -> str:
        """Return the token each form of this session must carry."""
        if "token" not in request.session:
            request.session["token"] = secrets.token_urlsafe()
        return str(request.session["token"])

    async def form(
        self, request: Request, read: Callable[[Request], Awaitable[FormData]] = small_form
    ) -> FormData:
        """Return a form sent by one of our own pages; refuse any other with 403.

        Args:
            request: What a browser sends.
            read: Reads its form, no further than it may be long.
        """
        if is_elsewhere(request.headers, self._public_address):
            raise HTTPException(403, "This form was sent by another site.")
        form = await read(request)
        if not all(_is_text(value) for value in form.values() if isinstance(value, str)):
            raise HTTPException(400, "This form holds what is no text.")
        sent, expected = str(form.get("token", "")), self.token(request)
        if not secrets.compare_digest(sent.encode(), expected.encode()):
            raise HTTPException(403, "This page is out of date: reload it and try again.")
        return form


def _is_text(value: str) -> bool:
    """Tell whether a value can be written down: the form may name an odd character set."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


async def signed_out(request: Request, error: Exception) -> Response:
    """Return the way to the login; a page that refreshes itself is told to go there."""
    del error
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/desk/login"})
    if request.method != "GET":
        return RedirectResponse("/desk/login", 303)
    return RedirectResponse(f"/desk/login?next={quote(request.url.path)}", 303)


class SafeHeaders:
    """Adds the headers that keep foreign scripts, frames and types out of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and add the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-cache")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        await self._app(scope, receive, send_with_headers)
