import pytest
from argon2 import PasswordHasher

from bot.clock import SetClock
from bot.domain.accounts import MIN_PASSWORD_CHARS, Role
from bot.domain.errors import LastAdmin, WeakPassword, WrongCredentials
from bot.ports import Colleague
from bot.service.accounts import FIRST_NAME, TERMINAL, Accounts
from tests.builders import NOW
from tests.fake_staff import FakeStaff

PASSWORD = "corretto-cavallo"
OTHER = "batteria graffetta"
QUICKLY = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The desk's own hashes are slow on purpose."""
ANNA = Colleague(name="Anna", password_hash=QUICKLY.hash(PASSWORD))
BRUNO = Colleague(name="Bruno", password_hash=QUICKLY.hash(OTHER), role=Role.STAFF)


@pytest.fixture
def staff() -> FakeStaff:
    return FakeStaff([ANNA, BRUNO])


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def accounts(staff: FakeStaff, clock: SetClock) -> Accounts:
    return Accounts(staff, clock, hasher=QUICKLY)


async def enter(accounts: Accounts, name: str, password: str) -> str:
    colleague = await accounts.entrance.check(name, password, "192.0.2.1")
    return await accounts.entrance.enter(colleague, "Firefox")


def noted(staff: FakeStaff) -> list[tuple[str, str, str, str]]:
    return [(one.who, one.action, one.target, one.detail) for one in staff.noted]


async def test_the_first_account_is_an_admins_and_its_password_told_once(clock: SetClock) -> None:
    staff = FakeStaff()
    accounts = Accounts(staff, clock, hasher=QUICKLY)
    password = await accounts.add_first()

    assert password is not None
    assert await accounts.add_first() is None
    assert await enter(accounts, FIRST_NAME, password)
    first = await accounts.find(FIRST_NAME)
    assert first
    assert (first.role, first.since) == (Role.ADMIN, NOW)


async def test_a_new_account_may_only_answer_unless_told_otherwise(accounts: Accounts) -> None:
    await accounts.add("Carla", "tre parole a caso")
    await accounts.add("Dino", "tre parole a caso", Role.EDITOR)

    roles = {one.name: one.role for one in await accounts.everybody()}
    assert roles == {
        "Anna": Role.ADMIN,
        "Bruno": Role.STAFF,
        "Carla": Role.STAFF,
        "Dino": Role.EDITOR,
    }


async def test_a_new_password_replaces_the_old_one_and_keeps_the_role(
    accounts: Accounts, staff: FakeStaff
) -> None:
    token = await enter(accounts, "Anna", PASSWORD)
    await accounts.add(" anna ", "tre parole a caso")

    assert await accounts.entrance.present(token) is None
    with pytest.raises(WrongCredentials):
        await enter(accounts, "Anna", PASSWORD)
    await enter(accounts, "Anna", "tre parole a caso")
    anna = await staff.find("Anna")
    assert anna
    assert (anna.name, anna.role) == ("Anna", Role.ADMIN)
    with pytest.raises(LastAdmin):
        await accounts.add("Anna", "tre parole a caso", Role.STAFF)


async def test_the_password_itself_is_not_kept(accounts: Accounts, staff: FakeStaff) -> None:
    await Accounts(staff, SetClock(NOW)).add("Carla", "tre parole a caso")

    kept = await staff.find("Carla")
    assert kept is not None
    assert kept.password_hash.startswith("$argon2id$")
    assert "parole" not in kept.password_hash


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        pytest.param("  ", PASSWORD, "name is empty", id="no-name"),
        pytest.param("Carla", "x" * (MIN_PASSWORD_CHARS - 1), "at least 10", id="too-short"),
        pytest.param("Carla", "x" * 20, "easy to guess", id="guessable"),
        pytest.param("Carla", "x" * 2000, "too long", id="endless"),
    ],
)
async def test_an_account_needs_a_name_and_a_good_password(
    accounts: Accounts, staff: FakeStaff, name: str, password: str, reason: str
) -> None:
    with pytest.raises((ValueError, WeakPassword), match=reason):
        await accounts.add(name, password)

    assert await staff.count() == 2


