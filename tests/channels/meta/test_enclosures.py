"""Files of colleagues: uploaded to Meta, then sent by their ids."""

import json

import httpx
import pytest

from bot.channels.meta import Meta
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Reply
from bot.ports import EnclosedFile
from tests.builders import an_enclosed_file
from tests.channels.meta.calls import BASE, NUMBER, TOKEN, a_meta
from tests.fake_files import FakeEnclosures

ANNA = Address(channel="meta", id="+390000000001")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GUIDE = an_enclosed_file("guida.xlsx", b"PK a sheet", media_type="application/zip")
PHOTO = an_enclosed_file("foto.png", b"\x89PNG", media_type="image/png")
UPLOADED = httpx.Response(200, json={"id": "M1"})
ACCEPTED = httpx.Response(200, json={"messages": [{"id": "wamid.1"}]})


class Graph:
    """Answers one after the other, and remembers what it was asked."""

    def __init__(self, *answers: httpx.Response | httpx.TransportError) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


def with_files(graph: Graph, *files: EnclosedFile) -> Meta:
    kept = FakeEnclosures()
    kept.keep(files)
    return a_meta(httpx.MockTransport(graph.handle), enclosures=kept)


def reply_with(file: EnclosedFile) -> Reply:
    return Reply(text="", enclosures=(file.enclosure,))


async def test_a_document_is_uploaded_and_sent_under_its_name() -> None:
    graph = Graph(UPLOADED, ACCEPTED)

    assert await with_files(graph, GUIDE).send(ANNA, reply_with(GUIDE)) == "wamid.1"

    upload, order = graph.requests
    assert str(upload.url) == f"{BASE}/{NUMBER}/media"
    assert upload.headers["authorization"] == f"Bearer {TOKEN}"
    assert b"PK a sheet" in upload.content
    assert SHEET.encode() in upload.content
    assert json.loads(order.content) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+390000000001",
        "type": "document",
        "document": {"id": "M1", "filename": "guida.xlsx"},
    }


async def test_a_picture_is_seen_at_once() -> None:
    graph = Graph(UPLOADED, ACCEPTED)

    await with_files(graph, PHOTO).send(ANNA, reply_with(PHOTO))

    assert json.loads(graph.requests[-1].content)["image"] == {"id": "M1"}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.ReadTimeout("late"), id="broken"),
        pytest.param(httpx.Response(503), id="away"),
        pytest.param(httpx.Response(200, text="?"), id="unreadable"),
    ],
)
async def test_an_upload_that_fails_is_tried_again_since_nobody_has_read_it(
    answer: httpx.Response | httpx.TransportError,
) -> None:
    graph = Graph(answer)

    with pytest.raises(DeliveryError) as told:
        await with_files(graph, GUIDE).send(ANNA, reply_with(GUIDE))

    assert (told.value.permanent, told.value.uncertain) == (False, False)
    assert len(graph.requests) == 1


async def test_what_was_erased_meanwhile_is_not_sent() -> None:
    graph = Graph()

    with pytest.raises(DeliveryError, match="not kept") as told:
        await with_files(graph).send(ANNA, reply_with(GUIDE))

    assert told.value.permanent
