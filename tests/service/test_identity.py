"""Codes by e-mail, through the whole desk."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.calendar import DeskCalendar
from bot.domain.contract import Contact, Invoice
from bot.domain.conversation import Status
from bot.domain.disclosure import Identity
from bot.domain.messages import Attachment, MessageKind
from bot.domain.proving import START, Proof
from bot.ports import Author, Letter
from bot.service.identity import MOST_LETTERS, Prover
from bot.service.workers import Spawn
from tests.builders import PHONE, a_contract, a_conversation, an_inbound
from tests.service.office import Office

WEB = "web:visitor"
EMAIL = "lucia@posta.example"
OWNER = Contact(name="Lucia", email=EMAIL)


@pytest.fixture
async def office(spawn: Spawn) -> Office:
    office = Office(spawn)
    await office.source.replace_all([a_contract("C1", contacts=(OWNER,), expires_on=None)])
    return office


class Visitor:
    """Somebody in the web chat."""

    def __init__(self, office: Office, chat: str = WEB) -> None:
        self._office, self._chat, self._count = office, chat, 0

    async def says(self, text: str = "", **more: object) -> str:
        """Return what the bot answers."""
        self._count += 1
        before = {one.id for one in await self._office.store.transcript(self._chat)}
        number = f"{self._chat}-{self._count}"
        await self._office.intake.receive(an_inbound(text, self._chat, vendor_id=number, **more))
        entries = await self._office.store.transcript(self._chat)
        new = [one for one in entries if one.id not in before]
        return "\n".join(one.text for one in new if one.author is Author.BOT)

    async def starts(self) -> str:
        return await self.says(kind=MessageKind.BUTTON, payload=START)


def code_in(office: Office) -> str:
    found = re.search(r"\d{6}", office.mailer.letters[-1].text)
    assert found
    return found.group()


async def test_a_code_to_the_registered_address_opens_the_contract(office: Office) -> None:
    visitor = Visitor(office)
    asked = await visitor.says("Com'è il mio contratto?")

    assert asked.startswith("<introduction>\n\nrisposta contract_status")
    assert await visitor.starts() == "<code_address>"
    assert await visitor.says(f"è {EMAIL}") == "<code_sent>"
    await office.idle()
    (letter,) = office.mailer.letters
    assert letter.to == EMAIL

    told = await visitor.says(code_in(office))

    assert told.startswith("<code_right>")
    chat = await office.store.conversation(WEB)
    assert chat is not None
    assert chat.proof.email == EMAIL
    events = [one.event for one in await office.store.transcript(WEB) if one.event]
    assert "proved" in events or "handover" in events


async def test_a_stranger_hears_the_same_words_and_gets_no_letter(office: Office) -> None:
    visitor = Visitor(office)
    await visitor.starts()

    said = [await visitor.says(text) for text in ("nessuno@posta.example", *["000000"] * 5)]

    assert said == ["<code_sent>", *["<code_wrong>"] * 4, "<code_used_up>"]
    assert office.mailer.letters == []


async def test_a_guess_is_wrong_and_the_right_code_still_counts(office: Office) -> None:
    visitor = Visitor(office)
    await visitor.starts()
    await visitor.says(EMAIL)
    await office.idle()
    right = code_in(office)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    assert await visitor.says(wrong) == "<code_wrong>"
    assert (await visitor.says(right)).startswith("<code_right>")


async def test_a_code_is_good_in_its_own_chat_only(office: Office) -> None:
    first, second = Visitor(office), Visitor(office, "web:other")
    await first.starts()
    await first.says(EMAIL)
    await office.idle()
    await second.starts()
    await second.says("nessuno@posta.example")

    assert await second.says(code_in(office)) == "<code_wrong>"


async def test_who_is_known_by_phone_gets_the_code_without_saying_where(office: Office) -> None:
    contact = Contact(name="Lucia", phone=PHONE, email=EMAIL)
    await office.source.replace_all([a_contract("C1", contacts=(contact,))])
    visitor = Visitor(office, "whatsapp:lucia")

    said = await visitor.says(kind=MessageKind.BUTTON, payload=START, phone=PHONE)
    await office.idle()

    assert said == "<code_sent>"
    assert [letter.to for letter in office.mailer.letters] == [EMAIL]


async def test_who_is_known_by_phone_without_an_address_is_asked_for_it(office: Office) -> None:
    await office.source.replace_all([a_contract("C1", PHONE)])

    said = await Visitor(office, "whatsapp:lucia").says(
        kind=MessageKind.BUTTON, payload=START, phone=PHONE
    )

    assert said == "<code_address>"


async def test_codes_are_few_for_a_chat_and_for_an_address(office: Office) -> None:
    for count in range(3):
        visitor = Visitor(office, f"web:{count}")
        await visitor.starts()
        said = [await visitor.says(EMAIL)]
        said += [await visitor.says(EMAIL) for _ in range(3)]
        await office.idle()
        assert said == [*["<code_sent>"] * 3, "<code_too_often>"]

    assert len(office.mailer.letters) == MOST_LETTERS


async def test_letters_to_an_address_are_counted_for_a_day(office: Office) -> None:
    now = office.clock.now()
    assert all([await office.prover._may_send(EMAIL, now) for _ in range(MOST_LETTERS)])  # noqa: SLF001
    assert not await office.prover._may_send(EMAIL, now)  # noqa: SLF001
    assert await office.prover._may_send(EMAIL, now + timedelta(hours=24))  # noqa: SLF001


async def test_a_picture_is_refused_and_the_wish_can_be_withdrawn(office: Office) -> None:
    visitor = Visitor(office)
    await visitor.starts()
    picture = (Attachment(media_type="image/jpeg", url="1"),)

    shown = await visitor.says(kind=MessageKind.MEDIA, attachments=picture)
    hours = await visitor.says("Che orari fate?")

    assert shown == "<code_no_pictures>"
    assert "risposta contact_hours" in hours


async def test_a_silent_source_or_mail_server_is_told_in_the_same_words(office: Office) -> None:
    visitor = Visitor(office)
    await visitor.starts()
    office.mailer.down = True
    down = await visitor.says(EMAIL)
    await office.idle()
    office.source.silent = True

    assert [down, await visitor.says(EMAIL)] == ["<code_sent>", "<code_sent>"]
    assert office.mailer.letters == []


async def test_while_staff_hold_the_chat_nothing_is_sent(office: Office) -> None:
    visitor = Visitor(office)
    await visitor.says("Voglio un operatore")
    await office.desk.claim(WEB, "Anna")

    assert await visitor.starts() == ""
    chat = await office.store.conversation(WEB)
    assert chat is not None
    assert chat.status is Status.STAFF


async def test_the_wish_can_be_withdrawn(office: Office) -> None:
    words = replace(office.rules.knowledge.follow_ups, cancelling=frozenset({"annulla"}))
    office.rules.knowledge = replace(office.rules.knowledge, follow_ups=words)
    visitor = Visitor(office)
    await visitor.starts()

    assert await visitor.says("Annulla") == "<code_cancelled>"
    assert "<code" not in await visitor.says(EMAIL)


async def may_send() -> bool:
    return True


async def test_without_a_mail_server_no_code_is_offered_or_sent(office: Office) -> None:
    prover = Prover(office.source, None, DeskCalendar(), office.spawn)

    prover.post(Letter(to=EMAIL, subject="a", text="b"), may_send)
    asked = an_inbound("", kind=MessageKind.BUTTON, payload=START)
    turn = await prover.turn(a_conversation(), asked, office.rules.knowledge, office.clock.now())

    assert not prover.on
    assert turn is None


async def test_a_proof_of_an_address_that_is_gone_is_worth_nothing(office: Office) -> None:
    now = office.clock.now()
    chat = a_conversation(proof=Proof(email="gone@posta.example", proved_at=now))

    assert (await office.finder.about(chat)).identity == Identity()


async def test_who_is_known_by_phone_is_offered_a_code_where_more_could_be_told(
    office: Office,
) -> None:
    bill = Invoice(number="1", due_on=date(2026, 11, 1), amount_cents=100)
    contact = Contact(name="Lucia", phone=PHONE, email=EMAIL)
    await office.source.replace_all([a_contract("C1", contacts=(contact,), invoice=bill)])
    await Visitor(office, "whatsapp:lucia").says("Com'è il mio contratto?", phone=PHONE)

    offered = [
        [button.payload for button in one.buttons]
        for one in await office.store.transcript("whatsapp:lucia")
        if one.author is Author.BOT
    ]

    assert START in offered[0]
