"""Files of replies at addresses that only their readers know."""

from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer

from bot.clock import SetClock
from bot.domain.messages import Enclosure
from bot.enclosures import LASTS, SignedEnclosures
from tests.builders import NOW, an_enclosed_file
from tests.fake_files import FakeEnclosures

ADDRESS = "https://desk.example/files/"
FILE = an_enclosed_file("città: 1/2.pdf")


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def kept() -> FakeEnclosures:
    kept = FakeEnclosures()
    kept.keep([FILE])
    return kept


@pytest.fixture
def enclosures(clock: SetClock, kept: FakeEnclosures) -> SignedEnclosures:
    return SignedEnclosures("https://desk.example", "a secret", clock, kept)


def parts_of(enclosures: SignedEnclosures, file: Enclosure = FILE.enclosure) -> tuple[str, str]:
    address = enclosures.address_of(file)
    assert address.startswith(ADDRESS)
    key, _, name = address.removeprefix(ADDRESS).partition("/")
    return key, name


async def test_an_address_leads_to_its_file_and_ends_with_its_name(
    enclosures: SignedEnclosures,
) -> None:
    key, name = parts_of(enclosures)

    assert await enclosures.behind(key) == FILE
    assert name == "citt%C3%A0%3A%201%2F2.pdf"


async def test_nobody_makes_an_address(
    enclosures: SignedEnclosures, clock: SetClock, kept: FakeEnclosures
) -> None:
    key, _ = parts_of(enclosures)
    of_another, _ = parts_of(SignedEnclosures("https://desk.example", "another", clock, kept))
    as_picture = str(
        URLSafeSerializer("a secret", salt="pictures").dumps([9e9, FILE.enclosure.id])
    )
    odd = str(URLSafeSerializer("a secret", salt="enclosures").dumps("odd"))

    for forged in (of_another, f"A{key[1:]}", key[:-1], "x" * 32, "x" * 9_999, as_picture, odd):
        assert await enclosures.behind(forged) is None


async def test_an_address_expires(enclosures: SignedEnclosures, clock: SetClock) -> None:
    key, _ = parts_of(enclosures)

    clock.set(NOW + LASTS)
    assert await enclosures.behind(key) is not None
    clock.set(NOW + 2 * LASTS)
    assert await enclosures.behind(key) is None


async def test_a_page_shown_again_soon_has_the_same_address(
    enclosures: SignedEnclosures, clock: SetClock
) -> None:
    before = parts_of(enclosures)

    clock.set(NOW + timedelta(minutes=5))
    assert parts_of(enclosures) == before


async def test_what_was_erased_is_gone(enclosures: SignedEnclosures, kept: FakeEnclosures) -> None:
    key, _ = parts_of(enclosures)
    kept.kept.clear()

    assert await enclosures.behind(key) is None
