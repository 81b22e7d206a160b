"""Files that customers send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.files import FileState, FileTrouble
from bot.domain.messages import Attachment


@dataclass(frozen=True, kw_only=True)
class FileJob:
    """A file that this program is to fetch.

    Args:
        attempts: How often it has been asked for, with this time.
    """

    id: int
    conversation_id: str
    channel: str
    file: Attachment
    attempts: int


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file as it is kept.

    Args:
        name: As the customer's phone called it; may be empty.
        trouble: Why it is not there, one of ``FileTrouble``; else empty.
        media_type: By its content.
        words: What it says, such as the words of a voice note; else empty.
        content: None until it is there.
    """

    name: str
    state: FileState
    trouble: str = ""
    media_type: str = ""
    words: str = ""
    content: bytes | None = None


class FileStore(Protocol):
    """Keeps the files customers sent; they are noted with the messages that bring them.

    Raises:
        DatabaseUnavailable: From every method, while nothing can be read or written.
    """

    async def due(self, now: datetime, most: int) -> Sequence[int]:
        """Return the numbers of files that are to be fetched by now, the oldest first."""
        ...

    async def claim(self, file_id: int, now: datetime, until: datetime) -> FileJob | None:
        """Take a file for this program until then, unless another one has taken it."""
        ...

    async def keep(self, file_id: int, media_type: str, content: bytes, words: str) -> None:
        """Store what a file holds."""
        ...

    async def put_off(self, file_id: int, trouble: FileTrouble, next_try: datetime) -> None:
        """Record why a file is not there yet, and when it is to be asked for again."""
        ...

    async def give_up(self, file_id: int, trouble: FileTrouble, now: datetime) -> None:
        """Record that a file will not come, and note that in its chat for staff."""
        ...

    async def content(self, conversation_id: str, entry_id: str, place: int) -> KeptFile | None:
        """Return a file of an entry of a transcript, or None if there is none."""
        ...

    async def ask_again(self, conversation_id: str, entry_id: str, place: int) -> bool:
        """Have a file fetched that had failed; tell whether there is such a one."""
        ...

    async def note_words(self, conversation_id: str, entry_id: str, words: str) -> None:
        """Record what the first file of an entry says."""
        ...
