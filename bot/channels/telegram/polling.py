"""Fetching updates instead of waiting for webhooks."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.reading import KINDS, tap_id
from bot.ports import WebhookCall

Handle = Callable[[WebhookCall], Awaitable[object]]

_LONG_POLL_SECONDS = 25
_GRACE_SECONDS = 5
"""How much longer than that an answer may take on its way."""
_PAUSE = timedelta(seconds=3)
_log = logging.getLogger(__name__)


async def poll(bot: Bot, headers: Mapping[str, str], handle: Handle) -> None:
    """Fetch updates for as long as it runs: those of a chat in order, chats beside each other.

    Args:
        bot: The library's.
        headers: What a genuine webhook would carry.
        handle: Takes an update as if it were one.
    """
    await _unhooked(bot)
    following = 0
    while True:
        updates = await _fetched(bot, following)
        await asyncio.gather(*(_handled(bot, headers, handle, some) for some in by_chat(updates)))
        following = max((one["update_id"] + 1 for one in updates), default=following)


def by_chat(updates: Iterable[dict[str, Any]]) -> Sequence[Sequence[dict[str, Any]]]:
    """Return the updates of each chat, in order."""
    chats: dict[object, list[dict[str, Any]]] = {}
    for update in updates:
        chats.setdefault(_chat_of(update), []).append(update)
    return [*chats.values()]


def _chat_of(update: Mapping[str, Any]) -> str:
    """Return what names the chat of an update; in a private chat that is its customer too."""
    for told in update.values():
        for key in ("chat", "from"):
            named = told.get(key) if isinstance(told, dict) else None
            if isinstance(named, dict):
                return str(named.get("id"))
    return ""


async def _handled(
    bot: Bot, headers: Mapping[str, str], handle: Handle, updates: Iterable[dict[str, Any]]
) -> None:
    for update in updates:
        body = json.dumps(update).encode()
        at = datetime.now(UTC)  # noqa: TID251 - nobody called
        await handle(WebhookCall(url="", headers=headers, body=body, received_at=at))
        if tap := tap_id(update):  # Else its button spins; the reply does not depend on it.
            with suppress(TelegramError):
                await bot.answer_callback_query(tap)


async def _fetched(bot: Bot, following: int) -> Sequence[dict[str, Any]]:
    """Return updates as JSON.

    The library's own ``get_updates`` fails as a whole, and logs every text in it, if a single
    update cannot be read; the same one would stop it again after a restart.
    """
    wanted = {"offset": following, "timeout": _LONG_POLL_SECONDS, "allowed_updates": KINDS}
    try:
        found: Sequence[dict[str, Any]] = await bot._post(  # noqa: SLF001 - see above
            "getUpdates", wanted, read_timeout=_LONG_POLL_SECONDS + _GRACE_SECONDS
        )
    except TelegramError as error:
        _log.warning("telegram_poll_failed %r", error)
        await asyncio.sleep(_PAUSE.total_seconds())
        return ()
    return found


async def _unhooked(bot: Bot) -> None:
    """Take a webhook away; with one Telegram hands out no updates."""
    while True:
        try:
            await bot.delete_webhook()
        except TelegramError as error:
            _log.warning("telegram_unreachable %r", error)
            await asyncio.sleep(_PAUSE.total_seconds())
        else:
            return
