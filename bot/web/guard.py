"""Who may use the console, and what browsers are told to forbid."""

import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.accounts import Role
from bot.service.entrance import Present
from bot.web.bodies import KIB, require_small
from bot.web.origins import is_elsewhere
from bot.web.sessions import form_token, visit

MAX_FORM_BYTES = 64 * KIB

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


class Forbidden(Exception):
    """Who is signed in may not do this.

    Args:
        role: Who may.
    """

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


class Guard:
    """Knows who is signed in, and whether a form is one of ours.

    Args:
        key: Makes the tokens of forms; all programs on a database have the same.
        public_address: Where the program is reached.
    """

    def __init__(self, key: str, public_address: str) -> None:
        self._key = key
        self._public_address = public_address

    def colleague(self, request: Request, *, acts: bool = True) -> str:
        """Return the name of the colleague who is signed in.

        What a page fetches by itself, without ``acts``, does not count as being there.

        Raises:
            SignedOut: Nobody is.
            DatabaseUnavailable: That cannot be told now.
        """
        return self.present(request, acts=acts).colleague.name

    def present(self, request: Request, *, acts: bool = True) -> Present:
        """Return the colleague who is signed in, and by which session; else raise as above."""
        known = visit(request)
        if known.trouble is not None:
            raise known.trouble
        if known.present is None:
            raise SignedOut
        known.acts = known.acts or acts
        return known.present

    def require(self, request: Request, role: Role) -> str:
        """Return the name of the colleague who is signed in and has a role.

        Raises:
            SignedOut: Nobody is.
            Forbidden: Somebody without that role is.
            DatabaseUnavailable: That cannot be told now.
        """
        colleague = self.present(request).colleague
        if not colleague.role.includes(role):
            raise Forbidden(role)
        return colleague.name

    def token(self, request: Request) -> str:
        """Return the token each form of this session must carry."""
        return form_token(self._key, visit(request).token)

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
        return Response(status_code=401, headers={"HX-Redirect": _expired(request)})
    if request.method != "GET":
        return RedirectResponse(_expired(request), 303)
    return RedirectResponse(f"/desk/login?next={quote(request.url.path)}", 303)


def _expired(request: Request) -> str:
    """Return the way to the login for who was inside, and then back to the chat they were in."""
    page = request.headers.get("hx-current-url") or request.headers.get("referer", "")
    _, found, chat = page.partition("/desk/chats/")
    back = f"&next={quote(f'/desk/chats/{chat}', safe='')}" if found else ""
    return f"/desk/login?problem=expired{back}"


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
