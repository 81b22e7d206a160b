"""The page behind a link by which somebody chooses a password."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import InvitationGone, NameTaken, WeakPassword
from bot.web.guard import Guard
from bot.web.pages import Pages


class InvitedPages:
    """Lets a new colleague, or one who lost a password, choose one."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._invitations = app.accounts.invitations
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        path = "/desk/invitation/{invitation}"
        return [
            Route(path, self.ask, methods=["GET"]),
            Route(path, self.choose, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Return the page that asks for a password, or says that the link does not count."""
        return await self._page(request, 200, "")

    async def choose(self, request: Request) -> Response:
        """Use the link up, or say what is wrong with the password."""
        form = await self._guard.form(request)
        password = str(form.get("password", ""))
        if password != str(form.get("again", "")):
            return await self._page(request, 422, "differs")
        token = request.path_params["invitation"]
        try:
            colleague = await self._invitations.accept(token, password)
        except WeakPassword as error:
            return await self._page(request, 422, error.fault)
        except (InvitationGone, NameTaken):
            return self._gone(request)
        return RedirectResponse("/desk/login?" + urlencode({"name": colleague.name}), 303)

    async def _page(self, request: Request, status: int, problem: str) -> Response:
        try:
            invitation = await self._invitations.read(request.path_params["invitation"])
        except InvitationGone:
            return self._gone(request)
        values: Mapping[str, object] = {
            "token": self._guard.token(request),
            "invitation": invitation,
            "problem": problem,
        }
        return self._pages.page("desk/invited.html", values, status)

    def _gone(self, request: Request) -> Response:
        values = {"token": self._guard.token(request), "invitation": None, "problem": ""}
        return self._pages.page("desk/invited.html", values, 410)
