"""What colleagues see of whether something reaches a customer."""

from datetime import timedelta

import pytest

from bot.domain.conversation import Status
from bot.domain.messages import Reply
from bot.ports import Author, ReplyState
from tests.web.browser import Browser
from tests.web.fakes import FakeApp, a_chat, an_entry

CHAT = "/desk/chats/whatsapp%3A1"

pytestmark = pytest.mark.usefixtures("waiting")


async def page(anna: Browser) -> str:
    return (await anna.get(CHAT)).text


@pytest.mark.parametrize(
    ("left", "words"),
    [
        pytest.param(timedelta(hours=3, minutes=12, seconds=5), "3 ore e 12 minuti", id="hours"),
        pytest.param(timedelta(hours=1), "1 ora", id="an-hour"),
        pytest.param(timedelta(minutes=59), "59 minuti", id="minutes"),
        pytest.param(timedelta(seconds=5), "1 minuto", id="seconds"),
    ],
)
async def test_the_head_of_a_chat_counts_down(
    anna: Browser, app: FakeApp, left: timedelta, words: str
) -> None:
    app.overview.time_left = left

    shown = await page(anna)

    assert f"WhatsApp: ancora {words}</p>" in shown
    assert ('class="window care"' in shown) is (left < timedelta(hours=1))
    assert "window-closed" not in shown


async def test_where_one_may_always_write_nothing_is_counted(anna: Browser) -> None:
    assert "ancora" not in await page(anna)


async def test_the_countdown_is_fetched_anew_every_minute(anna: Browser, app: FakeApp) -> None:
    app.overview.time_left = timedelta(minutes=7)

    assert 'hx-trigger="sse:chat, every 60s"' in await page(anna)
    assert "ancora 7 minuti" in (await anna.get(f"{CHAT}/parts")).text


async def test_once_it_is_too_late_the_composer_shows_what_still_gets_through(
    anna: Browser, app: FakeApp
) -> None:
    app.overview.time_left = timedelta(0)
    app.overview.notices = {"ready": Reply(text="Una risposta La aspetta.")}

    for shown in (await page(anna), (await anna.get(f"{CHAT}/parts")).text):
        assert "finestra di 24 ore chiusa" in shown
        assert "Una risposta La aspetta." in shown
        assert f'action="{CHAT}/notice"' in shown


async def test_without_an_approved_message_the_telephone_is_left(
    anna: Browser, app: FakeApp
) -> None:
    app.overview.time_left = timedelta(0)

    shown = await page(anna)

    assert "usi un altro mezzo" in shown
    assert f'action="{CHAT}/notice"' not in shown


async def test_in_a_closed_chat_nothing_is_offered(anna: Browser, app: FakeApp) -> None:
    app.overview.time_left = timedelta(0)
    app.store.conversations.known["whatsapp:1"] = a_chat("whatsapp:1", status=Status.CLOSED)

    assert "window-closed" not in await page(anna)


@pytest.mark.parametrize(
    ("why", "words"), [("opted_out", "(STOP)"), ("blocked", "ha bloccato la chat")]
)
async def test_who_cannot_be_reached_is_shown_as_such(
    anna: Browser, app: FakeApp, why: str, words: str
) -> None:
    app.overview.barred = why
    app.overview.time_left = timedelta(hours=1)

    shown = await page(anna)

    assert words in shown
    assert "ancora 1 ora" not in shown


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param("window", "non è partito, sono passate più di 24 ore", id="ours"),
        pytest.param("Twilio refused: 63003 no", "non è su WhatsApp (Twilio 63003)", id="known"),
        pytest.param("63049", "non disturbare il cliente (Twilio 63049)", id="by-callback"),
        pytest.param("Twilio refused: 12345 odd", "Twilio refused: 12345 odd", id="unknown"),
        pytest.param("The channel is off.", "The channel is off.", id="no-number"),
    ],
)
async def test_a_failure_is_explained(anna: Browser, app: FakeApp, error: str, words: str) -> None:
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry(author=Author.STAFF, text="Eccomi", state=ReplyState.FAILED, error=error)
    ]

    assert words in await page(anna)
