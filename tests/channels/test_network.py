"""The last look: a request that is late is not written, and the vendor has none of it."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.network import LAST_LOOK, TooLate, may_have_arrived
from bot.ports import may_leave
from tests.contracts.serving import serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.mark.parametrize(
    ("looks", "arrived"),
    [
        pytest.param([True, True], True, id="in-time"),
        pytest.param([False], False, id="before-the-first-byte"),
        pytest.param([True, False], False, id="before-the-message-itself"),
    ],
)
async def test_what_is_late_does_not_leave(looks: list[bool], *, arrived: bool) -> None:
    taken: list[bytes] = []

    async def take(request: Request) -> Response:
        taken.append(await request.body())
        return Response()

    answers = iter(looks)

    async def may() -> bool:
        return next(answers)

    may_leave.set(may)
    client = httpx.AsyncClient(event_hooks=LAST_LOOK, trust_env=False)
    async with serving([Route("/", take, methods=["POST"])]) as base, client as http:
        if arrived:
            await http.post(base, content=b"Ciao")
        else:
            with pytest.raises(TooLate) as raised:
                await http.post(base, content=b"Ciao")
            assert not may_have_arrived(raised.value)

    assert taken == ([b"Ciao"] if arrived else [])
