"""Signing in to the console, and out again."""

from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.web.guard import Guard
from bot.web.pages import Pages

MAX_ATTEMPTS = 10
ATTEMPTS_WINDOW = timedelta(minutes=10)

_MAX_ADDRESSES = 1000


class Attempts:
    """Counts how often an address has tried to sign in lately."""

    def __init__(self) -> None:
        self._times: dict[str, list[datetime]] = {}

    def allow(self, address: str, now: datetime) -> bool:
        """Count one more attempt and tell whether it may be made."""
        if len(self._times) > _MAX_ADDRESSES:
            self._forget_old(now)
        recent = [at for at in self._times.get(address, []) if abs(now - at) < ATTEMPTS_WINDOW]
        allowed = len(recent) < MAX_ATTEMPTS
        self._times[address] = [*recent, now] if allowed else recent
        return allowed

    def forgive(self, address: str) -> None:
        """Forget an address that has signed in."""
        self._times.pop(address, None)

    def _forget_old(self, now: datetime) -> None:
        self._times = {
            address: times
            for address, times in self._times.items()
            if times and abs(now - times[-1]) < ATTEMPTS_WINDOW
        }


class Login:
    """The door of the console."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard
        self._attempts = Attempts()

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk/login", self.ask, methods=["GET"]),
            Route("/desk/login", self.sign_in, methods=["POST"]),
            Route("/desk/logout", self.sign_out, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Return the page that asks for name and password."""
        return self._page(request, 200, after=request.query_params.get("next", ""))

    async def sign_in(self, request: Request) -> Response:
        """Let a colleague in, or say that name or password is wrong, whichever it is."""
        form = await self._guard.form(request)
        name, after = str(form.get("name", "")).strip(), str(form.get("next", ""))
        address = request.client.host if request.client else ""
        if not self._attempts.allow(address, self._app.clock.now()):
            return self._page(request, 429, after=after, name=name, problem="too_often")
        colleague = await self._app.accounts.sign_in(name, str(form.get("password", "")))
        if colleague is None:
            return self._page(request, 401, after=after, name=name, problem="wrong")
        self._attempts.forgive(address)
        self._guard.sign_in(request, colleague.name)
        return RedirectResponse(_inside(after), 303)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        await self._guard.form(request)
        request.session.clear()
        return RedirectResponse("/desk/login", 303)

    def _page(
        self, request: Request, status: int, *, after: str, name: str = "", problem: str = ""
    ) -> Response:
        values = {
            "token": self._guard.token(request),
            "after": after,
            "name": name,
            "problem": problem,
        }
        return self._pages.page("desk/login.html", values, status)


def _inside(after: str) -> str:
    """Return where to go after signing in: a page of the console, never another site."""
    return after if after.startswith("/desk/chats/") else "/desk"
