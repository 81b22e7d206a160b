"""How often those on duty have been called to a chat, in memory."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.domain.conversation import Conversation, Status


class FakeAlerts:
    """Remembers what was noted of the chats that wait.

    Args:
        chats: Returns all chats.
    """

    def __init__(self, chats: Callable[[], Iterable[Conversation]]) -> None:
        self._chats = chats
        self._noted: dict[str, tuple[datetime | None, int]] = {}

    async def waiting(self) -> Sequence[Conversation]:
        """Return the chats that wait, longest first."""
        waiting = [chat for chat in self._chats() if chat.status is Status.WAITING]
        return sorted(waiting, key=lambda chat: (chat.waiting_since, chat.id))

    async def note(self, chat: Conversation, calls: int, at: datetime) -> bool:
        """Note that so many letters have gone out; tell whether that is news."""
        del at
        since, before = self._noted.get(chat.id, (None, 0))
        if since == chat.waiting_since and before >= calls:
            return False
        self._noted[chat.id] = chat.waiting_since, calls
        return True

    async def take_back(self, chat: Conversation, calls: int) -> None:
        """Note that so many did not go out."""
        if self._noted[chat.id][1] == calls:
            self._noted[chat.id] = chat.waiting_since, calls - 1
