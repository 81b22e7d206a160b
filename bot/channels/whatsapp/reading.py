"""Reading what customers send on WhatsApp from Twilio's webhooks; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from twilio.request_validator import RequestValidator, get_signature_algorithm

from bot.channels.phones import e164
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import Address, Attachment, InboundMessage, MessageKind, clean_text
from bot.ports import WebhookCall

NAME = "whatsapp"
PREFIX = "whatsapp:"
_SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
_TOKEN_HEADER = "i-twilio-idempotency-token"  # noqa: S105 - a name
_KINDS = {
    "audio": MessageKind.VOICE,
    "sticker": MessageKind.STICKER,
    "contacts": MessageKind.CONTACT,
}
_CARDS = frozenset({"text/vcard", "text/x-vcard"})
_WITH_WORDS = frozenset({"", "text", "interactive", "button"})
"""Types of messages that are what they say, even if that is nothing."""
_FILE_NAME = re.compile(
    r"[^\n/\\]{1,200}\.(?:pdf|p7m|xml|docx?|xlsx?|pptx?|od[tsp]|rtf|txt|csv|zip|eml|msg|log"
    r"|jpe?g|png|webp|heic|gif|tiff?|mp4|mov|mp3|ogg|m4a|vcf|ics|pages|numbers)",
    re.IGNORECASE,
)
"""Endings that no domain has, so that "guardate esempio.it" stays what somebody says."""
_MOST_DETAILS = 500
_MOST_FIELDS = 500
"""Twilio sends about thirty; checking the signature of very many would keep others waiting."""


class Seal:
    """Knows whether Twilio signed a call, by either of its two ways.

    Args:
        token: Of the account; signs by HMAC-SHA1.
        secret: Of a shared key, where one signs instead; else empty.
    """

    def __init__(self, token: str, secret: str = "") -> None:
        self._by_token = RequestValidator(token)
        self._by_key = RequestValidator(secret or token)

    def fits(self, call: WebhookCall, fields: Mapping[str, list[str]]) -> bool:
        """Tell whether the signature is Twilio's, over the address with or without its port."""
        settings = call.headers.get(_SETTINGS_HEADER, "")
        return bool(
            (self._by_key if settings else self._by_token).validate(
                call.url,
                _Repeated(fields),
                call.headers.get("x-twilio-signature", ""),
                get_signature_algorithm(settings),
            )
        )


def genuine_fields(call: WebhookCall, seal: Seal) -> dict[str, list[str]]:
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
    if not seal.fits(call, fields):
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
    user_id: str = Field(alias="ExternalUserId", default="")
    type: str = Field(alias="MessageType", default="")
    body: str = Field(alias="Body", default="")
    name: str = Field(alias="ProfileName", default="")
    media_count: int = Field(alias="NumMedia", default=0, ge=0, le=20)
    button: str = Field(alias="ButtonPayload", default="")
    choice: str = Field(alias="ListId", default="")
    replied_to: str = Field(alias="OriginalRepliedMessageSid", default="")
    forwarded: str = Field(alias="Forwarded", default="")
    often_forwarded: str = Field(alias="FrequentlyForwarded", default="")
    latitude: str = Field(alias="Latitude", default="")
    longitude: str = Field(alias="Longitude", default="")
    label: str = Field(alias="Label", default="")
    place: str = Field(alias="Address", default="")
    headline: str = Field(alias="ReferralHeadline", default="")
    advertised: str = Field(alias="ReferralBody", default="")
    came_from: str = Field(alias="ReferralSourceUrl", default="")


class _Repeated(dict[str, str]):
    """Form fields for the validator, which asks for repeated ones by ``getall``."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__({name: values[-1] for name, values in fields.items()})
        self._fields = fields

    def getall(self, name: str) -> list[str]:
        """Return all values of a field."""
        return self._fields[name]


def _to_message(form: _Form, fields: Mapping[str, list[str]], call: WebhookCall) -> InboundMessage:
    sender, user_id = _sender_id(form.sender), form.user_id.removeprefix(PREFIX).strip()
    files = tuple(_attachment(fields, at) for at in range(form.media_count))
    kind = _kind(form, files)
    named = _is_file_name(form, files)
    if named:  # Twilio puts the name of a document where its words would be.
        files = (replace(files[0], name=clean_text(form.body)),)
    return InboundMessage(
        vendor_id=form.sid,
        sender=Address(channel=NAME, id=sender),
        text="" if named else clean_text(form.body),
        received_at=call.received_at,
        kind=kind,
        payload=form.button or form.choice,
        # Somebody else's card of contact says nothing of who sends it.
        phone=sender if sender.startswith("+") and kind is not MessageKind.CONTACT else None,
        name=clean_text(form.name)[:100],
        attachments=files,
        token=call.headers.get(_TOKEN_HEADER, ""),
        refers_to=form.replied_to,
        user_id=user_id or ("" if sender.startswith("+") else sender),
        details=_details(form),
        forwarded="true" in {form.forwarded, form.often_forwarded},
    )


def _sender_id(sender: str) -> str:
    """Return a phone number, or the business-scoped user id of senders who hide theirs.

    A plus sign that was not encoded on its way arrives as a space.
    """
    bare = sender.removeprefix(PREFIX).strip()
    if bare.lstrip("+").isdigit():
        return e164(bare) or bare
    return bare


def _kind(form: _Form, files: Sequence[Attachment]) -> MessageKind:
    if form.button or form.choice:
        return MessageKind.BUTTON
    if files:
        return _KINDS.get(form.type) or _kind_by_file(files[0])
    if form.latitude:
        return MessageKind.LOCATION
    known = form.body.strip() or form.type in _WITH_WORDS
    return MessageKind.TEXT if known else MessageKind.UNREADABLE


def _kind_by_file(file: Attachment) -> MessageKind:
    """Return what a file is, where Twilio does not name the kind of its message."""
    if file.media_type.startswith("audio/"):
        return MessageKind.VOICE
    return MessageKind.CONTACT if file.media_type in _CARDS else MessageKind.MEDIA


def _is_file_name(form: _Form, files: Sequence[Attachment]) -> bool:
    if form.type != "document" or len(files) != 1:
        return False
    return bool(_FILE_NAME.fullmatch(form.body.strip()))


def _details(form: _Form) -> str:
    """Return where somebody is, or from which advertisement they come."""
    place = f"{form.latitude} {form.longitude}".strip()
    told = [form.label, form.place, place, form.headline, form.advertised, form.came_from]
    return clean_text(", ".join(one for one in map(str.strip, told) if one))[:_MOST_DETAILS]


def _attachment(fields: Mapping[str, list[str]], at: int) -> Attachment:
    return Attachment(
        media_type=fields.get(f"MediaContentType{at}", [""])[-1],
        url=fields.get(f"MediaUrl{at}", [""])[-1],
    )
