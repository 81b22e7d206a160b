"""What follows a right password, or the word of an identity provider: a code, and then inside."""

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app import App
from bot.domain.errors import TooManyTries, WrongCredentials
from bot.ports import Colleague
from bot.web.guard import Guard
from bot.web.pages import Pages
from bot.web.sessions import cookie_of, visit

TICKET_LASTS = timedelta(minutes=5)
"""How long one may look for one's phone."""


class Arriving:
    """Takes a colleague who has been recognised to the console."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard
        self._cookie = cookie_of(app)

    async def welcome(self, request: Request, colleague: Colleague, after: str) -> Response:
        """Let a colleague in, or ask for the code if the account has a second step."""
        if not colleague.totp:
            return await self._enter(request, colleague, "", after)
        ticket = self._tickets(request).dumps([colleague.name, _mark(colleague), after])
        return self._ask(request, 200, str(ticket))

    async def with_code(self, request: Request) -> Response:
        """Let a colleague in who knows the code, or say that it is wrong."""
        form = await self._guard.form(request)
        ticket = str(form.get("ticket", ""))
        try:
            name, mark, after = self._tickets(request).loads(
                ticket, max_age=int(TICKET_LASTS.total_seconds())
            )
        except BadData:
            return RedirectResponse("/desk/login?" + urlencode({"problem": "late"}), 303)
        colleague = await self._app.accounts.find(name)
        if colleague is None or _mark(colleague) != mark:
            return RedirectResponse("/desk/login", 303)
        try:
            return await self._enter(request, colleague, str(form.get("code", "")), after)
        except WrongCredentials:
            return self._ask(request, 401, ticket, "wrong")
        except TooManyTries as error:
            return self._ask(request, 429, ticket, "too_often", error.wait)

    async def _enter(
        self, request: Request, colleague: Colleague, code: str, after: str
    ) -> Response:
        agent = request.headers.get("user-agent", "")
        token = await self._app.accounts.entrance.enter(colleague, agent, code)
        response = RedirectResponse(inside(after), 303)
        self._cookie.put(response, token, for_long=True)
        return response

    def _ask(
        self,
        request: Request,
        status: int,
        ticket: str,
        problem: str = "",
        wait: timedelta = timedelta(0),
    ) -> Response:
        values = {
            "token": self._guard.token(request),
            "ticket": ticket,
            "problem": problem,
            "wait": wait,
        }
        return told_to_wait(self._pages.page("desk/code.html", values, status), wait)

    def _tickets(self, request: Request) -> URLSafeTimedSerializer:
        """Return what signs for a password that was right, in this browser only."""
        salt = f"second step {visit(request).token}"
        return URLSafeTimedSerializer(self._app.session_key, salt=salt)


def told_to_wait(response: Response, wait: timedelta) -> Response:
    """Return an answer that says to programs, too, how long to wait, if at all."""
    if wait:
        response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


def inside(after: str) -> str:
    """Return where to go after signing in: a page of the console, never another site."""
    return after if after.startswith("/desk/chats/") else "/desk"


def _mark(colleague: Colleague) -> str:
    """Return what is another one once the password is."""
    return sha256(colleague.password_hash.encode()).hexdigest()
