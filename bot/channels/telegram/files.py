"""Files of colleagues, uploaded to Telegram."""

from telegram import Bot, InputFile, Message
from telegram.error import BadRequest

from bot.domain.errors import DeliveryError
from bot.domain.messages import Enclosure, FileLimits
from bot.ports import Enclosures

FILES = FileLimits()
"""Telegram takes 50 MB; https://core.telegram.org/bots/api#sending-files"""

_MOST_PHOTO_BYTES = 10 * 1000 * 1000
_PHOTOS = frozenset({"image/jpeg", "image/png"})


async def send_file(bot: Bot, chat_id: int, file: Enclosure, kept: Enclosures) -> Message:
    """Send a file: a picture to be seen at once, all else as a document.

    Raises:
        DeliveryError: It has been erased.
        TelegramError: Telegram does not take it.
    """
    found = await kept.find(file.id)
    if found is None:
        raise DeliveryError("The file is not kept any more.", permanent=True)
    sent = InputFile(found.content, filename=file.name)
    if file.media_type in _PHOTOS and file.size <= _MOST_PHOTO_BYTES:
        try:
            return await bot.send_photo(chat_id=chat_id, photo=sent)
        except BadRequest as error:
            if not any(word in str(error).lower() for word in ("photo", "image")):
                raise  # Else it is too long, too wide or cannot be shown; as a document it goes.
    return await bot.send_document(
        chat_id=chat_id, document=sent, disable_content_type_detection=True
    )
