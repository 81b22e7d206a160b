"""What colleagues see."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.contract import (
    ContractRecord,
    Doubt,
    Invoice,
    Service,
    ServiceKind,
    Standing,
    Timeline,
)
from bot.domain.conversation import PaymentClaim, Status
from bot.domain.files import FileState
from bot.domain.forms import RequestForm, Slot
from bot.domain.holding import claim
from bot.domain.known_contract import KnownContract
from bot.domain.matching import View
from bot.domain.messages import Attachment, Button, MessageKind
from bot.domain.registry import Phase
from bot.ports import Author, Evidence, FileNote, ReplyState
from tests.builders import a_picture
from tests.web.browser import Browser
from tests.web.fakes import NOW, FakeApp, a_chat, an_entry

CHAT = "/desk/chats/whatsapp%3A1"

pytestmark = pytest.mark.usefixtures("waiting")


def a_card() -> KnownContract:
    record = ContractRecord(
        contract_id="DEMO-0005",
        customer_name="Studio Verdi",
        expires_on=date(2027, 3, 12),
        invoice=Invoice(number="F-7", due_on=date(2026, 11, 1), amount_cents=18300),
        services=(
            Service(kind=ServiceKind.DOMAIN, name="verdi.example"),
            Service(kind=ServiceKind.MAIL, mailboxes=("a@verdi.example",), server="server18"),
        ),
    )
    timeline = Timeline(last_cancellation_day=date(2027, 2, 25))
    return KnownContract(
        record=record,
        standing=Standing.SUSPENDED,
        doubt=None,
        timeline=timeline,
        phase=Phase.ACTIVE,
    )


async def test_the_queue_says_who_waits_why_and_how_long(anna: Browser) -> None:
    page = (await anna.get("/desk")).text

    for words in ("Mario", "WhatsApp", "reclamo", "12 minuti", "Non funziona nulla"):
        assert words in page


async def test_each_tab_has_its_chats(anna: Browser, app: FakeApp) -> None:
    known = app.store.conversations.known
    known["web:2"] = a_chat("web:2", status=Status.STAFF, owner="anna", name="Mia")
    known["web:3"] = a_chat("web:3", status=Status.STAFF, owner="bruno", name="Sua")
    known["web:4"] = a_chat("web:4", status=Status.CLOSED, name="Chiusa")
    known["web:5"] = a_chat("web:5", status=Status.SNOOZED, owner="anna", name="Poi")
    shown = {
        tab: [name for name in ("Mario", "Mia", "Sua", "Chiusa", "Poi") if f">{name}<" in page]
        for tab in ("waiting", "mine", "all", "snoozed", "closed", "nonsense")
        if (page := (await anna.get(f"/desk/queue?tab={tab}")).text)
    }

    assert shown == {
        "waiting": ["Mario"],
        "mine": ["Mia"],
        "all": ["Mario", "Mia", "Sua", "Poi"],
        "snoozed": ["Poi"],
        "closed": ["Chiusa"],
        "nonsense": ["Mario"],
    }


async def test_what_people_typed_is_shown_and_never_run(anna: Browser, app: FakeApp) -> None:
    evil = "<script>alert(1)</script>"
    known = app.store.conversations.known
    known["whatsapp:1"] = a_chat("whatsapp:1", name=evil, phone=evil, language=evil)
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("1", text=evil, name=evil, attachments=(Attachment(media_type=evil, url=evil),)),
        an_entry("2", Author.NOTE, evil, name=evil, event="note"),
        an_entry("3", Author.EVENT, evil, event=evil),
        an_entry(
            "4",
            Author.BOT,
            evil,
            buttons=(Button(text=evil, payload=""),),
            evidence=Evidence(example=evil),
        ),
        an_entry("5", Author.STAFF, evil, state=ReplyState.FAILED, error=evil),
    ]

    for path in (f"{CHAT}?tab={evil}", f"{CHAT}/parts", f"/desk/queue?tab=all&open={evil}"):
        page = (await anna.get(path)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


async def test_a_chat_shows_every_kind_of_entry_for_what_it_is(
    anna: Browser, app: FakeApp
) -> None:
    why = Evidence(
        intent="site_down",
        confidence=0.914,
        runner_up="mail_down",
        runner_up_confidence=0.062,
        example="il sito non va",
        views=(View(name="meaning", intent="webmail_access", score=0.47),),
        named=("studio-verdi.example",),
        standing="suspended",
        contract_id="DEMO-0005",
        disclosed=("dates",),
    )
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("1", at=NOW - timedelta(days=1), name="Mario"),
        an_entry("2", Author.BOT, "È sospeso.", evidence=why, state=ReplyState.READ),
        an_entry("3", Author.EVENT, "complaint", event="handover"),
        an_entry("4", Author.NOTE, "Pagherà domani", name="bruno", event="note"),
        an_entry("5", Author.STAFF, "Eccomi", name="bruno", state=ReplyState.UNCERTAIN),
    ]

    page = (await anna.get(CHAT)).text

    for words in (
        "mercoledì 25 novembre",
        "oggi, giovedì 26 novembre",
        "site_down",
        "91%",
        "<code>mail_down</code>",
        "6%",
        "Per il significato</dt><dd>webmail access <code>webmail_access</code>",
        "47%",
        "studio-verdi.example",
        "il sito non va",
        "sospeso",
        "letto",
        "Passata a un collega: reclamo",
        "Nota interna",
        "consegna incerta",
    ):
        assert words in page


async def test_the_card_shows_what_the_contract_says(anna: Browser, app: FakeApp) -> None:
    app.overview.cards["whatsapp:1"] = [a_card()]

    page = (await anna.get(CHAT)).text

    for words in (
        "DEMO-0005",
        "Studio Verdi",
        '<span class="chip bad">sospeso</span>',
        "12 marzo 2027",
        "25 febbraio 2027",
        "F-7",
        "183,00 €",
        "verdi.example",
        "server18",
        "contatto registrato",
    ):
        assert words in page


async def test_an_unknown_chat_is_said_kindly(anna: Browser) -> None:
    for response in (
        await anna.get("/desk/chats/web%3Anobody"),
        await anna.post("/desk/chats/web%3Anobody/claim"),
    ):
        assert response.status_code == 404
        assert "Questa chat non c" in response.text


async def test_staff_see_why_a_contract_is_unclear(anna: Browser, app: FakeApp) -> None:
    app.overview.cards["whatsapp:1"] = [
        replace(a_card(), standing=Standing.UNCLEAR, doubt=Doubt.TOO_OLD)
    ]

    page = (await anna.get(CHAT)).text

    assert "da chiarire" in page
    assert "i dati hanno più di 14 giorni" in page


async def test_a_receipt_is_seen_beside_what_the_customer_says_of_it(
    anna: Browser, app: FakeApp
) -> None:
    files = (
        Attachment(media_type="image/jpeg", url="1"),
        Attachment(media_type="application/pdf", url="2", name="ricevuta <1>.pdf"),
    )
    kept = (
        FileNote(state=FileState.KEPT, media_type="image/jpeg", size=1),
        FileNote(state=FileState.KEPT, media_type="application/pdf", size=1_440_000),
    )
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("i1", Author.CUSTOMER, "", attachments=files, files=kept)
    ]
    known = app.store.conversations.known
    known["whatsapp:1"] = replace(
        known["whatsapp:1"], claim=PaymentClaim(made_at=NOW, day=date(2026, 11, 20), receipts=2)
    )

    page = (await anna.get(CHAT)).text

    for words in (
        f'<img src="{CHAT}/files/i1/0"',
        f'href="{CHAT}/files/i1/1"',
        "ricevuta &lt;1&gt;.pdf",
        "(1,4 MB)",
        "Pagamento dichiarato",
        "venerdì 20 novembre",
        "non cambia lo stato del contratto",
    ):
        assert words in page
    assert "dice di aver pagato" in (await anna.get("/desk")).text


@pytest.mark.parametrize(
    ("media_type", "served_as", "disposition"),
    [
        ("image/png", "image/png", "inline"),
        ("audio/ogg", "audio/ogg", "inline"),
        ("application/pdf", "application/octet-stream", "attachment"),
        ("text/html", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
    ],
)
async def test_only_what_holds_no_script_is_shown_in_the_browser(
    anna: Browser, app: FakeApp, media_type: str, served_as: str, disposition: str
) -> None:
    file = Attachment(media_type=media_type, url="1", name="a.b")
    app.overview.files["i1", 0] = (file, b"content")

    response = await anna.get(f"{CHAT}/files/i1/0")

    assert response.content == b"content"
    assert response.headers["content-type"] == served_as
    disposed = response.headers["content-disposition"]
    assert disposed.startswith(f"{disposition}; filename*=UTF-8''a.b.")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "part",
    [
        ("bytes=2-3", 206, b"nt", "bytes 2-3/7"),
        ("bytes=5-", 206, b"nt", "bytes 5-6/7"),
        ("bytes=0-99", 206, b"content", "bytes 0-6/7"),
        ("bytes=7-", 416, b"", "bytes */7"),
    ],
)
async def test_a_player_may_jump_to_the_middle_of_a_sound(
    anna: Browser, app: FakeApp, part: tuple[str, int, bytes, str]
) -> None:
    wanted, status, content, told = part
    app.overview.files["i1", 0] = (Attachment(media_type="audio/ogg", url=""), b"content")

    response = await anna.get(f"{CHAT}/files/i1/0", {"Range": wanted})

    assert (response.status_code, response.content) == (status, content)
    assert response.headers["content-range"] == told


async def test_each_file_is_shown_as_far_as_it_has_come(anna: Browser, app: FakeApp) -> None:
    notes = (
        FileNote(state=FileState.KEPT, media_type="audio/ogg", words="che orari fate"),
        FileNote(state=FileState.WAITING, trouble="gone"),
        FileNote(state=FileState.FAILED, trouble="too_large"),
        FileNote(state=FileState.FAILED, trouble="gone"),
        FileNote(state=FileState.FAILED, trouble="never_asked"),
    )
    files = tuple(Attachment(media_type="audio/ogg", url="") for _ in notes)
    event = an_entry("e1", Author.EVENT, "too_large", event="file_failed")
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("i1", text="", attachments=files, files=notes, kind=MessageKind.VOICE),
        event,
    ]

    page = " ".join((await anna.get(CHAT)).text.split())

    for words in (
        f'<audio controls preload="none" src="{CHAT}/files/i1/0"',
        "Trascrizione automatica: che orari fate",
        "Allegato in arrivo (ancora un tentativo: il fornitore del canale non lo ha più)",
        "Allegato non ricevuto: supera i 20 MB",
        "<button>Riprova</button>",
        "<button>Scarica</button>",
        "Un allegato del cliente non è arrivato: supera i 20 MB",
    ):
        assert words in page, words
    assert page.count(f'action="{CHAT}/fetch"') == 3
    assert page.count("<button>Riprova") == 1


async def test_staff_have_a_missing_file_fetched_again(anna: Browser, app: FakeApp) -> None:
    app.overview.files["i1", 0] = (Attachment(media_type="", url=""), b"")

    response = await anna.post(f"{CHAT}/fetch", entry="i1", at="0")
    unknown = await anna.post(f"{CHAT}/fetch", entry="i1", at="x")

    assert response.is_redirect
    assert app.desk.said == [("fetch", "whatsapp:1", "i1", "0")]
    assert unknown.status_code == 404
    assert "Questo allegato non c" in unknown.text


async def test_a_file_that_is_gone_says_so(anna: Browser) -> None:
    response = await anna.get(f"{CHAT}/files/i9/0")

    assert response.status_code == 404
    assert response.text == "gone"


async def test_staff_see_the_request_as_far_as_it_is_filled_in(
    anna: Browser, app: FakeApp
) -> None:
    known = app.store.conversations.known
    form = RequestForm(entries={Slot.SUBJECT: "studio <b>", Slot.REACH: ""}, open=Slot.PROBLEM)
    known["whatsapp:1"] = replace(known["whatsapp:1"], form=form)

    page = (await anna.get(CHAT)).text

    for words in ("Richiesta", "studio &lt;b&gt;", "Il bot chiede", ">problema<"):
        assert words in page
    assert "Come raggiungerlo" not in page

    known["whatsapp:1"] = claim(known["whatsapp:1"], "anna")

    assert "Il bot chiede" not in (await anna.get(CHAT)).text


async def test_a_picture_that_was_sent_is_shown_with_its_words(
    anna: Browser, app: FakeApp
) -> None:
    sent = an_entry("2", Author.BOT, "Le fasi di c1.it", picture=a_picture())
    app.store.conversations.transcripts["whatsapp:1"].append(sent)

    page = (await anna.get(CHAT)).text

    address = app.pictures.address_of(a_picture()).removeprefix("https://desk.example")
    assert f'src="{address}"' in page
    assert f'alt="{a_picture().alt}"' in page


async def test_staff_see_that_the_source_of_a_card_is_silent(anna: Browser, app: FakeApp) -> None:
    card = a_card()
    record = replace(card.record, as_of=NOW.replace(hour=9, minute=30), stale=True)
    app.overview.cards["whatsapp:1"] = [replace(card, record=record)]

    assert "non risponde ora: dati delle" in (await anna.get(CHAT)).text


async def test_what_kind_of_message_it_is_and_what_it_refers_to_are_shown(
    anna: Browser, app: FakeApp
) -> None:
    customer, bot = Author.CUSTOMER, Author.BOT
    app.store.conversations.transcripts["whatsapp:1"] = [
        an_entry("o1", bot, "Quale <b>dominio</b>?", id_in_chat="SM1"),
        an_entry("i1", customer, "il primo", refers_to="SM1", forwarded=True),
        an_entry("i2", customer, "", kind=MessageKind.LOCATION, details="Via Esempio 1, 45.4 9.1"),
        an_entry("i3", customer, "Quanto costa?", details="Promo, https://ads.example/1"),
        an_entry("i4", customer, "", kind=MessageKind.VOICE, id_in_chat="SM2"),
        an_entry("i5", customer, "👍", kind=MessageKind.REACTION, refers_to="SM1"),
        an_entry("i6", customer, "", kind=MessageKind.REACTION, refers_to="SM2"),
        an_entry("i7", customer, "il secondo", kind=MessageKind.EDIT, refers_to="gone"),
        an_entry("i8", customer, "", kind=MessageKind.BLOCKED),
    ]

    page = " ".join((await anna.get(CHAT)).text.split())

    for words in (
        '<blockquote class="quoted">Quale &lt;b&gt;dominio&lt;/b&gt;?</blockquote>',
        '<p class="kind">Inoltrato</p>',
        '<p class="kind">Posizione</p>',
        '<p class="details">Via Esempio 1, 45.4 9.1</p>',
        "Arriva da: Promo, https://ads.example/1",
        '<p class="kind">Messaggio vocale</p>',
        "ha reagito con 👍 a «Quale &lt;b&gt;dominio&lt;/b&gt;?»",
        "ha tolto la sua reazione a «Messaggio vocale»",
        '<p class="kind">Ha corretto un messaggio</p>',
        "ha bloccato il bot",
    ):
        assert words in page, words
    assert page.count("blockquote") == 2
