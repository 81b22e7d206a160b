"""WhatsApp through Twilio: parsing is pure, sending is one HTTP call."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from twilio.request_validator import RequestValidator

from bot.channels.network import limited
from bot.channels.phones import e164
from bot.channels.twilio_calls import (
    OPTED_OUT,
    TIMEOUT_SECONDS,
    TwilioCalls,
    code_of,
    is_about_template,
)
from bot.channels.whatsapp_findings import findings
from bot.channels.whatsapp_templates import Contents, fields_of, limits_with
from bot.domain.errors import BadPayload, BadSignature, DeliveryError, FileUnavailable
from bot.domain.fitting import with_numbers
from bot.domain.messages import (
    Address,
    Attachment,
    ChannelLimits,
    InboundMessage,
    MessageKind,
    Reply,
    clean_text,
)
from bot.ports import (
    Clock,
    DeliveryReport,
    Finding,
    HookAnswer,
    Pictures,
    Templates,
    Told,
    VendorTemplate,
    WebhookCall,
)

_log = logging.getLogger(__name__)

_NAME = "whatsapp"
_PREFIX = "whatsapp:"
_STATUS = "/status"
_EMPTY_TWIML = HookAnswer(
    body='<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml"
)
_TYPING = "https://messaging.twilio.com/v2/Indicators/Typing.json"
_MOST_FIELDS = 500
"""Twilio sends about thirty; checking the signature of very many would keep others waiting."""


class _Form(BaseModel):
    """Fields of Twilio's incoming message webhook; new ones are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sid: str = Field(alias="MessageSid", min_length=1)
    sender: str = Field(alias="From", min_length=1)
    body: str = Field(alias="Body", default="")
    name: str = Field(alias="ProfileName", default="")
    media_count: int = Field(alias="NumMedia", default=0, ge=0, le=20)
    button: str = Field(alias="ButtonPayload", default="")
    choice: str = Field(alias="ListId", default="")
    latitude: str = Field(alias="Latitude", default="")


