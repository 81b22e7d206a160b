"""Who else looks at a chat and types there."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.feed import LocalFeed
from bot.ports import PRESENCE, LiveEvent
from bot.service.presence import LOOKING_FOR, TYPING_FOR, Doing, Presence, Present

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
CHAT = "web:1"
ANNA = Present(colleague="anna", is_typing=False)
ANNA_TYPES = Present(colleague="anna", is_typing=True)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def feed() -> LocalFeed:
    return LocalFeed()


@pytest.fixture
def presence(clock: SetClock, feed: LocalFeed) -> Presence:
    return Presence(clock, feed)


def test_the_others_are_seen_and_oneself_is_not(presence: Presence) -> None:
    presence.tell(CHAT, "bruno", Doing.LOOKING)
    presence.tell(CHAT, "anna", Doing.LOOKING)
    presence.tell("web:2", "carla", Doing.LOOKING)

    assert presence.others(CHAT, "bruno") == [ANNA]
    assert [one.colleague for one in presence.others(CHAT, "carla")] == ["anna", "bruno"]


def test_who_types_is_seen_typing_for_a_few_seconds(presence: Presence, clock: SetClock) -> None:
    presence.tell(CHAT, "anna", Doing.TYPING)
    assert presence.others(CHAT, "bruno") == [ANNA_TYPES]

    clock.set(NOW + TYPING_FOR)

    assert presence.others(CHAT, "bruno") == [ANNA]


def test_who_looks_again_types_no_more(presence: Presence) -> None:
    presence.tell(CHAT, "anna", Doing.TYPING)
    presence.tell(CHAT, "anna", Doing.LOOKING)

    assert presence.others(CHAT, "bruno") == [ANNA]


def test_who_says_nothing_for_a_while_is_gone(presence: Presence, clock: SetClock) -> None:
    presence.tell(CHAT, "anna", Doing.LOOKING)
    clock.set(NOW + LOOKING_FOR - SECOND)
    assert presence.others(CHAT, "bruno") == [ANNA]

    clock.set(NOW + LOOKING_FOR)

    assert presence.others(CHAT, "bruno") == []


def test_who_leaves_is_gone_at_once(presence: Presence) -> None:
    presence.tell(CHAT, "anna", Doing.TYPING)
    presence.tell(CHAT, "anna", Doing.GONE)

    assert presence.others(CHAT, "bruno") == []


def test_after_the_clock_was_set_back_nobody_stays_for_long(
    presence: Presence, clock: SetClock
) -> None:
    presence.tell(CHAT, "anna", Doing.LOOKING)

    clock.set(NOW - timedelta(hours=1))

    assert presence.others(CHAT, "bruno") == []


async def test_what_is_done_here_is_told_and_what_is_told_elsewhere_is_known_here(
    presence: Presence, feed: LocalFeed
) -> None:
    hearing = asyncio.ensure_future(presence.keep_hearing())
    async with feed.subscribe(presence=True) as live:
        presence.tell(CHAT, "Anna Verdi", Doing.TYPING)
        told = await live.next()
    assert told == LiveEvent(conversation_id=CHAT, kind=PRESENCE, details="typing Anna Verdi")

    await asyncio.sleep(0)
    feed.pass_on(LiveEvent(conversation_id=CHAT, kind="message"))
    feed.pass_on(LiveEvent(conversation_id=CHAT, kind=PRESENCE, details="looking Carla Neri"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert [one.colleague for one in presence.others(CHAT, "")] == ["Anna Verdi", "Carla Neri"]
    hearing.cancel()
