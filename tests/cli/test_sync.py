"""`sportello contracts sync` and `doctor`, against a WHMCS on this machine."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from click.testing import Result

from tests.cli.console import complaint, sportello
from tests.contracts.whmcs_peer import ACCOUNT, WhmcsPeer, client, product, serving_whmcs

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
async def peer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WhmcsPeer]:
    """A WHMCS with one contract, which the settings name."""
    async with serving_whmcs(WhmcsPeer(clients=[client()], products=[product()])) as running:
        monkeypatch.setenv("SPORTELLO_FEED", "whmcs")
        monkeypatch.setenv("WHMCS_URL", running.base)
        monkeypatch.setenv("WHMCS_IDENTIFIER", ACCOUNT[0])
        monkeypatch.setenv("WHMCS_SECRET", ACCOUNT[1])
        yield running


async def run(*words: str) -> Result:
    """Run a command while the peer answers."""
    return await asyncio.to_thread(sportello, *words)


async def test_all_contracts_are_fetched(peer: WhmcsPeer) -> None:
    peer.products.append(product(13, domain="due.it"))

    first, again = await run("contracts", "sync"), await run("contracts", "sync")

    assert first.stdout.splitlines() == [
        "2 contracts fetched.",
        "2 added, 0 changed, 0 removed, 0 as before.",
    ]
    assert again.stdout.splitlines()[1] == "0 added, 0 changed, 0 removed, 2 as before."
    assert '"standing": "active"' in (await run("contracts", "show", "S13", "--json")).stdout


async def test_a_dry_run_only_tells(peer: WhmcsPeer) -> None:
    peer.clients = [client(phonenumberformatted="+39.1")]

    result = await run("contracts", "sync", "--dry-run")

    assert result.stdout.splitlines()[0] == "+ S12"
    assert "is no telephone number" in result.stderr
    assert "There is no contract S12" in complaint(await run("contracts", "show", "S12"))


async def test_half_of_it_is_not_believed(peer: WhmcsPeer) -> None:
    peer.products.append(product(13, domain="due.it"))
    await run("contracts", "sync")
    peer.products = peer.products[:1]

    assert "--allow-shrink" in complaint(await run("contracts", "sync"))
    assert (await run("contracts", "sync", "--allow-shrink")).exit_code == 0


@pytest.mark.usefixtures("peer")
async def test_the_doctor_asks_it() -> None:
    assert "ok   back office whmcs: answers" in (await run("doctor")).stdout


async def test_the_doctor_says_what_is_wrong_with_it(peer: WhmcsPeer) -> None:
    peer.status, peer.refuses = 403, "Invalid IP 192.0.2.7"

    assert "FIX  back office whmcs: WHMCS refuses GetClients" in (await run("doctor")).stdout


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "Set SPORTELLO_FEED"),
        ({"SPORTELLO_FEED": "plesk"}, "choose one of fossbilling, whmcs"),
        ({"SPORTELLO_FEED": "whmcs"}, "needs WHMCS_URL"),
        ({"SPORTELLO_FEED": "fossbilling"}, "needs FOSSBILLING_URL"),
        ({"SPORTELLO_FEED": "whmcs", "SPORTELLO_CONTRACTS": "sql"}, "SPORTELLO_CONTRACTS"),
    ],
)
def test_settings_that_make_no_sense_are_told(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], told: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    assert told in complaint(sportello("contracts", "sync"))
