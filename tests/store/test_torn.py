"""A contract that cannot be read is silence of the source, until contracts are imported again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import SourceUnavailable
from bot.store.sqlite import SqliteStore
from tests.builders import a_contract
from tests.store.backends import new_database

PHONE = "+390000000001"


async def test_a_torn_contract_is_told_and_the_next_import_mends_it(tmp_path: Path) -> None:
    path = new_database(tmp_path)
    store = SqliteStore.open(path, owner=True)
    contracts = [a_contract("C1", PHONE), a_contract("C2")]
    await store.contracts.replace_all(contracts)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE contract SET body = substr(body, 1, 40) WHERE id = 'C1'")
        db.commit()

    for ask in (store.contracts.by_phone(PHONE), store.contracts.by_id("C1")):
        with pytest.raises(SourceUnavailable, match="import the contracts again"):
            await ask
    assert await store.contracts.everything() == contracts[1:]

    await store.contracts.replace_all(contracts)
    assert await store.contracts.by_phone(PHONE) == contracts[:1]
    await store.close()
