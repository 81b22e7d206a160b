"""What staff read in a topic: the facts of the console's card, in plain text."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.calendar import DeskCalendar
from bot.domain.contract import Invoice
from bot.domain.conversation import Conversation, HandoverReason, PaymentClaim, Status
from bot.domain.forms import RequestForm, Slot
from bot.domain.knowledge import Assurance
from bot.domain.known_contract import known
from bot.domain.messages import Attachment, MessageKind
from bot.ports import Author, Entry
from bot.service.overview import ChatView
from bot.staff_texts import StaffTexts
from tests.builders import NOW, a_contract, a_conversation, a_domain

BOARD = StaffTexts({"whatsapp": "WhatsApp"}, "https://desk.example")
CHAT = a_conversation(name="Mario", status=Status.WAITING, reason=HandoverReason.ASKED)


def a_view(chat: Conversation = CHAT, *, silent: bool = False, **facts: object) -> ChatView:
    contract = a_contract("C1", services=(a_domain("c1.it", "ok", server="Server18"),), **facts)
    return ChatView(
        conversation=chat,
        transcript=(),
        cards=[] if silent else [known(contract, DeskCalendar(), NOW)],
        assurance=Assurance.CONTACT,
        source_silent=silent,
    )


def an_entry(author: Author, text: str = "", **facts: object) -> Entry:
    return replace(Entry(id="i1", at=NOW, author=author, text=text), **facts)  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize(
    ("chat", "title"),
    [
        pytest.param(CHAT, "Mario · WhatsApp", id="by-name"),
        pytest.param(replace(CHAT, name="", phone="+39333"), "+39333 · WhatsApp", id="by-phone"),
        pytest.param(a_conversation("web:abcdefgh"), "Visitatore abcdef · web", id="unknown"),
    ],
)
def test_a_topic_is_called_after_who_writes_and_where(chat: Conversation, title: str) -> None:
    assert BOARD.title(chat) == title


def test_the_card_has_the_facts_of_the_console() -> None:
    invoice = Invoice(number="12", due_on=date(2026, 11, 1), amount_cents=14640)
    claim = PaymentClaim(made_at=NOW, day=date(2026, 11, 20), receipts=1)
    form = RequestForm(entries={Slot.PROBLEM: "non va"})

    card = BOARD.card(a_view(replace(CHAT, claim=claim, form=form), invoice=invoice))

    lines = card.splitlines()
    assert lines[:3] == [
        "Mario · WhatsApp",
        "Perché una persona: ha chiesto una persona",
        "Identità: contatto registrato",
    ]
    for line in (
        "Problema: non va",
        "Pagamento dichiarato, da verificare: pagato il 20 novembre 2026; ricevute: 1",
        "Contratto: C1",
        "Scade il: 30 giugno 2027",
        "Fattura 12: 146,40 €, non pagata, scadenza 1 novembre 2026",
        "Dominio: c1.it · registro: attivo · Server18",
        "https://desk.example/desk/chats/whatsapp%3A1",
    ):
        assert line in lines
    assert "// restano interne" in lines[-1]


def test_without_contracts_the_card_says_why() -> None:
    silent = BOARD.card(a_view(silent=True))
    nobody = BOARD.card(replace(a_view(), cards=[]))

    assert "archivio dei contratti non risponde" in silent
    assert "Nessun contratto collegato" in nobody


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        pytest.param(an_entry(Author.CUSTOMER, "Ciao", name="Mario"), "Mario:\nCiao", id="text"),
        pytest.param(an_entry(Author.CUSTOMER, "a\n\n b"), "Cliente:\na\nb", id="lines"),
        pytest.param(an_entry(Author.BOT, "Salve"), "Bot:\nSalve", id="bot"),
        pytest.param(an_entry(Author.STAFF, "Eccomi", name="Anna"), "Anna:\nEccomi", id="staff"),
        pytest.param(
            an_entry(Author.NOTE, "vip", name="Anna"), "Nota interna, Anna:\nvip", id="note"
        ),
        pytest.param(
            an_entry(Author.EVENT, event="handover", text="asked"),
            "· Passata a un collega: ha chiesto una persona",
            id="handover",
        ),
        pytest.param(
            an_entry(Author.EVENT, event="claim", name="Anna"),
            "· Anna ha preso la chat",
            id="claim",
        ),
        pytest.param(
            an_entry(Author.EVENT, "Bruno", event="transfer", name="Anna"),
            "· Anna ha passato la chat a Bruno",
            id="transfer",
        ),
        pytest.param(
            an_entry(Author.EVENT, "2026-11-30T08:30:00+00:00", event="snooze", name="Anna"),
            "· Anna ha rimandato la chat a lunedì 30 novembre alle 9.30",
            id="snooze",
        ),
        pytest.param(
            an_entry(Author.EVENT, event="woken"), "· La chat rimandata è di nuovo qui", id="woken"
        ),
        pytest.param(
            an_entry(Author.EVENT, "spam", event="close", name="Anna"),
            "· Anna ha chiuso la chat: spam",
            id="close",
        ),
        pytest.param(
            an_entry(
                Author.CUSTOMER,
                name="Mario",
                kind=MessageKind.VOICE,
                attachments=(Attachment(media_type="audio/ogg", url="x"),),
            ),
            "Mario (messaggio vocale):\nAllegato, nella console: audio/ogg",
            id="voice",
        ),
        pytest.param(
            an_entry(Author.CUSTOMER, "leggi", forwarded=True, details="Anna Bianchi"),
            "Cliente (inoltrato):\nleggi\nAnna Bianchi",
            id="forwarded",
        ),
        pytest.param(
            an_entry(Author.CUSTOMER, "<b>&", kind=MessageKind.EDIT),
            "Cliente (corretto):\n<b>&",
            id="edit",
        ),
    ],
)
def test_an_entry_says_who_and_what(entry: Entry, line: str) -> None:
    assert BOARD.line(entry) == line


@pytest.mark.parametrize(
    ("why", "details", "words"),
    [
        ("held", "Anna", "in carico a Anna"),
        ("held", "", "in carico a un collega"),
        ("closed", "", "la chat è chiusa"),
        ("free", "", "non è in carico a nessuno"),
        ("only_text", "", "solo testi"),
        ("failed", "", "scriva dalla console"),
        ("command", "altro", "/altro non è un comando"),
    ],
)
def test_a_refusal_says_why(why: str, details: str, words: str) -> None:
    assert words in BOARD.refusal(why, details)


def test_a_call_tells_who_waits_and_where_but_none_of_their_words() -> None:
    chat = replace(CHAT, reason=HandoverReason.COMPLAINT)

    subject, text = BOARD.call(chat, timedelta(minutes=12))

    assert subject == "Una chat aspetta: reclamo"
    assert "aspetta da 12 minuti" in text
    assert "Canale: WhatsApp" in text
    assert text.endswith("\nhttps://desk.example/desk/chats/whatsapp%3A1")


def test_a_line_calls_a_chat_out() -> None:
    chat = replace(CHAT, reason=None, name="Anna <b>\nRosa")

    line = BOARD.call_line(chat, timedelta(minutes=1))

    assert line == "Anna <b> Rosa · WhatsApp · chiede una persona · aspetta da 1 minuto"
