"""Telegram as a channel: private chats with customers."""

import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from secrets import token_urlsafe

from telegram import Bot, InputFile, LinkPreviewOptions, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.channels.network import VendorClock
from bot.channels.telegram.calling import chat_id_of, translated
from bot.channels.telegram.files import FILES, send_file
from bot.channels.telegram.keyboards import keyboard_of
from bot.channels.telegram.polling import Handle, poll
from bot.channels.telegram.reading import NAME, Group, tap_id, told_by
from bot.channels.telegram.room import Room
from bot.channels.telegram.setup import Setup
from bot.channels.telegram.writing import as_html
from bot.domain.errors import BadPayload, BadSignature, FileUnavailable
from bot.domain.files import FileTrouble
from bot.domain.knowledge import Command
from bot.domain.messages import Address, Attachment, ChannelLimits, InboundMessage, Reply
from bot.ports import Enclosures, Finding, HookAnswer, Pictures, StaffRoom, Told, WebhookCall

TOKEN_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a name
_PER_SECOND = 30
"""What a bot may send, all chats together; https://core.telegram.org/bots/faq"""
_PER_CHAT = 1
"""What it may send to one chat; there as well: short bursts go through."""
_TYPING_LASTS = timedelta(seconds=5)
"""https://core.telegram.org/bots/api#sendchataction"""
_MOST_CAPTION_CHARS = 512
"""1024 counts UTF-16 units, so characters outside the basic plane count twice."""
_NO_GROUP = Group()
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Telegram:
    """Telegram: private chats with customers, and perhaps a group of the staff.

    Args:
        bot: The library's, with its token.
        secret: What Telegram sends along with each webhook; without one none is genuine.
        pictures: Draws; without it a reply is its text alone.
        group: Of the staff, if there is one.
        vendor_clock: Knows the time of Telegram's servers.
        enclosures: Hands out the files of replies.
    """

    name = NAME
    hook = NAME
    # 4096 counts UTF-16 units, so characters outside the basic plane count twice.
    limits = ChannelLimits(
        text=2048,
        buttons=8,
        button_text=40,
        shares_contact=True,
        per_second=_PER_SECOND,
        per_chat=_PER_CHAT,
        files=FILES,
    )
    typing_lasts = _TYPING_LASTS

    def __init__(  # noqa: PLR0913 - the last ones only where there are such
        self,
        bot: Bot,
        secret: str,
        pictures: Pictures | None = None,
        group: Group = _NO_GROUP,
        vendor_clock: VendorClock | None = None,
        *,
        enclosures: Enclosures | None = None,
    ) -> None:
        self._bot = bot
        self._enclosures = enclosures
        self._pictures = pictures
        self._secret = secret or token_urlsafe()
        self._group = group
        self._setup = Setup(bot, secret, group.id, vendor_clock or VendorClock())

    @property
    def room(self) -> StaffRoom | None:
        """The group of the staff, if there is one."""
        return Room(self._bot, self._group.id) if self._group.id else None

    def parse(self, call: WebhookCall) -> Sequence[Told]:
        """Return what an update tells, or nothing; raise BadSignature or BadPayload."""
        given = call.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise BadSignature("The secret token does not fit.")
        try:
            update = Update.de_json(json.loads(call.body), self._bot)
            return told_by(update, call.received_at, self._group)
        except Exception as error:  # The library stumbles in many ways over what it cannot read.
            raise BadPayload(f"Telegram's update cannot be read: {error!r}") from error

    def answer_to(self, call: WebhookCall) -> HookAnswer:
        """Return what to answer the webhook of a tapped button, so that it stops spinning.

        Telegram carries out a method named in the answer; that spares a call of our own.
        """
        try:
            tap = tap_id(json.loads(call.body))
        except (ValueError, RecursionError):
            tap = None
        if not tap:
            return HookAnswer()
        body = json.dumps({"method": "answerCallbackQuery", "callback_query_id": tap})
        return HookAnswer(body=body, media_type="application/json")

    async def send(self, to: Address, reply: Reply) -> str:
        """Send one reply; return Telegram's id for it or raise DeliveryError."""
        with translated():
            sent = await self._sent(chat_id_of(to), reply)
        return str(sent.message_id)

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:
        """Show that an answer is being written; raise DeliveryError if Telegram refuses."""
        del heard  # Telegram shows it in the chat, whatever was written there.
        with translated():
            await self._bot.send_chat_action(chat_id_of(to), ChatAction.TYPING)

    async def fetch(self, file: Attachment) -> bytes:
        """Return what a file holds; raise FileUnavailable. Telegram itself sets the limit."""
        try:
            found = await self._bot.get_file(file.url)
            return bytes(await found.download_as_bytearray())
        except TelegramError as error:
            reason = f"Telegram does not give the file: {error}"
            raise FileUnavailable(reason, _why(error)) from error

    async def findings(self, public_address: str) -> Sequence[Finding]:
        """Return what is well and what is not, as Telegram tells it."""
        return await self._setup.findings(public_address)

    async def sync(self, public_address: str) -> Sequence[Finding]:
        """Have Telegram call us under an address; return how that went."""
        return await self._setup.sync(public_address)

    async def show_menu(self, commands: Sequence[Command]) -> None:
        """Have Telegram show these commands beside the composer; raise DeliveryError."""
        with translated():
            await self._setup.show_menu(commands)

    async def poll(self, handle: Handle) -> None:
        """Fetch updates for as long as it runs; each is fetched again until it was handled.

        Args:
            handle: Takes an update as if Telegram had called a webhook with it; only then is
                Telegram told that it arrived.
        """
        await poll(self._bot, {TOKEN_HEADER: self._secret}, handle)

    async def _sent(self, chat_id: int, reply: Reply) -> Message:
        if reply.enclosures and self._enclosures is not None:
            return await send_file(self._bot, chat_id, reply.enclosures[0], self._enclosures)
        if reply.picture is not None and self._pictures is not None:
            drawn = await self._pictures.drawn(reply.picture)
            # Telegram has no alt text; what it would say stands in the message before.
            return await self._bot.send_photo(
                chat_id=chat_id,
                photo=InputFile(drawn, filename="picture.png"),
                caption=reply.text[:_MOST_CAPTION_CHARS],
                reply_markup=keyboard_of(reply.buttons),
            )
        try:
            return await self._said(chat_id, as_html(reply.text), reply, ParseMode.HTML)
        except BadRequest as error:
            if "parse entities" not in str(error):
                raise
            return await self._said(chat_id, reply.text, reply, None)

    async def _said(
        self, chat_id: int, text: str, reply: Reply, mode: ParseMode | None
    ) -> Message:
        return await self._bot.send_message(
            chat_id=chat_id,
            text=text,
            parse_mode=mode,
            link_preview_options=_NO_PREVIEW,
            reply_markup=keyboard_of(reply.buttons),
        )


def _why(error: TelegramError) -> FileTrouble:
    if "too big" in str(error):
        return FileTrouble.TOO_LARGE
    return FileTrouble.GONE if isinstance(error, BadRequest) else FileTrouble.UNREACHABLE
