"""What just happened, for open screens and for other programs."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

PRESENCE = "presence"
"""Kind of the events that change nothing in a chat: a colleague looks at it, or types."""


@dataclass(frozen=True, kw_only=True)
class LiveEvent:
    """Something that just happened in a conversation, for screens that are open.

    Args:
        kind: ``message``, ``reply``, ``status``, ``delivery``, ``file``, ``mark`` or ``presence``.
        details: Who does what, for ``presence``.
    """

    conversation_id: str
    kind: str
    details: str = ""


class Subscription(Protocol):
    """A running view of the live events."""

    async def next(self) -> LiveEvent:
        """Return the next event, waiting for it."""
        ...


class Feed(Protocol):
    """Passes live events to open screens; what nobody watches is forgotten."""

    def publish(self, event: LiveEvent) -> None:
        """Tell every subscriber."""
        ...

    def subscribe(self, *, presence: bool = False) -> AbstractAsyncContextManager[Subscription]:
        """Return a subscription that ends with its block.

        Args:
            presence: Whether it hears as well which colleagues look at chats and type there.
        """
        ...


class Notices(Protocol):
    """What programs on one database tell each other; one that is lost is made good later."""

    def tell(self, event: LiveEvent) -> None:
        """Have the others know of something that just happened."""
        ...

    async def keep_telling(self) -> None:
        """Tell the others, for as long as the program runs."""
        ...

    async def keep_hearing(
        self, chat_waits: Callable[[str], None], happened: Callable[[LiveEvent], None]
    ) -> None:
        """Hear the others, for as long as the program runs.

        Args:
            chat_waits: Hears the id of a conversation of this node in which there is work.
            happened: Hears of a live event elsewhere.
        """
        ...
