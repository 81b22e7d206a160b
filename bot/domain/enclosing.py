"""Files that colleagues send along with a reply: what they are called, and which may go."""

from collections.abc import Sequence

from bot.domain.errors import EnclosureRefused
from bot.domain.files import FILE_TYPES, FileRefusal, Showing, name_to_save_as, told_type
from bot.domain.messages import Enclosure, FileLimits, clean_text

MOST_FILES = 10
"""With one reply."""

MOST_BYTES = 20 * 1000 * 1000
"""Of all files of one reply together."""

_MOST_NAME_CHARS = 120
_USUAL_NAME = "allegato"
_NO_NAME = str.maketrans("", "", '<>:"|?*')
"""What names of files cannot hold everywhere."""


def cleaned_name(name: str, media_type: str) -> str:
    """Return what a customer sees a file called, however a colleague's computer called it.

    Args:
        name: Perhaps with folders, or empty.
        media_type: By its content, one of ``FILE_TYPES``.
    """
    last = clean_text(name.replace("\\", "/")).rpartition("/")[2].translate(_NO_NAME)
    words = " ".join(last.split()).strip(". ")
    stem, dot, ending = words.rpartition(".")
    if dot and len(words) > _MOST_NAME_CHARS:
        words = stem[: _MOST_NAME_CHARS - len(ending) - 1] + dot + ending
    return name_to_save_as(words[:_MOST_NAME_CHARS], media_type, _USUAL_NAME)


def require_sendable(files: Sequence[Enclosure], limits: FileLimits | None) -> None:
    """See that a channel takes these files, all together and each.

    Args:
        files: Of one reply.
        limits: Of the channel; None if it takes none.

    Raises:
        EnclosureRefused: It does not.
    """
    if not files:
        return
    if limits is None:
        raise EnclosureRefused(FileRefusal.CHANNEL)
    if len(files) > MOST_FILES:
        raise EnclosureRefused(FileRefusal.TOO_MANY)
    if sum(file.size for file in files) > MOST_BYTES:
        raise EnclosureRefused(FileRefusal.TOO_LARGE)
    for file in files:
        _require_taken(file, limits)


def is_picture(file: Enclosure) -> bool:
    """Tell whether a file is a picture that browsers show."""
    return FILE_TYPES[file.media_type].showing is Showing.PICTURE


def _require_taken(file: Enclosure, limits: FileLimits) -> None:
    if limits.types is not None and told_type(file.name, file.media_type) not in limits.types:
        raise EnclosureRefused(FileRefusal.CHANNEL_TYPE, file.name)
    most = limits.most_picture_bytes if is_picture(file) else limits.most_bytes
    if file.size > most:
        raise EnclosureRefused(FileRefusal.CHANNEL_SIZE, file.name)
