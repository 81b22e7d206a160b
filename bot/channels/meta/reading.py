"""What Meta tells: messages of customers, and what became of replies; pure.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.phones import e164
from bot.domain.errors import BadPayload
from bot.domain.messages import Address, Attachment, InboundMessage, MessageKind, clean_text
from bot.ports import DeliveryReport, Told, WebhookCall

NAME = "meta"
_MOST_NAME_CHARS = 100
_Id = Annotated[str, Field(pattern=r"^[!-~]{1,256}$")]
_IdOrNone = Annotated[str, Field(pattern=r"^[!-~]{0,256}$")]
_Object = dict[str, Any]


class _Lenient(BaseModel):
    """What Meta sends; fields that are new are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class _Error(_Lenient):
    code: int = 0
    title: str = ""
    error_data: _Object = {}

    def __str__(self) -> str:
        details = str(self.error_data.get("details", ""))
        words = ": ".join(part for part in (self.title, details) if part)
        return clean_text(f"{self.code} {words}")


class _Context(_Lenient):
    id: _IdOrNone = ""
    forwarded: bool = False
    frequently_forwarded: bool = False


class _Choice(_Lenient):
    id: str
    title: str = ""


class _Named(_Lenient):
    formatted_name: str = ""


class _Phone(_Lenient):
    phone: str = ""


class _Card(_Lenient):
    name: _Named = _Named()
    phones: list[_Phone] = []

    def __str__(self) -> str:
        return " ".join((self.name.formatted_name, *(one.phone for one in self.phones)))


class _Content(_Lenient):
    """What the part of a message may hold that is named like its type."""

    id: _IdOrNone = ""
    body: str = ""
    caption: str = ""
    mime_type: str = ""
    filename: str = ""
    voice: bool = False
    text: str = ""
    payload: str = ""
    button_reply: _Choice | None = None
    list_reply: _Choice | None = None
    emoji: str = ""
    message_id: _IdOrNone = ""
    original_message_id: _IdOrNone = ""
    message: _Object = {}
    latitude: float | None = None
    longitude: float | None = None
    cards: list[_Card] = []
    name: str = ""
    address: str = ""
    type: str = ""
    wa_id: str = ""


class _Message(_Lenient):
    model_config = ConfigDict(extra="allow")

    id: _Id
    sender: _IdOrNone = Field(alias="from", default="")
    user_id: _IdOrNone = Field(alias="from_user_id", default="")
    group_id: str = ""
    type: str = ""
    context: _Context = _Context()
    referral: _Object = {}
    errors: list[_Error] = []

    @property
    def content(self) -> Any:  # noqa: ANN401 - whatever Meta put there
        """The part named like the type."""
        return (self.model_extra or {}).get(self.type)


class _Person(_Lenient):
    wa_id: _IdOrNone = ""
    user_id: _IdOrNone = ""
    profile: _Object = {}


class _Status(_Lenient):
    id: _Id
    status: _Id
    errors: list[_Error] = []


class _Value(_Lenient):
    metadata: _Object = {}
    contacts: list[_Person] = []
    messages: list[_Message] = []
    statuses: list[_Status] = []


class _Change(_Lenient):
    field: str = ""
    value: Any = None


class _Entry(_Lenient):
    changes: list[_Change] = []


class _Call(_Lenient):
    entry: list[_Entry]


def told(call: WebhookCall, number: str) -> Sequence[Told]:
    """Return all messages and reports of a call that concern one number of ours.

    Raises:
        BadPayload: It cannot be read.
    """
    try:
        read = _Call.model_validate(json.loads(call.body))
        changes = (change for entry in read.entry for change in entry.changes)
        values = [_Value.model_validate(one.value) for one in changes if one.field == "messages"]
        ours = [one for one in values if one.metadata.get("phone_number_id") == number]
        return [one for value in ours for one in _told(value, call.received_at)]
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"Meta's call cannot be read: {error!r}"[:1000]) from error


def _told(value: _Value, received_at: datetime) -> Iterator[Told]:
    for message in value.messages:
        if message.type == "system":
            yield from _moved(message, received_at)
        elif not message.group_id and message.type != "request_welcome":
            yield _filled(message, _sent(message, value.contacts, received_at))
    for status in value.statuses:
        yield DeliveryReport(
            channel=NAME,
            vendor_id=status.id,
            status=status.status,
            error="; ".join(str(error) for error in status.errors),
        )


def _moved(message: _Message, received_at: datetime) -> Iterator[InboundMessage]:
    """Yield that nobody is reached by a number any more; who has the new one shows later."""
    content, old = _content_of(message), e164(message.sender)
    if content and content.type == "user_changed_number" and old:
        yield InboundMessage(
            vendor_id=message.id,
            sender=Address(channel=NAME, id=old),
            text="",
            received_at=received_at,
            kind=MessageKind.BLOCKED,
            details=f"{old} → {e164(content.wa_id) or ''}",
        )


