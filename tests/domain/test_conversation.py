from datetime import UTC, datetime

from bot.domain.conversation import Conversation, HandoverReason, Status, hand_over, reopen
from bot.domain.holding import claim, close
from bot.domain.messages import Address
from tests.builders import an_address, an_inbound

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CHAT = Conversation(id="web:1", address=Address(channel="web", id="1"))
WAITING = hand_over(CHAT, HandoverReason.ASKED, NOW)
HELD = claim(WAITING, "anna")


def test_a_chat_that_waits_keeps_its_first_reason() -> None:
    assert hand_over(WAITING, HandoverReason.COMPLAINT, NOW) == WAITING


def test_only_a_closed_chat_is_opened_again() -> None:
    closed = close(HELD, "anna")

    assert reopen(HELD) == HELD
    assert (reopen(closed).status, reopen(closed).epoch) == (Status.BOT, closed.epoch + 1)


def test_what_is_known_of_the_sender_is_not_forgotten() -> None:
    known = CHAT.with_sender(an_inbound(chat=CHAT.id, phone="+39000", name="Mario"))

    assert (known.phone, known.name) == ("+39000", "Mario")
    assert known.with_sender(an_inbound(chat=CHAT.id)) == known


def test_who_writes_from_elsewhere_is_answered_there() -> None:
    hidden = an_address("whatsapp:IT.7")

    moved = CHAT.with_sender(an_inbound(chat=CHAT.id, answer_at=hidden))

    assert (moved.id, moved.address) == (CHAT.id, hidden)
    assert moved.with_sender(an_inbound(chat=CHAT.id)).address == CHAT.address


def test_an_address_is_read_as_it_was_written() -> None:
    for written in ("whatsapp:+390000000001", "matrix:@anna:example.org"):
        assert str(Address.read(written)) == written
