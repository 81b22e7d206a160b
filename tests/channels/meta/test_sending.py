import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.channels.meta import Meta
from bot.clock import SetClock
from bot.domain.errors import DeliveryError, FileUnavailable
from bot.domain.fitting import ChoiceWords, fitted
from bot.domain.messages import (
    MAX_FILE_BYTES,
    Address,
    Attachment,
    Button,
    InboundMessage,
    Reply,
)
from bot.drawing.gallery import Gallery
from tests.builders import NOW, a_picture
from tests.channels.meta.calls import BASE, NUMBER, TOKEN, a_meta
from tests.channels.meta.schema import faults

ANNA = Address(channel="meta", id="+390000000001")
COMMON = {
    "messaging_product": "whatsapp",
    "recipient_type": "individual",
    "to": "+390000000001",
}


class FakeGraph:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answers: list[httpx.Response | httpx.TransportError] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else accepted("wamid.1")
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer

    @property
    def order(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.requests[-1].content)
        return found


def accepted(message_id: str) -> httpx.Response:
    contacts = [{"input": "+390000000001", "wa_id": "390000000001"}]
    body = {
        "messaging_product": "whatsapp",
        "contacts": contacts,
        "messages": [{"id": message_id}],
    }
    return httpx.Response(200, json=body)


def refused(status: int, code: int, details: str = "") -> httpx.Response:
    error = {
        "message": f"(#{code}) no",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": details},
        "fbtrace_id": "Az8or2yhqkZfEZ",
    }
    return httpx.Response(status, json={"error": error})


@pytest.fixture
def graph() -> FakeGraph:
    return FakeGraph()


@pytest.fixture
def meta(graph: FakeGraph) -> Meta:
    return a_meta(httpx.MockTransport(graph.handle))


def buttons(*texts: str) -> tuple[Button, ...]:
    return tuple(Button(text=text, payload=f"intent:{at}") for at, text in enumerate(texts))


async def test_a_text_is_sent_with_the_token(meta: Meta, graph: FakeGraph) -> None:
    sent_as = await meta.send(ANNA, Reply(text="Certo, è così:\n1. città 🌷"))

    request = graph.requests[0]
    assert sent_as == "wamid.1"
    assert request.method == "POST"
    assert str(request.url) == f"{BASE}/{NUMBER}/messages"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert set(request.extensions["timeout"].values()) == {10.0}
    text = {"body": "Certo, è così:\n1. città 🌷", "preview_url": False}
    assert graph.order == COMMON | {"type": "text", "text": text}


async def test_a_link_is_shown_with_a_preview(meta: Meta, graph: FakeGraph) -> None:
    await meta.send(ANNA, Reply(text="Qui: https://help.example/webmail"))

    assert graph.order["text"]["preview_url"] is True


async def test_somebody_without_a_number_is_reached_by_their_user_id(
    meta: Meta, graph: FakeGraph
) -> None:
    await meta.send(Address(channel="meta", id="IT.1000000000000001"), Reply(text="Ciao"))

    assert "to" not in graph.order
    assert graph.order["recipient"] == "IT.1000000000000001"
    assert faults(graph.order) == []


async def test_up_to_three_short_choices_are_buttons(meta: Meta, graph: FakeGraph) -> None:
    await meta.send(ANNA, Reply(text="Quale?", buttons=buttons("Webmail", "PEC")))

    taps = [
        {"type": "reply", "reply": {"id": "intent:0", "title": "Webmail"}},
        {"type": "reply", "reply": {"id": "intent:1", "title": "PEC"}},
    ]
    assert graph.order["interactive"] == {
        "type": "button",
        "body": {"text": "Quale?"},
        "action": {"buttons": taps},
    }


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(("a", "b", "c", "d"), id="more-than-three"),
        pytest.param(("21 characters of text", "b"), id="too-long-for-a-button"),
        pytest.param(("a", "a"), id="alike"),
    ],
)
async def test_other_choices_are_a_list(
    meta: Meta, graph: FakeGraph, texts: tuple[str, ...]
) -> None:
    await meta.send(ANNA, Reply(text="Quale?", buttons=buttons(*texts)))

    (section,) = graph.order["interactive"]["action"]["sections"]
    assert graph.order["interactive"]["type"] == "list"
    assert section["rows"] == [
        {"id": f"intent:{at}", "title": text} for at, text in enumerate(texts)
    ]
    assert faults(graph.order) == []


async def test_what_is_too_long_for_a_row_is_written_out_below_it(
    meta: Meta, graph: FakeGraph
) -> None:
    name = "un-nome-di-dominio-piuttosto-lungo.example"

    await meta.send(ANNA, Reply(text="Quale?", buttons=buttons(name)))

    (section,) = graph.order["interactive"]["action"]["sections"]
    (row,) = section["rows"]
    assert (row["title"], row["description"]) == ("un-nome-di-dominio-piut…", name)


