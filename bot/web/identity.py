"""Signing in by an identity provider: there, and back again."""

from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import IdentityRefused, IdentityUnavailable, WrongCredentials
from bot.parts import IDENTITY_BACK
from bot.ports import Departure, IdentityProvider
from bot.web.arriving import Arriving
from bot.web.guard import Guard
from bot.web.pages import Pages

WAY_LASTS = timedelta(minutes=10)
"""How long one may take at the provider."""

_COOKIE = "sportello_identity"
_PATH = "/desk/identity"


class IdentityLogin:
    """The second door: who is known there comes in, if there is an account for them."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._arriving = Arriving(app, pages, guard)
        self._ways = URLSafeTimedSerializer(app.session_key, salt="identity")
        self._secure = app.settings.general.public_address.startswith("https://")

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route(_PATH, self.depart, methods=["GET"]),
            Route(IDENTITY_BACK, self.arrive, methods=["GET"]),
        ]

    async def depart(self, request: Request) -> Response:
        """Send the browser to the provider, or say that it does not answer."""
        try:
            way = await self._provider().depart()
        except IdentityUnavailable:
            return self._sorry(503, "unavailable")
        response = RedirectResponse(way.url, 303)
        after = request.query_params.get("next", "")
        kept = self._ways.dumps([way.state, way.nonce, way.verifier, after])
        response.set_cookie(
            _COOKIE,
            str(kept),
            max_age=int(WAY_LASTS.total_seconds()),
            path=_PATH,
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
        return response

    async def arrive(self, request: Request) -> Response:
        """Let the colleague in who comes back, or say kindly why not."""
        provider, given = self._provider(), request.query_params
        try:
            way, after = self._way(request)
            if given.get("state") != way.state or not given.get("code"):
                return self._sorry(403, "refused")
            email = await provider.arrive(way, given["code"])
            colleague = await self._app.accounts.entrance.known_by(email)
            response = await self._arriving.welcome(request, colleague, after)
        except (BadData, IdentityRefused):
            return self._sorry(403, "refused")
        except IdentityUnavailable:
            return self._sorry(503, "unavailable")
        except WrongCredentials:
            return self._sorry(403, "nobody")
        response.delete_cookie(_COOKIE, path=_PATH)
        return response

    def _provider(self) -> IdentityProvider:
        if self._app.identity is None:
            raise HTTPException(404)
        return self._app.identity

    def _way(self, request: Request) -> tuple[Departure, str]:
        """Return the way this browser went; raise BadData if it went none, or long ago."""
        kept = request.cookies.get(_COOKIE, "")
        state, nonce, verifier, after = self._ways.loads(
            kept, max_age=int(WAY_LASTS.total_seconds())
        )
        return Departure(url="", state=state, nonce=nonce, verifier=verifier), after

    def _sorry(self, status: int, problem: str) -> Response:
        values = {"problem": problem, "identity": self._provider()}
        response = self._pages.page("desk/identity.html", values, status)
        response.delete_cookie(_COOKIE, path=_PATH)
        return response
