"""`sportello backup` and `sportello restore`."""

from pathlib import Path

import click

from bot.clock import SystemClock
from bot.domain.errors import SettingsError
from bot.settings import AllSettings
from bot.store.backing_up import back_up
from bot.store.backing_up import restore as put_back


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to FILE, consistent although the program runs."""
    size = back_up(_sqlite_file("pg_dump --format=custom --file=FILE"), file)
    click.echo(f"{file}: {size / 1_000_000:.1f} MB, checked.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--send-waiting", is_flag=True, help="Send what was waiting when it was copied.")
def restore(*, file: Path, send_waiting: bool) -> None:
    """Put the copy FILE in place of the database, which is kept aside. Stop the program first."""
    database = _sqlite_file("pg_restore --clean --dbname=NAME FILE")
    done = put_back(file, database, SystemClock().now(), send_waiting=send_waiting)
    click.echo(f"{database} is as {file}.")
    if done.before is not None:
        click.echo(f"The one before is {done.before}.")
    click.echo(
        f"{done.held} replies that were waiting are not sent; "
        f"{done.unanswered} messages are answered when the program starts."
    )


def _sqlite_file(instead: str) -> Path:
    database = AllSettings().general.database
    if isinstance(database, str):
        raise SettingsError(f"The database is PostgreSQL: use {instead}")
    return database