def _sent(message: _Message, people: Sequence[_Person], received_at: datetime) -> InboundMessage:
    """Return a message as far as it does not depend on its type."""
    known = {message.sender, message.user_id} - {""}
    person = next((one for one in people if known & {one.wa_id, one.user_id}), _Person())
    phone = e164(message.sender)
    user_id = message.user_id or person.user_id
    if not (phone or user_id):
        raise ValueError("Nobody is named as the sender.")
    return InboundMessage(
        vendor_id=message.id,
        sender=Address(channel=NAME, id=phone or user_id),
        text="",
        received_at=received_at,
        kind=MessageKind.UNREADABLE,
        phone=phone,
        name=clean_text(str(person.profile.get("name", "")))[:_MOST_NAME_CHARS],
        refers_to=message.context.id,
        user_id=user_id,
        details=_origin(message),
        forwarded=message.context.forwarded or message.context.frequently_forwarded,
    )


def _origin(message: _Message) -> str:
    """Return the advertisement somebody comes from, and what Meta says went wrong."""
    advert = (str(message.referral.get(part, "")) for part in ("headline", "source_url"))
    return clean_text(" ".join(filter(None, (*advert, *map(str, message.errors)))))


def _content_of(message: _Message) -> _Content | None:
    """Return what a message holds, or None if it cannot be read."""
    found = message.content
    try:
        return _Content.model_validate({"cards": found} if isinstance(found, list) else found)
    except ValidationError:
        return None


def _filled(message: _Message, sent: InboundMessage) -> InboundMessage:
    """Return a message with what it holds; unreadable if its type or its content is."""
    fill, content = _FILLS.get(message.type), _content_of(message)
    return sent if fill is None or content is None else fill(sent, content)


def _with_text(sent: InboundMessage, content: _Content) -> InboundMessage:
    return replace(sent, kind=MessageKind.TEXT, text=clean_text(content.body))


def _with_place(sent: InboundMessage, content: _Content) -> InboundMessage:
    words = (f"{content.latitude}, {content.longitude}", content.name, content.address)
    details = clean_text(" ".join(filter(None, words)))
    return replace(sent, kind=MessageKind.LOCATION, details=details)


def _with_cards(sent: InboundMessage, content: _Content) -> InboundMessage:
    """Return a message with cards; that one is the sender's own nobody vouches for."""
    details = clean_text("; ".join(str(card) for card in content.cards))
    return replace(sent, kind=MessageKind.CONTACT, phone=None, details=details)


def _reacting(sent: InboundMessage, content: _Content) -> InboundMessage:
    """Return a reaction; without text where one is taken back."""
    emoji = clean_text(content.emoji)
    return replace(sent, kind=MessageKind.REACTION, text=emoji, refers_to=content.message_id)


def _with_file(sent: InboundMessage, content: _Content) -> InboundMessage:
    file = Attachment(
        media_type=clean_text(content.mime_type.partition(";")[0])[:100],
        url=content.id,
        name=clean_text(content.filename)[:200],
    )
    return replace(
        sent,
        kind=MessageKind.VOICE if content.voice else MessageKind.MEDIA,
        text=clean_text(content.caption),
        attachments=(file,) if file.url else (),
    )


def _with_sticker(sent: InboundMessage, content: _Content) -> InboundMessage:
    return replace(_with_file(sent, content), kind=MessageKind.STICKER)


def _chosen(sent: InboundMessage, content: _Content) -> InboundMessage:
    """Return the tap on a button or on the row of a list; as it is if it is none."""
    tapped = content.button_reply or content.list_reply
    if tapped is None and not content.payload:
        return sent
    tapped = tapped or _Choice(id=content.payload, title=content.text)
    return replace(
        sent,
        kind=MessageKind.BUTTON,
        text=clean_text(tapped.title),
        payload=clean_text(tapped.id),
    )


def _changed(sent: InboundMessage, content: _Content) -> InboundMessage:
    """Return what a message says since it was edited; nothing if it was taken back."""
    if not content.original_message_id:
        return sent
    inner = _Message.model_validate({"id": sent.vendor_id} | content.message)
    now = _filled(inner, sent) if inner.type else sent
    return replace(
        now,
        kind=MessageKind.EDIT,
        message_id=content.original_message_id,
        refers_to=content.original_message_id,
    )


_FILLS: Mapping[str, Callable[[InboundMessage, _Content], InboundMessage]] = {
    "text": _with_text,
    "image": _with_file,
    "video": _with_file,
    "document": _with_file,
    "audio": _with_file,
    "sticker": _with_sticker,
    "location": _with_place,
    "contacts": _with_cards,
    "button": _chosen,
    "interactive": _chosen,
    "reaction": _reacting,
    "edit": _changed,
    "revoke": _changed,
}
"""What messages hold, by their type."""
