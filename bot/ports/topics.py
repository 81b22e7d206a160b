"""The staff's group, and its topic for each chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

FROM_PAGE = "page:"
"""With what the keys of words begin that were written in the console."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A chat as a topic of the staff's group.

    Args:
        number: The vendor's; 0 while there is none.
        told: The id of the last entry of the transcript that stands there; empty at first.
        is_open: Whether staff can write there.
        owes_card: Whether what is known of the customer is still to be told there.
    """

    conversation_id: str
    number: int = 0
    told: str = ""
    is_open: bool = False
    owes_card: bool = True


class TopicStore(Protocol):
    """Knows the topics of the staff's group, and how far each has been told.

    Raises:
        DatabaseUnavailable: From every method, while nothing can be read or written.
    """

    async def find(self, conversation_id: str) -> Topic | None:
        """Return the topic of a chat, or None if it never had one."""
        ...

    async def hold(self, conversation_id: str) -> Topic | None:
        """Return the topic of a chat, noted if it is new; None while another node tells it."""
        ...

    async def save(self, topic: Topic) -> None:
        """Note how far a topic has come."""
        ...

    async def let_go(self, conversation_id: str) -> None:
        """Let other nodes tell the topic of a chat."""
        ...

    async def chat_of(self, number: int) -> str | None:
        """Return the chat of a topic, or None if it is none of ours."""
        ...

    async def unfinished(self) -> Sequence[str]:
        """Return the chats that wait for a person, and those whose topic is open."""
        ...

    async def is_done(self, word: str) -> bool:
        """Tell whether what a colleague wrote has been carried out."""
        ...

    async def own_entries(self, conversation_id: str) -> frozenset[str]:
        """Return the ids of those entries of a transcript that were written in the topic."""
        ...


class StaffRoom(Protocol):
    """The group in which staff find a topic for each chat.

    Raises:
        TopicGone: The topic has been deleted.
        DeliveryError: The vendor did not do it.
    """

    async def begin(self, name: str) -> int:
        """Make a topic and return its number."""
        ...

    async def say(self, topic: int, text: str, *, pinned: bool = False) -> None:
        """Write into a topic, as fast as the vendor allows."""
        ...

    async def shut(self, topic: int) -> None:
        """Close a topic; it can be read and reopened."""
        ...

    async def reopen(self, topic: int) -> None:
        """Open a closed topic again."""
        ...
