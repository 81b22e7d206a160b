"""What vendors call."""

import logging

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import BadSignature
from bot.ports import AnswersChallenges, Channel, HearsWebhooks, WebhookCall
from bot.web.bodies import limited_body
from bot.web.unavailable import in_time

MAX_WEBHOOK_BYTES = 3 * 1024 * 1024
"""What Meta may send in one call; others send a few kilobytes."""

_log = logging.getLogger(__name__)


class Webhooks:
    """Answers a vendor only after what it tells is stored."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        methods = ["GET", "POST"]
        return [
            Route("/webhooks/{hook}", self.hear, methods=methods),
            Route("/webhooks/{hook}/status", self.hear, methods=methods),
        ]

    async def hear(self, request: Request) -> Response:
        """Store what the call tells and answer it."""
        hook = request.path_params["hook"]
        for channel in self._app.channels.by_name.values():
            if isinstance(channel, HearsWebhooks) and channel.hook == hook:
                return await self._answer(request, channel)
        reason = "Nobody listens here: the settings of this channel are empty."
        return PlainTextResponse(reason, 404)

    async def _answer(self, request: Request, channel: Channel) -> Response:
        try:
            if request.method == "POST":
                return await self._take(request, channel)
            if isinstance(channel, AnswersChallenges):
                return PlainTextResponse(channel.challenge(request.query_params))
        except BadSignature:
            _log.warning("webhook_refused channel=%s", channel.name)
            return PlainTextResponse("The signature does not fit this call.", 403)
        return PlainTextResponse("Vendors call here by POST.", 405, {"Allow": "POST"})

    async def _take(self, request: Request, channel: Channel) -> Response:
        call = await self._call(request)
        await in_time(self._app.intake.take(channel, call))
        assert isinstance(channel, HearsWebhooks)  # noqa: S101 - it was found by its hook
        answer = channel.answer_to(call)
        return Response(answer.body, media_type=answer.media_type)

    async def _call(self, request: Request) -> WebhookCall:
        return WebhookCall(
            url=self._url(request),
            headers=dict(request.headers),
            body=await limited_body(request, MAX_WEBHOOK_BYTES),
            received_at=self._app.clock.now(),
        )

    def _url(self, request: Request) -> str:
        """Return the address that was called; signatures are over it.

        Without one in the settings a proxy says it. Nobody gains by lying: what is signed for
        another address does not fit.
        """
        general = self._app.settings.general
        path = f"{request.url.path}?{request.url.query}".removesuffix("?")
        if general.public_url is not None:
            return general.public_address + path
        scheme = _first(request, "x-forwarded-proto") or request.url.scheme
        host = _first(request, "x-forwarded-host") or request.headers.get("host", "")
        return f"{scheme}://{host}{path}"


def _first(request: Request, header: str) -> str:
    """Return the first value of a header to which each proxy adds one."""
    return request.headers.get(header, "").partition(",")[0].strip()
