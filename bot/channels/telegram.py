"""Telegram through python-telegram-bot: parsing is pure, sending is one call."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Contact,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.constants import ChatType
from telegram.error import BadRequest as Refused
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.network import may_have_arrived
from bot.channels.phones import e164
from bot.domain.errors import BadPayload, BadSignature, DeliveryError, FileUnavailable
from bot.domain.files import FileTrouble
from bot.domain.messages import (
    SHARE_CONTACT,
    Address,
    Attachment,
    Button,
    ChannelLimits,
    InboundMessage,
    MessageKind,
    Reply,
    clean_text,
)
from bot.ports import HookAnswer, Pictures, Told, WebhookCall

Handle = Callable[[WebhookCall], Awaitable[object]]

_NAME = "telegram"
_TOKEN_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a name
_KINDS = ["message", "callback_query"]
_LONG_POLL_SECONDS = 25
_GRACE_SECONDS = 5
"""How much longer than that an answer may take on its way."""
_PAUSE = timedelta(seconds=3)
_PER_SECOND = 30
"""What a bot may send, all chats together; https://core.telegram.org/bots/faq"""
_MOST_PAYLOAD_BYTES = 64
_MOST_CAPTION_CHARS = 512
"""1024 counts UTF-16 units, so characters outside the basic plane count twice."""
_log = logging.getLogger(__name__)


class Telegram:
    """Telegram: private chats with customers."""

    name = _NAME
    hook = _NAME
    # 4096 counts UTF-16 units, so characters outside the basic plane count twice.
    limits = ChannelLimits(
        text=2048, buttons=8, button_text=40, shares_contact=True, per_second=_PER_SECOND
    )

    def __init__(self, bot: Bot, secret: str, pictures: Pictures | None = None) -> None:
        self._bot = bot
        self._pictures = pictures  # Without them a reply is its text alone.
        self._secret = secret or token_urlsafe()  # Without one no webhook is genuine.

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return the message of an update, or none; raise BadSignature or BadPayload."""
        given = call.headers.get(_TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise BadSignature("The secret token does not fit.")
        try:
            update = Update.de_json(json.loads(call.body), self._bot)
            return messages_of(update, call.received_at)
        except Exception as error:  # The library stumbles in many ways over what it cannot read.
            raise BadPayload(f"Telegram's update cannot be read: {error!r}") from error

    def answer_to(self, call: WebhookCall) -> HookAnswer:
        """Return what to answer the webhook of a tapped button, so that it stops spinning.

        Telegram carries out a method named in the answer; that spares a call of our own.
        """
        try:
            tap = _tap_id(json.loads(call.body))
        except (ValueError, RecursionError):
            tap = None
        if not tap:
            return HookAnswer()
        body = json.dumps({"method": "answerCallbackQuery", "callback_query_id": tap})
        return HookAnswer(body=body, media_type="application/json")

    async def send(self, to: Address, reply: Reply) -> str:
        """Send one reply; return Telegram's id for it or raise DeliveryError."""
        try:
            sent = await self._sent(int(to.id), reply)
        except ValueError as error:
            raise DeliveryError(f"{to.id} is no Telegram chat.", permanent=True) from error
        except RetryAfter as error:
            wait = error.retry_after
            pause = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            raise DeliveryError(str(error), permanent=False, retry_after=pause) from error
        except (TimedOut, NetworkError) as error:
            refused = isinstance(error, Refused)  # The library counts it as a network error.
            raise DeliveryError(
                f"Telegram: {error}",
                permanent=refused,
                uncertain=may_have_arrived(error.__cause__),
            ) from error
        except TelegramError as error:
            raise DeliveryError(f"Telegram refused: {error}", permanent=True) from error
        return str(sent.message_id)

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds; raise FileUnavailable. Telegram itself sets the limit."""
        try:
            found = await self._bot.get_file(file.url)
            return bytes(await found.download_as_bytearray())
        except TelegramError as error:
            raise FileUnavailable(
                f"Telegram does not give the file: {error}", _why(error)
            ) from error

    async def _sent(self, chat_id: int, reply: Reply) -> Message:
        keyboard = _keyboard(reply.buttons)
        if reply.picture is None or self._pictures is None:
            return await self._bot.send_message(
                chat_id=chat_id, text=reply.text, reply_markup=keyboard
            )
        drawn = await self._pictures.drawn(reply.picture)
        # Telegram has no alt text; what it would say stands in the message before.
        return await self._bot.send_photo(
            chat_id=chat_id,
            photo=InputFile(drawn, filename="picture.png"),
            caption=reply.text[:_MOST_CAPTION_CHARS],
            reply_markup=keyboard,
        )

    async def poll(self, handle: Handle) -> None:
        """Fetch updates for as long as it runs; each is fetched again until it was handled.

        Args:
            handle: Takes an update as if Telegram had called a webhook with it; only then is
                Telegram told that it arrived.
        """
        await self._patiently(self._bot.delete_webhook)
        following = 0
        while True:
            for update in await self._fetched(following):
                await handle(self._as_call(update))
                following = update["update_id"] + 1
                await self._stop_spinning(update)

    def _as_call(self, update: Mapping[str, Any]) -> WebhookCall:
        return WebhookCall(
            url="",
            headers={_TOKEN_HEADER: self._secret},
            body=json.dumps(update).encode(),
            received_at=datetime.now(UTC),  # noqa: TID251 - nobody called
        )

    async def _fetched(self, following: int) -> Sequence[dict[str, Any]]:
        """Return updates as JSON.

        The library's own ``get_updates`` fails as a whole, and logs every text in it, if a
        single update cannot be read; the same one would stop it again after a restart.
        """
        wanted = {"offset": following, "timeout": _LONG_POLL_SECONDS, "allowed_updates": _KINDS}
        try:
            found: Sequence[dict[str, Any]] = await self._bot._post(  # noqa: SLF001 - see above
                "getUpdates", wanted, read_timeout=_LONG_POLL_SECONDS + _GRACE_SECONDS
            )
        except TelegramError as error:
            _log.warning("telegram_poll_failed %r", error)
            await asyncio.sleep(_PAUSE.total_seconds())
            return ()
        return found

    async def _stop_spinning(self, update: Mapping[str, Any]) -> None:
        """Tell Telegram that a tapped button was heard; the reply does not depend on it."""
        if tap := _tap_id(update):
            with suppress(TelegramError):
                await self._bot.answer_callback_query(tap)

    async def _patiently(self, call: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await call()
            except TelegramError as error:
                _log.warning("telegram_unreachable %r", error)
                await asyncio.sleep(_PAUSE.total_seconds())
            else:
                return


def _why(error: TelegramError) -> FileTrouble:
    if "too big" in str(error):
        return FileTrouble.TOO_LARGE
    return FileTrouble.GONE if isinstance(error, Refused) else FileTrouble.UNREACHABLE


def _tap_id(update: object) -> str | None:
    """Return Telegram's id for the tap in an update, or None if nothing was tapped."""
    query = update.get("callback_query") if isinstance(update, dict) else None
    tap = query.get("id") if isinstance(query, dict) else None
    return tap if isinstance(tap, str) else None


