from datetime import UTC, datetime, timedelta

from bot.clock import SetClock, SystemClock
from bot.feed import LocalFeed
from bot.ports import PRESENCE, LiveEvent


def an_event(number: int = 1) -> LiveEvent:
    return LiveEvent(conversation_id=f"web:{number}", kind="message")


async def test_every_open_screen_hears_of_an_event() -> None:
    feed = LocalFeed()

    async with feed.subscribe() as first, feed.subscribe() as second:
        feed.publish(an_event())

        assert await first.next() == await second.next() == an_event()


async def test_events_come_in_the_order_in_which_they_happened() -> None:
    feed = LocalFeed()

    async with feed.subscribe() as screen:
        for number in (1, 2, 3):
            feed.publish(an_event(number))

        assert [await screen.next() for _ in range(3)] == [an_event(1), an_event(2), an_event(3)]


async def test_a_screen_hears_nothing_of_before_it_was_opened() -> None:
    feed = LocalFeed()
    feed.publish(an_event(1))

    async with feed.subscribe() as screen:
        feed.publish(an_event(2))

        assert await screen.next() == an_event(2)


async def test_only_who_asks_for_it_hears_who_looks_and_types() -> None:
    feed = LocalFeed()
    looks = LiveEvent(conversation_id="web:1", kind=PRESENCE, details="looking anna")

    async with feed.subscribe() as customers, feed.subscribe(presence=True) as staffs:
        feed.publish(looks)
        feed.publish(an_event())

        assert await customers.next() == an_event()
        assert [await staffs.next(), await staffs.next()] == [looks, an_event()]


async def test_a_closed_screen_does_not_hinder_the_others() -> None:
    feed = LocalFeed()

    async with feed.subscribe() as open_screen:
        async with feed.subscribe():
            pass
        feed.publish(an_event())

        assert await open_screen.next() == an_event()


async def test_a_screen_that_falls_far_behind_loses_its_oldest_events() -> None:
    """Nobody who publishes may wait for a screen that sleeps."""
    feed = LocalFeed()

    async with feed.subscribe() as screen:
        for number in range(1001):
            feed.publish(an_event(number))

        assert await screen.next() == an_event(1)


def test_the_systems_time_is_aware_and_goes_on() -> None:
    clock = SystemClock()

    first = clock.now()

    assert first.utcoffset() == timedelta(0)
    assert clock.now() >= first


def test_a_set_clock_stands_still_until_it_is_set() -> None:
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    clock = SetClock(noon)

    assert clock.now() == clock.now() == noon

    clock.set(noon + timedelta(hours=1))

    assert clock.now() == noon + timedelta(hours=1)
