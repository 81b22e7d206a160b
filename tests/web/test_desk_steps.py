"""What colleagues do."""

import re
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from bot.domain.conversation import Status
from bot.domain.messages import Reply
from bot.ports import Author, LiveEvent
from tests.web.browser import HTMX, Browser
from tests.web.fakes import FakeApp, a_chat, an_entry
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
    response = await anna.post(f"{CHAT}/close", reason="solved")

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
    response = await anna.post(f"{CHAT}/close", HTMX, reason="solved")

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


async def held(anna: Browser) -> None:
    await anna.post(f"{CHAT}/claim")


async def test_a_colleague_lets_a_chat_go(anna: Browser, app: FakeApp) -> None:
    await held(anna)

    response = await anna.post(f"{CHAT}/let-go", HTMX)

    assert response.status_code == 200
    assert app.store.conversations.known["whatsapp:1"].status is Status.WAITING
    assert ">Prendi</button>" in response.text


async def test_a_colleague_passes_a_chat_on_with_a_note(anna: Browser, app: FakeApp) -> None:
    await held(anna)

    unknown = await anna.post(f"{CHAT}/transfer", HTMX, to="carla")
    await anna.post(f"{CHAT}/transfer", to="bruno", remark="conosce il caso")

    assert unknown.status_code == 422
    assert "un altro collega con questo nome" in unknown.text
    assert app.store.conversations.known["whatsapp:1"].owner == "bruno"
    assert app.desk.said == [("transfer", "whatsapp:1", "bruno", "conosce il caso")]


async def test_a_colleague_puts_a_chat_off_and_takes_it_up(anna: Browser, app: FakeApp) -> None:
    await held(anna)
    page = await anna.get(CHAT)
    past = await anna.post(f"{CHAT}/snooze", HTMX, until="2020-01-01T10:00")
    asleep = await anna.post(f"{CHAT}/snooze", HTMX, until="2026-11-30T09:30")
    twice = await anna.post(f"{CHAT}/snooze", HTMX, until="hour")
    await anna.post(f"{CHAT}/claim")

    assert 'value="2026-11-30T09:30"' in page.text
    assert past.status_code == 422
    assert "Non si può rimandare a quel momento" in past.text
    assert "fino a lunedì 30 novembre alle 9.30" in asleep.text
    assert (twice.status_code, "già rimandata" in twice.text) == (409, True)
    assert app.store.conversations.known["whatsapp:1"].status is Status.STAFF


@pytest.mark.parametrize(
    ("form", "how"), [({"tells": "yes"}, "told"), ({}, "untold")], ids=["told", "untold"]
)
async def test_the_customer_is_told_if_the_box_is_ticked(
    anna: Browser, app: FakeApp, form: dict[str, str], how: str
) -> None:
    app.overview.given_back = Reply(text="Da qui risponde il bot.")
    await held(anna)
    page = await anna.get(CHAT)

    await anna.post(f"{CHAT}/give-back", None, **form)

    assert "Da qui risponde il bot." in page.text
    assert app.desk.said == [("give_back", "whatsapp:1", "anna", how)]


async def test_who_cannot_be_reached_is_not_told(anna: Browser) -> None:
    await held(anna)

    page = await anna.get(CHAT)

    assert "Al cliente ora non si può scrivere" in page.text
    assert 'name="tells"' not in page.text


@pytest.mark.parametrize("reason", ["", "because", "SOLVED"])
async def test_a_chat_is_not_closed_without_one_of_our_reasons(
    anna: Browser, app: FakeApp, reason: str
) -> None:
    await held(anna)

    response = await anna.post(f"{CHAT}/close", HTMX, reason=reason)

    assert response.status_code == 422
    assert "scelga un motivo" in response.text
    assert app.store.conversations.known["whatsapp:1"].status is Status.STAFF


