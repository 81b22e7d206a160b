"""What colleagues do."""

from datetime import timedelta

import pytest
from starlette.applications import Starlette

from bot.domain.conversation import Status
from bot.domain.messages import Reply
from bot.ports import LiveEvent
from tests.web.browser import HTMX, Browser
from tests.web.fakes import FakeApp, a_chat
from tests.web.streams import listening

CHAT = "/desk/chats/whatsapp%3A1"

pytestmark = pytest.mark.usefixtures("waiting")


async def test_a_colleague_takes_answers_and_gives_back(anna: Browser, app: FakeApp) -> None:
    known = app.store.conversations.known

    await anna.post(f"{CHAT}/claim")
    assert known["whatsapp:1"].owner == "anna"
    await anna.post(f"{CHAT}/reply", text="Eccomi\r\nsubito")
    assert app.desk.said == [("reply", "whatsapp:1", "anna", "Eccomi\nsubito")]
    await anna.post(f"{CHAT}/give-back")
    assert known["whatsapp:1"].status is Status.BOT


async def test_a_colleague_closes_a_chat(anna: Browser, app: FakeApp) -> None:
    await anna.post(f"{CHAT}/claim")
    response = await anna.post(f"{CHAT}/close")

    assert response.headers["location"] == CHAT
    assert app.store.conversations.known["whatsapp:1"].status is Status.CLOSED


async def test_a_colleague_sends_an_approved_message(anna: Browser, app: FakeApp) -> None:
    app.overview.time_left = timedelta(0)
    app.overview.notices = {"ready": Reply(text="Una risposta La aspetta.")}

    await anna.post(f"{CHAT}/notice", name="ready")
    gone = await anna.post(f"{CHAT}/notice", name="gone")

    assert app.desk.said == [("notice", "whatsapp:1", "anna", "Una risposta La aspetta.")]
    assert gone.status_code == 422
    assert "non si può inviare ora" in gone.text


async def test_a_note_never_reaches_the_customer_whichever_button_sent_it(
    anna: Browser, app: FakeApp
) -> None:
    """Enter in a form presses its first button, whatever the colleague had chosen."""
    await anna.post(f"{CHAT}/reply", text="cliente difficile", mode="note")
    await anna.post(f"{CHAT}/note", text="molto")

    assert [how for how, *_ in app.desk.said] == ["note", "note"]


async def test_the_second_colleague_hears_who_was_first_and_keeps_the_text(
    anna: Browser, app: FakeApp
) -> None:
    app.store.conversations.known["whatsapp:1"] = a_chat(
        "whatsapp:1", status=Status.STAFF, owner="bruno"
    )

    plain = await anna.post(f"{CHAT}/reply", text="Ci penso io")
    live = await anna.post(f"{CHAT}/reply", HTMX, text="Ci penso io")

    assert (plain.status_code, live.status_code) == (409, 409)
    assert "già in carico a bruno" in plain.text
    assert "già in carico a bruno" in live.text
    assert ">Ci penso io</textarea>" in plain.text


async def test_a_closed_chat_cannot_be_taken(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.known["whatsapp:1"] = a_chat("whatsapp:1", status=Status.CLOSED)

    response = await anna.post(f"{CHAT}/claim", HTMX)

    assert response.status_code == 409
    assert "si riapre quando il cliente scrive" in response.text


async def test_a_chat_not_held_cannot_be_closed(anna: Browser) -> None:
    response = await anna.post(f"{CHAT}/close", HTMX)

    assert response.status_code == 409
    assert "Prima prenda la chat" in response.text


@pytest.mark.parametrize("text", ["", "  ", "\x00"])
async def test_an_empty_answer_is_not_sent(anna: Browser, app: FakeApp, text: str) -> None:
    response = await anna.post(f"{CHAT}/reply", HTMX, text=text)

    assert response.status_code == 422
    assert "Il testo è vuoto" in response.text


async def test_a_colleague_vouches_for_a_customer(anna: Browser, app: FakeApp) -> None:
    app.desk.contracts = {"DEMO-0005"}

    unknown = await anna.post(f"{CHAT}/vouch", HTMX, contract_id="DEMO-9999")
    await anna.post(f"{CHAT}/vouch", contract_id="DEMO-0005")

    assert unknown.status_code == 422
    assert "Nessun contratto" in unknown.text
    assert app.store.conversations.known["whatsapp:1"].vouched_for == "DEMO-0005"


async def test_an_unknown_step_is_not_found(anna: Browser) -> None:
    assert (await anna.post(f"{CHAT}/explode")).status_code == 404


async def test_a_step_brings_the_changed_parts_and_never_the_composer(anna: Browser) -> None:
    response = await anna.post(f"{CHAT}/claim", HTMX)

    assert response.headers["hx-trigger"] == "done"
    for part in ("notice", "status", "latest", "card"):
        assert f'id="{part}" hx-swap-oob' in response.text
    assert "<textarea" not in response.text


async def test_a_refresh_leaves_the_notice_alone(anna: Browser) -> None:
    assert 'id="notice"' not in (await anna.get(f"{CHAT}/parts", HTMX)).text


async def test_the_console_hears_what_to_refresh(
    anna: Browser, web: Starlette, app: FakeApp
) -> None:
    cookie = "; ".join(f"{name}={text}" for name, text in anna.client.cookies.items())

    async with listening(web, "/desk/events?chat=whatsapp:1", {"cookie": cookie}) as stream:
        begin = await stream.take(2)
        app.feed.publish(LiveEvent(conversation_id="web:9", kind="message"))
        other = await stream.take(1)
        app.feed.publish(LiveEvent(conversation_id="whatsapp:1", kind="message"))
        app.feed.publish(LiveEvent(conversation_id="whatsapp:1", kind="reply"))
        own = await stream.take(2)

    assert [name for name, *_ in begin + other + own] == [
        "queue",
        "chat",
        "queue",
        "queue",
        "chat",
    ]
