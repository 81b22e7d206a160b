"""`sportello staff`: accounts of the desk."""

import click

from bot.cli.running import asynchronous
from bot.parts import open_store
from bot.service.accounts import Accounts
from bot.settings import AllSettings


@click.group()
def staff() -> None:
    """Accounts of the desk."""


@staff.command()
@click.argument("name")
@click.password_option(help="Asked for if it is not given.")
@asynchronous
async def add(name: str, password: str) -> None:
    """Add an account for NAME, or give it a new password."""
    store = open_store(AllSettings().general, owner=False)
    try:
        await Accounts(store.staff).add(name, password)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    finally:
        await store.close()
    click.echo(f"{name} can sign in now.")


@staff.command("sign-out")
@asynchronous
async def sign_out() -> None:
    """Sign everybody out, once the running programs are started again."""
    store = open_store(AllSettings().general, owner=False)
    try:
        await store.nodes.forget_secret("sessions")
    finally:
        await store.close()
    click.echo("Now restart sportello; then everybody signs in again.")
