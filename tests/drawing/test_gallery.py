from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer

from bot.clock import SetClock
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
    return Gallery("https://desk.example", "a secret", clock)


def key_of(address: str) -> str:
    assert address.startswith(ADDRESS)
    return address.removeprefix(ADDRESS).removesuffix(".png")


async def test_a_picture_is_drawn_as_png(gallery: Gallery) -> None:
    assert await gallery.drawn(a_picture()) == timeline_png(a_picture())


def test_an_address_leads_to_its_picture(gallery: Gallery) -> None:
    first, second = a_picture("uno"), a_picture("due")
    addresses = [gallery.address_of(first), gallery.address_of(second)]

    assert [gallery.behind(key_of(one)) for one in addresses] == [first, second]


def test_nobody_makes_an_address(gallery: Gallery, clock: SetClock) -> None:
    key = key_of(gallery.address_of(a_picture()))
    of_another = Gallery("https://desk.example", "another secret", clock).address_of(a_picture())

    assert gallery.behind(key_of(of_another)) is None
    assert gallery.behind(f"A{key[1:]}") is None
    assert gallery.behind(key[:-1]) is None
    assert gallery.behind("x" * 32) is None
    assert gallery.behind("x" * 100_000) is None
    assert gallery.behind("") is None


def test_another_program_with_the_same_secret_shows_it(gallery: Gallery, clock: SetClock) -> None:
    other = Gallery("https://desk.example", "a secret", clock)

    assert other.behind(key_of(gallery.address_of(a_picture()))) == a_picture()


def test_what_is_signed_for_something_else_is_no_picture(gallery: Gallery) -> None:
    key = URLSafeSerializer("a secret", salt="pictures").dumps([9e9, {"title": "x"}])

    assert gallery.behind(str(key)) is None


def test_an_address_expires(gallery: Gallery, clock: SetClock) -> None:
    key = key_of(gallery.address_of(a_picture()))

    clock.set(NOW + SHOWN_FOR / 2)
    assert gallery.behind(key) is not None
    clock.set(NOW + SHOWN_FOR)
    assert gallery.behind(key) is None


def test_a_page_that_is_shown_anew_has_the_same_address(gallery: Gallery, clock: SetClock) -> None:
    first = gallery.address_of(a_picture())

    clock.set(NOW + SHOWN_FOR / 2 - SECOND)
    assert gallery.address_of(a_picture()) == first
    clock.set(NOW + SHOWN_FOR / 2)
    assert gallery.address_of(a_picture()) != first
    assert gallery.behind(key_of(first)) is not None
