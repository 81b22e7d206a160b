"""Bringing a database to this version of the program, by Alembic."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.errors import StartError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0003"
"""The newest revision; known here so that an up-to-date start need not load Alembic."""


def bring_up_to_date(path: Path) -> None:
    """Make or upgrade the database in a file.

    Raises:
        StartError: A newer version of the program made it.
        sqlite3.Error: It cannot be opened, or it belongs to another program.
    """
    found = _revision(path)
    if found == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - half a second that most starts do not need
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    try:
        command.upgrade(alembic_config(path), "head")
    except CommandError as error:
        raise StartError(
            f"The database {path} was made by a newer version (revision {found}). "
            "Install that version, or set SPORTELLO_HOME to another folder."
        ) from error
    except DBAPIError as error:
        raise sqlite3.OperationalError(str(error.orig)) from error


def alembic_config(path: Path) -> "Config":
    """Return Alembic's settings for a database file."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["path"] = path
    return config


def _revision(path: Path) -> str | None:
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as db:
        tables = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        if tables.fetchone() is None:
            return None
        row = db.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
