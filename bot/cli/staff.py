"""`sportello staff`: accounts of the desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from bot.cli.running import asynchronous
from bot.clock import SystemClock
from bot.domain.accounts import Role, clean_email
from bot.domain.calendar import ROME
from bot.domain.errors import BotError, UnknownColleague
from bot.parts import build_accounts, open_store
from bot.ports import Noted
from bot.service.accounts import TERMINAL, Accounts
from bot.service.invitations import VALID_FOR
from bot.settings import AllSettings

_ROLE = click.Choice([role.value for role in Role])


@click.group()
def staff() -> None:
    """Accounts of the desk."""


@staff.command()
@click.argument("name")
@click.password_option(help="Asked for if it is not given.")
@click.option("--role", type=_ROLE, help="What they may do; staff for a new account.")
@asynchronous
async def add(name: str, password: str, role: str | None) -> None:
    """Add an account for NAME, or give it a new password."""
    async with _accounts() as accounts:
        try:
            await accounts.add(name, password, Role(role) if role else None)
        except (ValueError, BotError) as error:
            raise click.BadParameter(str(error)) from error
    click.echo(f"{name} can sign in now.")


@staff.command()
@click.argument("name")
@click.option("--role", type=_ROLE, default="staff", show_default=True, help="What they may do.")
@click.option("--email", default="", help="By which an identity provider knows them.")
@asynchronous
async def invite(name: str, role: str, email: str) -> None:
    """Print a link by which NAME chooses a password: a new colleague, or one who lost it."""
    address = AllSettings().general.public_address
    async with _accounts() as accounts:
        try:
            token = await _token(accounts, name, Role(role), email)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    click.echo(f"{address}/desk/invitation/{token}")
    click.echo(f"It can be used once, within {VALID_FOR.days} days.", err=True)


async def _token(accounts: Accounts, name: str, role: Role, email: str) -> str:
    try:
        return await accounts.invitations.renew(TERMINAL, name)
    except UnknownColleague:
        return await accounts.invitations.invite(TERMINAL, name, role, clean_email(email))


@staff.command("list")
@asynchronous
async def list_() -> None:
    """List the accounts: name, role, and whether they may sign in."""
    async with _accounts() as accounts:
        for one in await accounts.everybody():
            notes = [
                one.role,
                *([] if one.active else ["shut out"]),
                *(["second step"] if one.totp else []),
                *(["on duty"] if one.on_duty else []),
            ]
            click.echo(f"{one.name}  {', '.join(notes)}")


@staff.command("sign-out")
@click.argument("name", default="")
@asynchronous
async def sign_out(name: str) -> None:
    """Sign NAME out everywhere at once, or everybody."""
    async with _accounts() as accounts:
        if name and await accounts.find(name) is None:
            raise click.BadParameter(f"No account has the name {name}.")
        count = await accounts.end_sessions(TERMINAL, name)
    click.echo(f"{count} sessions ended.")


@staff.command()
@click.option("--who", default="", help="Only what this colleague did.")
@click.option(
    "--most",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="How many lines at most.",
)
@asynchronous
async def log(who: str, most: int) -> None:
    """Print what was done at the desk, by whom and when, the newest first."""
    async with _accounts() as accounts:
        for noted in await accounts.log(who=who, most=most):
            click.echo(_line(noted))


def _line(noted: Noted) -> str:
    at = noted.at.astimezone(ROME).isoformat(" ", "seconds")
    about = " ".join(one for one in (noted.target, noted.detail) if one)
    return f"{at}  {noted.who or '-'}  {noted.action}  {about}".rstrip()


@asynccontextmanager
async def _accounts() -> AsyncIterator[Accounts]:
    """Open the accounts beside a program that may be running."""
    settings = AllSettings().general
    store = open_store(settings, owner=False)
    try:
        yield build_accounts(settings, store, SystemClock())
    finally:
        await store.close()
