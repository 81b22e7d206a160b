"""Plain values with defaults, for tests that name only what matters to them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.calendar import ROME
from bot.domain.contract import Contact, ContractRecord, Service, ServiceKind
from bot.domain.conversation import Conversation
from bot.domain.messages import (
    Address,
    Enclosure,
    InboundMessage,
    Picture,
    PictureStep,
    Reply,
    StepState,
)
from bot.domain.registry import RegistryRecord
from bot.ports import Author, EnclosedFile, StoredMessage, Told, Turn

NOW = datetime(2026, 11, 23, 10, tzinfo=ROME)
"""A Monday while the desk is open."""

CHAT = "whatsapp:1"
PHONE = "+390000000001"


def later(seconds: float) -> datetime:
    """Return the moment that many seconds after NOW."""
    return NOW + timedelta(seconds=seconds)


def an_address(chat: str = CHAT) -> Address:
    channel, _, vendor_id = chat.partition(":")
    return Address(channel=channel, id=vendor_id)


def an_inbound(text: str = "Buongiorno", chat: str = CHAT, **facts: object) -> InboundMessage:
    """Return a message; the same text from the same chat is the same message."""
    message = InboundMessage(
        vendor_id=f"{chat} {text}", sender=an_address(chat), text=text, received_at=NOW
    )
    return replace(message, **facts)  # type: ignore[arg-type] # fields by name


def a_conversation(chat: str = CHAT, **facts: object) -> Conversation:
    conversation = Conversation(id=chat, address=an_address(chat))
    return replace(conversation, **facts)  # type: ignore[arg-type] # fields by name


def a_turn(before: Conversation | None = None, *replies: str, **facts: object) -> Turn:
    """Return a turn of the bot that leaves the conversation as it was."""
    before = before or a_conversation()
    turn = Turn(
        conversation=before,
        epoch_before=before.epoch,
        at=NOW,
        replies=tuple(Reply(text=text) for text in replies),
    )
    return replace(turn, **facts)  # type: ignore[arg-type] # fields by name


def an_answer(stored: StoredMessage, *replies: str, **facts: object) -> Turn:
    """Return the turn in which the bot answers a message."""
    before = a_conversation(str(stored.message.sender))
    return a_turn(before, *replies, **({"inbox_ids": (stored.id,)} | facts))


def a_staff_turn(before: Conversation, *replies: str, **facts: object) -> Turn:
    """Return a turn of a colleague called Anna."""
    return a_turn(before, *replies, **({"author": Author.STAFF, "colleague": "Anna"} | facts))


def a_contract(contract_id: str = "C1", *phones: str, **facts: object) -> ContractRecord:
    """Return an active contract whose contacts have these phones."""
    record = ContractRecord(
        contract_id=contract_id,
        customer_id="K1",
        expires_on=date(2027, 6, 30),
        contacts=tuple(Contact(name=f"Contact of {phone}", phone=phone) for phone in phones),
    )
    return replace(record, **facts)  # type: ignore[arg-type] # fields by name


def a_registry_record(domain: str, *status: str, **facts: object) -> RegistryRecord:
    record = RegistryRecord(domain=domain, status=status or ("ok",), as_of=NOW)
    return replace(record, **facts)  # type: ignore[arg-type] # fields by name


def a_domain(name: str = "c1.it", *status: str, **facts: object) -> Service:
    """Return a domain as a service, with what was recorded of its registry."""
    service = Service(kind=ServiceKind.DOMAIN, name=name, registry_status=status)
    return replace(service, **facts)  # type: ignore[arg-type] # fields by name


def messages_in(told: Iterable[Told]) -> list[InboundMessage]:
    """Return the messages among what a vendor tells."""
    return [one for one in told if isinstance(one, InboundMessage)]


def a_picture(title: str = "Le fasi di c1.it") -> Picture:
    """Return the picture of a domain in its grace period."""
    past, now, later = StepState.PAST, StepState.NOW, StepState.LATER
    return Picture(
        title=title,
        today="Oggi, 23 novembre 2026",
        steps=(
            PictureStep(name="Attivo", days="scaduto il 13 novembre 2026", state=past),
            PictureStep(name="Periodo di grazia", days="fino al 28 novembre circa", state=now),
            PictureStep(name="Redemption", days="fino al 28 dicembre circa", state=later),
            PictureStep(name="Pending Delete", days="", state=later),
            PictureStep(name="Libero per chiunque", days="", state=later),
        ),
        note="Una fase può finire prima. " * 5,
        alt="Le fasi del dominio c1.it: Attivo; ora Periodo di grazia",
    )


def an_enclosed_file(
    name: str = "guida.pdf", content: bytes = b"%PDF-1.4 una guida", **facts: object
) -> EnclosedFile:
    """Return a file that a colleague sends; it is known by its name."""
    file = Enclosure(id=name, name=name, media_type="application/pdf", size=len(content))
    file = replace(file, **facts)  # type: ignore[arg-type] # fields by name
    return EnclosedFile(enclosure=file, content=content)
