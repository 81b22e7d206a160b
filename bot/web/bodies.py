"""Request bodies, read only as far as they are allowed to be long."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

KIB = 1024
_MOST_DIGITS = 20
"""Of a length; Python refuses to read a number of thousands of digits."""


async def limited_body(request: Request, max_bytes: int) -> bytes:
    """Return the body; refuse it with 413 as soon as it is longer than allowed."""
    _check_declared(request, max_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def require_small(request: Request, max_bytes: int) -> None:
    """Refuse a form that does not say how long it is with 411, and a long one with 413."""
    if "content-length" not in request.headers:
        raise HTTPException(411, "Say how long the form is.")
    _check_declared(request, max_bytes)


def _check_declared(request: Request, max_bytes: int) -> None:
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:_MOST_DIGITS]) > max_bytes:
        raise _too_large(max_bytes)


def _too_large(max_bytes: int) -> HTTPException:
    return HTTPException(413, f"Too long: at most {max_bytes // KIB} KiB are accepted.")
