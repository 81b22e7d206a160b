"""What is answered while the program waits for its database: 503, so that vendors come again."""

from importlib.metadata import version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.web.unavailable import RETRY_AFTER, not_now


async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any call, whatever it is."""
    answer = await _answer(Request(scope, receive))
    answer.headers["Connection"] = "close"  # Who comes again finds the program, not this.
    await answer(scope, receive, send)


async def _answer(request: Request) -> Response:
    if request.url.path != "/healthz":
        return await not_now(request, ConnectionError())
    told = {"status": "waiting for the database", "version": version("sportello")}
    return JSONResponse(told, 503, RETRY_AFTER)
