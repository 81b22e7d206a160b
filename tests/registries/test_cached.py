from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.domain.errors import SourceUnavailable
from bot.registries import BySuffix
from bot.registries import cached as cached_module
from bot.registries.cached import MAX_AGE, PAUSE, Cached
from tests.builders import NOW, a_registry_record
from tests.fakes import FakeRegistry

KEEP = timedelta(hours=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def registry(clock: SetClock) -> FakeRegistry:
    return FakeRegistry(
        {
            "prova.it": a_registry_record("prova.it", "ok"),
            "altra.it": a_registry_record("altra.it", "ok"),
            "prova.com": a_registry_record("prova.com", "active"),
        },
        clock,
    )


@pytest.fixture
def cached(registry: FakeRegistry, clock: SetClock) -> Cached:
    return Cached(registry, KEEP, clock)


async def test_an_answer_is_kept_for_a_while(
    cached: Cached, registry: FakeRegistry, clock: SetClock
) -> None:
    first = await cached.look_up("prova.it")

    clock.set(NOW + KEEP - timedelta(seconds=1))
    assert await cached.look_up("Prova.IT.") == first
    assert registry.asked == ["prova.it"]

    clock.set(NOW + KEEP)
    assert (await cached.look_up("prova.it")).as_of == NOW + KEEP
    assert registry.asked == ["prova.it", "prova.it"]


async def test_while_the_registry_is_silent_an_old_answer_serves_and_says_so(
    cached: Cached, registry: FakeRegistry, clock: SetClock
) -> None:
    await cached.look_up("prova.it")
    registry.silent = True

    clock.set(NOW + 2 * KEEP)
    old = await cached.look_up("prova.it")

    assert (old.silent, old.as_of) == (True, NOW)


async def test_an_answer_that_is_too_old_serves_nobody(
    cached: Cached, registry: FakeRegistry, clock: SetClock
) -> None:
    await cached.look_up("prova.it")
    registry.silent = True
    clock.set(NOW + MAX_AGE)

    with pytest.raises(SourceUnavailable):
        await cached.look_up("prova.it")


async def test_a_silent_registry_is_left_alone_for_a_while(
    cached: Cached, registry: FakeRegistry, clock: SetClock
) -> None:
    registry.silent = True
    for name in ("prova.it", "altra.it", "prova.it"):
        with pytest.raises(SourceUnavailable):
            await cached.look_up(name)
    assert registry.asked == ["prova.it"]

    registry.silent = False
    clock.set(NOW + PAUSE)
    assert (await cached.look_up("altra.it")).silent is False
    assert (await cached.look_up("prova.it")).silent is False


async def test_one_silent_registry_says_nothing_of_another(
    cached: Cached, registry: FakeRegistry
) -> None:
    registry.silent = True
    with pytest.raises(SourceUnavailable):
        await cached.look_up("prova.it")
    registry.silent = False

    assert (await cached.look_up("prova.com")).domain == "prova.com"


async def test_what_is_no_name_does_not_make_a_registry_silent(
    cached: Cached, registry: FakeRegistry
) -> None:
    with pytest.raises(SourceUnavailable):
        await cached.look_up("due parole.it")

    assert (await cached.look_up("prova.it")).domain == "prova.it"
    assert registry.asked == ["prova.it"]


async def test_a_clock_that_was_set_back_makes_no_answer_fresh(
    cached: Cached, registry: FakeRegistry, clock: SetClock
) -> None:
    await cached.look_up("prova.it")
    clock.set(NOW - timedelta(days=30))

    await cached.look_up("prova.it")

    assert registry.asked == ["prova.it", "prova.it"]


async def test_a_clock_that_was_set_back_leaves_no_registry_alone_for_longer(
    cached: Cached, registry: FakeRegistry, clock: SetClock
) -> None:
    registry.silent = True
    with pytest.raises(SourceUnavailable):
        await cached.look_up("prova.it")
    registry.silent = False
    clock.set(NOW - timedelta(hours=1))

    assert (await cached.look_up("prova.it")).domain == "prova.it"


async def test_the_domains_asked_longest_ago_are_forgotten_first(
    clock: SetClock, registry: FakeRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached_module, "MOST_DOMAINS", 1)
    cached = Cached(registry, KEEP, clock)

    for name in ("prova.it", "prova.com", "prova.com", "prova.it"):
        await cached.look_up(name)

    assert registry.asked == ["prova.it", "prova.com", "prova.it"]


async def test_the_last_label_says_who_is_asked(clock: SetClock) -> None:
    italian = FakeRegistry({"prova.it": a_registry_record("prova.it", "ok")}, clock)
    others = FakeRegistry({"prova.com": a_registry_record("prova.com", "active")}, clock)
    registry = BySuffix({"it": italian}, others=others)

    await registry.look_up("prova.it")
    await registry.look_up("prova.com")

    assert (italian.asked, others.asked) == (["prova.it"], ["prova.com"])
