from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.domain.accounts import OF_ADDRESS, OF_NAME
from bot.domain.errors import TooManyTries, WrongCredentials
from bot.service.accounts import Accounts
from tests.builders import NOW
from tests.fake_staff import FakeStaff
from tests.service.test_accounts import (
    ANNA,
    OTHER,
    PASSWORD,
    QUICKLY,
    accounts,
    clock,
    enter,
    noted,
    staff,
)

__all__ = ["accounts", "clock", "staff"]

HERE = "192.0.2.1"


@pytest.mark.parametrize(
    ("name", "password", "comes_in"),
    [
        pytest.param("Anna", PASSWORD, True, id="right"),
        pytest.param("anna", PASSWORD, True, id="name-in-another-case"),
        pytest.param("Anna", PASSWORD.upper(), False, id="wrong-password"),
        pytest.param("Anna", "", False, id="no-password"),
        pytest.param("Carla", PASSWORD, False, id="unknown-name"),
        pytest.param("Broken", PASSWORD, False, id="a-hash-that-is-none"),
    ],
)
async def test_only_the_right_name_and_password_count(
    accounts: Accounts, staff: FakeStaff, name: str, password: str, comes_in: bool
) -> None:
    await staff.save(replace(ANNA, name="Broken", password_hash="?"))

    if comes_in:
        assert (await accounts.entrance.check(name, password, HERE)).name == "Anna"
    else:
        with pytest.raises(WrongCredentials):
            await accounts.entrance.check(name, password, HERE)


async def test_coming_in_and_failing_to_are_noted(accounts: Accounts, staff: FakeStaff) -> None:
    await enter(accounts, "Anna", PASSWORD)
    for name in ("bruno", "cavallo-corretto"):
        with pytest.raises(WrongCredentials):
            await accounts.entrance.check(name, "wrong", HERE)

    assert noted(staff) == [
        ("Anna", "sign_in", "", ""),
        ("Bruno", "sign_in_failed", "", f"password {HERE}"),
        ("", "sign_in_failed", "", f"password {HERE}"),  # It may be a password.
    ]
    anna = await staff.find("Anna")
    assert anna
    assert anna.signed_in_at == NOW


async def test_a_session_is_known_by_what_the_browser_keeps(
    accounts: Accounts, staff: FakeStaff
) -> None:
    token = await enter(accounts, "anna", PASSWORD)

    found = await accounts.entrance.present(token)
    assert found
    assert (found.colleague.name, found.session.agent) == ("Anna", "Firefox")
    assert token not in repr(found)
    assert await accounts.entrance.present("another") is None

    await accounts.entrance.sign_out(found.session)
    assert await accounts.entrance.present(token) is None
    assert noted(staff)[-1] == ("Anna", "sign_out", "", "")


async def test_who_does_something_stays_until_the_day_is_over(
    accounts: Accounts, clock: SetClock
) -> None:
    token = await enter(accounts, "Anna", PASSWORD)
    for hours in (11, 22):
        clock.set(NOW + timedelta(hours=hours))
        found = await accounts.entrance.present(token)
        assert found
        await accounts.entrance.touch(found.session)

    clock.set(NOW + timedelta(hours=22, seconds=30))
    found = await accounts.entrance.present(token)
    assert found
    await accounts.entrance.touch(found.session)
    again = await accounts.entrance.present(token)
    assert again
    assert again.session.seen == NOW + timedelta(hours=22)  # Not each second anew.

    clock.set(NOW + timedelta(hours=24, seconds=1))
    assert await accounts.entrance.present(token) is None


async def test_who_does_nothing_is_out(accounts: Accounts, clock: SetClock) -> None:
    token = await enter(accounts, "Anna", PASSWORD)

    clock.set(NOW + timedelta(hours=12, seconds=1))
    assert await accounts.entrance.present(token) is None


async def test_guessing_a_name_takes_longer_and_longer(
    accounts: Accounts, clock: SetClock
) -> None:
    for at in range(OF_NAME.free):
        with pytest.raises(WrongCredentials):
            await accounts.entrance.check("Anna", "wrong", f"192.0.2.{at}")
    with pytest.raises(TooManyTries) as refused:
        await accounts.entrance.check("Anna", PASSWORD, "192.0.2.99")
    assert refused.value.wait == OF_NAME.pause

    clock.set(NOW + OF_NAME.pause)
    with pytest.raises(WrongCredentials):
        await accounts.entrance.check("Anna", "wrong", HERE)
    with pytest.raises(TooManyTries) as refused:
        await accounts.entrance.check("Anna", PASSWORD, HERE)
    assert refused.value.wait == 2 * OF_NAME.pause


async def test_guessing_names_takes_longer_as_well(accounts: Accounts) -> None:
    for at in range(OF_ADDRESS.free):
        with pytest.raises(WrongCredentials):
            await accounts.entrance.check(f"nobody{at}", "wrong", HERE)

    with pytest.raises(TooManyTries):
        await accounts.entrance.check("Anna", PASSWORD, HERE)
    assert (await accounts.entrance.check("Anna", PASSWORD, "192.0.2.2")).name == "Anna"


async def test_who_comes_in_may_mistype_again(accounts: Accounts) -> None:
    for _ in range(3):
        for _ in range(OF_NAME.free - 1):
            with pytest.raises(WrongCredentials):
                await accounts.entrance.check("Anna", "wrong", HERE)
        await accounts.entrance.check("Anna", PASSWORD, HERE)


async def test_a_password_changed_meanwhile_counts_no_more(
    accounts: Accounts, staff: FakeStaff
) -> None:
    checked = await accounts.entrance.check("Anna", PASSWORD, HERE)
    await staff.save(replace(ANNA, password_hash=QUICKLY.hash(OTHER)))

    with pytest.raises(WrongCredentials):
        await accounts.entrance.enter(checked, "Firefox")


async def test_an_identity_provider_knows_colleagues_by_email(
    accounts: Accounts, staff: FakeStaff
) -> None:
    await accounts.set_reach("Bruno", "Bruno@Desk.example", "")
    assert (await accounts.entrance.known_by("bruno@desk.EXAMPLE")).name == "Bruno"

    for email in ("", "carla@desk.example"):
        with pytest.raises(WrongCredentials):
            await accounts.entrance.known_by(email)
    await accounts.set_reach("Anna", "bruno@desk.example", "")
    with pytest.raises(WrongCredentials):  # Of two it is nobody's.
        await accounts.entrance.known_by("bruno@desk.example")


async def test_who_is_shut_out_is_unknown_to_it(accounts: Accounts) -> None:
    await accounts.set_reach("Bruno", "bruno@desk.example", "")
    await accounts.set_active("Anna", "Bruno", active=False)

    with pytest.raises(WrongCredentials):
        await accounts.entrance.known_by("bruno@desk.example")
