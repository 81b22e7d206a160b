"""What a broken connection says about the request it carried, and answers that may be large."""

from collections.abc import AsyncIterator

import httpx

from bot.domain.errors import FileUnavailable
from bot.domain.messages import MAX_FILE_BYTES

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


def may_have_arrived(error: BaseException | None) -> bool:
    """Tell whether a request may have arrived although this went wrong with it."""
    return isinstance(error, httpx.RequestError) and not isinstance(error, _NEVER_SENT)


async def limited(chunks: AsyncIterator[bytes]) -> bytes:
    """Return all chunks together; raise FileUnavailable if they are too many."""
    found = bytearray()
    async for chunk in chunks:
        found += chunk
        if len(found) > MAX_FILE_BYTES:
            raise FileUnavailable(f"The file is larger than {MAX_FILE_BYTES} bytes.")
    return bytes(found)
