"""How the contracts of many chats stand, for the list: told if it is known soon enough."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from cachetools import TTLCache

from bot.domain.contract import Standing
from bot.domain.conversation import Conversation
from bot.domain.gravity import gravest
from bot.domain.standing import standing
from bot.service.facts import FactFinder
from bot.service.rules import DeskRules
from bot.service.workers import Spawn

PATIENCE = timedelta(seconds=0.3)
"""How long a list waits for all standings on it together; later ones are there the next time."""
KEPT_FOR = timedelta(seconds=60)
MOST_KEPT = 10_000
AT_ONCE = 8
"""Chats that a source is asked about at a time."""

_Key = tuple[str, str | None, str, str]


class Standings:
    """Asks the source of contracts about the chats on a list, and remembers it for a minute."""

    def __init__(self, finder: FactFinder, rules: DeskRules, spawn: Spawn) -> None:
        self._finder = finder
        self._rules = rules
        self._spawn = spawn
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[_Key, asyncio.Event] = {}
        self._known: TTLCache[_Key, Standing | None] = TTLCache(
            MOST_KEPT, KEPT_FOR.total_seconds(), lambda: rules.clock.now().timestamp()
        )

    async def of(self, chats: Sequence[Conversation]) -> Mapping[str, Standing]:
        """Return the gravest standing of each sender's contracts, where it is known in time."""
        keys = {chat.id: _key(chat) for chat in chats}
        for chat in chats:
            self._ask_about(chat, keys[chat.id])
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE.total_seconds()):
                for key in keys.values():
                    if under_way := self._under_way.get(key):
                        await under_way.wait()
        found = {chat: self._known.get(key) for chat, key in keys.items()}
        return {chat: one for chat, one in found.items() if one is not None}

    def _ask_about(self, chat: Conversation, key: _Key) -> None:
        if key not in self._known and key not in self._under_way:
            self._under_way[key] = asyncio.Event()
            self._spawn(self._ask(chat, key))

    async def _ask(self, chat: Conversation, key: _Key) -> None:
        try:
            async with self._turns:
                facts = await self._finder.recorded(chat)
            calendar, now = self._rules.calendar, self._rules.clock.now()
            found = (standing(one, calendar, now) for one in facts.identity.contracts)
            self._known[key] = gravest(found)
        finally:
            self._under_way.pop(key).set()


def _key(chat: Conversation) -> _Key:
    """Return a chat with what decides whose contracts its sender's are."""
    return chat.id, chat.phone, chat.vouched_for, chat.proof.email
