"""What colleagues think of the bot's replies, kept for whoever improves the knowledge."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a colleague thinks of a reply of the bot.

    Args:
        entry: The entry of the transcript.
        intent: Which intent would have been right, if the colleague said so.
        at: When it was said.
    """

    conversation_id: str
    entry: str
    is_right: bool
    intent: str = ""
    note: str = ""
    colleague: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A mark with what it is about.

    Args:
        asked: What the customer had written last.
        said: What the bot said.
        understood: The intent the bot took it for.
    """

    mark: Mark
    asked: str
    said: str
    understood: str


class MarkStore(Protocol):
    """Keeps one mark a reply, the last one, and notes each of them as an event.

    Raises:
        DatabaseUnavailable: From every method, while nothing can be read or written.
    """

    async def put(self, mark: Mark) -> bool:
        """Keep a mark in place of the one before; tell whether it is of a reply of the bot."""
        ...

    async def of_chat(self, conversation_id: str) -> Mapping[str, Mark]:
        """Return the marks of a chat, by the entry of its transcript."""
        ...

    async def lessons(self) -> Sequence[Lesson]:
        """Return all marks with what they are about, oldest first."""
        ...


@dataclass(frozen=True, kw_only=True)
class OtherChat:
    """Another chat of the same person or contract.

    Args:
        last_at: When something was last said or done there.
    """

    conversation: Conversation
    last_at: datetime


class OtherChats(Protocol):
    """Finds chats by what is known of who writes there."""

    async def of(
        self, phones: Collection[str], contracts: Collection[str], most: int
    ) -> Sequence[OtherChat]:
        """Return chats with one of these numbers or about one of these contracts, latest first.

        Raises:
            DatabaseUnavailable: Nothing can be read now.
        """
        ...
