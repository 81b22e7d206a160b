"""The API of a provider, as several tests have it."""

from collections.abc import AsyncIterator

import pytest

from tests.cli.contract_files import PHONE, a_contract
from tests.contracts.api_peer import Peer, serving_api

OTHERS = [{"name": "Altri", "phone": "+390000000077", "email": "altri@example.org"}]
MINE = [{"name": "Prova", "phone": PHONE, "email": "Prova@example.org"}]


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    mine, others = a_contract("C/1", contacts=MINE), a_contract("C-2", contacts=OTHERS)
    async with serving_api(Peer([mine, others])) as running_peer:
        yield running_peer
