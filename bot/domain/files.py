"""Files: what is kept of those that customers send, and how often they are asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_TRIES = 8
"""With growing pauses this is about half an hour; then staff see that a file is missing."""
_FIRST_PAUSE = timedelta(seconds=2)
_GROWTH = 3
MOST_WAIT = timedelta(minutes=15)
"""No file is put off for longer; if one seems to be, the clock was set back since."""
_LONGEST_PAUSE = timedelta(minutes=10)


class FileState(StrEnum):
    """How far a file has come."""

    WAITING = "waiting"
    KEPT = "kept"
    FAILED = "failed"


class FileTrouble(StrEnum):
    """Why a file is not there."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    GONE = "gone"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    ELSEWHERE = "elsewhere"
    TYPE = "type"
    CHANNEL_OFF = "channel_off"
    NEVER_ASKED = "never_asked"


class FileRefusal(StrEnum):
    """Why a file of a colleague is not sent to a customer."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TYPE = "type"
    NOTE = "note"
    CHANNEL = "channel"
    CHANNEL_SIZE = "channel_size"
    CHANNEL_TYPE = "channel_type"


_TRIES = {
    # What has just been sent may not be there yet, and a connection may break.
    FileTrouble.GONE: 3,
    FileTrouble.BROKEN: 3,
    FileTrouble.TOO_LARGE: 1,
    FileTrouble.ELSEWHERE: 1,
    FileTrouble.TYPE: 1,
    FileTrouble.CHANNEL_OFF: 1,
}


def next_try(trouble: FileTrouble, attempts: int, now: datetime) -> datetime | None:
    """Return when to ask for a file again, or None if that is no use any more.

    Args:
        trouble: Why it is not there.
        attempts: How often it has been asked for.
        now: Aware.
    """
    if attempts >= _TRIES.get(trouble, MOST_TRIES):
        return None
    return now + min(_FIRST_PAUSE * int(_GROWTH ** (attempts - 1)), _LONGEST_PAUSE)


class Showing(StrEnum):
    """What a browser may do with a file by itself."""

    PICTURE = "picture"
    SOUND = "sound"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True)
class FileType:
    """A type of file that is kept.

    Args:
        ending: Of its name.
        showing: Only what can hold no script is shown.
    """

    ending: str
    showing: Showing = Showing.NOTHING


_PICTURE, _SOUND = Showing.PICTURE, Showing.SOUND

FILE_TYPES: dict[str, FileType] = {
    "image/jpeg": FileType(ending=".jpg", showing=_PICTURE),
    "image/png": FileType(ending=".png", showing=_PICTURE),
    "image/webp": FileType(ending=".webp", showing=_PICTURE),
    "image/gif": FileType(ending=".gif", showing=_PICTURE),
    "image/heic": FileType(ending=".heic"),
    "image/tiff": FileType(ending=".tif"),
    "audio/ogg": FileType(ending=".ogg", showing=_SOUND),
    "audio/mpeg": FileType(ending=".mp3", showing=_SOUND),
    "audio/mp4": FileType(ending=".m4a", showing=_SOUND),
    "audio/aac": FileType(ending=".aac", showing=_SOUND),
    "audio/wav": FileType(ending=".wav", showing=_SOUND),
    "audio/amr": FileType(ending=".amr"),
    "video/mp4": FileType(ending=".mp4"),
    "video/3gpp": FileType(ending=".3gp"),
    "video/webm": FileType(ending=".webm"),
    "application/pdf": FileType(ending=".pdf"),
    "application/msword": FileType(ending=".doc"),
    "application/zip": FileType(ending=".zip"),
    "application/pkcs7-mime": FileType(ending=".p7m"),
    "text/rtf": FileType(ending=".rtf"),
    "text/vcard": FileType(ending=".vcf"),
    "text/plain": FileType(ending=".txt"),
}
"""All that is kept, by what the content is; nothing else is."""

DOCUMENTS_IN_ZIP = frozenset(
    {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".zip", ".pages", ".numbers"}
)
"""Endings of names that say more than that something is a ZIP archive."""


def name_to_save_as(name: str, media_type: str, usual: str) -> str:
    """Return what to call a file when it is saved; its ending never hides what it is.

    Args:
        name: As the customer's phone called it; may be empty.
        media_type: By its content.
        usual: What to call one without a name.
    """
    ending = FILE_TYPES[media_type].ending if media_type in FILE_TYPES else ".bin"
    stem, dot, last = name.rpartition(".")
    given = f"{dot}{last}".lower()
    if media_type == "application/zip" and given in DOCUMENTS_IN_ZIP:
        ending = given
    if not name:
        return usual + ending
    fits = stem and (given == ending or (media_type, given) in _OTHER_ENDINGS)
    return name if fits else name + ending


_OTHER_ENDINGS = frozenset(
    {
        ("image/jpeg", ".jpeg"),
        ("image/tiff", ".tiff"),
        ("audio/ogg", ".opus"),
        ("audio/ogg", ".oga"),
        ("text/plain", ".csv"),
        ("text/plain", ".log"),
        ("text/plain", ".eml"),
        ("text/plain", ".xml"),
        ("video/mp4", ".m4v"),
        ("application/msword", ".xls"),
        ("application/msword", ".ppt"),
        ("application/msword", ".msg"),
    }
)

_TOLD_BY_ENDING = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
_TOLD_APART = frozenset({"application/zip", "application/msword"})
"""What office documents look like from within, whichever they are."""


def told_type(name: str, media_type: str) -> str:
    """Return the type of a file as vendors want to be told it.

    Args:
        name: With an ending that fits what it is.
        media_type: By its content.
    """
    ending = name[name.rfind(".") :].lower()
    return _TOLD_BY_ENDING.get(ending, media_type) if media_type in _TOLD_APART else media_type


def endings_of(types: frozenset[str] | None) -> tuple[str, ...]:
    """Return the endings of names that files of some types have, as they are told; sorted.

    Args:
        types: As vendors are told them; None for all that are kept.
    """
    pairs = {(kind, known.ending) for kind, known in FILE_TYPES.items()} | _OTHER_ENDINGS
    pairs |= {("application/zip", ending) for ending in DOCUMENTS_IN_ZIP}
    return tuple(
        sorted({end for kind, end in pairs if types is None or told_type(end, kind) in types})
    )


def card_in_words(card: str) -> str:
    """Return the names and numbers on a card of contact (vCard), for staff."""
    lines = card.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")
    told = []
    for line in lines:
        label, _, value = line.partition(":")
        field = label.partition(";")[0].rpartition(".")[2].upper()
        if field in _ON_CARDS and value.strip():
            told.append(value.strip().removeprefix("tel:"))
    return ", ".join(dict.fromkeys(told))[:_MOST_ON_CARD]


_ON_CARDS = frozenset({"FN", "TEL", "EMAIL", "ORG"})
_MOST_ON_CARD = 500
