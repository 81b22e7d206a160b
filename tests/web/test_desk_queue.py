"""The list of chats and long transcripts, as pages show them."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.domain.contract import Standing
from bot.domain.conversation import HandoverReason, Status
from bot.ports import Author
from tests.web.browser import Browser
from tests.web.fakes import NOW, FakeApp, a_chat, an_entry

CHAT = "/desk/chats/whatsapp%3A1"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("waiting")


def words_of(page: str) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


async def test_a_row_says_all_that_decides_what_to_open_first(anna: Browser, app: FakeApp) -> None:
    known = app.store.conversations.known
    known["whatsapp:1"] = replace(known["whatsapp:1"], language="en")
    app.queue.standings["whatsapp:1"] = Standing.SUSPENDED
    app.queue.left["whatsapp:1"] = timedelta(hours=3, minutes=12)

    row = words_of((await anna.get("/desk/queue")).text)

    assert "Mario 12 minuti WhatsApp inglese reclamo sospeso ancora 3 ore" in row


async def test_of_the_usual_a_row_says_nothing(anna: Browser) -> None:
    row = words_of((await anna.get("/desk/queue")).text)

    assert "Mario 12 minuti WhatsApp reclamo Non funziona nulla" in row


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(hours=23, minutes=59), '<span class="window">ancora 23 ore'),
        (HOUR, '<span class="window">ancora 1 ora'),
        (HOUR - timedelta(seconds=1), '<span class="window care">ancora 59 minuti'),
        (timedelta(seconds=5), '<span class="window care">ancora 1 minuto'),
        (timedelta(0), '<span class="window bad">finestra chiusa'),
    ],
)
async def test_time_that_runs_out_is_seen(
    anna: Browser, app: FakeApp, left: timedelta, told: str
) -> None:
    app.queue.left["whatsapp:1"] = left

    assert told in (await anna.get("/desk/queue")).text


async def test_tabs_tell_how_many_chats_they_have(anna: Browser, app: FakeApp) -> None:
    for number in range(60):
        app.store.conversations.known[f"web:{number}"] = a_chat(
            f"web:{number}", status=Status.SNOOZED
        )

    page = (await anna.get("/desk/queue?tab=snoozed")).text

    assert "In attesa 1 Mie 0 Tutte 61 Rimandate 60 Chiuse 0" in words_of(page)
    assert 'data-waiting="1"' in page


async def test_a_long_list_comes_in_pages(anna: Browser, app: FakeApp) -> None:
    for number in range(60):
        app.store.conversations.known[f"web:{number}"] = a_chat(f"web:{number}")

    first = (await anna.get("/desk/queue?tab=all&open=web:3")).text
    following = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert following
    second = (await anna.get(following[1].replace("&amp;", "&"))).text

    assert following[1].startswith("/desk/chats/web%3A3?tab=all&amp;after=")
    assert first.count('class="row ') == 50
    assert second.count('class="row ') == 11
    assert "Dall\u2019inizio" in second
    assert "Le successive" not in second


async def test_filters_are_kept_by_every_way_out_of_the_list(anna: Browser, app: FakeApp) -> None:
    known = app.store.conversations.known
    known["telegram:2"] = replace(
        known["whatsapp:1"],
        id="telegram:2",
        address=a_chat("telegram:2").address,
        name="Giulia",
        reason=HandoverReason.ASKED,
    )

    page = (await anna.get("/desk?tab=waiting&channel=telegram&reason=asked")).text

    kept = "channel=telegram&amp;reason=asked"
    assert f'/desk/chats/telegram%3A2?tab=waiting&amp;{kept}"' in page
    assert f'/desk?tab=closed&amp;{kept}"' in page
    assert '<option value="telegram" selected>' in page
    assert '<option value="asked" selected>' in page
    assert "Mario" not in page
    assert "<details open>" in page


async def test_filters_that_leave_nothing_say_so(anna: Browser) -> None:
    page = (await anna.get("/desk/queue?language=en")).text

    assert "Nessuna chat con questi filtri." in page


async def test_an_address_with_odd_filters_shows_all(anna: Browser) -> None:
    odd = quote("\0'\"<x>")

    page = await anna.get(f"/desk/queue?channel={odd}&language={odd}&reason={odd}&after={odd}")

    assert "Mario" in page.text


async def test_what_is_found_is_shown_with_its_words_marked(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("i7", text="Il sito <b>non</b> funziona più"),
        an_entry("o8", Author.BOT, "Controllo"),
    ]

    page = (await anna.get("/desk/queue?words=FUNZ&tab=closed")).text

    assert "1 risultato in tutte le chat" in words_of(page)
    assert "Il sito &lt;b&gt;non&lt;/b&gt; <mark>funziona</mark> più" in page
    assert f'href="{CHAT}?tab=closed&amp;words=FUNZ&amp;at=i7#entry-i7"' in page
    assert 'aria-current="page"' not in page


async def test_who_is_found_is_shown_with_what_they_are_known_by(
    anna: Browser, app: FakeApp
) -> None:
    known = app.store.conversations.known
    known["whatsapp:1"] = replace(
        known["whatsapp:1"], phone="+393291234567", contract_id="DEMO-0005"
    )

    page = (await anna.get(f"/desk?words={quote('329 1234567')}")).text

    assert "Mario WhatsApp in attesa chi scrive +393291234567 DEMO-0005" in words_of(page)
    assert 'value="329 1234567"' in page


@pytest.mark.parametrize("words", ['"', "' OR", "*", "a\0b", "%", "<script>"])
async def test_a_search_for_signs_finds_nothing(anna: Browser, words: str) -> None:
    page = await anna.get(f"/desk/queue?words={quote(words)}")

    assert "Nessun risultato" in page.text


async def test_blanks_are_no_search(anna: Browser) -> None:
    assert "Mario" in (await anna.get("/desk/queue?words=%20")).text


async def test_many_results_say_that_there_may_be_more(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry(f"i{number}", text="uguale") for number in range(50)
    ]

    assert "I 50 risultati più recenti" in (await anna.get("/desk/queue?words=uguale")).text


def talk(app: FakeApp, count: int) -> None:
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry(f"i{number}", text=f"numero {number}", at=NOW + timedelta(seconds=number))
        for number in range(count)
    ]


def shown(page: str) -> list[int]:
    """Return the numbers of the entries on a page."""
    return [int(one) for one in re.findall(r'id="entry-i(\d+)"', page)]


async def test_a_long_chat_opens_at_its_end(anna: Browser, app: FakeApp) -> None:
    talk(app, 250)

    page = (await anna.get(CHAT)).text

    assert shown(page) == list(range(150, 250))
    assert f'href="{CHAT}?before=i150"' in page
    assert "Vai agli ultimi messaggi" not in page


async def test_a_short_chat_has_nothing_before(anna: Browser, app: FakeApp) -> None:
    talk(app, 100)

    assert "Messaggi precedenti" not in (await anna.get(CHAT)).text


async def test_what_was_before_can_be_had_part_by_part(anna: Browser, app: FakeApp) -> None:
    talk(app, 250)

    part = (await anna.get(f"{CHAT}/earlier?before=i150")).text
    first = (await anna.get(f"{CHAT}/earlier?before=i50")).text

    assert (shown(part), shown(first)) == (list(range(50, 150)), list(range(50)))
    assert f'{CHAT}/earlier?before=i50"' in part
    assert "Messaggi precedenti" not in first


async def test_without_scripts_an_earlier_part_is_a_page(anna: Browser, app: FakeApp) -> None:
    talk(app, 250)

    page = (await anna.get(f"{CHAT}?before=i150")).text

    assert shown(page) == list(range(50, 150))
    assert f'href="{CHAT}">Vai agli ultimi messaggi' in page
    assert 'id="latest"' not in page


async def test_a_found_message_is_shown_with_what_is_around_it(
    anna: Browser, app: FakeApp
) -> None:
    talk(app, 250)

    page = (await anna.get(f"{CHAT}?at=i120")).text

    assert shown(page)[0] < 120 < shown(page)[-1] < 249


async def test_a_page_asks_for_all_since_its_first_entry(anna: Browser, app: FakeApp) -> None:
    talk(app, 250)
    page = (await anna.get(CHAT)).text
    since = re.search(r'id="since" name="since" value="(\w+)"', page)
    assert since
    talk(app, 260)

    parts = (await anna.get(f"{CHAT}/parts?since={since[1]}")).text
    step = (await anna.post(f"{CHAT}/claim", {"HX-Request": "true"}, since=since[1])).text

    assert shown(parts) == shown(step) == list(range(150, 260))
    assert f'name="since" value="{since[1]}"' in parts


async def test_a_page_with_an_earlier_part_keeps_it(anna: Browser, app: FakeApp) -> None:
    talk(app, 250)

    parts = (await anna.get(f"{CHAT}/parts?older=1")).text

    assert shown(parts) == []
    assert 'id="status"' in parts


async def test_what_is_quoted_from_an_earlier_part_is_shown(anna: Browser, app: FakeApp) -> None:
    talk(app, 250)
    entries = app.store.conversations.transcripts["whatsapp:1"]
    entries[0] = replace(entries[0], id_in_chat="A", text="Quello di prima")
    entries.append(an_entry("i250", text="Proprio questo", refers_to="A"))

    page = (await anna.get(CHAT)).text

    assert '<blockquote class="quoted">Quello di prima</blockquote>' in page


async def test_keys_find_what_they_press(anna: Browser, app: FakeApp) -> None:
    page = (await anna.get(CHAT)).text
    await anna.post(f"{CHAT}/claim")
    held = (await anna.get(CHAT)).text

    keys = {key for key in "c12345u?" if f'data-key="{key}"' in page}
    assert keys == set("c12345u?")
    assert {key for key in "cbe" if f'data-key="{key}"' in held} == set("be")
