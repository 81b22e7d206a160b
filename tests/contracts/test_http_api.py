"""Contracts from a provider's API, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.clock import SetClock
from bot.contracts.http_api import HttpContracts
from bot.domain.calendar import ROME
from bot.domain.errors import SettingsError, SourceUnavailable
from bot.parts import SourceContext, source_builder
from bot.ports import ContractSource
from bot.settings import AllSettings
from tests.cli.contract_files import PHONE, a_contract
from tests.contracts.api_peer import TOKEN, Peer
from tests.fakes import FakeContracts

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

NOW = datetime(2026, 11, 25, 10, tzinfo=ROME)
TOLD_AT = datetime(2026, 11, 25, 9, 30, tzinfo=ROME)


@pytest.fixture
async def source(peer: Peer) -> AsyncIterator[HttpContracts]:
    async with httpx.AsyncClient() as http:
        yield HttpContracts(http, peer.base, TOKEN, timedelta(seconds=0.5), SetClock(NOW))


async def test_a_senders_contracts_are_asked_for_by_number(
    peer: Peer, source: HttpContracts
) -> None:
    (found,) = await source.by_phone(PHONE)

    assert found.contract_id == "C/1"
    assert found.as_of == TOLD_AT
    assert peer.asked == ["/v1/contracts?phone=%2B390000000001"]


async def test_an_address_counts_whatever_its_case(source: HttpContracts, peer: Peer) -> None:
    peer.careless = True

    assert [one.contract_id for one in await source.by_email("prova@example.org")] == ["C/1"]


async def test_a_number_may_hold_any_sign(source: HttpContracts, peer: Peer) -> None:
    found = await source.by_id("C/1")

    assert found is not None
    assert found.contract_id == "C/1"
    assert peer.asked == ["/v1/contracts/C/1?"]
    assert await source.by_id("C-9") is None


async def test_contracts_of_others_in_an_answer_are_not_believed(
    source: HttpContracts, peer: Peer
) -> None:
    peer.careless = True

    assert [one.contract_id for one in await source.by_phone(PHONE)] == ["C/1"]
    with pytest.raises(SourceUnavailable, match="another contract"):
        await source.by_id("C-2")


async def test_without_a_moment_of_its_own_an_answer_is_of_now(
    source: HttpContracts, peer: Peer
) -> None:
    peer.as_of = None  # type: ignore[assignment] # as JSON may have it

    assert [one.as_of for one in await source.by_phone(PHONE)] == [NOW]


async def test_a_number_that_would_lead_elsewhere_is_not_asked_for(
    source: HttpContracts, peer: Peer
) -> None:
    assert [await source.by_id(number) for number in ("", ".", "..")] == [None] * 3
    assert peer.asked == []


async def test_a_contract_that_comes_twice_is_no_answer(source: HttpContracts, peer: Peer) -> None:
    peer.contracts = [peer.contracts[0]] * 2

    with pytest.raises(SourceUnavailable, match="twice"):
        await source.by_phone(PHONE)


async def test_data_of_the_future_are_of_now(source: HttpContracts, peer: Peer) -> None:
    peer.as_of = "2030-01-01T00:00:00+01:00"

    assert [one.as_of for one in await source.by_phone(PHONE)] == [NOW]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("slow", "does not answer: TimeoutError"),
        ("long", "longer than 1048576 bytes"),
        ("junk", "not JSON"),
        ("deep", "not JSON"),
        ("500", "answers 500"),
        ("403", "answers 403: check SPORTELLO_API_TOKEN"),
        ("302", "answers 302"),
    ],
)
async def test_whatever_is_no_answer_is_said_so_that_it_can_be_mended(
    source: HttpContracts, peer: Peer, fault: str, said: str
) -> None:
    peer.fault = fault

    with pytest.raises(SourceUnavailable, match=said) as raised:
        await source.by_phone(PHONE)

    assert PHONE not in str(raised.value)
    assert TOKEN not in str(raised.value)


async def test_a_wrong_address_is_told(source: HttpContracts, peer: Peer) -> None:
    peer.base = peer.base.removesuffix("/v1")
    async with httpx.AsyncClient() as http:
        elsewhere = HttpContracts(http, peer.base, TOKEN, timedelta(seconds=1), SetClock(NOW))
        with pytest.raises(SourceUnavailable, match="check SPORTELLO_API_URL"):
            await elsewhere.by_phone(PHONE)


async def test_nobody_there_is_told() -> None:
    async with httpx.AsyncClient() as http:
        nobody = HttpContracts(http, "http://127.0.0.1:1", "", timedelta(1), SetClock(NOW))
        with pytest.raises(SourceUnavailable, match="ConnectError"):
            await nobody.by_phone(PHONE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"expires_on": "soon"}, "contracts.0.expires_on"),
        ({"customer": None}, "contracts.0.customer"),
        (
            {"contacts": [{"name": "Mario Segreto", "phone": "333"}]},
            "contracts.0.contacts.0.phone",
        ),
    ],
)
async def test_what_is_not_as_described_is_named_without_its_value(
    source: HttpContracts, peer: Peer, change: dict[str, Any], said: str
) -> None:
    peer.careless = True
    peer.contracts = [a_contract("C/1") | change]

    for question in (source.by_phone(PHONE), source.by_id("C/1")):
        with pytest.raises(SourceUnavailable, match=said) as raised:
            await question
        assert "Segreto" not in str(raised.value)


def chosen(http: httpx.AsyncClient) -> ContractSource:
    """Return the source that the settings choose."""
    settings = AllSettings()
    context = SourceContext(
        settings=settings, read_copy=FakeContracts(), http=http, clock=SetClock(NOW)
    )
    return source_builder(settings)(context)


async def test_settings_choose_it_and_a_silent_api_is_answered_from_memory(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPORTELLO_CONTRACTS", "api")
    monkeypatch.setenv("SPORTELLO_API_URL", peer.base)
    monkeypatch.setenv("SPORTELLO_API_TOKEN", TOKEN)
    monkeypatch.setenv("SPORTELLO_API_FRESH_SECONDS", "0")
    async with httpx.AsyncClient() as http:
        source = chosen(http)
        (fresh,) = await source.by_phone(PHONE)
        peer.fault = "500"
        (stale,) = await source.by_phone(PHONE)

    assert (fresh.stale, stale.stale) == (False, True)
    assert stale.as_of == TOLD_AT


async def test_a_token_that_no_header_can_hold_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_CONTRACTS", "api")
    monkeypatch.setenv("SPORTELLO_API_URL", "https://billing.example.org")
    monkeypatch.setenv("SPORTELLO_API_TOKEN", "caffè")

    async with httpx.AsyncClient() as http:
        with pytest.raises(SettingsError, match="SPORTELLO_API_TOKEN"):
            chosen(http)


async def test_without_an_address_it_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_CONTRACTS", "api")

    async with httpx.AsyncClient() as http:
        with pytest.raises(SettingsError, match="SPORTELLO_API_URL"):
            chosen(http)
