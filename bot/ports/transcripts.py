"""What staff see of conversations."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.files import FILE_TYPES, FileState, Showing
from bot.domain.messages import Attachment, Button, Enclosure, MessageKind, Picture
from bot.ports.conversations import Author, Evidence, ReplyState


@dataclass(frozen=True, kw_only=True)
class FileNote:
    """How far a file of an entry has come.

    Args:
        trouble: Why it is not there, one of ``FileTrouble``; else empty.
        media_type: By its content, once it is kept.
        size: In bytes.
        words: What it says, such as the words of a voice note; else empty.
    """

    state: FileState
    trouble: str = ""
    media_type: str = ""
    size: int = 0
    words: str = ""

    @property
    def showing(self) -> Showing:
        """What a browser may do with it by itself."""
        known = FILE_TYPES.get(self.media_type)
        return known.showing if known else Showing.NOTHING


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a transcript.

    Args:
        id: Unique within the conversation's transcript.
        state: For replies, how far they have come.
        name: Who wrote it, for staff and customers.
        event: For events and notes, what happened.
        kind: For what customers send.
        id_in_chat: By what others refer to it: the vendor's name for it.
        refers_to: Such a name of another entry.
        files: How far each of the attachments has come.
        enclosures: Files that a reply takes along.
    """

    id: str
    at: datetime
    author: Author
    text: str
    name: str = ""
    buttons: tuple[Button, ...] = ()
    state: ReplyState | None = None
    error: str = ""
    event: str = ""
    evidence: Evidence | None = None
    attachments: tuple[Attachment, ...] = ()
    picture: Picture | None = None
    kind: MessageKind = MessageKind.TEXT
    details: str = ""
    forwarded: bool = False
    id_in_chat: str = ""
    refers_to: str = ""
    files: tuple[FileNote, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


_BEFORE_WORDS = frozenset({"claim", "resume", "give_back"})


def in_order(entry: Entry) -> tuple[datetime, int]:
    """Return by what entries are sorted.

    Who answers a chat takes it with that: of one moment, the taking comes before the answer, and
    so does the giving back before what the bot then says.
    """
    return entry.at, 0 if entry.author is Author.CUSTOMER else rank_of(entry.event)


def rank_of(event: str) -> int:
    """Return where of one moment that stands which the customer did not write."""
    return 1 if event in _BEFORE_WORDS else 2


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Whether and until when a customer can be reached.

    Args:
        heard_at: When the customer wrote last, if ever.
        barred: Why nothing reaches them, else empty: ``blocked`` or ``opted_out``.
    """

    heard_at: datetime | None = None
    barred: str = ""


@dataclass(frozen=True, kw_only=True)
class ChannelActivity:
    """What went by a channel last, and what went wrong last."""

    channel: str
    last_in: datetime | None = None
    last_out: datetime | None = None
    last_error_at: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, kw_only=True)
class ConversationSummary:
    """A conversation as a row of the console's list.

    Args:
        last_kind: Of the last message, if a customer sent it.
        lacks_file: Whether a file did not come and no colleague has looked at the chat since.
        heard_at: When the customer wrote last, if ever.
    """

    conversation: Conversation
    last_text: str
    last_at: datetime
    last_author: Author
    last_kind: MessageKind = MessageKind.TEXT
    lacks_file: bool = False
    heard_at: datetime | None = None
