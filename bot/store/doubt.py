"""What became of a transaction whose commit was never answered: the server itself knows."""

import time

from bot.store.database import Connection, Dialect

_PAUSE_SECONDS = 0.1


class Doubt:
    """Remembers what a transaction comes to, while nobody knows whether it took effect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._mark: object = None
        self._results: list[object] | None = None

    @property
    def is_there(self) -> bool:
        """Whether a commit was sent and not answered."""
        return self._results is not None

    def begun(self, mark: object) -> None:
        """Take note of a transaction that has begun, by the number under which to ask for it."""
        self._mark = mark

    def commits(self, results: list[object]) -> None:
        """Take note that its commit is sent, and what it comes to."""
        self._results = results if self._mark is not None else None

    def is_over(self) -> None:
        """Take note that its commit was answered, or that it is given up."""
        self._results = None

    def settled(self, connection: Connection) -> list[object] | None:
        """Return what the transaction in doubt came to; None if there is none or it was undone."""
        if self._results is None:
            return None
        while (outcome := self._outcome(connection)) == "in progress":
            time.sleep(_PAUSE_SECONDS)  # The server has not noticed yet, or still writes it.
        results, self._results = self._results, None
        return results if outcome == "committed" else None

    def _outcome(self, connection: Connection) -> object:
        row = connection.execute(self._dialect.outcome, (self._mark,)).fetchone()
        return row and row["outcome"]
