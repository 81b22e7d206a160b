"""What vendors call: WhatsApp through Twilio, and Telegram."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.domain.errors import BadPayload, BadSignature
from bot.ports import Channel, DeliveryReport, WebhookCall
from bot.web.bodies import limited_body
from bot.web.unavailable import in_time

MAX_WEBHOOK_BYTES = 1024 * 1024

_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

_log = logging.getLogger(__name__)

Taker = Callable[[Channel, WebhookCall], Awaitable[None]]


@runtime_checkable
class ReadsReports(Protocol):
    """A channel whose vendor says later what became of a reply."""

    def parse_report(self, call: WebhookCall) -> DeliveryReport | None:
        """Return the report of a status callback, or None if it says nothing new."""
        ...


@runtime_checkable
class AnswersWebhooks(Protocol):
    """A channel whose vendor reads what a webhook is answered with."""

    def reply_to(self, call: WebhookCall) -> Mapping[str, str] | None:
        """Return what to answer a genuine, stored call, or None for nothing."""
        ...


class Webhooks:
    """Answers a vendor only after its messages are stored."""

    def __init__(self, app: App) -> None:
        self._app = app

    def routes(self) -> list[Route]:
        """Return what this part answers."""
        return [
            Route("/webhooks/twilio", self.twilio, methods=["POST"]),
            Route("/webhooks/twilio/status", self.twilio_status, methods=["POST"]),
            Route("/webhooks/telegram", self.telegram, methods=["POST"]),
        ]

    async def twilio(self, request: Request) -> Response:
        """Store the messages; answer with TwiML that says nothing."""
        answer = await self._take(request, "whatsapp", self._app.intake.take)
        return answer or Response(_EMPTY_TWIML, media_type="text/xml")

    async def twilio_status(self, request: Request) -> Response:
        """Record what became of a reply."""
        answer = await self._take(request, "whatsapp", self._record)
        return answer or Response(_EMPTY_TWIML, media_type="text/xml")

    async def telegram(self, request: Request) -> Response:
        """Store the messages."""
        return await self._take(request, "telegram", self._app.intake.take) or Response()

    async def _take(self, request: Request, name: str, taker: Taker) -> Response | None:
        """Return why a call is refused, or the channel's answer once it is stored, if any."""
        channel = self._app.channels.by_name.get(name)
        if channel is None:
            return PlainTextResponse(f"The channel {name} is off: its settings are empty.", 404)
        call = await self._call(request)
        try:
            await in_time(taker(channel, call))
        except BadSignature:
            _log.warning("webhook_refused channel=%s", name)
            return PlainTextResponse("The signature does not fit this call.", 403)
        except BadPayload as error:
            # A vendor that is told of an error would send the same again and block the chat.
            _log.warning("webhook_unreadable channel=%s", name)
            await in_time(self._app.intake.keep_unreadable(call, name, str(error)))
            return None
        reply = channel.reply_to(call) if isinstance(channel, AnswersWebhooks) else None
        return JSONResponse(reply) if reply is not None else None

    async def _call(self, request: Request) -> WebhookCall:
        path = f"{request.url.path}?{request.url.query}".removesuffix("?")
        return WebhookCall(
            url=self._app.settings.general.public_address + path,
            headers=dict(request.headers),
            body=await limited_body(request, MAX_WEBHOOK_BYTES),
            received_at=self._app.clock.now(),
        )

    async def _record(self, channel: Channel, call: WebhookCall) -> None:
        report = channel.parse_report(call) if isinstance(channel, ReadsReports) else None
        if report is not None:
            await self._app.intake.report(report)