async def test_a_closed_chat_says_why_and_is_opened_again(anna: Browser, app: FakeApp) -> None:
    await held(anna)
    closed = await anna.post(f"{CHAT}/close", HTMX, reason="duplicate")
    await anna.post(f"{CHAT}/open-again")

    assert "Doppione di un" in closed.text
    assert ">Riapri</button>" in closed.text
    assert app.store.conversations.known["whatsapp:1"].owner == "anna"


@pytest.mark.parametrize(
    ("step", "form"),
    [
        pytest.param("let-go", {}, id="let-go"),
        pytest.param("transfer", {"to": "bruno"}, id="transfer"),
        pytest.param("give-back", {}, id="give-back"),
        pytest.param("close", {"reason": "solved"}, id="close"),
    ],
)
async def test_a_step_made_twice_says_kindly_what_is_now_the_case(
    anna: Browser, app: FakeApp, step: str, form: dict[str, str]
) -> None:
    """Two tabs, the back button, a double click: the form of a page that is out of date."""
    await held(anna)
    await anna.post(f"{CHAT}/{step}", None, **form)
    after = app.store.conversations.known["whatsapp:1"]

    plain = await anna.post(f"{CHAT}/{step}", None, **form)
    live = await anna.post(f"{CHAT}/{step}", HTMX, **form)

    now = {
        Status.WAITING: "non è in carico a nessuno (in attesa)",
        Status.STAFF: "già in carico a bruno",
        Status.BOT: "non è in carico a nessuno (risponde il bot)",
        Status.CLOSED: "La chat è chiusa",
    }[after.status]
    for response in (plain, live):
        assert response.status_code == 409
        assert now in response.text
    assert app.store.conversations.known["whatsapp:1"] == after


async def test_each_button_can_be_pressed_by_its_letter(anna: Browser, app: FakeApp) -> None:
    free = (await anna.get(CHAT)).text
    await held(anna)
    mine = (await anna.get(CHAT)).text
    await anna.post(f"{CHAT}/snooze", until="hour")
    asleep = (await anna.get(CHAT)).text

    assert letters(free) == ["u", "c"]
    assert letters(mine) == ["u", "l", "t", "s", "b", "e"]
    assert letters(asleep) == ["u", "c", "l", "t", "b", "e"]


def letters(page: str) -> list[str]:
    """Return the letters of the buttons in the head of a chat."""
    head = page.partition('id="status"')[2].partition("</header>")[0]
    return re.findall(r'data-key="(\w)"', head)


async def test_who_has_no_colleague_passes_nothing_on(anna: Browser, app: FakeApp) -> None:
    app.overview.colleagues = []
    await held(anna)

    assert "Non ci sono altri colleghi" in (await anna.get(CHAT)).text


async def test_the_transcript_tells_what_was_done(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("1", Author.EVENT, "2026-11-30T08:30:00+00:00", event="snooze", name="anna"),
        an_entry("2", Author.EVENT, "", event="woken"),
        an_entry("3", Author.EVENT, "bruno", event="transfer", name="anna"),
        an_entry("4", Author.EVENT, "no_answer", event="close", name="bruno"),
        an_entry("5", Author.EVENT, "", event="close", name="bruno"),
        an_entry("6", Author.EVENT, "too_large", event="file_failed"),
        an_entry("7", Author.EVENT, "asked", event="handover"),
    ]

    page = (await anna.get(CHAT)).text
    said = [
        " ".join(one.split())
        for one in re.findall(r'class="event".*?>(.*?)<time', page, re.DOTALL)
    ]

    assert said == [
        "<strong>anna</strong> ha rimandato la chat a lunedì 30 novembre alle 9.30",
        "La chat rimandata è di nuovo qui",
        "<strong>anna</strong> ha passato la chat a bruno",
        "<strong>bruno</strong> ha chiuso la chat: il cliente non risponde",
        "<strong>bruno</strong> ha chiuso la chat",
        "Un allegato del cliente non è arrivato: supera i 20 MB",
        "Passata a un collega: ha chiesto una persona",
    ]
