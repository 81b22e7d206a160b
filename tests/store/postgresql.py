"""New PostgreSQL databases on one server, which is started when the first is asked for."""

import tempfile
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

from bot.store.migrating import bring_up_to_date
from tests.database_servers import postgresql

_numbers, _running = count(), ExitStack()


def stop() -> None:
    """Stop the server, if it was started."""
    _running.close()


def new_database() -> str:
    """Return the address of an empty database of this version."""
    name = f"t{next(_numbers)}"
    _create(name, template=_migrated())
    return _address(name)


@cache
def _migrated() -> str:
    """Return the name of a database that all others are copied from: migrating once is enough."""
    _create("migrated", template="template0")
    bring_up_to_date(_address("migrated"))
    return "migrated"


@cache
def _folder() -> str:
    """Return the folder of the server, which runs until the tests end."""
    folder = _running.enter_context(tempfile.TemporaryDirectory(prefix="pg"))
    _running.enter_context(postgresql(Path(folder)))
    return folder


def _address(name: str) -> str:
    return f"postgresql://owner@/{name}?host={_folder()}"


def _create(name: str, template: str) -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
