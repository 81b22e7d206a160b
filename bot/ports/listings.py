"""What staff ask for: pages of the list of chats, of a transcript, and what a search found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.conversation import Conversation
from bot.domain.searching import Terms
from bot.ports.transcripts import ConversationSummary, Entry

OTHER_LANGUAGE = "other"
"""Any language but Italian and English."""


class Tab(StrEnum):
    """A part of the list of chats."""

    WAITING = "waiting"
    MINE = "mine"
    ALL = "all"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which chats are looked at; what is empty leaves none out.

    Args:
        language: ``it``, which stands for not yet known as well, ``en`` or ``OTHER_LANGUAGE``.
        reason: Of the handover.
    """

    channel: str = ""
    language: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What is asked of the list of chats.

    Args:
        colleague: Whose chats ``Tab.MINE`` has.
        after: Where the page before ended, as ``ListPage.more`` told; anything else is none.
    """

    tab: Tab
    colleague: str = ""
    filters: Filters = field(default_factory=Filters)
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """Some rows of the list of chats.

    Args:
        more: Where the next page begins; empty if this is the last one.
    """

    rows: Sequence[ConversationSummary]
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What is looked for in all chats."""

    terms: Terms
    filters: Filters = field(default_factory=Filters)
    limit: int = 50


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that was found.

    Args:
        entry: The entry of the chat's transcript; None if it is the person who was found.
    """

    conversation: Conversation
    entry: Entry | None = None


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Which part of a transcript is asked for; at most one of the ids is given.

    Args:
        before: Ends before this entry.
        since: Begins with this entry, and has all that follows.
        around: Has this entry, and some after it.
        limit: How many entries it may have, if it does not begin with one.
    """

    before: str = ""
    since: str = ""
    around: str = ""
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a transcript.

    Args:
        entries: Oldest first.
        has_earlier: Whether there are entries before.
        has_later: Whether there are entries after.
        quoted: Entries outside of this part that some in it refer to, by ``id_in_chat``.
    """

    entries: Sequence[Entry]
    has_earlier: bool = False
    has_later: bool = False
    quoted: Mapping[str, Entry] = field(default_factory=dict)
