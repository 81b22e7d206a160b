"""Visitors of the web chat: who they are, what they send, and what they may see."""

import hashlib
import re
import secrets
from collections.abc import Sequence

from bot.app import App
from bot.domain.conversation import Conversation, Status
from bot.domain.messages import Address, InboundMessage, MessageKind, clean_text
from bot.ports import Author, Entry, ReplyState
from bot.web.unavailable import in_time

_TOKEN_BYTES = 16  # 128 bits
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_MAX_PAYLOAD_CHARS = 256
_SHOWN = frozenset({Author.CUSTOMER, Author.BOT, Author.STAFF})
_ON_ITS_WAY = frozenset({ReplyState.WAITING, ReplyState.SENDING})
_NOT_TOLD = frozenset({ReplyState.FAILED, ReplyState.DROPPED})


def new_token() -> str:
    """Return the secret of a new session; the session is known by it alone."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def address_of(token: str) -> Address | None:
    """Return who writes: the token is a secret, the address made from it is none."""
    if not _TOKEN.fullmatch(token):
        return None
    return Address(channel="web", id=hashlib.sha256(token.encode()).hexdigest()[:32])


async def take(app: App, sender: Address, sent_id: str, text: str, payload: str) -> str:
    """Store a message once and return its text as it was stored; nothing if it is empty."""
    text, payload = clean_text(text), clean_text(payload)[:_MAX_PAYLOAD_CHARS]
    if text:
        message = InboundMessage(
            vendor_id=f"{sender.id}:{sent_id}",
            sender=sender,
            text=text,
            received_at=app.clock.now(),
            kind=MessageKind.BUTTON if payload else MessageKind.TEXT,
            payload=payload,
        )
        await in_time(app.intake.accept([message]))
    return text


def shown(transcript: Sequence[Entry]) -> Sequence[Entry]:
    """Return what a customer may see: never notes, events or what was held back."""
    return [one for one in transcript if one.author in _SHOWN and one.state not in _NOT_TOLD]


def ready(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries up to the first that is still on its way: order is kept."""
    ways = [entry.state in _ON_ITS_WAY for entry in entries]
    return entries[: ways.index(True)] if any(ways) else entries


def status_of(conversation: Conversation | None) -> Status:
    """Return who speaks; before the first message it is the bot."""
    return conversation.status if conversation else Status.BOT


def is_typing(told: Sequence[Entry], conversation: Conversation | None) -> bool:
    """Tell whether the bot owes an answer."""
    owes = bool(told) and told[-1].author is Author.CUSTOMER
    return owes and status_of(conversation) is Status.BOT
