"""The page with the desk's numbers, and ratings in a chat."""

from datetime import datetime, timedelta

import httpx
import pytest

from bot.domain.calendar import ROME
from bot.domain.conversation import Status
from bot.domain.rating import Rating
from bot.ports import Author, Comment, Numbers
from tests.web.browser import Browser
from tests.web.fakes import NOW, FakeApp, a_chat, an_entry

CHAT = "/desk/chats/whatsapp%3A1"
NUMBERS = Numbers(
    since=NOW,
    until=NOW,
    chats=40,
    bot_alone=30,
    handed_over=10,
    handovers={"asked": 6, "complaint": 4},
    replied=9,
    median_wait=timedelta(minutes=12),
    longest_wait=timedelta(hours=26, minutes=3),
    closings={"solved": 7, "": 2},
    asked=8,
    ratings={Rating.GOOD: 3, Rating.FAIR: 1, Rating.BAD: 0},
    comments=[
        Comment(conversation_id="whatsapp:1", rating=Rating.FAIR, text="<b>Lenti</b>", at=NOW)
    ],
)


async def test_the_numbers_are_behind_the_login(client: httpx.AsyncClient) -> None:
    assert (await client.get("/desk/numbers")).status_code == 303


async def test_every_page_of_the_console_leads_to_the_numbers(anna: Browser) -> None:
    assert 'href="/desk/numbers"' in (await anna.get("/desk")).text


@pytest.mark.parametrize(
    ("query", "days"),
    [
        pytest.param("", 7, id="usual"),
        pytest.param("?days=30", 30, id="a-month"),
        pytest.param("?days=90", 90, id="a-quarter"),
        pytest.param("?days=8000", 7, id="not-offered"),
        pytest.param("?days=x", 7, id="no-number"),
    ],
)
async def test_a_period_begins_at_midnight_in_italy(
    anna: Browser, app: FakeApp, query: str, days: int
) -> None:
    page = await anna.get(f"/desk/numbers{query}")

    today = datetime(2026, 11, 26, tzinfo=ROME)
    assert app.store.numbers.known.since == today - timedelta(days=days - 1)
    assert f'days={days}" aria-current="page"' in page.text


async def test_the_numbers_are_shown_with_their_shares(anna: Browser, app: FakeApp) -> None:
    app.store.numbers.known = NUMBERS
    text = " ".join((await anna.get("/desk/numbers")).text.split())

    for row in (
        'risposte dal solo bot</th> <td class="count">30</td>',
        'ha chiesto una persona</th> <td class="count">6</td>',
        "<span>60%</span>",
        "<dd>12 minuti</dd>",
        "<dd>26 ore e 3 minuti</dd>",
        'Risolta</th> <td class="count">7</td>',
        'Senza motivo indicato</th> <td class="count">2</td>',
        'così così</th> <td class="count">1</td>',
        "Hanno risposto in 4 su 8.",
    ):
        assert row in text
    assert "style=" not in text


async def test_a_comment_is_shown_as_text_with_its_chat(anna: Browser, app: FakeApp) -> None:
    app.store.numbers.known = NUMBERS
    text = (await anna.get("/desk/numbers")).text

    assert "&lt;b&gt;Lenti&lt;/b&gt;" in text
    assert f'<a href="{CHAT}">Apri la chat (WhatsApp, 26 nov alle 11:00)</a>' in text


async def test_without_anything_to_count_the_page_says_so(anna: Browser) -> None:
    text = (await anna.get("/desk/numbers")).text

    for words in (
        "Nessuna chat passata a un collega.",
        "Nessuna risposta in questo periodo.",
        "Nessuna chat chiusa da un collega.",
        "Nessun cliente interpellato in questo periodo.",
    ):
        assert words in text
    assert "<meter" not in text
    assert "Commenti" not in text


async def test_a_rating_is_told_in_its_chat(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.known["whatsapp:1"] = a_chat("whatsapp:1", status=Status.CLOSED)
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("1", Author.EVENT, "fair", event="rated"),
        an_entry("2", Author.CUSTOMER, "Siete stati lenti"),
        an_entry("3", Author.EVENT, "", event="rating_comment"),
    ]
    text = " ".join((await anna.get(CHAT)).text.split())

    assert "Il cliente ha valutato: così così" in text
    assert "Siete stati lenti" in text
    assert "Il cliente ha aggiunto un commento" in text


async def test_a_colleague_closes_without_asking(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.known["whatsapp:1"] = a_chat("whatsapp:1", status=Status.WAITING)
    await anna.post(f"{CHAT}/claim")
    assert "andata" not in (await anna.get(CHAT)).text

    app.overview.asks_rating = True
    assert "Non chiedere al cliente" in (await anna.get(CHAT)).text
    await anna.post(f"{CHAT}/close", reason="solved", silent="yes")

    assert app.desk.said == [("not_asked", "whatsapp:1")]
    assert app.store.conversations.known["whatsapp:1"].status is Status.CLOSED
