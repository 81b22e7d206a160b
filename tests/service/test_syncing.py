"""The read copy is kept like a back office that is read whole."""

import asyncio
import contextlib
import logging
from datetime import timedelta

import pytest

from bot.domain.contract import ContractRecord
from bot.domain.errors import (
    BotError,
    ContractFileError,
    ContractsMissing,
    Fault,
    SourceUnavailable,
)
from bot.ports import Fetched
from bot.service.importing import Importer
from bot.service.syncing import Syncing
from tests.builders import NOW, a_contract
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeContracts

QUARTER = timedelta(minutes=15)


class FakeFeed:
    """A back office with some contracts; can be told to fail."""

    def __init__(self, *records: ContractRecord) -> None:
        self.records = records
        self.error: BotError | None = None
        self.fetches = 0

    async def ping(self) -> None:
        """Nothing to look after."""

    async def fetch(self) -> Fetched:
        self.fetches += 1
        if self.error is not None:
            raise self.error
        return Fetched(records=self.records)


async def test_what_the_back_office_has_takes_the_place_of_all_before() -> None:
    store, feed = FakeContracts(a_contract("C1")), FakeFeed(a_contract("C1", language="en"))

    found, changed = await Syncing(feed, Importer(store), QUARTER).sync()

    assert found.records == (a_contract("C1", language="en"),)
    assert changed.changed == {"C1": ("language",)}
    assert await store.everything() == list(feed.records)


@pytest.mark.parametrize("error", [SourceUnavailable("silent"), ContractFileError([])])
async def test_a_failure_changes_nothing(error: BotError) -> None:
    store, feed = FakeContracts(a_contract("C1")), FakeFeed()
    feed.error = error

    with pytest.raises(type(error)):
        await Syncing(feed, Importer(store), QUARTER).sync()

    assert await store.count() == 1


async def test_half_a_back_office_is_not_believed() -> None:
    store, feed = FakeContracts(a_contract("C1"), a_contract("C2")), FakeFeed(a_contract("C1"))
    syncing = Syncing(feed, Importer(store), QUARTER)

    with pytest.raises(ContractsMissing):
        await syncing.sync()
    await syncing.sync(allow_shrink=True)

    assert await store.count() == 1


async def test_what_was_pushed_meanwhile_stays() -> None:
    pushed = a_contract("C1", as_of=NOW, language="en")
    store = FakeContracts(pushed, a_contract("C2", as_of=NOW - QUARTER))
    began = NOW - timedelta(seconds=30)
    feed = FakeFeed(a_contract("C1", as_of=began), a_contract("C2", as_of=began))

    await Syncing(feed, Importer(store), QUARTER).sync()

    assert await store.by_id("C1") == pushed
    assert await store.by_id("C2") == feed.records[1]


async def test_it_is_done_again_and_again_and_a_failure_is_only_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    store, feed = FakeContracts(), FakeFeed(a_contract("C1"))
    syncing = asyncio.ensure_future(
        Syncing(feed, Importer(store), QUARTER).keep_syncing(FakeConversations())
    )
    await asyncio.sleep(1)
    feed.error = ContractFileError(
        [Fault(file="WHMCS, service 1", line=0, problem="segreto", cure="")]
    )
    await asyncio.sleep(QUARTER.total_seconds())
    feed.error = SourceUnavailable("WHMCS refuses GetClients: no.")
    await asyncio.sleep(QUARTER.total_seconds())
    syncing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await syncing

    assert feed.fetches == 3
    assert await store.count() == 1
    assert [record.getMessage() for record in caplog.records] == [
        "contracts_synced contracts=1 added=1 changed=0 removed=0 doubts=0",
        "contracts_sync_failed 1 faults; run: sportello contracts sync --dry-run",
        "contracts_sync_failed WHMCS refuses GetClients: no.",
    ]
