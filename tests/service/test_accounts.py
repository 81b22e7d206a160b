import pytest
from argon2 import PasswordHasher

from bot.ports import Colleague
from bot.service.accounts import FIRST_NAME, MIN_PASSWORD_CHARS, Accounts
from tests.fakes import FakeStaff

PASSWORD = "corretto-cavallo"
ANNA = Colleague(
    name="Anna",
    password_hash=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD),
)
"""Hashed quickly; the desk's own hashes are slow on purpose."""


@pytest.fixture
def staff() -> FakeStaff:
    return FakeStaff()


@pytest.fixture
def accounts(staff: FakeStaff) -> Accounts:
    return Accounts(staff)


async def test_the_first_password_is_told_once(accounts: Accounts) -> None:
    password = await accounts.add_first()

    assert password is not None
    assert await accounts.add_first() is None
    assert await accounts.sign_in(FIRST_NAME, password) is not None


async def test_a_desk_with_accounts_needs_no_first_one(
    accounts: Accounts, staff: FakeStaff
) -> None:
    await staff.save(ANNA)

    assert await accounts.add_first() is None


@pytest.mark.parametrize(
    ("name", "password", "signed_in"),
    [
        pytest.param("Anna", PASSWORD, True, id="right"),
        pytest.param(" anna ", PASSWORD, True, id="name-in-another-case"),
        pytest.param("Anna", PASSWORD.upper(), False, id="wrong-password"),
        pytest.param("Anna", "", False, id="no-password"),
        pytest.param("Bruno", PASSWORD, False, id="unknown-name"),
        pytest.param("Broken", PASSWORD, False, id="a-hash-that-is-none"),
    ],
)
async def test_only_the_right_name_and_password_sign_in(
    accounts: Accounts, staff: FakeStaff, name: str, password: str, signed_in: bool
) -> None:
    await staff.save(ANNA)
    await staff.save(Colleague(name="Broken", password_hash="?"))

    found = await accounts.sign_in(name, password)

    assert (found.name if found else None) == ("Anna" if signed_in else None)


async def test_a_new_password_replaces_the_old_one(accounts: Accounts, staff: FakeStaff) -> None:
    await staff.save(ANNA)
    await accounts.add(" Anna ", PASSWORD[::-1])

    assert await accounts.sign_in("Anna", PASSWORD) is None
    assert await accounts.sign_in("Anna", PASSWORD[::-1]) is not None


async def test_the_password_itself_is_not_kept(accounts: Accounts, staff: FakeStaff) -> None:
    await accounts.add("Anna", PASSWORD)

    kept = await staff.find("Anna")

    assert kept is not None
    assert kept.password_hash.startswith("$argon2id$")
    assert PASSWORD not in kept.password_hash


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        pytest.param("  ", PASSWORD, "name is empty", id="no-name"),
        pytest.param("Anna", "x" * (MIN_PASSWORD_CHARS - 1), "at least 10", id="too-short"),
    ],
)
async def test_an_account_needs_a_name_and_a_long_password(
    accounts: Accounts, staff: FakeStaff, name: str, password: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        await accounts.add(name, password)

    assert await staff.count() == 0
