"""What staff do with a chat."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import (
    ClosingReason,
    Conversation,
    HandoverReason,
    PaymentClaim,
    Status,
    hand_over,
    reopen,
)
from bot.domain.errors import WrongStatus
from bot.domain.holding import (
    claim,
    close,
    give_back,
    let_go,
    open_again,
    roused,
    snooze,
    transfer,
    vouch,
    wake,
    without_owner,
)
from tests.builders import NOW, a_conversation

LATER = NOW + timedelta(hours=2)
BOTS = a_conversation(intent="webmail_access", misses=1, claim=PaymentClaim(made_at=NOW))
WAITING = hand_over(a_conversation(), HandoverReason.COMPLAINT, NOW)
HELD = claim(WAITING, "anna")
SNOOZED = snooze(HELD, "anna", LATER)
CLOSED = close(HELD, "anna", ClosingReason.SOLVED)

Step = Callable[[Conversation, str], Conversation]


def undone(chat: Conversation, colleague: str) -> Conversation:
    return let_go(chat, colleague, LATER, owes_answer=False)


ENDS: dict[str, Step] = {
    "let-go": undone,
    "transfer": lambda chat, who: transfer(chat, who, "bruno"),
    "snooze": lambda chat, who: snooze(chat, who, LATER),
    "give-back": give_back,
    "close": close,
}


@pytest.mark.parametrize("step", ENDS.values(), ids=ENDS)
def test_each_step_raises_the_epoch_and_is_made_only_by_who_holds_the_chat(step: Step) -> None:
    assert step(HELD, "anna").epoch == HELD.epoch + 1

    with pytest.raises(WrongStatus, match="anna holds"):
        step(HELD, "bruno")
    for chat in (BOTS, WAITING, CLOSED):
        with pytest.raises(WrongStatus, match="Take the chat first"):
            step(chat, "anna")


@pytest.mark.parametrize("step", ENDS.values(), ids=ENDS)
def test_no_step_is_made_twice(step: Step) -> None:
    with pytest.raises(WrongStatus):
        step(step(HELD, "anna"), "anna")


def test_the_bot_may_be_interrupted_at_any_time() -> None:
    taken = claim(BOTS, "anna")

    assert (taken.status, taken.owner, taken.epoch) == (Status.STAFF, "anna", 1)


def test_who_holds_a_chat_may_take_it_again_and_nothing_changes() -> None:
    assert claim(HELD, "anna") == HELD


@pytest.mark.parametrize("chat", [HELD, SNOOZED], ids=["held", "put-off"])
def test_the_second_colleague_hears_who_was_first(chat: Conversation) -> None:
    with pytest.raises(WrongStatus, match="anna"):
        claim(chat, "bruno")


def test_a_closed_chat_is_opened_again_on_purpose_only() -> None:
    with pytest.raises(WrongStatus, match="closed"):
        claim(CLOSED, "bruno")
    opened = open_again(CLOSED, "bruno")

    assert (opened.status, opened.owner, opened.closed_as) == (Status.STAFF, "bruno", None)
    with pytest.raises(WrongStatus, match="not closed"):
        open_again(opened, "anna")


def test_why_a_chat_was_closed_is_known_until_it_is_opened_again() -> None:
    assert (CLOSED.status, CLOSED.closed_as) == (Status.CLOSED, ClosingReason.SOLVED)
    assert reopen(CLOSED).closed_as is None


def test_who_lets_a_chat_go_leaves_it_in_its_old_place() -> None:
    assert undone(HELD, "anna") == replace(WAITING, epoch=HELD.epoch + 1)


def test_a_chat_taken_from_the_bot_is_the_bots_again_with_all_that_was_known() -> None:
    back = undone(claim(BOTS, "anna"), "anna")

    assert back == replace(BOTS, epoch=2)


def test_who_was_not_answered_meanwhile_waits_when_a_chat_is_let_go() -> None:
    waits = let_go(claim(BOTS, "anna"), "anna", LATER, owes_answer=True)

    assert (waits.status, waits.reason) == (Status.WAITING, HandoverReason.LEFT)
    assert (waits.waiting_since, waits.owner) == (LATER, "")


def test_a_chat_taken_before_we_knew_from_whom_waits_when_it_is_let_go() -> None:
    old = replace(claim(BOTS, "anna"), taken_from=None)

    assert undone(old, "anna").status is Status.WAITING


def test_a_chat_goes_from_hand_to_hand() -> None:
    passed = transfer(HELD, "anna", "bruno")

    assert (passed.status, passed.owner) == (Status.STAFF, "bruno")
    assert undone(passed, "bruno").waiting_since == NOW


def test_a_chat_put_off_is_awake_in_other_hands() -> None:
    passed = transfer(SNOOZED, "anna", "bruno")

    assert (passed.status, passed.owner, passed.snoozed_until) == (Status.STAFF, "bruno", None)


def test_a_chat_put_off_keeps_its_owner_and_comes_back() -> None:
    back = wake(SNOOZED)

    assert (SNOOZED.status, SNOOZED.owner, SNOOZED.snoozed_until) == (
        Status.SNOOZED,
        "anna",
        LATER,
    )
    assert back == replace(HELD, epoch=SNOOZED.epoch + 1)
    assert claim(SNOOZED, "anna") == roused(SNOOZED) == back
    with pytest.raises(WrongStatus, match="not put off"):
        wake(back)


def test_only_what_is_put_off_is_roused() -> None:
    assert roused(HELD) == HELD


def test_a_chat_whose_owner_is_gone_waits_for_anybody() -> None:
    assert without_owner(SNOOZED, LATER) == replace(WAITING, epoch=SNOOZED.epoch + 1)


def test_given_back_means_the_bot_speaks_and_nobody_waits() -> None:
    back = give_back(SNOOZED, "anna")

    assert (back.status, back.owner, back.reason, back.waiting_since, back.snoozed_until) == (
        Status.BOT,
        "",
        None,
        None,
        None,
    )


def test_a_word_for_the_sender_makes_the_bot_think_again() -> None:
    vouched = vouch(BOTS, "C1")

    assert (vouched.vouched_for, vouched.contract_id, vouched.epoch) == ("C1", "C1", 1)
