"""What the pages of the console call out, however many are open."""

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.web.guard import Guard


class AlertCalls:
    """Tells pages which chats to call out since they were told last."""

    def __init__(self, app: App, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [Route("/desk/alerts", self.alerts)]

    async def alerts(self, request: Request) -> Response:
        """Return how many chats wait, and those to be called out as lines of text."""
        self._guard.colleague(request, acts=False)
        calls = await self._app.alerts.calls(_since(request.query_params.get("since", "")))
        called = [{"id": chat_id, "line": line} for chat_id, line in calls.lines.items()]
        told = {"waiting": calls.waiting, "calls": called, "now": calls.now.isoformat()}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _since(text: str) -> datetime | None:
    try:
        since = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise HTTPException(400, "since is no moment such as 2026-11-26T10:00:00+00:00") from error
    if since and since.tzinfo is None:
        raise HTTPException(400, "since has no time zone, such as +00:00")
    return since
