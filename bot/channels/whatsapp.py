"""WhatsApp through Twilio: parsing is pure, sending is one HTTP call."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from bot.channels.twilio_files import TwilioFiles
from bot.channels.twilio_http import AskedToWait, NoAnswer, PooledHttpClient
from bot.channels.whatsapp_reading import NAME, PREFIX, Seal, genuine_fields, message_of
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Attachment, ChannelLimits, Reply
from bot.ports import DeliveryReport, HookAnswer, Pictures, Told, WebhookCall

_STATUS = "/status"
_EMPTY_TWIML = HookAnswer(
    body='<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml"
)
_TIMEOUT_SECONDS = 10.0
_PASSING_CODES = frozenset({20429, 63018})
"""Twilio's codes for "too many"; https://www.twilio.com/docs/api/errors"""
_TOO_MANY, _SERVER_ERROR = 429, 500
_PER_SECOND = 80
"""What Twilio sends for one WhatsApp number; https://www.twilio.com/docs/whatsapp/api"""


class WhatsApp:
    """WhatsApp through Twilio."""

    name = NAME
    hook = "twilio"
    # No buttons yet: they need Content templates; numbered lists work everywhere.
    limits = ChannelLimits(
        text=1600,
        buttons=0,
        button_text=20,
        window=timedelta(hours=24),
        per_second=_PER_SECOND,
    )

    def __init__(  # noqa: PLR0913 - the last ones only where there are such
        self,
        account: tuple[str, str],
        sender: str,
        report_url: str,
        http: httpx.AsyncClient,
        api_base: str,
        *,
        pictures: Pictures | None = None,
        webhook_secret: str = "",
    ) -> None:
        sid, token = account
        self._seal = Seal(token, webhook_secret)
        self._sender = sender if sender.startswith(PREFIX) else PREFIX + sender
        self._report_url = report_url
        self._pictures = pictures  # Without them a reply is its text alone.
        client = PooledHttpClient(http, api_base, _TIMEOUT_SECONDS)
        self._messages = Client(sid, token, http_client=client).messages
        self._files = TwilioFiles(http, account, api_base)

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return the message or the report of a call; raise BadSignature or BadPayload."""
        fields = genuine_fields(call, self._seal)
        if urlsplit(call.url).path.endswith(_STATUS):
            return _reports(fields)
        return [message_of(fields, call)]

    def answer_to(self, call: WebhookCall) -> HookAnswer:  # noqa: ARG002 - all are answered alike
        """Return TwiML that says nothing."""
        return _EMPTY_TWIML

    async def send(self, to: Address, reply: Reply) -> str:
        """Send one reply; return Twilio's id for it or raise DeliveryError."""
        try:
            message = await self._messages.create_async(
                from_=self._sender,
                to=PREFIX + to.id,
                body=reply.text,
                status_callback=self._report_url,
                **self._media(reply),
            )
        except NoAnswer as error:
            reason = f"Twilio did not answer: {error}"
            raise DeliveryError(reason, uncertain=error.reached) from error
        except AskedToWait as error:
            raise DeliveryError(str(error), retry_after=error.pause) from error
        except TwilioRestException as error:
            raise _refusal(error) from error
        except (TwilioException, ValueError, TypeError, AttributeError) as error:
            # The package lets through what goes wrong in reading an answer that is not Twilio's.
            reason = f"Twilio's answer is unreadable: {error}"
            raise DeliveryError(reason, uncertain=True) from error
        if not message.sid:
            raise DeliveryError("Twilio's answer names no message.", uncertain=True)
        return str(message.sid)

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds; raise FileUnavailable."""
        return await self._files.fetch(file.url)

    def _media(self, reply: Reply) -> dict[str, list[str]]:
        """Return where Twilio fetches the picture of a reply, if it has one."""
        if reply.picture is None or self._pictures is None:
            return {}
        return {"media_url": [self._pictures.address_of(reply.picture)]}


def _reports(fields: Mapping[str, list[str]]) -> Sequence[DeliveryReport]:
    """Return what a status callback says, if it names a message."""
    said = {name: values[-1] for name, values in fields.items()}
    if not said.get("MessageSid") or not said.get("MessageStatus"):
        return ()
    reason = (said[name] for name in ("ErrorCode", "ErrorMessage") if said.get(name))
    return (
        DeliveryReport(
            channel=NAME,
            vendor_id=said["MessageSid"],
            status=said["MessageStatus"],
            error=" ".join(reason),
        ),
    )


def _refusal(error: TwilioRestException) -> DeliveryError:
    passing = (
        error.status == _TOO_MANY or error.status >= _SERVER_ERROR or error.code in _PASSING_CODES
    )
    reason = f"Twilio refused: {error.code or error.status} {error.msg}"
    return DeliveryError(reason, permanent=not passing)
