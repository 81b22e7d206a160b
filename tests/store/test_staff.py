"""The accounts of the desk."""

import pytest

from bot.ports import Colleague, StaffStore
from tests.store.backends import Backend

ANNA = Colleague(name="Anna", password_hash="$argon2id$1")


@pytest.fixture
def staff(backend: Backend) -> StaffStore:
    return backend.staff


@pytest.mark.parametrize("name", ["Anna", "anna", "ANNA"])
async def test_an_account_is_found_whatever_the_case(staff: StaffStore, name: str) -> None:
    await staff.save(ANNA)

    assert await staff.find(name) == ANNA


async def test_an_unknown_name_has_no_account(staff: StaffStore) -> None:
    assert await staff.find("Anna") is None
    assert await staff.count() == 0


async def test_saving_again_replaces_the_account(staff: StaffStore) -> None:
    renewed = Colleague(name="ANNA", password_hash="$argon2id$2")
    await staff.save(ANNA)
    await staff.save(Colleague(name="Bruno", password_hash="$argon2id$3"))

    await staff.save(renewed)

    assert await staff.count() == 2
    assert await staff.find("anna") == renewed
