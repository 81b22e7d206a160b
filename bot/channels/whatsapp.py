"""WhatsApp through Twilio: parsing is pure, sending is one HTTP call."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels.network import limited
from bot.channels.phones import e164
from bot.channels.twilio_http import AskedToWait, NoAnswer, PooledHttpClient
from bot.domain.errors import BadPayload, BadSignature, DeliveryError, FileUnavailable
from bot.domain.messages import (
    Address,
    Attachment,
    ChannelLimits,
    InboundMessage,
    MessageKind,
    Reply,
    clean_text,
)
from bot.ports import DeliveryReport, HookAnswer, Pictures, Told, WebhookCall

_NAME = "whatsapp"
_PREFIX = "whatsapp:"
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
    # No buttons yet: they need Content templates; numbered lists work everywhere.
    limits = ChannelLimits(
        text=1600,
        buttons=0,
        button_text=20,
        window=timedelta(hours=24),
        per_second=_PER_SECOND,
    )

    def __init__(  # noqa: PLR0913 - the last one only where there are pictures
        self,
        account: tuple[str, str],
        sender: str,
        report_url: str,
        http: httpx.AsyncClient,
        api_base: str,
        *,
        pictures: Pictures | None = None,
    ) -> None:
        sid, token = account
        self._validator = RequestValidator(token)
        self._sender = sender if sender.startswith(_PREFIX) else _PREFIX + sender
        self._report_url = report_url
        self._pictures = pictures  # Without them a reply is its text alone.
        client = PooledHttpClient(http, api_base, _TIMEOUT_SECONDS)
        self._messages = Client(sid, token, http_client=client).messages
        self._account, self._http, self._api_base = account, http, httpx.URL(api_base)

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
        """Send one reply; return Twilio's id for it or raise DeliveryError."""
        try:
            message = await self._messages.create_async(
                from_=self._sender,
                to=_PREFIX + to.id,
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
                timeout=_TIMEOUT_SECONDS,
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


def _refusal(error: TwilioRestException) -> DeliveryError:
    passing = (
        error.status == _TOO_MANY or error.status >= _SERVER_ERROR or error.code in _PASSING_CODES
    )
    reason = f"Twilio refused: {error.code or error.status} {error.msg}"
    return DeliveryError(reason, permanent=not passing)
