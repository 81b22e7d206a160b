from datetime import timedelta

import pytest

from bot.clock import SetClock
from bot.domain.accounts import OF_NAME, Role
from bot.domain.errors import (
    InvitationGone,
    NameTaken,
    UnknownColleague,
    WeakPassword,
    WrongCredentials,
)
from bot.ports import InvitationKind
from bot.service.accounts import Accounts
from bot.service.invitations import VALID_FOR
from tests.builders import NOW
from tests.fake_staff import FakeStaff
from tests.service.test_accounts import OTHER, accounts, clock, enter, noted, staff

__all__ = ["accounts", "clock", "staff"]

NEW = "tre parole a caso"


async def test_who_is_invited_chooses_a_password_and_comes_in(
    accounts: Accounts, staff: FakeStaff
) -> None:
    token = await accounts.invitations.invite("Anna", " Carla ", Role.EDITOR, "c@desk.example")
    read = await accounts.invitations.read(token)
    assert (read.name, read.kind, read.by) == ("Carla", InvitationKind.ACCOUNT, "Anna")
    assert [one.name for one in await accounts.invitations.open()] == ["Carla"]
    assert token not in repr(read)

    await accounts.invitations.accept(token, NEW)

    assert await enter(accounts, "carla", NEW)
    carla = await staff.find("Carla")
    assert carla
    assert (carla.role, carla.email, carla.since) == (Role.EDITOR, "c@desk.example", NOW)
    assert noted(staff)[:2] == [
        ("Anna", "invite_account", "Carla", "editor"),
        ("Carla", "accept_account", "Anna", ""),
    ]


async def test_a_link_counts_once(accounts: Accounts) -> None:
    token = await accounts.invitations.invite("Anna", "Carla", Role.STAFF)
    await accounts.invitations.accept(token, NEW)

    with pytest.raises(InvitationGone):
        await accounts.invitations.accept(token, "altre parole a caso")


async def test_a_weak_password_does_not_use_it_up(accounts: Accounts) -> None:
    token = await accounts.invitations.invite("Anna", "Carla Verdi", Role.STAFF)
    with pytest.raises(WeakPassword):
        await accounts.invitations.accept(token, "carlaverdi")

    assert (await accounts.invitations.accept(token, NEW)).name == "Carla Verdi"


async def test_a_link_counts_for_seven_days(accounts: Accounts, clock: SetClock) -> None:
    token = await accounts.invitations.invite("Anna", "Carla", Role.STAFF)
    clock.set(NOW + VALID_FOR - timedelta(seconds=1))
    assert (await accounts.invitations.read(token)).name == "Carla"

    clock.set(NOW + VALID_FOR)
    with pytest.raises(InvitationGone):
        await accounts.invitations.read(token)
    assert await accounts.invitations.open() == []


async def test_a_link_that_was_withdrawn_or_made_anew_counts_no_more(accounts: Accounts) -> None:
    first = await accounts.invitations.invite("Anna", "Carla", Role.STAFF)
    second = await accounts.invitations.invite("Anna", "carla", Role.ADMIN)
    with pytest.raises(InvitationGone):
        await accounts.invitations.read(first)

    await accounts.invitations.withdraw("Anna", "CARLA")
    with pytest.raises(InvitationGone):
        await accounts.invitations.accept(second, NEW)


async def test_nobody_is_invited_twice(accounts: Accounts) -> None:
    with pytest.raises(NameTaken):
        await accounts.invitations.invite("Anna", "BRUNO", Role.ADMIN)
    token = await accounts.invitations.invite("Anna", "Carla", Role.ADMIN)
    await accounts.add("Carla", NEW)
    with pytest.raises(NameTaken):
        await accounts.invitations.accept(token, "altre parole a caso")


async def test_a_lost_password_is_chosen_anew(accounts: Accounts) -> None:
    before = await enter(accounts, "Bruno", OTHER)
    for _ in range(OF_NAME.free):
        with pytest.raises(WrongCredentials):
            await accounts.entrance.check("Bruno", "wrong", "")
    token = await accounts.invitations.renew("Anna", "bruno")

    assert (await accounts.invitations.accept(token, NEW)).name == "Bruno"

    assert await accounts.entrance.present(before) is None
    assert await enter(accounts, "Bruno", NEW)  # What others tried does not count any more.


async def test_nobody_who_is_shut_out_comes_back_by_a_link(accounts: Accounts) -> None:
    token = await accounts.invitations.renew("Anna", "Bruno")
    await accounts.set_active("Anna", "Bruno", active=False)

    with pytest.raises(InvitationGone):
        await accounts.invitations.accept(token, NEW)
    with pytest.raises(UnknownColleague):
        await accounts.invitations.renew("Anna", "Nobody")
