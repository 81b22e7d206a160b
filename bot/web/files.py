"""Files of customers, as browsers may have them."""

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.files import FILE_TYPES, Showing, name_to_save_as
from bot.domain.messages import Attachment

_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    # Whatever it is after all, it runs nothing and loads nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Accept-Ranges": "bytes",
}
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_PART, _NO_SUCH_PART = 206, 416


def file_response(request: Request, file: Attachment, content: bytes) -> Response:
    """Return a file: a picture to be seen, a sound to be heard, all else to be saved."""
    known = FILE_TYPES.get(file.media_type)
    shown = known is not None and known.showing is not Showing.NOTHING
    kind = "inline" if shown else "attachment"
    name = quote(name_to_save_as(file.name, file.media_type, "allegato"))
    headers = _HEADERS | {"Content-Disposition": f"{kind}; filename*=UTF-8''{name}"}
    media_type = file.media_type if shown else "application/octet-stream"
    wanted = _RANGE.fullmatch(request.headers.get("range", ""))
    if wanted is None:
        return Response(content, media_type=media_type, headers=headers)
    return _part(content, wanted, media_type, headers)


def _part(
    content: bytes, wanted: re.Match[str], media_type: str, headers: dict[str, str]
) -> Response:
    """Return some bytes of a file; players ask for them to jump to the middle."""
    first, whole = int(wanted[1]), len(content)
    last = min(int(wanted[2] or whole), whole - 1)
    if first > last:
        headers |= {"Content-Range": f"bytes */{whole}"}
        return Response(status_code=_NO_SUCH_PART, headers=headers)
    headers |= {"Content-Range": f"bytes {first}-{last}/{whole}"}
    return Response(content[first : last + 1], _PART, headers, media_type)
