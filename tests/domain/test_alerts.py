"""When a chat that nobody takes is called out again, and who is written to."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.alerts import AlertRules, calls_due, is_called, waited
from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, Status
from bot.domain.messages import Address

DESK = DeskCalendar()
RULES = AlertRules(again=timedelta(minutes=5), on_duty=timedelta(minutes=10))


def at(hour: int, minute: int = 0, day: int = 26) -> datetime:
    """Return a moment of November 2026 in Rome; the 26th is a Thursday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ROME)


def a_chat(since: datetime, reason: HandoverReason = HandoverReason.ASKED) -> Conversation:
    address = Address(channel="whatsapp", id="1")
    return Conversation(
        id="whatsapp:1",
        address=address,
        status=Status.WAITING,
        reason=reason,
        waiting_since=since,
    )


TAKEN = replace(a_chat(at(9, 30)), status=Status.STAFF)


@pytest.mark.parametrize(
    ("since", "now", "minutes"),
    [
        pytest.param(at(10), at(10, 12), 12, id="in-desk-hours"),
        pytest.param(at(8), at(10), 30, id="since-before-the-desk-opens"),
        pytest.param(at(12, 50), at(18), 10, id="after-it-has-closed"),
        pytest.param(at(12, 50), at(9, 40, 27), 20, id="over-a-night"),
        pytest.param(at(12, 50, 27), at(9, 40, 30), 20, id="over-a-weekend"),
        pytest.param(at(15), at(20), 0, id="only-while-it-is-closed"),
        pytest.param(at(10), at(9, 50), 0, id="with-the-clock-set-back"),
    ],
)
def test_only_hours_in_which_somebody_is_there_count(
    since: datetime, now: datetime, minutes: int
) -> None:
    assert waited(a_chat(since), now, DESK) == timedelta(minutes=minutes)


def test_an_emergency_waits_by_the_clock() -> None:
    chat = a_chat(at(20), HandoverReason.EMERGENCY)

    assert waited(chat, at(20, 7), DESK) == timedelta(minutes=7)
    assert waited(chat, at(19), DESK) == timedelta(0)


def test_a_chat_that_is_taken_does_not_wait() -> None:
    assert waited(TAKEN, at(11), DESK) == timedelta(0)
    assert not is_called(TAKEN, at(9), at(11), RULES, DESK)
    assert calls_due(TAKEN, at(11), RULES, DESK) == 0


@pytest.mark.parametrize(
    ("since", "now", "called"),
    [
        pytest.param(at(9, 59), at(10, 1), True, id="new"),
        pytest.param(at(10), at(10, 1), False, id="told-already"),
        pytest.param(at(10, 4), at(10, 6), True, id="again"),
        pytest.param(at(10, 6), at(10, 9), False, id="between"),
        pytest.param(at(10, 6), at(10, 11), True, id="and-again"),
    ],
)
def test_a_chat_is_called_out_when_it_comes_and_again_while_nobody_takes_it(
    since: datetime, now: datetime, *, called: bool
) -> None:
    assert is_called(a_chat(at(10)), since, now, RULES, DESK) is called


def test_what_waits_overnight_is_not_called_out_until_somebody_is_there() -> None:
    chat = a_chat(at(15))

    assert not is_called(chat, at(16), at(23), RULES, DESK)
    assert is_called(chat, at(9, 34, 27), at(9, 36, 27), RULES, DESK)


@pytest.mark.parametrize(
    ("reason", "now", "calls"),
    [
        pytest.param(HandoverReason.ASKED, at(10, 9), 0, id="not-yet"),
        pytest.param(HandoverReason.ASKED, at(10, 10), 1, id="once"),
        pytest.param(HandoverReason.ASKED, at(10, 35), 3, id="again"),
        pytest.param(HandoverReason.EMERGENCY, at(10), 1, id="an-emergency-at-once"),
        pytest.param(HandoverReason.EMERGENCY, at(10, 10), 2, id="and-again"),
    ],
)
def test_those_on_duty_are_written_to(reason: HandoverReason, now: datetime, calls: int) -> None:
    assert calls_due(a_chat(at(10), reason), now, RULES, DESK) == calls


def test_letters_can_be_off() -> None:
    never = replace(RULES, on_duty=timedelta(0))

    assert calls_due(a_chat(at(10), HandoverReason.EMERGENCY), at(12), never, DESK) == 0


def test_desk_time_of_years_is_bounded() -> None:
    years = DESK.desk_time(at(10) - timedelta(days=3000), at(10))

    assert timedelta(hours=800) < years < timedelta(hours=1100)
