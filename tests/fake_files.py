"""The in-memory twin of `FileStore`: files in a list, noted by the twin of the inbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.files import MOST_WAIT, FileState, FileTrouble
from bot.domain.messages import Attachment, Enclosure
from bot.ports import EnclosedFile, FileJob, FileNote, KeptFile, StoredMessage
from tests.fakes import lets_others_go_first


@dataclass
class _File:
    id: int
    stored: StoredMessage
    place: int
    file: Attachment
    state: FileState = FileState.WAITING
    trouble: str = ""
    attempts: int = 0
    next_try: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    media_type: str = ""
    words: str = ""
    content: bytes | None = None

    @property
    def chat(self) -> str:
        return str(self.stored.message.sender)

    def is_due(self, now: datetime) -> bool:
        due = self.next_try <= now or self.next_try > now + MOST_WAIT
        return self.state is FileState.WAITING and due


@lets_others_go_first
class FakeEnclosures:
    """Files of replies by their ids; as addresses they have their names."""

    def __init__(self) -> None:
        self.kept: dict[str, EnclosedFile] = {}

    def keep(self, files: Sequence[EnclosedFile]) -> None:
        """Store the files of a turn."""
        self.kept.update({one.enclosure.id: one for one in files})

    async def find(self, enclosure_id: str) -> EnclosedFile | None:
        return self.kept.get(enclosure_id)

    def address_of(self, file: Enclosure) -> str:
        return f"https://desk.example/files/{file.id}/{file.name}"

    async def behind(self, key: str) -> EnclosedFile | None:
        return await self.find(key)


@lets_others_go_first
class FakeFiles:
    """Files by their messages.

    Args:
        tell: Hears the chat, trouble and time of each file that will not come.
    """

    def __init__(self, tell: Callable[[str, FileTrouble, datetime], None]) -> None:
        self._tell = tell
        self._files: list[_File] = []

    def note(self, stored: StoredMessage) -> None:
        """Note the files of a message."""
        for place, file in enumerate(stored.message.attachments):
            self._files.append(_File(len(self._files) + 1, stored, place, file))

    def notes_of(self, inbox_id: int) -> tuple[FileNote, ...]:
        """Return how far the files of a message have come."""
        return tuple(
            FileNote(
                state=one.state,
                trouble=one.trouble,
                media_type=one.media_type,
                size=len(one.content or b""),
                words=one.words,
            )
            for one in self._files
            if one.stored.id == inbox_id
        )

    def forget(self) -> None:
        """Lose everything, as when a chat is erased."""
        self._files.clear()

    async def due(self, now: datetime, most: int) -> Sequence[int]:
        return [one.id for one in self._files if one.is_due(now)][:most]

    async def claim(self, file_id: int, now: datetime, until: datetime) -> FileJob | None:
        one = self._files[file_id - 1]
        if not one.is_due(now):
            return None
        one.attempts, one.next_try = one.attempts + 1, until
        return FileJob(
            id=one.id,
            conversation_id=one.chat,
            channel=one.stored.message.sender.channel,
            file=one.file,
            attempts=one.attempts,
        )

    async def keep(self, file_id: int, media_type: str, content: bytes, words: str) -> None:
        one = self._files[file_id - 1]
        if one.state is FileState.WAITING:
            one.state, one.trouble, one.media_type = FileState.KEPT, "", media_type
            one.content, one.words = content, words

    async def put_off(self, file_id: int, trouble: FileTrouble, next_try: datetime) -> None:
        one = self._files[file_id - 1]
        if one.state is FileState.WAITING:
            one.trouble, one.next_try = trouble, next_try

    async def give_up(self, file_id: int, trouble: FileTrouble, now: datetime) -> None:
        one = self._files[file_id - 1]
        if one.state is FileState.WAITING:
            one.state, one.trouble = FileState.FAILED, trouble
            self._tell(one.chat, trouble, now)

    async def content(self, conversation_id: str, entry_id: str, place: int) -> KeptFile | None:
        one = self._found(conversation_id, entry_id, place)
        if one is None:
            return None
        return KeptFile(
            name=one.file.name,
            state=one.state,
            trouble=one.trouble,
            media_type=one.media_type,
            words=one.words,
            content=one.content,
        )

    async def ask_again(self, conversation_id: str, entry_id: str, place: int) -> bool:
        one = self._found(conversation_id, entry_id, place)
        if one is None or one.state is not FileState.FAILED:
            return False
        one.state, one.attempts = FileState.WAITING, 0
        one.next_try = datetime(1970, 1, 1, tzinfo=UTC)
        return True

    async def note_words(self, conversation_id: str, entry_id: str, words: str) -> None:
        one = self._found(conversation_id, entry_id, 0)
        if one is not None:
            one.words = words

    def _found(self, chat: str, entry_id: str, place: int) -> _File | None:
        wanted = (chat, entry_id, place)
        return next(
            (one for one in self._files if (one.chat, f"i{one.stored.id}", one.place) == wanted),
            None,
        )