async def test_words_around_choices_are_those_of_the_knowledge(
    meta: Meta, graph: FakeGraph
) -> None:
    """In the customer's language: Python has no words for them."""
    asked = Reply(text="Quale?", buttons=buttons(*(f"Scelta {at}" for at in range(4))))
    words = ChoiceWords(by_number="Risponda con il numero:", open_list="Vedi le scelte")

    (short,) = fitted(asked, meta.limits, words)
    await meta.send(ANNA, short)
    assert graph.order["interactive"]["action"]["button"] == "Vedi le scelte"

    (long,) = fitted(replace(asked, text="a" * 1025), meta.limits, words)
    await meta.send(ANNA, long)
    assert "\n\nRisponda con il numero:\n1. Scelta 0\n" in graph.order["text"]["body"]


async def test_choices_below_a_long_text_are_numbered_in_it(meta: Meta, graph: FakeGraph) -> None:
    await meta.send(ANNA, Reply(text="a" * 1025, buttons=buttons("Webmail", "PEC")))

    assert graph.order["text"]["body"] == "a" * 1025 + "\n\n1. Webmail\n2. PEC"


async def test_what_meta_could_not_hand_back_is_not_offered(meta: Meta, graph: FakeGraph) -> None:
    await meta.send(ANNA, Reply(text="Quale?", buttons=(Button(text="a", payload="x" * 201),)))

    assert graph.order["type"] == "text"


SIZES = [
    (size, count, length, shown)
    for size in (1, 1024, 1025, 9000)
    for count in (0, 1, 3, 4, 10, 11)
    for length in (1, 20, 24, 72, 500)
    for shown in (None, a_picture())
]


async def test_whatever_is_said_fits_into_what_meta_takes(graph: FakeGraph) -> None:
    gallery = Gallery("https://help.example", "a secret", SetClock(NOW))
    meta = a_meta(httpx.MockTransport(graph.handle), gallery)

    for size, count, length, shown in SIZES:
        choices = buttons(*(["w" * length] * count))
        whole = Reply(text="x" * size, buttons=choices, picture=shown)
        for part in fitted(whole, meta.limits, ChoiceWords(by_number="Rispondi con un numero:")):
            await meta.send(ANNA, part)
            assert faults(graph.order) == [], (size, count, length)


async def test_a_picture_stands_above_its_text(graph: FakeGraph) -> None:
    gallery = Gallery("https://help.example", "a secret", SetClock(NOW))
    meta = a_meta(httpx.MockTransport(graph.handle), gallery)
    link = gallery.address_of(a_picture())

    await meta.send(ANNA, Reply(text="Le fasi", picture=a_picture()))
    alone = graph.order
    await meta.send(ANNA, Reply(text="Le fasi", picture=a_picture(), buttons=buttons("PEC")))

    assert alone["image"] == {"link": link, "caption": "Le fasi"}
    assert graph.order["interactive"]["header"] == {"type": "image", "image": {"link": link}}


async def test_a_message_is_marked_as_read_while_an_answer_is_written(
    meta: Meta, graph: FakeGraph
) -> None:
    heard = InboundMessage(vendor_id="wamid.7", sender=ANNA, text="Ciao", received_at=NOW)

    await meta.show_typing(ANNA, heard)

    assert faults(graph.order) == []
    assert (graph.order["status"], graph.order["message_id"]) == ("read", "wamid.7")
    assert graph.order["typing_indicator"] == {"type": "text"}
    assert meta.typing_lasts == timedelta(seconds=25)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(429, 130429), id="too-many"),
        pytest.param(refused(400, 80007), id="too-many-for-the-account"),
        pytest.param(refused(400, 131056), id="too-many-for-this-person"),
        pytest.param(refused(400, 4), id="too-many-for-the-app"),
        pytest.param(httpx.Response(429, text="slow down"), id="too-many-in-plain-words"),
        pytest.param(refused(500, 131000), id="something-went-wrong"),
        pytest.param(refused(503, 131016), id="overloaded"),
        pytest.param(httpx.Response(502, text="<html>"), id="a-gateway-in-between"),
        pytest.param(refused(401, 190), id="token-lapsed"),
        pytest.param(refused(401, 0), id="token-not-known"),
        pytest.param(httpx.ConnectError("refused"), id="not-reached"),
        pytest.param(httpx.ConnectTimeout("slow"), id="not-reached-in-time"),
    ],
)
async def test_a_passing_failure_may_be_tried_again(
    meta: Meta, graph: FakeGraph, answer: httpx.Response | httpx.TransportError
) -> None:
    failed = await failure(meta, graph, answer)

    assert (failed.permanent, failed.uncertain) == (False, False)


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        pytest.param(refused(400, 131056), timedelta(seconds=6), id="to-one-person"),
        pytest.param(refused(400, 80007), timedelta(minutes=1), id="of-the-account"),
        pytest.param(refused(429, 130429), None, id="of-the-number"),
        pytest.param(
            httpx.Response(429, headers={"Retry-After": "7"}), timedelta(seconds=7), id="as-asked"
        ),
        pytest.param(httpx.Response(429, headers={"Retry-After": "soon"}), None, id="in-words"),
    ],
)
async def test_a_limit_says_how_long_to_wait(
    meta: Meta, graph: FakeGraph, answer: httpx.Response, pause: timedelta | None
) -> None:
    assert (await failure(meta, graph, answer)).retry_after == pause


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.ReadTimeout("slow"), id="no-answer-in-time"),
        pytest.param(httpx.RemoteProtocolError("cut"), id="answer-cut-off"),
        pytest.param(httpx.Response(200, text="<html>"), id="accepted-in-html"),
        pytest.param(httpx.Response(200, json=[]), id="accepted-as-a-list"),
        pytest.param(httpx.Response(200, json={"messages": []}), id="accepted-without-an-id"),
    ],
)
async def test_what_may_have_been_sent_is_uncertain(
    meta: Meta, graph: FakeGraph, answer: httpx.Response | httpx.TransportError
) -> None:
    assert (await failure(meta, graph, answer)).uncertain


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(400, 131047), id="outside-the-window"),
        pytest.param(refused(400, 131026), id="not-on-whatsapp"),
        pytest.param(refused(400, 130472), id="in-an-experiment"),
        pytest.param(refused(400, 131050), id="opted-out"),
        pytest.param(refused(400, 100), id="wrong-parameter"),
        pytest.param(refused(403, 10), id="no-permission"),
        pytest.param(httpx.Response(404, text="not here"), id="wrong-address"),
        pytest.param(httpx.Response(400, json={"error": "odd"}), id="not-metas-form"),
    ],
)
async def test_a_permanent_failure_is_not_tried_again(
    meta: Meta, graph: FakeGraph, answer: httpx.Response
) -> None:
    assert (await failure(meta, graph, answer)).permanent


