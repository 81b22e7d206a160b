from datetime import timedelta

import pytest

from bot.domain.errors import ContractsMissing, OlderData
from bot.service.importing import Importer
from tests.builders import NOW, a_contract
from tests.fakes import FakeContracts


async def test_an_import_that_is_refused_changes_nothing() -> None:
    store = FakeContracts(a_contract("C1"), a_contract("C2"))

    with pytest.raises(ContractsMissing):
        await Importer(store).bring([a_contract("C1")])

    assert await store.count() == 2


async def test_an_import_that_may_shrink_puts_the_new_contracts_in_place() -> None:
    store = FakeContracts(a_contract("C1"), a_contract("C2"))

    found = await Importer(store).bring([a_contract("C3")], allow_shrink=True)

    assert (found.added, found.removed) == (("C3",), ("C1", "C2"))
    assert [one.contract_id for one in await store.everything()] == ["C3"]


async def test_the_same_data_again_change_nothing() -> None:
    store = FakeContracts(a_contract("C1"))

    found = await Importer(store).bring([a_contract("C1")])

    assert (found.kept, found.added, found.changed) == (1, (), {})
    assert await Importer(store).compare([a_contract("C1")]) == found


async def test_data_without_a_moment_are_taken() -> None:
    importer = Importer(FakeContracts(a_contract("C1")))

    assert await importer.put(a_contract("C1", language="en")) == ("language",)
    assert await importer.put(a_contract("C2")) is None
    assert await importer.remove("C2")
    assert not await importer.remove("C2")


async def test_older_data_are_not_taken() -> None:
    importer = Importer(FakeContracts(a_contract("C1", as_of=NOW)))

    with pytest.raises(OlderData):
        await importer.put(a_contract("C1", as_of=NOW - timedelta(seconds=1)))
