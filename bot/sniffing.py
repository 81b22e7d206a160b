"""What a file is by its content, whatever anybody calls it."""

import puremagic

_HEAD_BYTES = 4096
_NO_TEXT = frozenset({".html", ".htm", ".xhtml", ".svg", ".swf", ".hta"})
"""What looks like text and can hold a script."""
_SIGNED = bytes.fromhex("06092a864886f70d010702")
"""Of a document signed by CAdES, which no library here tells; RFC 5652, id-signedData."""

_BY_ENDING = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpe": "image/jpeg",
    ".jfif": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".heif": "image/heic",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".mpga": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".amr": "audio/amr",
    ".mp4": "video/mp4",
    ".3gp": "video/3gpp",
    ".3ga": "video/3gpp",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/zip",
    ".zip": "application/zip",
    ".rtf": "text/rtf",
    ".vcf": "text/vcard",
}


def media_type_of(content: bytes) -> str:
    """Return the type of a file that may be kept, by its first bytes; nothing for any other."""
    head = content[:_HEAD_BYTES]
    if _SIGNED in head[: len(_SIGNED) * 4]:
        return "application/pkcs7-mime"
    endings = _endings(head)
    if not _NO_TEXT.isdisjoint(endings):
        return ""
    found = next((_BY_ENDING[one] for one in endings if one in _BY_ENDING), "")
    return found or ("text/plain" if _is_text(content) else "")


def _endings(head: bytes) -> list[str]:
    """Return the usual endings of what a file may be, the likeliest first."""
    try:
        return [found.extension for found in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):  # Nothing is known of it, or it is empty.
        return []


def _is_text(content: bytes) -> bool:
    try:
        return bool(content) and "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