async def test_a_refusal_is_told_with_its_code_details_and_cure(
    meta: Meta, graph: FakeGraph
) -> None:
    outside = await failure(meta, graph, refused(400, 131047, "More than 24 hours."))
    lapsed = await failure(meta, graph, refused(401, 190))

    assert str(outside) == "Meta refused: 131047 (#131047) no More than 24 hours."
    assert str(lapsed) == "Meta refused: 190 (#190) no; set a new META_ACCESS_TOKEN"


async def failure(
    meta: Meta, graph: FakeGraph, answer: httpx.Response | httpx.TransportError
) -> DeliveryError:
    graph.answers = [answer]
    with pytest.raises(DeliveryError) as failed:
        await meta.send(ANNA, Reply(text="Ciao"))
    return failed.value


RECEIPT = Attachment(media_type="image/jpeg", url="1003/383")
LIES_AT = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"


def located(url: object = LIES_AT) -> httpx.Response:
    return httpx.Response(200, json={"url": url, "mime_type": "image/jpeg", "id": "1003"})


@pytest.mark.parametrize("address", [LIES_AT, "https://graph.test:4443/files/1"])
async def test_a_file_is_fetched_with_the_token_from_where_meta_says(
    meta: Meta, graph: FakeGraph, address: str
) -> None:
    graph.answers = [located(address), httpx.Response(200, content=b"a picture")]

    assert await meta.fetch(RECEIPT) == b"a picture"
    asked, fetched = graph.requests
    assert str(asked.url) == f"{BASE}/1003%2F383?phone_number_id={NUMBER}"
    assert str(fetched.url) == address
    assert {one.headers["authorization"] for one in graph.requests} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/file",
        "http://lookaside.fbsbx.com/file",
        "https://graph.test/file",
        "https://lookaside.fbsbx.com.evil.example/file",
    ],
)
async def test_nobody_else_is_shown_the_token(meta: Meta, graph: FakeGraph, address: str) -> None:
    graph.answers = [located(address)]

    with pytest.raises(FileUnavailable, match="does not lie with Meta"):
        await meta.fetch(RECEIPT)

    assert len(graph.requests) == 1


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([refused(400, 100)], id="not-known-any-more"),
        pytest.param([httpx.Response(200, text="<html>")], id="in-html"),
        pytest.param([located("https://[")], id="at-no-address"),
        pytest.param([located(), httpx.Response(404)], id="gone"),
        pytest.param([located(), httpx.ReadTimeout("slow")], id="not-in-time"),
        pytest.param(
            [located(), httpx.Response(200, content=b"x" * (MAX_FILE_BYTES + 1))], id="too-large"
        ),
    ],
)
async def test_a_file_that_cannot_be_had_says_so(
    meta: Meta, graph: FakeGraph, answers: list[httpx.Response | httpx.TransportError]
) -> None:
    graph.answers = answers

    with pytest.raises(FileUnavailable):
        await meta.fetch(RECEIPT)
