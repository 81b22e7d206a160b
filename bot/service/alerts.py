"""Calling out chats that nobody takes: on screens, and by letter to who is on duty."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alerts import AlertRules, calls_due, is_called, waited
from bot.domain.conversation import Conversation
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Reply
from bot.ports import (
    AlertStore,
    CallWords,
    Channel,
    Channels,
    Colleague,
    Letter,
    Mailer,
    Nodes,
    Roster,
)
from bot.service.rules import DeskRules

LOOK_EVERY = timedelta(seconds=20)
_TELEGRAM = "telegram"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What screens call out.

    Args:
        waiting: How many chats wait.
        lines: A line about each chat to be called out now, by its id, longest first.
        now: Until when this is told.
    """

    waiting: int
    lines: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Bell:
    """By what colleagues on duty are reached."""

    roster: Roster
    words: CallWords
    mailer: Mailer | None
    channels: Channels


class Alerts:
    """Sees to it that no customer waits unnoticed."""

    def __init__(self, store: AlertStore, bell: Bell, rules: AlertRules, desk: DeskRules) -> None:
        self._store = store
        self._bell = bell
        self._rules = rules
        self._desk = desk

    async def calls(self, since: datetime | None) -> Calls:
        """Return what a screen calls out that was told until ``since``; nothing at first."""
        now, chats = self._desk.clock.now(), await self._store.waiting()
        calendar, words = self._desk.calendar, self._bell.words
        lines = {
            chat.id: words.call_line(chat, now - chat.waiting_since)
            for chat in chats
            if since and chat.waiting_since and is_called(chat, since, now, self._rules, calendar)
        }
        return Calls(waiting=len(chats), lines=lines, now=now)

    async def keep_calling(self, nodes: Nodes) -> None:
        """Write to those on duty, from one node at a time, for as long as the program runs."""
        while True:
            if await nodes.claim("alerts", LOOK_EVERY):
                await self.look()
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def look(self) -> None:
        """Write to those on duty about each chat that has waited too long."""
        now = self._desk.clock.now()
        for chat in await self._store.waiting():
            due = calls_due(chat, now, self._rules, self._desk.calendar)
            if due and await self._store.note(chat, due, now) and not await self._call(chat, now):
                await self._store.take_back(chat, due)

    async def _call(self, chat: Conversation, now: datetime) -> bool:
        """Write to everybody on duty; tell whether one was reached, or nobody is to be."""
        subject, text = self._bell.words.call(chat, waited(chat, now, self._desk.calendar))
        reached = [one async for one in self._reached(subject, text)]
        return any(reached) or not reached

    async def _called(self) -> Sequence[Colleague]:
        """Return who is on duty; where nobody says so, everybody."""
        roster = self._bell.roster
        return await roster.on_duty() or [one for one in await roster.all() if one.active]

    async def _reached(self, subject: str, text: str) -> AsyncIterator[bool]:
        mailer, telegram = self._bell.mailer, self._bell.channels.by_name.get(_TELEGRAM)
        for colleague in await self._called():
            if mailer and colleague.email:
                yield await _mailed(mailer, Letter(to=colleague.email, subject=subject, text=text))
            if telegram and colleague.telegram:
                yield await _sent(telegram, colleague, f"{subject}\n{text}")


async def _mailed(mailer: Mailer, letter: Letter) -> bool:
    try:
        await mailer.send(letter)
    except OSError as error:
        _log.warning("call_not_mailed error=%s", error)
        return False
    return True


async def _sent(channel: Channel, colleague: Colleague, text: str) -> bool:
    try:
        await channel.send(Address(channel=channel.name, id=colleague.telegram), Reply(text=text))
    except DeliveryError as error:
        _log.warning("call_not_sent colleague=%s error=%s", colleague.name, error)
        return False
    return True
