import asyncio
from datetime import timedelta

import pyotp
import pytest

from bot.clock import SetClock
from bot.domain.accounts import OF_NAME
from bot.domain.errors import TooManyTries, WrongCredentials
from bot.service.accounts import Accounts
from bot.service.codes import RECOVERY_CODES, address_of
from tests.builders import NOW
from tests.fake_staff import FakeStaff
from tests.service.test_accounts import OTHER, PASSWORD, accounts, clock, noted, staff

__all__ = ["accounts", "clock", "staff"]

HALF_MINUTE = timedelta(seconds=30)


async def app_of(accounts: Accounts, name: str = "Anna") -> pyotp.TOTP:
    """Return an app that has photographed the code."""
    await accounts.second_step.begin(name)
    colleague = await accounts.find(name)
    assert colleague
    return pyotp.TOTP(colleague.totp_pending)


async def enter(accounts: Accounts, code: str) -> str:
    checked = await accounts.entrance.check("Anna", PASSWORD, "")
    return await accounts.entrance.enter(checked, "Firefox", code)


@pytest.fixture
async def app(accounts: Accounts, clock: SetClock) -> pyotp.TOTP:
    """The app of Anna, whose second step is on since a minute."""
    shown = await app_of(accounts)
    await accounts.second_step.confirm("Anna", shown.at(NOW), "")
    clock.set(NOW + timedelta(minutes=1))
    return shown


async def test_it_is_on_once_the_app_shows_the_right_code(
    accounts: Accounts, staff: FakeStaff
) -> None:
    shown = await app_of(accounts)
    anna = await staff.find("Anna")
    assert anna
    assert not anna.totp
    assert address_of(anna).startswith("otpauth://totp/Sportello:Anna?secret=")

    with pytest.raises(WrongCredentials):
        await accounts.second_step.confirm("Anna", "000000", "")
    codes = await accounts.second_step.confirm("Anna", f" {shown.at(NOW)} ", "")

    assert len(set(codes)) == RECOVERY_CODES
    anna = await staff.find("Anna")
    assert anna
    assert (anna.totp, anna.totp_pending) == (shown.secret, "")
    assert not {*codes} & {*anna.recovery}
    assert [one[1] for one in noted(staff)] == ["totp_begin", "totp_on"]


async def test_nothing_is_confirmed_that_was_not_begun(accounts: Accounts) -> None:
    with pytest.raises(WrongCredentials):
        await accounts.second_step.confirm("Anna", "000000", "")


async def test_one_that_is_on_is_not_replaced_without_the_password(
    accounts: Accounts, app: pyotp.TOTP
) -> None:
    await accounts.second_step.begin("Anna")

    anna = await accounts.find("Anna")
    assert anna
    assert (anna.totp, anna.totp_pending) == (app.secret, "")


@pytest.mark.parametrize(
    ("wrong_by", "counts"),
    [(0, True), (-1, True), (1, True), (-2, False), (2, False), (-100, False)],
)
async def test_the_clock_of_an_app_may_be_a_little_wrong(
    accounts: Accounts, app: pyotp.TOTP, clock: SetClock, wrong_by: int, counts: bool
) -> None:
    code = app.at(clock.now() + wrong_by * HALF_MINUTE)
    if counts:
        assert await enter(accounts, code)
    else:
        with pytest.raises(WrongCredentials):
            await enter(accounts, code)


@pytest.mark.parametrize("code", ["", "000000", "è", "0" * 500, "\0"])
async def test_a_password_alone_is_not_enough(
    accounts: Accounts, app: pyotp.TOTP, staff: FakeStaff, code: str
) -> None:
    with pytest.raises(WrongCredentials):
        await enter(accounts, code)

    assert noted(staff)[-1] == ("Anna", "sign_in_failed", "", "code")


async def test_a_code_counts_once(accounts: Accounts, app: pyotp.TOTP, clock: SetClock) -> None:
    await enter(accounts, app.at(clock.now()))

    for earlier in (0, 1):  # Nor does an older one that nobody has used.
        with pytest.raises(WrongCredentials):
            await enter(accounts, app.at(clock.now() - earlier * HALF_MINUTE))
    clock.set(clock.now() + HALF_MINUTE)
    assert await enter(accounts, app.at(clock.now()))


async def test_of_two_who_type_a_code_at_once_one_comes_in(
    accounts: Accounts, app: pyotp.TOTP, clock: SetClock
) -> None:
    code = app.at(clock.now())

    tried = await asyncio.gather(
        *(enter(accounts, code) for _ in range(2)), return_exceptions=True
    )

    assert sorted(isinstance(one, str) for one in tried) == [False, True]


async def test_the_code_that_confirmed_does_not_open_the_door(accounts: Accounts) -> None:
    shown = await app_of(accounts)
    await accounts.second_step.confirm("Anna", shown.at(NOW), "")

    with pytest.raises(WrongCredentials):
        await enter(accounts, shown.at(NOW))


async def test_a_recovery_code_stands_in_once(accounts: Accounts) -> None:
    shown = await app_of(accounts)
    first, second, *_ = await accounts.second_step.confirm("Anna", shown.at(NOW), "")

    assert await enter(accounts, first.upper().replace("-", " "))
    with pytest.raises(WrongCredentials):
        await enter(accounts, first)
    assert await enter(accounts, second)
    anna = await accounts.find("Anna")
    assert anna
    assert len(anna.recovery) == RECOVERY_CODES - 2


async def test_codes_cannot_be_guessed_one_after_the_other(
    accounts: Accounts, app: pyotp.TOTP, clock: SetClock
) -> None:
    for _ in range(OF_NAME.free):
        with pytest.raises(WrongCredentials):
            await enter(accounts, "000000")

    with pytest.raises(TooManyTries):
        await enter(accounts, app.at(clock.now()))


async def test_it_is_switched_off_by_the_password(accounts: Accounts, app: pyotp.TOTP) -> None:
    with pytest.raises(WrongCredentials):
        await accounts.second_step.switch_off("Anna", OTHER, "")
    await accounts.second_step.switch_off("Anna", PASSWORD, "")

    assert await enter(accounts, "")


async def test_an_admin_takes_it_away_from_who_lost_the_phone(
    accounts: Accounts, app: pyotp.TOTP, staff: FakeStaff
) -> None:
    await accounts.reset_second_step("Bruno", "Anna")

    assert await enter(accounts, "")
    assert ("Bruno", "totp_reset", "Anna", "") in noted(staff)
