"""What stands around the field in which colleagues write, and beside the chat."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from bot.domain.calendar import DeskCalendar
from bot.domain.canned import GAP, Blank, Filled, Gap
from bot.domain.conversation import Status
from bot.domain.domain_timeline import domain_timeline
from bot.domain.known_contract import KnownContract, known
from bot.domain.registry import Phase
from bot.ports import PRESENCE, Author, Evidence, LiveEvent, OtherChat
from bot.service.earlier import Before, Episode
from bot.service.presence import Doing
from tests.builders import a_contract
from tests.web.browser import HTMX, Browser
from tests.web.fakes import NOW, FakeApp, a_chat, an_entry
from tests.web.streams import listening

CHAT = "/desk/chats/whatsapp%3A1"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
READY = Filled(
    name="invoice",
    title="Fattura",
    text=f"La fattura è di {GAP}.",
    gaps=(Gap(placeholder="amount", why=Blank.UNVERIFIED),),
)

pytestmark = pytest.mark.usefixtures("waiting")


# --- Ready replies


async def test_ready_replies_are_listed_with_what_is_missing_and_why(
    anna: Browser, app: FakeApp
) -> None:
    app.helpers.canned.replies = [READY]

    page = (await anna.get(f"{CHAT}/canned")).text

    assert f'data-text="La fattura è di {GAP}."' in page
    assert "importo (chi scrive non è verificato)" in page


async def test_without_scripts_a_ready_reply_comes_with_the_page(
    anna: Browser, app: FakeApp
) -> None:
    app.helpers.canned.replies = [READY]

    page = (await anna.get(f"{CHAT}?canned=invoice")).text
    other = (await anna.get(f"{CHAT}?canned=nothing")).text

    assert f">La fattura è di {GAP}.</textarea>" in page
    assert "Da completare: importo (chi scrive non è verificato)" in page
    assert "></textarea>" in other


@pytest.mark.parametrize("headers", [None, HTMX])
async def test_a_reply_with_a_gap_is_refused_kindly_and_kept(
    anna: Browser, app: FakeApp, headers: dict[str, str] | None
) -> None:
    refused = await anna.post(f"{CHAT}/reply", headers, text="Sono […] euro", mode="reply")

    assert refused.status_code == 422
    assert "ancora […]: lo completi" in refused.text
    assert headers or ">Sono […] euro</textarea>" in refused.text
    assert app.desk.said == []


async def test_a_note_may_have_a_gap(anna: Browser, app: FakeApp) -> None:
    await anna.post(f"{CHAT}/reply", text="manca […]", mode="note")

    assert app.desk.said == [("note", "whatsapp:1", "anna", "manca […]")]


async def test_after_the_window_nothing_free_is_sent_and_the_text_is_kept(
    anna: Browser, app: FakeApp
) -> None:
    app.overview.time_left = timedelta(0)

    page = (await anna.get(CHAT)).text
    refused = await anna.post(f"{CHAT}/reply", text="Eccomi", mode="reply")
    await anna.post(f"{CHAT}/reply", text="richiamare", mode="note")

    assert '<p id="locked" class="locked only-reply">' in page
    assert "data-locked" in page
    assert refused.status_code == 409
    assert "non accetta testi liberi" in refused.text
    assert ">Eccomi</textarea>" in refused.text
    assert app.desk.said == [("note", "whatsapp:1", "anna", "richiamare")]


async def test_while_the_window_is_open_nothing_is_locked(anna: Browser) -> None:
    page = (await anna.get(CHAT)).text

    assert '<p id="locked" class="locked only-reply" hidden>' in page
    assert "data-locked" not in page


# --- Preview


async def test_a_preview_says_how_many_messages_and_characters(anna: Browser) -> None:
    short = (await anna.post(f"{CHAT}/preview", HTMX, text="ciao")).text
    long = (await anna.post(f"{CHAT}/preview", HTMX, text="a " * 1000)).text
    empty = (await anna.post(f"{CHAT}/preview", HTMX, text=" ")).text

    assert "1 messaggio, 4 caratteri" in short
    assert "lo divide in 2 messaggi" in long
    assert long.count('class="bubble"') == 2
    assert "bubble" not in empty


async def test_what_is_pasted_is_shown_and_never_run(anna: Browser, app: FakeApp) -> None:
    app.helpers.canned.replies = [Filled(name="x", title=EVIL, text=EVIL)]

    preview = (await anna.post(f"{CHAT}/preview", HTMX, text=EVIL)).text
    ready = (await anna.get(f"{CHAT}/canned")).text
    page = (await anna.get(f"{CHAT}?canned=x")).text

    for shown in (preview, ready, page):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "&lt;script&gt;alert(1)" in shown


async def test_a_preview_needs_the_token_of_its_page(anna: Browser) -> None:
    anna.token = "wrong"

    assert (await anna.post(f"{CHAT}/preview", HTMX, text="ciao")).status_code == 403


# --- Who else is there


async def test_the_others_are_seen_looking_and_typing(anna: Browser, app: FakeApp) -> None:
    await anna.get(CHAT)
    app.helpers.presence.tell("whatsapp:1", "bruno", Doing.TYPING)
    app.helpers.presence.tell("whatsapp:1", "carla", Doing.LOOKING)
    app.helpers.presence.tell("whatsapp:1", "anna", Doing.TYPING)

    there = (await anna.get(f"{CHAT}/here")).text

    assert "bruno sta scrivendo…" in there
    assert "carla sta guardando" in there
    assert "anna" not in there
    assert "bruno sta scrivendo…" in (await anna.get(CHAT)).text


@pytest.mark.parametrize(
    ("doing", "typing"), [("looking", False), ("typing", True), ("singing", False)]
)
async def test_a_page_tells_what_its_colleague_does(
    anna: Browser, app: FakeApp, doing: str, *, typing: bool
) -> None:
    await anna.get(CHAT)
    answer = await anna.post(f"{CHAT}/here", HTMX, doing=doing)

    (seen,) = app.helpers.presence.others("whatsapp:1", "bruno")
    assert answer.status_code == 204
    assert (seen.colleague, seen.is_typing) == ("anna", typing)
    await anna.post(f"{CHAT}/here", HTMX, doing="gone")
    assert app.helpers.presence.others("whatsapp:1", "bruno") == []


async def test_a_page_that_only_looks_does_not_keep_a_session_alive(
    anna: Browser, app: FakeApp
) -> None:
    await anna.get(CHAT)
    answers = []
    for _ in range(3):
        app.clock.set(app.clock.now() + timedelta(hours=5))
        answers.append(await anna.post(f"{CHAT}/here", HTMX, doing="looking"))

    assert [one.status_code for one in answers] == [204, 204, 401]


async def test_who_looks_makes_no_page_fetch_the_list(
    anna: Browser, app: FakeApp, web: Starlette
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in anna.client.cookies.items())
    async with listening(web, "/desk/events?chat=whatsapp:1", {"cookie": cookie}) as stream:
        await stream.take(2)
        app.feed.publish(LiveEvent(conversation_id="web:2", kind=PRESENCE, details="looking b"))
        app.feed.publish(
            LiveEvent(conversation_id="whatsapp:1", kind=PRESENCE, details="looking b")
        )
        assert [name for name, *_ in await stream.take(1)] == ["presence"]
        app.feed.publish(LiveEvent(conversation_id="whatsapp:1", kind="message"))
        assert [name for name, *_ in await stream.take(2)] == ["queue", "chat"]


# --- Why the bot said it, and whether that was right


@pytest.fixture
def answered(app: FakeApp, waiting: None) -> None:
    why = Evidence(
        intent="webmail_access",
        confidence=0.9,
        faq=("webmail_access",),
        passages=("Puoi accedere da qualsiasi luogo",),
        fields=("expires_on", "amount"),
        phase="redemption",
    )
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("i1"),
        an_entry("o1", Author.BOT, "Ecco.", evidence=why),
    ]


@pytest.mark.usefixtures("answered")
async def test_it_is_shown_what_an_answer_rests_on(anna: Browser) -> None:
    page = (await anna.get(CHAT)).text

    for words in (
        "webmail access <code>webmail_access</code>",
        '<a href="/desk/faq/webmail_access"',
        "«Puoi accedere da qualsiasi luogo»",
        "scadenza del contratto, importo",
        "<dt>Registro</dt><dd>in redenzione</dd>",
        "90%",
    ):
        assert words in page


async def test_an_answer_of_before_is_shown_with_what_is_known_of_it(
    anna: Browser, app: FakeApp
) -> None:
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("o1", Author.BOT, "Ecco.", evidence=Evidence(intent="not_understood"))
    ]

    page = (await anna.get(CHAT)).text

    assert "non ha capito <code>not_understood</code>" in page
    assert "Dalla FAQ" not in page


@pytest.mark.usefixtures("answered")
async def test_a_colleague_says_whether_an_answer_was_right(anna: Browser, app: FakeApp) -> None:
    await anna.get(CHAT)

    right = await anna.post(f"{CHAT}/mark", entry="o1", verdict="right")
    assert right.headers["location"] == f"{CHAT}#why-o1"
    wrong = await anna.post(f"{CHAT}/mark", HTMX, entry="o1", verdict="wrong")
    assert ">non giusta<" in wrong.text
    better = await anna.post(
        f"{CHAT}/mark", HTMX, entry="o1", verdict="wrong", intent="contact_hours", note="orari!"
    )

    assert '<option value="contact_hours" selected>' in better.text
    mark = app.helpers.marking.marks["whatsapp:1"]["o1"]
    assert (mark.is_right, mark.intent, mark.note) == (False, "contact_hours", "orari!")
    assert mark.colleague == "anna"


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("headers", [None, HTMX])
async def test_only_answers_of_the_bot_can_be_judged(
    anna: Browser, headers: dict[str, str] | None
) -> None:
    await anna.get(CHAT)

    refused = await anna.post(f"{CHAT}/mark", headers, entry="i1", verdict="right")

    assert refused.status_code == 422
    assert "non si può giudicare" in refused.text


async def test_an_entry_of_the_faq_can_be_read(anna: Browser) -> None:
    page = await anna.get("/desk/faq/contact_hours")

    assert "risposta contact_hours (en)" in page.text
    assert "«Help Desk telefonico dalle 9:30 alle 13:00,»" in page.text
    assert (await anna.get("/desk/faq/nothing")).status_code == 404


async def test_the_pages_beside_a_chat_are_for_colleagues(visitor: Browser) -> None:
    for path in (f"{CHAT}/canned", f"{CHAT}/here", f"{CHAT}/past", "/desk/faq/contact_hours"):
        assert (await visitor.get(path)).status_code == 303
        assert (await visitor.get(path, HTMX)).status_code == 401


# --- The card


async def test_a_domain_on_its_way_to_release_is_drawn(anna: Browser, app: FakeApp) -> None:
    app.overview.cards["whatsapp:1"] = [a_card(Phase.REDEMPTION)]

    page = (await anna.get(CHAT)).text

    assert "Fasi del dominio" in page
    assert 'src="/pictures/' in page


async def test_a_domain_that_was_only_renewed_is_not(anna: Browser, app: FakeApp) -> None:
    app.overview.cards["whatsapp:1"] = [a_card(Phase.GRACE)]

    assert "Fasi del dominio" not in (await anna.get(CHAT)).text


def a_card(phase: Phase) -> KnownContract:
    """Return a running contract whose domain is in a phase."""
    today = NOW.date()
    card = known(a_contract("C1"), DeskCalendar(), NOW)
    steps = domain_timeline("verdi.it", phase, today - timedelta(days=30), today)
    return replace(card, phase=phase, domain=steps)


async def test_earlier_conversations_are_linked(anna: Browser, app: FakeApp) -> None:
    part = Episode(
        entry="i1", at=NOW, reason="complaint", ended_at=NOW + timedelta(hours=1), ended_by="bruno"
    )
    by_bot = replace(part, entry="i9", reason="", ended_by="")
    other = OtherChat(conversation=a_chat("web:2", status=Status.CLOSED, name="Lia"), last_at=NOW)
    app.helpers.earlier.before = Before(episodes=[by_bot, part], chats=[other])

    for headers in (None, HTMX):
        page = (await anna.get(f"{CHAT}/past", headers)).text
        assert f'href="{CHAT}?at=i1#entry-i1"' in page
        assert "reclamo" in page
        assert "da bruno" in page
        assert "con il bot" in page
        assert 'href="/desk/chats/web%3A2">Lia' in page


async def test_where_there_is_nothing_earlier_it_says_so(anna: Browser) -> None:
    assert "Nessuna." in (await anna.get(f"{CHAT}/past", HTMX)).text
    assert (await anna.get("/desk/chats/web:nobody/past", HTMX)).status_code == 404


async def test_a_reply_that_comes_twice_from_one_page_counts_once(
    anna: Browser, app: FakeApp
) -> None:
    page = (await anna.get(CHAT)).text
    key = re.search(r'name="key" id="key" value="([^"]+)"', page)
    assert key

    for _ in range(2):
        answer = await anna.post(f"{CHAT}/reply", None, text="Eccomi", mode="reply", key=key[1])
        assert answer.status_code == 303
    await anna.post(f"{CHAT}/reply", None, text="Eccomi", mode="reply", key="another")

    assert [one[-1] for one in app.desk.said] == ["Eccomi", "Eccomi"]


async def test_a_key_does_not_make_a_refused_reply_pass(anna: Browser, app: FakeApp) -> None:
    app.store.conversations.known["whatsapp:1"] = a_chat(
        "whatsapp:1", status=Status.STAFF, owner="bruno"
    )

    answer = await anna.post(f"{CHAT}/reply", None, text="Eccomi", mode="reply", key="new")

    assert answer.status_code == 409