async def test_another_role_counts_at_once_and_is_noted(
    accounts: Accounts, staff: FakeStaff
) -> None:
    token = await enter(accounts, "Bruno", OTHER)

    await accounts.set_role("Anna", "bruno", Role.EDITOR)

    assert await accounts.entrance.present(token) is None
    assert noted(staff)[-1] == ("Anna", "role", "bruno", "editor")
    assert [one.who for one in await accounts.log(who="anna", most=9)] == ["Anna"]


async def test_who_is_shut_out_is_out_and_may_come_back(accounts: Accounts) -> None:
    token = await enter(accounts, "Bruno", OTHER)

    await accounts.set_active("Anna", "Bruno", active=False)
    assert await accounts.entrance.present(token) is None
    assert await accounts.colleagues() == ["Anna"]
    with pytest.raises(WrongCredentials):  # Not even a second step is asked for.
        await accounts.entrance.check("Bruno", OTHER, "")

    await accounts.set_active("Anna", "Bruno", active=True)
    assert await enter(accounts, "Bruno", OTHER)
    assert await accounts.colleagues() == ["Anna", "Bruno"]


async def test_the_last_admin_stays(accounts: Accounts) -> None:
    with pytest.raises(LastAdmin):
        await accounts.set_active("Bruno", "Anna", active=False)
    with pytest.raises(LastAdmin):
        await accounts.set_role("Bruno", "Anna", Role.STAFF)

    await accounts.set_role("Anna", "Bruno", Role.ADMIN)
    await accounts.set_role("Bruno", "Anna", Role.STAFF)


async def test_on_duty_are_those_who_say_so(accounts: Accounts, staff: FakeStaff) -> None:
    await accounts.set_duty("Bruno", on_duty=True)
    assert [one.name for one in await staff.on_duty()] == ["Bruno"]

    await accounts.set_duty("Bruno", on_duty=False)
    assert await staff.on_duty() == []
    assert [one[1] for one in noted(staff)] == ["on_duty", "off_duty"]


async def test_a_colleague_tells_where_to_reach_them(accounts: Accounts, staff: FakeStaff) -> None:
    await accounts.set_reach("Bruno", "bruno@desk.example", "1001")

    bruno = await staff.find("Bruno")
    assert bruno
    assert (bruno.email, bruno.telegram) == ("bruno@desk.example", "1001")
    assert noted(staff) == [("Bruno", "reach", "Bruno", "")]


async def test_a_colleague_changes_the_own_password(accounts: Accounts) -> None:
    here, elsewhere = [await enter(accounts, "Bruno", OTHER) for _ in range(2)]
    kept = await accounts.entrance.present(here)
    assert kept

    await accounts.change_password("Bruno", OTHER, "tre parole a caso", kept.session.id)

    assert await accounts.entrance.present(here)
    assert await accounts.entrance.present(elsewhere) is None
    assert await enter(accounts, "Bruno", "tre parole a caso")


async def test_the_old_password_is_asked_for(accounts: Accounts) -> None:
    with pytest.raises(WrongCredentials):
        await accounts.change_password("Bruno", "wrong", "tre parole a caso", "")
    with pytest.raises(WrongCredentials):
        await accounts.change_password("Nobody", "wrong", "tre parole a caso", "")
    with pytest.raises(WeakPassword):
        await accounts.change_password("Bruno", OTHER, "brunobruno", "")


async def test_sessions_are_seen_and_ended(accounts: Accounts, staff: FakeStaff) -> None:
    first = await enter(accounts, "Bruno", OTHER)
    await enter(accounts, "Bruno", OTHER)
    await enter(accounts, "Anna", PASSWORD)
    kept = await accounts.entrance.present(first)
    assert kept
    assert len(await accounts.sessions_of("Bruno")) == 2

    assert await accounts.end_sessions("Bruno", "Bruno", kept.session.id) == 1
    assert [one.id for one in await accounts.sessions_of("Bruno")] == [kept.session.id]
    assert await accounts.end_sessions(TERMINAL) == 2
    assert noted(staff)[-1] == (TERMINAL, "end_sessions", "", "")


async def test_sessions_that_are_over_are_not_shown(accounts: Accounts, clock: SetClock) -> None:
    await enter(accounts, "Bruno", OTHER)
    clock.set(NOW + 2 * accounts.limits.idle)

    assert await accounts.sessions_of("Bruno") == []
