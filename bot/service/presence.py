"""Which colleagues look at a chat, and which of them are typing there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.ports import PRESENCE, Clock, Feed, LiveEvent

LOOKING_FOR = timedelta(seconds=45)
"""How long somebody counts as looking; pages that are seen say so every 20 seconds."""
TYPING_FOR = timedelta(seconds=6)
"""How long somebody counts as typing; pages say so every 3 seconds at most."""


class Doing(StrEnum):
    """What a colleague does in a chat."""

    LOOKING = "looking"
    TYPING = "typing"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Present:
    """A colleague who has a chat open."""

    colleague: str
    is_typing: bool


class Presence:
    """Remembers it for seconds only, and hears it from other programs by the live events."""

    def __init__(self, clock: Clock, feed: Feed) -> None:
        self._clock = clock
        self._feed = feed
        self._seen: dict[tuple[str, str, Doing], datetime] = {}

    def tell(self, conversation_id: str, colleague: str, doing: Doing) -> None:
        """Note what a colleague does, here and elsewhere."""
        self._note(conversation_id, colleague, doing)
        details = f"{doing} {colleague}"
        self._feed.publish(
            LiveEvent(conversation_id=conversation_id, kind=PRESENCE, details=details)
        )

    def others(self, conversation_id: str, me: str) -> Sequence[Present]:
        """Return who else has a chat open, by name."""
        self._forget_old()
        there = {who for chat, who, _ in self._seen if chat == conversation_id}
        return [
            Present(colleague=who, is_typing=(conversation_id, who, Doing.TYPING) in self._seen)
            for who in sorted(there - {me})
        ]

    async def keep_hearing(self) -> None:
        """Hear what colleagues do at other programs, for as long as this one runs."""
        async with self._feed.subscribe(presence=True) as live:
            while True:
                event = await live.next()
                if event.kind == PRESENCE:
                    doing, _, colleague = event.details.partition(" ")
                    self._note(event.conversation_id, colleague, Doing(doing))

    def _note(self, chat: str, colleague: str, doing: Doing) -> None:
        self._forget_old()
        now = self._clock.now()
        if doing is Doing.GONE:
            self._seen.pop((chat, colleague, Doing.LOOKING), None)
        else:
            self._seen[chat, colleague, Doing.LOOKING] = now + LOOKING_FOR
        if doing is Doing.TYPING:
            self._seen[chat, colleague, Doing.TYPING] = now + TYPING_FOR
        else:
            self._seen.pop((chat, colleague, Doing.TYPING), None)

    def _forget_old(self) -> None:
        now = self._clock.now()
        # A moment too far ahead was noted before the clock was set back.
        self._seen = {
            key: until for key, until in self._seen.items() if now < until <= now + LOOKING_FOR
        }
