"""Voice notes as words, where something that can write them down is plugged in."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import DatabaseUnavailable
from bot.domain.files import FileState
from bot.domain.masking import masked
from bot.domain.messages import InboundMessage, MessageKind, clean_text
from bot.ports import FileStore, KeptFile, StoredMessage, Transcriber

PATIENCE = timedelta(seconds=30)
"""How long a customer's chat waits for words; then a colleague listens."""
_LOOK_EVERY_SECONDS = 0.2
_log = logging.getLogger(__name__)


class Ears:
    """Has voice notes written down before they are answered.

    Args:
        transcriber: None where nobody writes them down.
        files: Where the sounds are kept.
    """

    def __init__(self, transcriber: Transcriber | None, files: FileStore) -> None:
        self._transcriber = transcriber
        self._files = files

    async def heard(self, stored: StoredMessage, language: str) -> StoredMessage:
        """Return a voice note with its words, or any message as it is.

        Whatever goes wrong, the note is left to a colleague.
        """
        message = stored.message
        if self._transcriber is None or not _is_silent_note(message):
            return stored
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                words = await self._words(self._transcriber, stored, language)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - it is somebody else's code
            _log.warning("transcribing_failed inbox=%s %r", stored.id, error)
            return stored
        return replace(stored, message=replace(message, text=words))

    async def _words(self, transcriber: Transcriber, stored: StoredMessage, language: str) -> str:
        """Return what a note says, nothing if its sound is not there; keep it for staff."""
        chat, entry = str(stored.message.sender), f"i{stored.id}"
        kept = await self._kept(chat, entry)
        if kept is None or kept.content is None or kept.words:
            return kept.words if kept else ""
        said = await transcriber.transcribe(kept.content, kept.media_type, language or "it")
        words = masked(clean_text(said))
        await self._files.note_words(chat, entry, words)
        return words

    async def _kept(self, chat: str, entry: str) -> KeptFile | None:
        """Return the sound of a note once it has been fetched, or has failed."""
        while True:
            kept = await self._files.content(chat, entry, 0)
            if kept is None or kept.state is not FileState.WAITING:
                return kept
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


def _is_silent_note(message: InboundMessage) -> bool:
    is_note = message.kind is MessageKind.VOICE and bool(message.attachments)
    return is_note and not message.text
