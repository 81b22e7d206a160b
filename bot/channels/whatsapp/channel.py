"""WhatsApp through Twilio: parsing is pure, sending is one HTTP call."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from bot.channels.whatsapp.calls import OPTED_OUT, TwilioCalls, code_of, is_about_template
from bot.channels.whatsapp.files import TwilioFiles
from bot.channels.whatsapp.health import findings
from bot.channels.whatsapp.reading import NAME, PREFIX, Seal, genuine_fields, message_of
from bot.channels.whatsapp.templates import Contents, fields_of, limits_with
from bot.domain.errors import DeliveryError
from bot.domain.fitting import with_numbers
from bot.domain.messages import (
    Address,
    Attachment,
    ChannelLimits,
    FileLimits,
    InboundMessage,
    Reply,
)
from bot.ports import (
    Clock,
    DeliveryReport,
    Enclosures,
    Finding,
    HookAnswer,
    Pictures,
    Templates,
    Told,
    VendorTemplate,
    WebhookCall,
)

_log = logging.getLogger(__name__)

_STATUS = "/status"
_EMPTY_TWIML = HookAnswer(
    body='<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml"
)
_MB = 1000 * 1000  # As cautious as a vendor may be.
_FILES = FileLimits(
    most_bytes=16 * _MB,
    most_picture_bytes=5 * _MB,
    types=frozenset(
        {
            "image/jpeg",
            "image/png",
            "audio/ogg",
            "audio/amr",
            "audio/aac",
            "audio/mpeg",
            "video/mp4",
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            "text/vcard",
        }
    ),
)
"""https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages"""
_TYPING = "https://messaging.twilio.com/v2/Indicators/Typing.json"


class WhatsApp:
    """WhatsApp through Twilio."""

    name = NAME
    hook = "twilio"
    typing_lasts = timedelta(seconds=25)

    def __init__(  # noqa: PLR0913 - the last ones only where there are such
        self,
        account: tuple[str, str],
        sender: str,
        report_url: str,
        http: httpx.AsyncClient,
        api_base: str,
        *,
        clock: Clock,
        pictures: Pictures | None = None,
        enclosures: Enclosures | None = None,
        templates: Templates | None = None,
        webhook_secret: str = "",
    ) -> None:
        self._seal = Seal(account[1], webhook_secret)
        self._sender = sender if sender.startswith(PREFIX) else PREFIX + sender
        self._report_url = report_url
        self._pictures = pictures  # Without them a reply is its text alone.
        self._enclosures = enclosures  # Without them no files are taken.
        self._templates = templates  # Without them choices are numbered lists.
        self._calls = TwilioCalls(account, http, api_base, clock)
        self._clock = clock
        self._files = TwilioFiles(http, account, api_base)

    @property
    def limits(self) -> ChannelLimits:
        """What one message can hold: choices as buttons only once templates are synced."""
        limits = limits_with(self._known)
        return replace(limits, files=_FILES) if self._enclosures else limits

    @property
    def vendor_templates(self) -> Contents:
        """What has Twilio keep templates."""
        return Contents(self._calls)

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
        """Send one reply; return Twilio's id for it or raise DeliveryError.

        Choices whose template is refused are sent as a numbered list.
        """
        fields = fields_of(reply, self._known)
        if fields is not None:
            try:
                return await self._create(to, fields)
            except DeliveryError as error:
                if reply.template is not None or not is_about_template(error):
                    raise
                _log.warning("template_refused code=%s", code_of(error))
        body = {} if reply.enclosures else {"body": with_numbers(reply)}
        return await self._create(to, {**body, **self._media(reply)})

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:  # noqa: ARG002
        """Show for ``typing_lasts`` that an answer is being written; it marks as read as well."""
        form = {"messageId": heard.id_in_chat, "channel": NAME}
        await self._calls.ask("POST", _TYPING, form=form)

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return what is well with the account, the sender and the clock, and what is not."""
        hook = f"{public_address}/webhooks/{self.hook}" if public_address else ""
        return [one async for one in findings(self._calls, self._sender, hook, self._clock)]

    async def _create(self, to: Address, fields: Mapping[str, object]) -> str:
        return await self._calls.send(
            from_=self._sender,
            to=PREFIX + to.id,
            status_callback=self._report_url,
            **fields,
        )

    @property
    def _known(self) -> Mapping[str, VendorTemplate]:
        return self._templates.of(NAME) if self._templates is not None else {}

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds; raise FileUnavailable."""
        return await self._files.fetch(file.url)

    def _media(self, reply: Reply) -> dict[str, list[str]]:
        """Return where Twilio fetches what a reply shows or takes along, if it does."""
        if reply.enclosures:
            if self._enclosures is None:
                reason = "Twilio fetches files from us: set SPORTELLO_PUBLIC_URL."
                raise DeliveryError(reason, permanent=True)
            return {"media_url": [self._enclosures.address_of(one) for one in reply.enclosures]}
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
            barred="opted_out" if said.get("ErrorCode") == str(OPTED_OUT) else "",
        ),
    )