class WhatsApp:
    """WhatsApp through Twilio."""

    name = _NAME
    hook = "twilio"
    typing_lasts = timedelta(seconds=25)

    def __init__(  # noqa: PLR0913 - the last three only where there are such things
        self,
        account: tuple[str, str],
        sender: str,
        report_url: str,
        http: httpx.AsyncClient,
        api_base: str,
        *,
        clock: Clock,
        pictures: Pictures | None = None,
        templates: Templates | None = None,
    ) -> None:
        self._validator = RequestValidator(account[1])
        self._sender = sender if sender.startswith(_PREFIX) else _PREFIX + sender
        self._report_url = report_url
        self._pictures = pictures  # Without them a reply is its text alone.
        self._templates = templates  # Without them choices are numbered lists.
        self._calls = TwilioCalls(account, http, api_base, clock)
        self._clock = clock
        self._account, self._http, self._api_base = account, http, httpx.URL(api_base)

    @property
    def limits(self) -> ChannelLimits:
        """What one message can hold: choices as buttons only once templates are synced."""
        return limits_with(self._known)

    @property
    def vendor_templates(self) -> Contents:
        """What has Twilio keep templates."""
        return Contents(self._calls)

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return the message or the report of a call; raise BadSignature or BadPayload."""
        fields = self._genuine_fields(call)
        if urlsplit(call.url).path.endswith(_STATUS):
            return _reports(fields)
        try:
            form = _Form.model_validate({name: values[-1] for name, values in fields.items()})
        except ValidationError as error:
            raise BadPayload(f"Twilio's form lacks something: {error}") from error
        return [_to_message(form, fields, call)]

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
        return await self._create(to, {"body": with_numbers(reply), **self._media(reply)})

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:  # noqa: ARG002
        """Show for ``typing_lasts`` that an answer is being written; it marks as read as well."""
        form = {"messageId": heard.id_in_chat, "channel": _NAME}
        await self._calls.ask("POST", _TYPING, form=form)

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return what is well with the account, the sender and the clock, and what is not."""
        hook = f"{public_address}/webhooks/{self.hook}" if public_address else ""
        return [one async for one in findings(self._calls, self._sender, hook, self._clock)]

    async def _create(self, to: Address, fields: Mapping[str, object]) -> str:
        return await self._calls.send(
            from_=self._sender,
            to=_PREFIX + to.id,
            status_callback=self._report_url,
            **fields,
        )

    @property
    def _known(self) -> Mapping[str, VendorTemplate]:
        return self._templates.of(_NAME) if self._templates is not None else {}

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds; raise FileUnavailable.

        Twilio passes the call on to where the file lies; the password goes to Twilio only.
        """
        if httpx.URL(file.url).host != self._api_base.host:
            raise FileUnavailable("This file does not lie with Twilio.")
        try:
            async with self._http.stream(
                "GET",
                file.url,
                auth=self._account,
                follow_redirects=True,
                timeout=TIMEOUT_SECONDS,
            ) as answer:
                if not answer.is_success:
                    raise FileUnavailable(f"Twilio answers {answer.status_code}.")
                return await limited(answer.aiter_bytes())
        except httpx.HTTPError as error:
            raise FileUnavailable(f"Twilio does not give the file: {error!r}") from error

    def _media(self, reply: Reply) -> dict[str, list[str]]:
        """Return where Twilio fetches the picture of a reply, if it has one."""
        if reply.picture is None or self._pictures is None:
            return {}
        return {"media_url": [self._pictures.address_of(reply.picture)]}

    def _genuine_fields(self, call: WebhookCall) -> dict[str, list[str]]:
        """Return the form's fields after checking that Twilio signed them.

        Raises:
            BadSignature: It did not, or nobody can tell.
            BadPayload: The body is not in UTF-8.
        """
        form = call.body.decode(errors="replace")
        try:
            fields = parse_qs(form, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError as error:
            raise BadSignature(f"There are more than {_MOST_FIELDS} fields.") from error
        signature = call.headers.get("x-twilio-signature", "")
        if not self._validator.validate(call.url, _Repeated(fields), signature):
            raise BadSignature("X-Twilio-Signature does not fit the request.")
        if form.encode() != call.body:
            raise BadPayload("Twilio's body is not in UTF-8.")
        return fields


def _reports(fields: Mapping[str, list[str]]) -> Sequence[DeliveryReport]:
    """Return what a status callback says, if it names a message."""
    said = {name: values[-1] for name, values in fields.items()}
    if not said.get("MessageSid") or not said.get("MessageStatus"):
        return ()
    reason = (said[name] for name in ("ErrorCode", "ErrorMessage") if said.get(name))
    return (
        DeliveryReport(
            channel=_NAME,
            vendor_id=said["MessageSid"],
            status=said["MessageStatus"],
            error=" ".join(reason),
            barred="opted_out" if said.get("ErrorCode") == str(OPTED_OUT) else "",
        ),
    )


class _Repeated(dict[str, str]):
    """Form fields for the validator, which asks for repeated ones by ``getall``."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__({name: values[-1] for name, values in fields.items()})
        self._fields = fields

    def getall(self, name: str) -> list[str]:
        """Return all values of a field."""
        return self._fields[name]


def _to_message(form: _Form, fields: Mapping[str, list[str]], call: WebhookCall) -> InboundMessage:
    sender = _sender_id(form.sender)
    return InboundMessage(
        vendor_id=form.sid,
        sender=Address(channel=_NAME, id=sender),
        text=clean_text(form.body),
        received_at=call.received_at,
        kind=_kind(form),
        payload=form.button or form.choice,
        phone=sender if sender.startswith("+") else None,
        name=clean_text(form.name)[:100],
        attachments=tuple(_attachment(fields, at) for at in range(form.media_count)),
    )


def _sender_id(sender: str) -> str:
    """Return a phone number, or the business-scoped user id of senders who hide theirs.

    A plus sign that was not encoded on its way arrives as a space.
    """
    bare = sender.removeprefix(_PREFIX).strip()
    if bare.lstrip("+").isdigit():
        return e164(bare) or bare
    return bare


def _kind(form: _Form) -> MessageKind:
    if form.button or form.choice:
        return MessageKind.BUTTON
    if form.media_count:
        return MessageKind.MEDIA
    return MessageKind.LOCATION if form.latitude else MessageKind.TEXT


def _attachment(fields: Mapping[str, list[str]], at: int) -> Attachment:
    return Attachment(
        media_type=fields.get(f"MediaContentType{at}", [""])[-1],
        url=fields.get(f"MediaUrl{at}", [""])[-1],
    )
