import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from bot.domain.conversation import Status
from bot.domain.messages import MAX_INBOUND_CHARS, Button, MessageKind
from bot.ports import Author, LiveEvent, ReplyState
from tests.builders import a_picture
from tests.web.fakes import FakeApp, a_chat, an_entry
from tests.web.streams import Stream, listening

BOT, STAFF, CUSTOMER = Author.BOT, Author.STAFF, Author.CUSTOMER


@pytest.fixture
async def token(client: httpx.AsyncClient) -> str:
    response = await client.post("/chat/sessions")
    return str(response.json()["token"])


@pytest.fixture
async def chat(client: httpx.AsyncClient, app: FakeApp, token: str) -> str:
    """The conversation of the session, once its customer has written."""
    await say(client, token, "Buongiorno")
    return str(app.intake.accepted[0].sender)


async def say(client: httpx.AsyncClient, token: str, text: str, **fields: str) -> httpx.Response:
    body = {"id": str(uuid4()), "text": text, **fields}
    return await client.post("/chat/messages", json=body, headers={"X-Chat-Token": token})


@pytest.fixture
async def stream(web: Starlette, token: str, chat: str) -> AsyncIterator[Stream]:
    async with listening(web, "/chat/events", {"X-Chat-Token": token}) as opened:
        yield opened


def add(app: FakeApp, chat: str, entry_id: str, author: Author, text: str, **more: object) -> None:
    app.store.conversations.transcripts[chat].append(an_entry(entry_id, author, text, **more))
    app.feed.publish(LiveEvent(conversation_id=chat, kind="reply"))