def messages_of(update: Update, received_at: datetime) -> Sequence[InboundMessage]:
    """Return the customer's message in an update; none for groups, edits and other events."""
    if update.callback_query is not None:
        return _from_tap(update.update_id, update.callback_query, received_at)
    message = update.message
    if message is None or message.from_user is None or message.chat.type != ChatType.PRIVATE:
        return ()
    kind, attachments = _content(message)
    return (
        InboundMessage(
            vendor_id=str(update.update_id),
            sender=Address(channel=_NAME, id=str(message.chat.id)),
            text=clean_text(message.text or message.caption or ""),
            received_at=received_at,
            kind=kind,
            phone=_own_phone(message, message.contact),
            name=clean_text(message.from_user.full_name)[:100],
            attachments=attachments,
        ),
    )


def _from_tap(
    update_id: int, query: CallbackQuery, received_at: datetime
) -> Sequence[InboundMessage]:
    private = query.message is None or query.message.chat.type == ChatType.PRIVATE
    if not private or not query.data:
        return ()
    return (
        InboundMessage(
            vendor_id=str(update_id),
            sender=Address(channel=_NAME, id=str(query.from_user.id)),
            text="",
            received_at=received_at,
            kind=MessageKind.BUTTON,
            payload=query.data,
            name=clean_text(query.from_user.full_name)[:100],
        ),
    )


def _content(message: Message) -> tuple[MessageKind, tuple[Attachment, ...]]:
    if message.text is not None:
        return MessageKind.TEXT, ()
    if message.contact is not None:
        return MessageKind.CONTACT, ()
    if message.location is not None:
        return MessageKind.LOCATION, ()
    found = _attachment(message)
    return (MessageKind.MEDIA, (found,)) if found else (MessageKind.UNREADABLE, ())


def _attachment(message: Message) -> Attachment | None:
    """Return the file of a message, known by Telegram's id for it."""
    if message.photo:
        return Attachment(media_type="image/jpeg", url=message.photo[-1].file_id)
    document = message.document
    if document is not None:
        name = clean_text(document.file_name or "")[:200]
        return Attachment(media_type=document.mime_type or "", url=document.file_id, name=name)
    for media_type, file in (
        ("audio/ogg", message.voice),
        ("audio/*", message.audio),
        ("video/*", message.video),
        ("image/webp", message.sticker),
    ):
        if file is not None:
            return Attachment(media_type=media_type, url=file.file_id)
    return None


def _own_phone(message: Message, contact: Contact | None) -> str | None:
    """Return the number of a shared contact that is surely the sender's own."""
    if contact is None or message.from_user is None or message.forward_origin is not None:
        return None
    return e164(contact.phone_number) if contact.user_id == message.from_user.id else None


def _keyboard(
    buttons: tuple[Button, ...],
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if any(button.payload == SHARE_CONTACT for button in buttons):
        # Only this kind of keyboard can ask for a contact; its other buttons send their words.
        keys = [
            [KeyboardButton(button.text, request_contact=button.payload == SHARE_CONTACT)]
            for button in buttons
        ]
        return ReplyKeyboardMarkup(keys, one_time_keyboard=True, resize_keyboard=True)
    rows = [
        [InlineKeyboardButton(button.text, callback_data=button.payload)]
        for button in buttons
        if len(button.payload.encode()) <= _MOST_PAYLOAD_BYTES
    ]
    return InlineKeyboardMarkup(rows) if rows else None
