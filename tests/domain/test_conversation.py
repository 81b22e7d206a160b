from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.conversation import Conversation, HandoverReason, Status, hand_over, reopen
from bot.domain.errors import WrongStatus
from bot.domain.holding import claim, close, give_back
from bot.domain.messages import Address
from tests.builders import an_address, an_inbound

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CHAT = Conversation(id="web:1", address=Address(channel="web", id="1"))
WAITING = hand_over(CHAT, HandoverReason.ASKED, NOW)
HELD = claim(WAITING, "anna")


def test_every_change_of_who_speaks_raises_the_epoch() -> None:
    epochs = [chat.epoch for chat in (CHAT, WAITING, HELD, close(HELD, "anna"))]

    assert epochs == [0, 1, 2, 3]
    assert reopen(close(HELD, "anna")).epoch == 4


def test_a_chat_that_waits_keeps_its_first_reason() -> None:
    assert hand_over(WAITING, HandoverReason.COMPLAINT, NOW) == WAITING


def test_the_bot_may_be_interrupted_at_any_time() -> None:
    assert claim(CHAT, "anna").status is Status.STAFF


def test_taking_a_chat_twice_changes_nothing() -> None:
    assert claim(HELD, "anna") == HELD


@pytest.mark.parametrize("status", [Status.STAFF, Status.SNOOZED])
def test_the_second_colleague_hears_who_was_first(status: Status) -> None:
    with pytest.raises(WrongStatus, match="anna"):
        claim(replace(HELD, status=status), "bruno")


def test_a_closed_chat_cannot_be_taken() -> None:
    with pytest.raises(WrongStatus, match="closed"):
        claim(close(HELD, "anna"), "bruno")


def test_given_back_means_the_bot_speaks_and_nobody_waits() -> None:
    back = give_back(HELD, "anna")

    assert (back.status, back.owner, back.reason, back.waiting_since) == (
        Status.BOT,
        "",
        None,
        None,
    )


@pytest.mark.parametrize("step", [give_back, close])
def test_only_who_holds_a_chat_may_end_it(
    step: Callable[[Conversation, str], Conversation],
) -> None:
    with pytest.raises(WrongStatus, match="anna holds"):
        step(HELD, "bruno")
    with pytest.raises(WrongStatus, match="Take the chat first"):
        step(WAITING, "anna")


def test_only_a_closed_chat_is_opened_again() -> None:
    assert reopen(HELD) == HELD


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
