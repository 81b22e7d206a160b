"""Where programs keep what they know, and what stands in there."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bot.store.codec import REPLY
from bot.store.migrating import address_for_sqlalchemy
from tests.database_servers import postgresql

_SENDING = "SELECT id FROM outbox WHERE state = 'sending'"
_OPEN = (
    "SELECT id FROM inbox WHERE done = 0"
    " UNION ALL SELECT id FROM outbox WHERE state IN ('waiting', 'sending') LIMIT 1"
)
_WRITTEN = "SELECT body, state FROM outbox WHERE conversation = :chat ORDER BY id"


class Place:
    """A database, asked beside the programs, whether they run or not."""

    def __init__(self, address: Path | str) -> None:
        self.address = address

    def settings_by(self, host: str) -> dict[str, str]:
        """Return what makes a program use it, by a host; SQLite is in its home folder."""
        if isinstance(self.address, Path):
            return {}
        before, at, after = self.address.partition("@")
        url = f"{before}{at}{host}{after.partition('?')[0]}" if host else self.address
        return {"SPORTELLO_DATABASE_URL": url}

    def half_sent(self) -> int:
        """Return how many replies are being sent, or were when their program ended."""
        return len(self._rows(_SENDING))

    def is_quiet(self) -> bool:
        """Tell whether all is answered and sent."""
        return not self._rows(_OPEN)

    def written(self, chat: str) -> list[tuple[str, str]]:
        """Return the texts of all replies in a chat, in order, and how far they came."""
        return [(REPLY.value(body).text, state) for body, state in self._rows(_WRITTEN, chat=chat)]

    def _rows(self, statement: str, **values: str) -> Sequence[Any]:
        engine = create_engine(address_for_sqlalchemy(self.address))
        try:
            with engine.connect() as connection:
                return connection.execute(text(statement), values).all()
        finally:
            engine.dispose()


class Server(Place):
    """A PostgreSQL that can be started again."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host
        self._stack = ExitStack()
        super().__init__(self._start(new=True).replace("+psycopg", ""))

    def restart(self) -> None:
        """Stop it, cutting everybody off, and start it again."""
        self._stack.close()
        self._start(new=False)

    def _start(self, *, new: bool) -> str:
        return self._stack.enter_context(postgresql(self._folder, new=new, host=self._host))

    def stop(self) -> None:
        """Stop it."""
        self._stack.close()


@contextmanager
def a_place(database: str, home: Path, host: str = "") -> Iterator[Place]:
    """Make a new database of a kind, to be reached at a host as well."""
    if database == "sqlite":
        yield Place(home / "sportello.db")
        return
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = Server(Path(folder), host)
        try:
            yield server
        finally:
            server.stop()
