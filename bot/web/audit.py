"""What was done at the desk and by whom, for admins."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.domain.accounts import Role
from bot.domain.messages import clean_text
from bot.web.guard import Guard
from bot.web.pages import Pages

ON_A_PAGE = 50
_LARGEST_ID = 2**63 - 1


class AuditPage:
    """The audit log, the newest first."""

    def __init__(self, app: App, pages: Pages, guard: Guard) -> None:
        self._accounts = app.accounts
        self._pages = pages
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/desk/audit", self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """Return one page of it: of one colleague or of all."""
        me = self._guard.require(request, Role.ADMIN)
        who = clean_text(request.query_params.get("who", ""))
        before = _number(request.query_params.get("before", ""))
        found = await self._accounts.log(who=who, before=before, most=ON_A_PAGE + 1)
        shown = found[:ON_A_PAGE]
        values = {
            "me": me,
            "token": self._guard.token(request),
            "who": who,
            "before": before,
            "noted": shown,
            "next": shown[-1].id if len(found) > ON_A_PAGE else 0,
            "names": [one.name for one in await self._accounts.everybody()],
        }
        return self._pages.page("desk/audit.html", values)


def _number(text: str) -> int:
    return min(int(text), _LARGEST_ID) if text.isascii() and text.isdecimal() else 0
