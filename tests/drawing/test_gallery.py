from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.drawing import gallery as gallery_module
from bot.drawing.gallery import SHOWN_FOR, Gallery
from bot.drawing.timeline import timeline_png
from tests.builders import NOW, a_picture

ADDRESS = "https://desk.example/pictures/"
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def gallery(clock: SetClock) -> Gallery:
    return Gallery("https://desk.example", clock)


def key_of(address: str) -> str:
    assert address.startswith(ADDRESS)
    return address.removeprefix(ADDRESS).removesuffix(".png")


async def test_a_picture_is_drawn_as_png(gallery: Gallery) -> None:
    assert await gallery.drawn(a_picture()) == timeline_png(a_picture())


def test_an_address_leads_to_its_picture(gallery: Gallery) -> None:
    first, second = a_picture("uno"), a_picture("due")
    addresses = [gallery.address_of(first), gallery.address_of(second)]

    assert [gallery.behind(key_of(one)) for one in addresses] == [first, second]


def test_nobody_guesses_an_address(gallery: Gallery) -> None:
    keys = {key_of(gallery.address_of(a_picture(str(number)))) for number in range(50)}

    assert len(keys) == 50
    assert all(len(key) == 32 for key in keys)
    assert gallery.behind("x" * 32) is None
    assert gallery.behind("") is None


def test_an_address_expires(gallery: Gallery, clock: SetClock) -> None:
    key = key_of(gallery.address_of(a_picture()))

    clock.set(NOW + SHOWN_FOR - SECOND)
    assert gallery.behind(key) is not None
    clock.set(NOW + SHOWN_FOR)
    assert gallery.behind(key) is None


def test_a_page_that_is_shown_anew_has_the_same_address(gallery: Gallery, clock: SetClock) -> None:
    first = gallery.address_of(a_picture())

    clock.set(NOW + SHOWN_FOR / 2)
    assert gallery.address_of(a_picture()) == first
    clock.set(NOW + SHOWN_FOR / 2 + SECOND)
    assert gallery.address_of(a_picture()) != first
    assert gallery.behind(key_of(first)) is not None


def test_the_oldest_are_forgotten_first(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_module, "MOST_PICTURES", 2)
    first, *others = [gallery.address_of(a_picture(title)) for title in ("uno", "due", "tre")]

    assert gallery.behind(key_of(first)) is None
    assert all(gallery.behind(key_of(one)) for one in others)
    assert gallery.address_of(a_picture("uno")) != first
