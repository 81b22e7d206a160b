"""Bringing a database to this version of the program, by Alembic."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.errors import StartError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0012"
"""The newest revision; known here so that an up-to-date start need not load Alembic."""


def bring_up_to_date(place: Path | str) -> None:
    """Make or upgrade a database.

    Args:
        place: A file for SQLite, or the address of a PostgreSQL database.

    Raises:
        StartError: A newer version of the program made it.
        sqlite3.Error, psycopg.Error: It cannot be opened, or it belongs to another program.
    """
    found = _revision(place)
    if found == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - half a second that most starts do not need
    from alembic.util import CommandError  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    try:
        command.upgrade(alembic_config(place), "head")
    except CommandError as error:
        raise StartError(
            f"The database {_shown(place)} was made by a newer version (revision {found}). "
            "Install that version, or choose another database."
        ) from error
    except DBAPIError as error:
        if isinstance(place, Path):
            raise sqlite3.OperationalError(str(error.orig)) from error
        raise (error.orig or error) from error


def alembic_config(place: Path | str) -> "Config":
    """Return Alembic's settings for a database."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = address_for_sqlalchemy(place)
    return config


def address_for_sqlalchemy(place: Path | str) -> str:
    """Return a database's address with the driver we use."""
    if isinstance(place, Path):
        return f"sqlite:///{place}"
    return f"postgresql+psycopg://{place.partition('://')[2]}"


def _shown(place: Path | str) -> str:
    return str(place) if isinstance(place, Path) else "in SPORTELLO_DATABASE_URL"


def _revision(place: Path | str) -> str | None:
    if isinstance(place, Path):
        if not place.exists():
            return None
        with closing(sqlite3.connect(place)) as db:
            return _newest(db, "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
    import psycopg  # noqa: PLC0415 - only where such a database is used

    with psycopg.connect(place, connect_timeout=5) as connection:
        return _newest(connection, "SELECT 1 FROM pg_tables WHERE tablename = 'alembic_version'")


def _newest(db: Any, asks_for_table: str) -> str | None:  # noqa: ANN401 - of either driver
    if db.execute(asks_for_table).fetchone() is None:
        return None
    row = db.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
