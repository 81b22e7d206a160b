"""What a message of Telegram holds beside its text."""

from dataclasses import dataclass

from telegram import (
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from bot.channels.phones import e164
from bot.domain.messages import Attachment, MessageKind, clean_text

_MOST_NAME_CHARS = 200
_EVENTS = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
    "connected_website",
    "users_shared",
    "chat_shared",
    "refunded_payment",
)
"""What Telegram puts into a private chat as a message that nobody wrote."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a message is, as far as its text does not say it.

    Args:
        phone: E.164, of a contact that is surely the sender's own.
        details: For staff.
    """

    kind: MessageKind
    attachments: tuple[Attachment, ...] = ()
    phone: str | None = None
    details: str = ""


def content_of(message: Message) -> Content | None:
    """Return what a message is; None if nobody wrote it, as when something is pinned."""
    if any(getattr(message, name) is not None for name in _EVENTS):
        return None
    if message.text is not None:
        return Content(kind=MessageKind.TEXT)
    return _contact(message) or _place(message) or _file(message) or _other(message)


def origin_of(message: Message) -> str:
    """Return who wrote a forwarded message first, as far as Telegram tells."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginUser):
        return origin.sender_user.full_name
    if isinstance(origin, MessageOriginHiddenUser):
        return origin.sender_user_name
    if isinstance(origin, MessageOriginChat):
        return origin.sender_chat.title or ""
    return origin.chat.title or "" if isinstance(origin, MessageOriginChannel) else ""


def _contact(message: Message) -> Content | None:
    contact, sender = message.contact, message.from_user
    if contact is None:
        return None
    phone = e164(contact.phone_number)
    if sender is not None and contact.user_id == sender.id and message.forward_origin is None:
        return Content(kind=MessageKind.CONTACT, phone=phone)
    names = (contact.first_name, contact.last_name, phone or contact.phone_number)
    return Content(kind=MessageKind.CONTACT, details=" ".join(filter(None, names)))


def _place(message: Message) -> Content | None:
    """Return a place; of a shop or an office with its name and address."""
    venue = message.venue
    location = venue.location if venue is not None else message.location
    if location is None:
        return None
    names = (venue.title, venue.address) if venue is not None else ()
    at = f"{location.latitude:.5f}, {location.longitude:.5f}"
    return Content(kind=MessageKind.LOCATION, details=", ".join([*filter(None, names), at]))


def _file(message: Message) -> Content | None:
    sticker = message.sticker
    if sticker is not None:
        file = Attachment(media_type="image/webp", url=sticker.file_id)
        details = sticker.emoji or ""
        return Content(kind=MessageKind.STICKER, attachments=(file,), details=details)
    if message.photo:
        photo = Attachment(media_type="image/jpeg", url=message.photo[-1].file_id)
        return Content(kind=MessageKind.MEDIA, attachments=(photo,))
    return _spoken(message) or _shown(message)


def _spoken(message: Message) -> Content | None:
    """Return what a customer says instead of writing it."""
    for media_type, spoken in (("audio/ogg", message.voice), ("video/mp4", message.video_note)):
        if spoken is not None:
            file = Attachment(media_type=media_type, url=spoken.file_id)
            return Content(kind=MessageKind.VOICE, attachments=(file,))
    return None


def _shown(message: Message) -> Content | None:
    """Return a file; a moving picture carries a document of the same file."""
    for usual, file in (
        ("video/mp4", message.animation),
        ("audio/*", message.audio),
        ("video/*", message.video),
        ("", message.document),
    ):
        if file is not None:
            found = Attachment(
                media_type=file.mime_type or usual,
                url=file.file_id,
                name=clean_text(file.file_name or "")[:_MOST_NAME_CHARS],
            )
            return Content(kind=MessageKind.MEDIA, attachments=(found,))
    return None


def _other(message: Message) -> Content:
    """Return what neither the bot nor the console can show."""
    details = ""
    if message.poll is not None:
        details = message.poll.question
    elif message.dice is not None:
        details = f"{message.dice.emoji} {message.dice.value}"
    return Content(kind=MessageKind.UNREADABLE, details=details)
