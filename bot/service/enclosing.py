"""Making files that colleagues choose ready to be sent."""

import secrets

from bot.domain.enclosing import cleaned_name
from bot.domain.errors import EnclosureRefused
from bot.domain.files import FileRefusal
from bot.domain.messages import Enclosure
from bot.ports import EnclosedFile
from bot.service.files import Sniff


def enclosed(name: str, content: bytes, sniff: Sniff) -> EnclosedFile:
    """Return a file ready to be sent, by what it holds and not by what it is called.

    Args:
        name: As the colleague's computer calls it.
        content: All of it.
        sniff: Knows types.

    Raises:
        EnclosureRefused: It is empty, or of a type that is not kept.
    """
    if not content:
        raise EnclosureRefused(FileRefusal.EMPTY, name)
    media_type = sniff(content)
    if not media_type:
        raise EnclosureRefused(FileRefusal.TYPE, name)
    file = Enclosure(
        id=secrets.token_urlsafe(),
        name=cleaned_name(name, media_type),
        media_type=media_type,
        size=len(content),
    )
    return EnclosedFile(enclosure=file, content=content)
