"""Run, check, evaluate and question the assistant from a terminal.

Exit statuses: 0 done; 1 the answer is no (faults found, nothing matched); 2 it could not be
done, with one line saying why; 130 interrupted.
"""

import logging
from typing import Any

import click

from bot.cli.backing_up import backup, restore
from bot.cli.channels import channels
from bot.cli.contracts import contracts
from bot.cli.customer import customer
from bot.cli.doctor import doctor
from bot.cli.domain import domain
from bot.cli.evaluate import evaluate
from bot.cli.kb import kb
from bot.cli.learning import learning
from bot.cli.matching import match
from bot.cli.numbers import numbers
from bot.cli.operation import db, poll, serve
from bot.cli.staff import staff
from bot.cli.talk import chat
from bot.domain.errors import BotError


class _Sportello(click.Group):
    """Prints one of our errors as one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever a command returns
        """Run the command; exit with 2 if it could not be done, with 130 if interrupted."""
        try:
            return super().invoke(ctx)
        except BotError as error:
            click.echo(f"sportello: {error}", err=True)
            ctx.exit(2)
        except KeyboardInterrupt:
            ctx.exit(130)


@click.group(
    cls=_Sportello,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 99},
)
@click.version_option(package_name="sportello")
@click.option("--verbose", is_flag=True, help="Show what the program does while it runs.")
def cli(*, verbose: bool) -> None:
    """Sportello, the help-desk assistant of an internet provider.

    Exit status: 0 done, 1 the answer is no, 2 it could not be done.
    """
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It logs the addresses it calls, and Telegram's hold the token.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # It would write each address it calls, and Telegram's addresses hold the bot's token.
    logging.getLogger("httpx").setLevel(logging.WARNING)


for command in (
    backup,
    channels,
    chat,
    contracts,
    customer,
    db,
    doctor,
    domain,
    evaluate,
    kb,
    learning,
    match,
    numbers,
    poll,
    restore,
    serve,
    staff,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
    cli()
