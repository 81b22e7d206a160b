"""Calling colleagues to chats that nobody takes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.ports.accounts import Colleague


class AlertStore(Protocol):
    """Knows who waits, and how often those on duty have been written to about it."""

    async def waiting(self) -> Sequence[Conversation]:
        """Return the chats that wait for a person, longest first."""
        ...

    async def note(self, chat: Conversation, calls: int, at: datetime) -> bool:
        """Note that a letter is about to go out; tell whether it is the first to make so many."""
        ...

    async def take_back(self, chat: Conversation, calls: int) -> None:
        """Note that so many did not go out after all."""
        ...


class Roster(Protocol):
    """Knows who is on duty."""

    async def on_duty(self) -> Sequence[Colleague]:
        """Return the colleagues who may sign in and are on duty."""
        ...

    async def all(self) -> Sequence[Colleague]:
        """Return all colleagues."""
        ...


class CallWords(Protocol):
    """Puts a call to a chat into words."""

    def call(self, chat: Conversation, waited: timedelta) -> tuple[str, str]:
        """Return subject and text; nothing of what the customer wrote."""
        ...

    def call_line(self, chat: Conversation, waited: timedelta) -> str:
        """Return one line for who is at the console."""
        ...
