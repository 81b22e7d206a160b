"""Fetching what customers sent: from Twilio, and from nowhere we would be led to."""

from collections.abc import Callable, Sequence

import httpx
import pytest

from bot.channels.whatsapp.files import TwilioFiles
from bot.domain.errors import FileUnavailable
from bot.domain.files import FileTrouble
from bot.domain.messages import MAX_FILE_BYTES, Attachment
from tests.channels.whatsapp.calls import ACCOUNT, API_BASE, TOKEN, a_whatsapp

FILE = f"{API_BASE}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
CDN = "https://media.example/1?signature=x"
PUBLIC, PRIVATE = "93.184.215.14", "10.0.0.7"
Answer = httpx.Response | Exception


class FakeWeb:
    """Answers by address, and remembers what it was asked."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[httpx.Request] = []
        self.addresses: dict[str, Sequence[str]] = {"media.example": [PUBLIC]}

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers[request.url.path]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def resolve(self, host: str, _: int) -> Sequence[str]:
        if host not in self.addresses:
            raise OSError("unknown host")
        return self.addresses[host]

    def files(self, api_base: str = API_BASE) -> TwilioFiles:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.handle))
        return TwilioFiles(http, (ACCOUNT, TOKEN), api_base, self.resolve)


def leading_to(place: str) -> httpx.Response:
    return httpx.Response(307, headers={"location": place})


@pytest.fixture
def web() -> FakeWeb:
    web = FakeWeb()
    web.answers[httpx.URL(FILE).path] = leading_to(CDN)
    web.answers["/1"] = httpx.Response(200, content=b"a picture")
    return web


async def test_the_password_goes_to_twilio_and_not_to_where_the_file_lies(web: FakeWeb) -> None:
    assert await web.files().fetch(FILE) == b"a picture"

    first, second = web.requests
    assert first.headers["authorization"].startswith("Basic ")
    assert "authorization" not in second.headers


async def test_the_address_that_was_looked_at_is_the_one_that_is_called(web: FakeWeb) -> None:
    web.addresses["media.example"] = ["2606:2800:21f::1", PUBLIC]

    await web.files().fetch(FILE)

    called = web.requests[1]
    assert (called.url.host, called.headers["host"]) == (PUBLIC, "media.example")
    assert called.extensions["sni_hostname"] == "media.example"


async def test_the_channel_fetches_files_that_way(web: FakeWeb) -> None:
    web.answers[httpx.URL(FILE).path] = httpx.Response(200, content=b"a picture")
    whatsapp = a_whatsapp(httpx.MockTransport(web.handle))

    assert await whatsapp.fetch(Attachment(media_type="image/jpeg", url=FILE)) == b"a picture"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/1",
        "http://127.0.0.1:9/secret",
        "http://twilio.test:4020/1",
        "https://twilio.test/1",
        "https://twilio.test:4020@elsewhere.example/1",
        "https://twilio.test.elsewhere.example:4020/1",
        "file:///etc/passwd",
        "//twilio.test:4020/1",
        "http://[::1",
        "",
    ],
)
async def test_what_does_not_lie_with_twilio_is_not_asked_for(web: FakeWeb, url: str) -> None:
    with pytest.raises(FileUnavailable) as failed:
        await web.files().fetch(url)

    assert failed.value.trouble is FileTrouble.ELSEWHERE
    assert web.requests == []


@pytest.mark.parametrize(
    "place",
    [
        "http://media.example/1",
        "https://media.example:8443/1",
        "https://user:password@media.example/1",
        "https://inner.example/1",
        "https://127.0.0.1/1",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/1",
        "https://mapped.example/1",
        "https://half.example/1",
        "https://nowhere.example/1",
        "ftp://media.example/1",
        "http://127.0.0.1:9/secret",
    ],
)
async def test_no_way_leads_into_our_own_network(web: FakeWeb, place: str) -> None:
    web.answers[httpx.URL(FILE).path] = leading_to(place)
    web.addresses |= {
        "inner.example": [PRIVATE],
        "mapped.example": ["::ffff:10.0.0.7"],
        "half.example": [PUBLIC, PRIVATE],
        "nowhere.example": [],
        "127.0.0.1": ["127.0.0.1"],
        "169.254.169.254": ["169.254.169.254"],
        "::1": ["::1"],
    }

    with pytest.raises(FileUnavailable) as failed:
        await web.files().fetch(FILE)

    assert failed.value.trouble is FileTrouble.ELSEWHERE
    assert len(web.requests) == 1


async def test_three_steps_are_followed_and_no_more(web: FakeWeb) -> None:
    def answers(steps: int) -> None:
        for at in range(steps):
            path = f"/step{at}" if at else httpx.URL(FILE).path
            web.answers[path] = leading_to(f"/step{at + 1}")
        web.answers[f"/step{steps}"] = httpx.Response(200, content=b"there")

    answers(3)
    assert await web.files().fetch(FILE) == b"there"
    answers(4)
    with pytest.raises(FileUnavailable, match="on and on"):
        await web.files().fetch(FILE)


def endless() -> httpx.Response:
    async def chunks() -> object:
        while True:
            yield b"x" * 1_000_000

    return httpx.Response(200, content=chunks())  # type: ignore[arg-type] # an async iterator


TROUBLES: dict[str, tuple[Callable[[], Answer], FileTrouble]] = {
    "gone": (lambda: httpx.Response(404), FileTrouble.GONE),
    "refused": (lambda: httpx.Response(401), FileTrouble.REFUSED),
    "too many": (lambda: httpx.Response(429), FileTrouble.UNREACHABLE),
    "down": (lambda: httpx.ConnectError("down"), FileTrouble.UNREACHABLE),
    "no place": (lambda: leading_to("http://[::1"), FileTrouble.BROKEN),
    "unknown host": (lambda: leading_to("https://unknown.example/1"), FileTrouble.UNREACHABLE),
    "cut": (lambda: httpx.RemoteProtocolError("cut"), FileTrouble.BROKEN),
    "reset": (lambda: httpx.ReadError("reset"), FileTrouble.BROKEN),
    "announced too large": (
        lambda: httpx.Response(200, headers={"content-length": str(MAX_FILE_BYTES + 1)}),
        FileTrouble.TOO_LARGE,
    ),
    "too large": (endless, FileTrouble.TOO_LARGE),
    "too slow": (TimeoutError, FileTrouble.UNREACHABLE),
}


@pytest.mark.parametrize("name", TROUBLES)
async def test_what_cannot_be_had_says_why(web: FakeWeb, name: str) -> None:
    answer, trouble = TROUBLES[name]
    web.answers[httpx.URL(FILE).path] = answer()

    with pytest.raises(FileUnavailable) as failed:
        await web.files().fetch(FILE)

    assert failed.value.trouble is trouble
