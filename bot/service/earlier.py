"""What there was before: earlier parts of a chat, and other chats of the same person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.ports import ConversationStore, Entry, OtherChat, OtherChats
from bot.service.facts import FactFinder
from bot.service.overview import Overview

MOST_CHATS = 20

_CLOSING = "close"
"""How the names of events begin with which a chat ends."""


@dataclass(frozen=True, kw_only=True)
class Episode:
    """A part of a chat, from its first word to its closing.

    Args:
        entry: Its first entry.
        at: When it began.
        reason: Why a person was needed, if one was.
        ended_by: The colleague who closed it, if one did.
    """

    entry: str
    at: datetime
    reason: str
    ended_at: datetime
    ended_by: str


@dataclass(frozen=True, kw_only=True)
class Before:
    """What there was before, the latest first."""

    episodes: Sequence[Episode]
    chats: Sequence[OtherChat]


class Earlier:
    """Looks back, and changes nothing."""

    def __init__(
        self,
        store: ConversationStore,
        chats: OtherChats,
        overview: Overview,
        finder: FactFinder,
    ) -> None:
        self._store = store
        self._chats = chats
        self._overview = overview
        self._finder = finder

    async def of(self, conversation_id: str) -> Before:
        """Return what there was before in a chat, and in others of the same person.

        Raises:
            UnknownConversation: There is no such chat.
        """
        chat = await self._overview.chat(conversation_id)
        contracts = (await self._finder.recorded(chat)).identity.contracts
        phones = [one.phone for record in contracts for one in record.contacts if one.phone]
        numbers = [record.contract_id for record in contracts]
        own = [chat.phone] if chat.phone else []
        found = await self._chats.of({*own, *phones}, numbers, MOST_CHATS + 1)
        transcript = await self._store.transcript(conversation_id)
        return Before(
            episodes=[*episodes(transcript)][::-1],
            chats=[one for one in found if one.conversation.id != conversation_id][:MOST_CHATS],
        )


def episodes(transcript: Sequence[Entry]) -> Iterator[Episode]:
    """Yield those parts of a transcript that ended with a closing, oldest first."""
    part: list[Entry] = []
    for entry in transcript:
        part.append(entry)
        if entry.event.startswith(_CLOSING):
            yield _episode(part)
            part = []


def _episode(part: Sequence[Entry]) -> Episode:
    reasons = (entry.text for entry in part if entry.event == "handover")
    return Episode(
        entry=part[0].id,
        at=part[0].at,
        reason=next(reasons, ""),
        ended_at=part[-1].at,
        ended_by=part[-1].name,
    )
