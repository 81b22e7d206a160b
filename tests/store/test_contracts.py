"""The read copy of the contracts."""

import pytest

from bot.domain.contract import Contact, ContractRecord
from bot.ports import ContractStore
from tests.builders import a_contract
from tests.store.backends import Backend

OWNER, HELPER = "+390000000001", "+390000000002"


@pytest.fixture
def contracts(backend: Backend) -> ContractStore:
    return backend.contracts


async def ids_of(contracts: ContractStore, phone: str) -> list[str]:
    return [record.contract_id for record in await contracts.by_phone(phone)]


async def test_a_phone_finds_each_contract_it_is_a_contact_of(contracts: ContractStore) -> None:
    await contracts.replace_all(
        [a_contract("C2", OWNER, HELPER), a_contract("C1", OWNER), a_contract("C3", HELPER)]
    )

    assert await ids_of(contracts, OWNER) == ["C1", "C2"]
    assert await ids_of(contracts, HELPER) == ["C2", "C3"]
    assert await ids_of(contracts, "+390000000009") == []


async def test_a_contract_is_found_by_its_number(contracts: ContractStore) -> None:
    record = a_contract("C1", OWNER)

    await contracts.replace_all([record, a_contract("C2")])

    assert await contracts.by_id("C1") == record
    assert await contracts.by_id("C9") is None


async def test_new_contracts_replace_all_before(contracts: ContractStore) -> None:
    await contracts.replace_all([a_contract("C1", OWNER), a_contract("C2", OWNER)])

    await contracts.replace_all([a_contract("C3", HELPER)])

    assert await contracts.count() == 1
    assert await ids_of(contracts, OWNER) == []
    assert await contracts.by_id("C1") is None


async def test_all_contracts_can_be_taken_away(contracts: ContractStore) -> None:
    await contracts.replace_all([a_contract("C1", OWNER)])

    await contracts.replace_all([])

    assert await contracts.count() == 0


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(a_contract("C1"), id="nobody-to-ask"),
        pytest.param(a_contract("C1", OWNER, OWNER), id="one-phone-of-two-people"),
    ],
)
async def test_contacts_may_be_missing_or_share_a_phone(
    contracts: ContractStore, record: ContractRecord
) -> None:
    await contracts.replace_all([record])

    assert await contracts.by_id("C1") == record


async def test_an_address_finds_the_contracts_of_its_contact(contracts: ContractStore) -> None:
    lucia = Contact(name="Lucia", email="Lucia@Posta.example")
    await contracts.replace_all(
        [
            a_contract("C2", contacts=(lucia, lucia)),
            a_contract("C1", contacts=(lucia,)),
            a_contract("C3", OWNER),
        ]
    )

    found = await contracts.by_email("lucia@posta.example")

    assert [record.contract_id for record in found] == ["C1", "C2"]
    assert await contracts.by_email("") == []
    assert [one.contract_id for one in await contracts.everything()] == ["C1", "C2", "C3"]


async def test_one_contract_is_put_and_taken_away(contracts: ContractStore) -> None:
    await contracts.replace_all([a_contract("C1", OWNER), a_contract("C2", OWNER)])

    await contracts.put(a_contract("C1", HELPER))

    assert await ids_of(contracts, OWNER) == ["C2"]
    assert await ids_of(contracts, HELPER) == ["C1"]
    assert [await contracts.remove("C1"), await contracts.remove("C1")] == [True, False]
    assert await contracts.count() == 1
