"""Where the bench keeps its database: a file, or a PostgreSQL server of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.database_servers import postgresql
from tests.learning import learnt

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A folder, and the address of a PostgreSQL database or nothing.

    Args:
        home: What is written besides the database, and the database where it is SQLite.
    """

    home: Path
    url: str = ""

    @property
    def kind(self) -> str:
        """Which database it is."""
        return POSTGRESQL if self.url else SQLITE

    @property
    def database(self) -> Path | str:
        """The database as the store takes it."""
        return self.url or self.home / "sportello.db"

    @property
    def settings(self) -> dict[str, str]:
        """The settings that lead the program here."""
        return {"SPORTELLO_HOME": str(self.home), "SPORTELLO_DATABASE_URL": self.url}

    def learn(self) -> None:
        """Have what the knowledge teaches ready: learning is not what is measured."""
        cache = self.home / "cache"
        if not cache.exists():
            shutil.copytree(learnt(), cache)


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """Make an empty database for as long as the block lasts; its commits wait for the disk."""
    with tempfile.TemporaryDirectory(prefix="speed") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        if kind == SQLITE:
            yield Place(home=home)
            return
        server = Path(folder) / "server"
        server.mkdir()
        with postgresql(server, durable=True) as url:
            yield Place(home=home, url=url.replace("+psycopg", ""))
