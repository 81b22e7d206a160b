"""Accounts of the desk, from a terminal."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.clock import SystemClock
from bot.domain.accounts import Role
from bot.domain.errors import InvitationGone
from bot.parts import build_accounts, open_store
from bot.ports import Colleague
from bot.service.accounts import Accounts
from bot.settings import Settings
from bot.store.store import Store
from tests.cli.console import sportello

PASSWORD = "correct horse"


def add(name: str, *options: str) -> str:
    return sportello("staff", "add", name, "--password", PASSWORD, *options).output


def test_a_new_account_is_of_staff_and_a_role_is_given_on_purpose() -> None:
    add("anna", "--role", "admin")
    add("bruno")
    add("anna")

    assert sportello("staff", "list").stdout == "anna  admin\nbruno  staff\n"
    assert sportello("staff", "add", "carla", "--role", "boss").exit_code == 2


def test_the_last_admin_stays_also_at_a_terminal() -> None:
    add("anna", "--role", "admin")

    assert "anna is the last admin" in add("anna", "--role", "staff")


def test_a_password_that_is_easy_to_guess_is_refused() -> None:
    result = sportello("staff", "add", "annamaria", "--password", "annamaria1")

    assert result.exit_code == 2
    assert "easy to guess" in result.stderr


def test_a_link_makes_an_account_or_a_new_password() -> None:
    invited = sportello("staff", "invite", "anna", "--role", "admin", "--email", "a@desk.example")
    asyncio.run(accept(link_of(invited.stdout)))
    assert sportello("staff", "list").stdout == "anna  admin\n"

    again = sportello("staff", "invite", "anna")
    asyncio.run(accept(link_of(again.stdout)))
    with pytest.raises(InvitationGone):
        asyncio.run(accept(link_of(again.stdout)))
    assert "once, within 7 days" in again.stderr


@pytest.mark.parametrize("wrong", [[" "], ["anna", "--email", "anna"]])
def test_what_is_no_name_or_email_is_refused(wrong: list[str]) -> None:
    assert sportello("staff", "invite", *wrong).exit_code == 2


def test_everybody_or_one_is_signed_out_at_once() -> None:
    for name in ("anna", "bruno"):
        add(name)
    asyncio.run(sign_in("anna", "bruno", "bruno"))

    assert sportello("staff", "sign-out", "anna").stdout == "1 sessions ended.\n"
    assert sportello("staff", "sign-out").stdout == "2 sessions ended.\n"
    assert sportello("staff", "sign-out", "carla").exit_code == 2


def test_what_was_done_is_told_the_newest_first() -> None:
    add("anna", "--role", "admin")
    asyncio.run(sign_in("anna"))

    lines = sportello("staff", "log").stdout.splitlines()
    assert [re.sub(r"^\S+ \S+  ", "", line) for line in lines] == [
        "anna  sign_in",
        "terminal  add  anna admin",
    ]
    assert lines[:1] == sportello("staff", "log", "--who", "ANNA").stdout.splitlines()
    assert lines[:1] == sportello("staff", "log", "--most", "1").stdout.splitlines()


def test_the_list_tells_what_is_special() -> None:
    special = Colleague(
        name="Anna", password_hash="x", role=Role.EDITOR, active=False, totp="S", on_duty=True
    )
    asyncio.run(save(special))

    told = sportello("staff", "list").stdout
    assert told == "Anna  editor, shut out, second step, on duty\n"


def link_of(output: str) -> str:
    found = re.fullmatch(r"http://127.0.0.1:8080/desk/invitation/(\S+)\n", output)
    assert found
    return found[1]


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Store, Accounts]]:
    settings = Settings()
    store = open_store(settings, owner=False)
    try:
        yield store, build_accounts(settings, store, SystemClock())
    finally:
        await store.close()


async def accept(token: str) -> None:
    async with opened() as (_, accounts):
        await accounts.invitations.accept(token, PASSWORD)


async def sign_in(*names: str) -> None:
    async with opened() as (_, accounts):
        for name in names:
            colleague = await accounts.entrance.check(name, PASSWORD, "")
            await accounts.entrance.enter(colleague, "Firefox")


async def save(colleague: Colleague) -> None:
    async with opened() as (store, _):
        await store.staff.save(colleague)
