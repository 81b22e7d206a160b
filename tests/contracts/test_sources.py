"""One suite for every source of contracts, on every store its read copy can be in."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import running
from bot.contracts.json_file import read_contracts
from bot.domain.errors import StartError
from bot.ports import ContractSource
from bot.settings import AllSettings
from tests.store.backends import BACKENDS

FILE = Path(__file__).parents[2] / "demo/contracts.json"
DEMO = read_contracts(FILE, datetime(2026, 11, 25, 10, tzinfo=UTC))
BY_ID = {record.contract_id: record for record in DEMO}


@pytest.fixture(params=BACKENDS)
async def source(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ContractSource]:
    async with BACKENDS[request.param](tmp_path) as backend:
        await backend.contracts.replace_all(DEMO)
        yield backend.contracts


async def test_every_contract_is_found_whole_by_its_number(source: ContractSource) -> None:
    found = {contract_id: await source.by_id(contract_id) for contract_id in BY_ID}

    assert found == BY_ID


@pytest.mark.parametrize(
    "contract_id",
    [
        pytest.param("DEMO-9999", id="unknown"),
        pytest.param("demo-0001", id="other-case"),
        pytest.param("DEMO-000", id="beginning"),
        pytest.param("%", id="wildcard"),
        pytest.param("' OR 1=1 --", id="sql"),
        pytest.param("", id="empty"),
    ],
)
async def test_a_number_that_nobody_has_finds_nothing(
    source: ContractSource, contract_id: str
) -> None:
    assert await source.by_id(contract_id) is None


@pytest.mark.parametrize(
    ("phone", "contracts"),
    [
        pytest.param("+390000000001", ["DEMO-0001"], id="one-contract"),
        pytest.param("+390000000027", ["DEMO-0025"], id="third-contact-of-a-contract"),
        pytest.param(
            "+390000000028", ["DEMO-0026", "DEMO-0027", "DEMO-0028"], id="several-contracts"
        ),
        pytest.param("+390000000099", [], id="nobody"),
        pytest.param("+39000000000", [], id="beginning-of-a-number"),
        pytest.param("", [], id="empty-is-not-a-contact-without-phone"),
    ],
)
async def test_contracts_are_found_by_the_phone_of_a_contact(
    source: ContractSource, phone: str, contracts: list[str]
) -> None:
    found = await source.by_phone(phone)

    assert found == [BY_ID[contract_id] for contract_id in contracts]


async def test_a_source_nobody_knows_is_refused_at_the_start(tmp_path: Path) -> None:
    settings = AllSettings(home=tmp_path, contracts="backoffice")

    with pytest.raises(
        StartError, match="SPORTELLO_CONTRACTS=backoffice: choose one of api, read_copy, sql"
    ):
        async with running(settings):
            pass
