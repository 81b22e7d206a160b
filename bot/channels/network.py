"""What a broken connection says about the request it carried."""

import httpx

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)


def may_have_arrived(error: BaseException | None) -> bool:
    """Tell whether a request may have arrived although this went wrong with it."""
    return isinstance(error, httpx.RequestError) and not isinstance(error, _NEVER_SENT)
