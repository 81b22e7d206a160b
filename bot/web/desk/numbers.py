"""The page with what is counted of the desk's work."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.service.numbers import numbers_of
from bot.web.guard import Guard
from bot.web.pages import Pages

PERIODS = (7, 30, 90)
"""Days one may choose from; the first is shown unless another is asked for."""


class NumbersPage:
    """How much was asked, who answered, how long people waited and how it went."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._app = app
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/desk/numbers", self.page)]

    async def page(self, request: Request) -> Response:
        """Return the page for the last days."""
        me = self._guard.colleague(request)
        asked = request.query_params.get("days", "")
        days = next((one for one in PERIODS if str(one) == asked), PERIODS[0])
        numbers = await numbers_of(self._app.store.numbers, self._app.clock.now(), days)
        values = {
            "me": me,
            "token": self._guard.token(request),
            "numbers": numbers,
            "days": days,
            "periods": PERIODS,
            "open_id": "",
        }
        return self._pages.page("desk/numbers.html", values)
