"""Signing in to the console, and out again."""

from datetime import timedelta
from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import TooManyTries, WrongCredentials
from bot.domain.messages import clean_text
from bot.web.arriving import Arriving, told_to_wait
from bot.web.guard import Guard
from bot.web.pages import Pages
from bot.web.sessions import cookie_of, visit

_TOLD = frozenset({"late", "expired"})
"""Why one has been sent here."""


class Login:
    """The door of the console."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard
        self._arriving = Arriving(app, pages, guard)

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/desk/login", self.ask, methods=["GET"]),
            Route("/desk/login", self.sign_in, methods=["POST"]),
            Route("/desk/login/code", self._arriving.with_code, methods=["POST"]),
            Route("/desk/logout", self.sign_out, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Return the page that asks for name and password."""
        given = request.query_params
        problem = given.get("problem", "")
        problem = problem if problem in _TOLD else ""
        after, name = given.get("next", ""), clean_text(given.get("name", ""))
        return self._page(request, 200, after=after, name=name, problem=problem)

    async def sign_in(self, request: Request) -> Response:
        """Let a colleague in, or say that name or password is wrong, whichever it is."""
        form = await self._guard.form(request)
        name, after = clean_text(str(form.get("name", ""))), str(form.get("next", ""))
        address = request.client.host if request.client else ""
        password = str(form.get("password", ""))
        try:
            colleague = await self._app.accounts.entrance.check(name, password, address)
            return await self._arriving.welcome(request, colleague, after)
        except TooManyTries as error:
            said = self._page(
                request, 429, after=after, name=name, problem="too_often", wait=error.wait
            )
            return told_to_wait(said, error.wait)
        except WrongCredentials:
            return self._page(request, 401, after=after, name=name, problem="wrong")

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        await self._guard.form(request)
        response = RedirectResponse("/desk/login", 303)
        present = visit(request).present
        if present is not None:
            await self._app.accounts.entrance.sign_out(present.session)
        cookie_of(self._app).put(response, token_urlsafe(), for_long=False)
        return response

    def _page(  # noqa: PLR0913 - all that the page shows
        self,
        request: Request,
        status: int,
        *,
        after: str,
        name: str = "",
        problem: str = "",
        wait: timedelta = timedelta(0),
    ) -> Response:
        values = {
            "token": self._guard.token(request),
            "after": after,
            "name": name,
            "problem": problem,
            "wait": wait,
            "identity": self._app.identity,
        }
        return self._pages.page("desk/login.html", values, status)
