"""Which browser is whose: the session is looked up before a page of the console is made."""

import hashlib
import hmac
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.app import App
from bot.domain.errors import DatabaseUnavailable
from bot.ports import Colleague
from bot.service.accounts import Accounts
from bot.service.entrance import Present

SIGNED_IN: ContextVar[Colleague | None] = ContextVar("signed_in", default=None)
"""Whose page is being made, for what every page of the console shows."""

_CONSOLE = "/desk"


@dataclass
class Visit:
    """What is known of a browser at the console.

    Args:
        token: What it keeps; also one that nobody is signed in by.
        present: Who is signed in by it, if somebody is.
        trouble: Why that cannot be told now.
        acts: Whether the colleague does something, rather than a page by itself.
    """

    token: str
    present: Present | None = None
    trouble: DatabaseUnavailable | None = None
    acts: bool = False


def visit(request: Request) -> Visit:
    """Return what is known of a browser at the console."""
    found: Visit = request.state.visit
    return found


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """How a browser keeps its token.

    With https no other site or subdomain can set one of this name, and it never travels in the
    open. It is sent when a link leads here, so that a chat opens from a letter and from the
    identity provider; whatever changes something needs the token of the form as well.
    """

    secure: bool
    seconds: int

    @property
    def name(self) -> str:
        """What it is called."""
        return "__Host-sportello" if self.secure else "sportello_desk"

    def put(self, response: Response, token: str, *, for_long: bool) -> None:
        """Have a browser keep a token, until it is closed or for as long as a session lasts."""
        response.set_cookie(
            self.name,
            token,
            max_age=self.seconds if for_long else None,
            path="/" if self.secure else _CONSOLE,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def cookie_of(app: App) -> Cookie:
    """Return how browsers keep their tokens under this program's address."""
    return Cookie(
        secure=app.settings.general.public_address.startswith("https://"),
        seconds=int(app.accounts.limits.whole.total_seconds()),
    )


def form_token(key: str, token: str) -> str:
    """Return what each form of a browser must carry; another one after signing in."""
    return hmac.new(key.encode(), token.encode(), hashlib.sha256).hexdigest()


class Sessions:
    """Looks up who is signed in, and gives a token to each browser that has none."""

    def __init__(self, app: ASGIApp, accounts: Accounts, cookie: Cookie) -> None:
        self._app = app
        self._accounts = accounts
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on with what is known of its browser."""
        if scope["type"] != "http" or not _is_console(scope["path"]):
            await self._app(scope, receive, send)
            return
        kept = _kept(scope, self._cookie.name)
        found = Visit(token=kept or secrets.token_urlsafe())
        if kept:
            await self._look_up(found)
        scope.setdefault("state", {})["visit"] = found
        signed_in = SIGNED_IN.set(found.present.colleague if found.present else None)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._note_presence(found)
                if not kept:
                    self._give(message, found.token)
            await send(message)

        try:
            await self._app(scope, receive, send_with_cookie)
        finally:
            SIGNED_IN.reset(signed_in)

    async def _look_up(self, found: Visit) -> None:
        try:
            found.present = await self._accounts.entrance.present(found.token)
        except DatabaseUnavailable as error:
            found.trouble = error  # Told by the page, which knows how.

    async def _note_presence(self, found: Visit) -> None:
        if found.acts and found.present:
            try:
                await self._accounts.entrance.touch(found.present.session)
            except DatabaseUnavailable:
                return  # The page itself is there.

    def _give(self, message: Message, token: str) -> None:
        """Give a new browser a token, unless the page has given it one itself."""
        headers = MutableHeaders(scope=message)
        if not any(one.startswith(self._cookie.name) for one in headers.getlist("set-cookie")):
            response = Response()
            self._cookie.put(response, token, for_long=False)
            headers.append("set-cookie", response.headers["set-cookie"])


def _is_console(path: str) -> bool:
    return path == _CONSOLE or path.startswith(f"{_CONSOLE}/")


def _kept(scope: Scope, name: str) -> str:
    for header, value in scope["headers"]:
        if header == b"cookie":
            found: str = cookie_parser(value.decode("latin-1")).get(name, "")
            if found:
                return found
    return ""