def entries(events: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    return [json.loads(data) for name, _, data in events if name == "entry"]


def texts(events: list[tuple[str, str, str]]) -> list[str]:
    return [entry["text"] for entry in entries(events)]


async def test_each_session_has_a_secret_of_its_own(client: httpx.AsyncClient) -> None:
    tokens = {(await client.post("/chat/sessions")).json()["token"] for _ in range(5)}

    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {22}  # 128 bits in base64


async def test_the_address_does_not_give_the_secret_away(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    response = await say(client, token, "Buongiorno")

    sender = app.intake.accepted[0].sender
    assert response.status_code == 202
    assert sender.channel == "web"
    assert token not in str(sender)


@pytest.mark.parametrize("token", ["", "short", "x" * 23, "x" * 21 + "/", "é" * 22])
async def test_without_a_session_nothing_is_accepted(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    headers = {b"X-Chat-Token": token.encode()}
    body = {"id": str(uuid4()), "text": "Ciao"}

    assert (await client.post("/chat/messages", json=body, headers=headers)).status_code == 401
    assert (await client.get("/chat/events", headers=headers)).status_code == 401
    assert app.intake.accepted == []


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07"])
async def test_an_empty_message_is_refused_with_a_reason(
    client: httpx.AsyncClient, app: FakeApp, token: str, text: str
) -> None:
    response = await say(client, token, text)

    assert response.status_code == 422
    assert "empty" in response.text
    assert app.intake.accepted == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"text=Ciao", id="form"),
        pytest.param(b'{"id": "1", "text": "Ciao"}', id="no-uuid"),
        pytest.param(b'{"id": "6f1c0f6e-8a3b-4a55-9d8e-2b1f5e0a7c11"}', id="no-text"),
        pytest.param(b"[1]", id="list"),
        pytest.param(b'{"id": "\xff', id="not-utf-8"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_what_to_send(
    client: httpx.AsyncClient, token: str, body: bytes
) -> None:
    headers = {"X-Chat-Token": token}
    response = await client.post("/chat/messages", content=body, headers=headers)

    assert response.status_code == 422
    assert "Send JSON" in response.text


async def test_a_hundred_kilobytes_are_refused(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    response = await say(client, token, "x" * 100_000)

    assert response.status_code == 413
    assert app.intake.accepted == []


async def test_a_hundred_kilobytes_are_refused_also_without_a_declared_length(
    client: httpx.AsyncClient, token: str
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    headers = {"X-Chat-Token": token}
    response = await client.post("/chat/messages", content=chunks(), headers=headers)

    assert response.status_code == 413


async def test_a_long_text_is_cut(client: httpx.AsyncClient, app: FakeApp, token: str) -> None:
    response = await say(client, token, "x" * 20_000)

    assert response.status_code == 202
    assert len(app.intake.accepted[0].text) == MAX_INBOUND_CHARS


async def test_control_characters_are_left_out(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    response = await say(client, token, "Ciao\x00 \x1b[31mrosso")

    assert app.intake.accepted[0].text == "Ciao [31mrosso"
    assert response.json() == {"text": "Ciao [31mrosso"}


async def test_half_a_surrogate_is_refused(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    """It is valid JSON but no text, and no database would take it."""
    body = json.dumps({"id": str(uuid4()), "text": "Ciao \ud83d"})

    response = await client.post("/chat/messages", content=body, headers={"X-Chat-Token": token})

    assert response.status_code == 422
    assert app.intake.accepted == []


async def test_a_repeated_message_is_stored_once(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    """The page sends again what it believes lost."""
    body = {"id": str(uuid4()), "text": "Ciao"}

    for _ in range(2):
        await client.post("/chat/messages", json=body, headers={"X-Chat-Token": token})

    assert len(app.intake.accepted) == 1


async def test_the_same_id_from_another_session_is_another_message(
    client: httpx.AsyncClient, app: FakeApp
) -> None:
    body = {"id": str(uuid4()), "text": "Ciao"}

    for _ in range(2):
        token = (await client.post("/chat/sessions")).json()["token"]
        await client.post("/chat/messages", json=body, headers={"X-Chat-Token": token})

    assert len(app.intake.accepted) == 2


async def test_a_tapped_button_carries_its_meaning(
    client: httpx.AsyncClient, app: FakeApp, token: str
) -> None:
    await say(client, token, "Come pago?", payload="intent:payment_methods")

    message = app.intake.accepted[0]
    assert (message.kind, message.payload) == (MessageKind.BUTTON, "intent:payment_methods")


async def test_a_page_without_history_hears_all_of_it(stream: Stream) -> None:
    (name, entry_id, data), state = await stream.take(2)

    assert (name, entry_id) == ("entry", "1")
    assert json.loads(data)["text"] == "Buongiorno"
    assert state[0] == "state"


async def test_replies_come_live_with_their_buttons(
    app: FakeApp, chat: str, stream: Stream
) -> None:
    await stream.take(2)
    add(
        app,
        chat,
        "2",
        BOT,
        "Il rinnovo è automatico.",
        buttons=(Button(text="Quando?", payload="intent:contract_renewal"),),
    )
    add(app, chat, "3", STAFF, "Buongiorno, sono un collega.", name="anna")

    events = await stream.take(4)

    assert texts(events) == ["Il rinnovo è automatico.", "Buongiorno, sono un collega."]
    assert json.loads(events[0][2])["buttons"] == [
        {"text": "Quando?", "payload": "intent:contract_renewal"}
    ]
    assert "anna" not in str(events)


async def test_a_page_that_comes_back_hears_only_what_it_missed(
    web: Starlette, app: FakeApp, token: str, chat: str
) -> None:
    add(app, chat, "2", BOT, "uno")
    add(app, chat, "3", BOT, "due")
    headers = {"X-Chat-Token": token, "Last-Event-ID": "2"}

    async with listening(web, "/chat/events", headers) as stream:
        assert texts(await stream.take(2)) == ["due"]


async def test_a_page_with_an_unknown_last_event_hears_everything(
    web: Starlette, token: str, chat: str
) -> None:
    headers = {"X-Chat-Token": token, "Last-Event-ID": "999"}

    async with listening(web, "/chat/events", headers) as stream:
        assert texts(await stream.take(2)) == ["Buongiorno"]


async def test_nobody_hears_another_chat(web: Starlette, app: FakeApp, chat: str) -> None:
    async with listening(web, "/chat/events", {"X-Chat-Token": "x" * 22}) as stream:
        first = await stream.next()

    assert first[0] == "state"


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param({"author": Author.NOTE, "event": "note"}, id="note"),
        pytest.param({"author": Author.EVENT, "event": "handover"}, id="event"),
        pytest.param({"author": BOT, "state": ReplyState.DROPPED}, id="dropped"),
        pytest.param({"author": BOT, "state": ReplyState.FAILED}, id="failed"),
    ],
)
async def test_what_is_not_for_the_customer_is_never_told(
    app: FakeApp, chat: str, stream: Stream, hidden: dict[str, Author]
) -> None:
    await stream.take(2)
    add(app, chat, "2", text="cliente difficile", **hidden)
    add(app, chat, "3", BOT, "Eccomi")

    assert texts(await stream.take(3)) == ["Eccomi"]


async def test_a_reply_is_told_only_when_it_is_sent_and_keeps_its_place(
    app: FakeApp, chat: str, stream: Stream
) -> None:
    """Until it is sent a colleague may still speak first, and then it is dropped."""
    await stream.take(2)
    add(app, chat, "2", BOT, "uno", state=ReplyState.WAITING)
    add(app, chat, "3", CUSTOMER, "e poi?")
    meanwhile = await stream.next()

    sent = an_entry("2", BOT, "uno", state=ReplyState.SENT)
    app.store.conversations.transcripts[chat][1] = sent  # and nobody says so
    events = [event for event in await stream.take(4) if event[0] == "entry"]

    assert meanwhile[0] == "state"
    assert texts(events) == ["uno", "e poi?"]


async def test_the_page_shows_that_the_bot_is_writing_while_it_owes_an_answer(
    app: FakeApp, chat: str, stream: Stream
) -> None:
    states = [json.loads((await stream.take(2))[1][2])]
    add(app, chat, "2", BOT, "Eccomi")
    states.append(json.loads((await stream.take(2))[1][2]))

    assert states == [{"status": "bot", "typing": True}, {"status": "bot", "typing": False}]


async def test_nobody_is_shown_writing_while_a_colleague_holds_the_chat(
    app: FakeApp, chat: str, stream: Stream
) -> None:
    await stream.take(2)
    app.store.conversations.known[chat] = a_chat(chat, status=Status.STAFF, owner="anna")
    add(app, chat, "2", CUSTOMER, "Ci siete?")

    assert json.loads((await stream.take(2))[1][2]) == {"status": "staff", "typing": False}


async def test_a_picture_comes_with_its_address_and_its_words(
    app: FakeApp, chat: str, stream: Stream
) -> None:
    add(app, chat, "2", BOT, "Le fasi di c1.it", picture=a_picture())

    events = await stream.take(4)

    (shown,) = [entry["picture"] for entry in entries(events) if entry["picture"]]
    assert shown["alt"] == a_picture().alt
    assert app.pictures.address_of(a_picture()).endswith(shown["src"])
