"""Reading what customers send on WhatsApp from Twilio's webhooks; pure."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from twilio.request_validator import RequestValidator

from bot.channels.phones import e164
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import Address, Attachment, InboundMessage, MessageKind, clean_text
from bot.ports import WebhookCall

NAME = "whatsapp"
PREFIX = "whatsapp:"
_MOST_FIELDS = 500
"""Twilio sends about thirty; checking the signature of very many would keep others waiting."""


def genuine_fields(call: WebhookCall, validator: RequestValidator) -> dict[str, list[str]]:
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
    if not validator.validate(call.url, _Repeated(fields), signature):
        raise BadSignature("X-Twilio-Signature does not fit the request.")
    if form.encode() != call.body:
        raise BadPayload("Twilio's body is not in UTF-8.")
    return fields


def message_of(fields: Mapping[str, list[str]], call: WebhookCall) -> InboundMessage:
    """Return the message in the form of a genuine call; raise BadPayload."""
    try:
        form = _Form.model_validate({name: values[-1] for name, values in fields.items()})
    except ValidationError as error:
        raise BadPayload(f"Twilio's form lacks something: {error}") from error
    return _to_message(form, fields, call)


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
        sender=Address(channel=NAME, id=sender),
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
    bare = sender.removeprefix(PREFIX).strip()
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
