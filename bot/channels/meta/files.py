"""Files of colleagues, as Meta takes them: uploaded, then sent by their ids."""

from typing import Any

from bot.domain.files import told_type
from bot.domain.messages import Enclosure, FileLimits

_MB = 1000 * 1000  # As cautious as a vendor may be.
_OFFICE = "application/vnd.openxmlformats-officedocument."
FILES = FileLimits(
    most_bytes=16 * _MB,
    most_picture_bytes=5 * _MB,
    types=frozenset(
        {
            "image/jpeg",
            "image/png",
            "audio/aac",
            "audio/amr",
            "audio/mpeg",
            "audio/mp4",
            "audio/ogg",
            "video/mp4",
            "video/3gpp",
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"{_OFFICE}wordprocessingml.document",
            f"{_OFFICE}spreadsheetml.sheet",
            f"{_OFFICE}presentationml.presentation",
        }
    ),
)
"""https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types"""


def upload(file: Enclosure, content: bytes) -> dict[str, Any]:
    """Return the fields and the file of the request that uploads it."""
    media_type = told_type(file.name, file.media_type)
    return {
        "data": {"messaging_product": "whatsapp", "type": media_type},
        "files": {"file": (file.name, content, media_type)},
    }


def message(file: Enclosure, media_id: str) -> dict[str, Any]:
    """Return what a message holds that shows an uploaded file, or lets it be heard or saved."""
    kind = file.media_type.partition("/")[0]
    if kind in {"image", "audio", "video"}:
        return {"type": kind, kind: {"id": media_id}}
    return {"type": "document", "document": {"id": media_id, "filename": file.name}}
