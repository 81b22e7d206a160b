"""What the store needs of a database, whichever it is: SQL that both understand, and the rest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.searching import Terms
from bot.store.trouble import Diagnosis, told

Row = Mapping[str, Any]
"""A row, by the names of its columns."""


class Rows(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows it touched."""
        ...

    def fetchone(self) -> Row | None:
        """Return the next row, or None."""
        ...

    def fetchall(self) -> list[Row]:
        """Return all rows left."""
        ...

    def __iter__(self) -> Iterator[Row]: ...


class Connection(Protocol):
    """A connection that begins and ends transactions only when told to.

    A question mark in a statement stands for a value.
    """

    def execute(self, statement: str, values: Sequence[object] = (), /) -> Rows:
        """Run a statement."""
        ...

    def executemany(self, statement: str, rows: Sequence[Sequence[object]], /) -> object:
        """Run a statement for each of some rows."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """In what a database differs from the other.

    Args:
        begin: Begins a transaction that writes; returns a number by which the database knows it
            later, if it does.
        errors: What its driver raises.
        diagnosis: Says why the database cannot be used, if that is why it was raised.
        is_lost: Tells whether a connection is gone, so that a new one must be made.
        field: Gives the SQL for a text inside the JSON text of a column, by its path.
        now: Its own clock, in microseconds since 1970.
        shared: Whether several programs may answer chats on it.
        passing: Errors after which the same is tried again, such as a deadlock.
        locking: Added to a query whose rows nobody else may change meanwhile.
        is_gone: Gives the SQL that tells whether the program of a node, by a column with its id,
            has ended.
        notify: Tells a node, by its id, of a chat.
        outcome: Gives as ``outcome`` what became of a transaction by its number: "committed" or
            not.
        before_erasing: Run first in a transaction that deletes a person's data.
        after_erasing: Run after it.
        finds: The SQL that finds in ``said s`` what has the words of a query.
        query: Gives such a query for the words looked for.
        tidy_words: Run after erasing, the last of them until nothing changes any more: an index
            of words may keep those of what was deleted.
    """

    begin: Callable[[Any], object]
    errors: tuple[type[Exception], ...]
    diagnosis: Diagnosis
    is_lost: Callable[[Any], bool]
    field: Callable[[str, Sequence[str]], str]
    now: str
    finds: str
    query: Callable[[Terms], str]
    shared: bool = False
    passing: tuple[type[Exception], ...] = ()
    locking: str = ""
    is_gone: Callable[[str], str] = lambda _: "1 = 1"
    notify: str = ""
    outcome: str = ""
    before_erasing: str = ""
    after_erasing: str = ""
    tidy_words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Database:
    """A database, and how to reach it.

    Args:
        writes: Opens the connection of the one thread that writes.
        reads: Opens a connection to read with; closing it may only give it back.
    """

    dialect: Dialect
    writes: Callable[[], Connection]
    reads: Callable[[], Connection]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection to read with; raise DatabaseUnavailable if nothing can be read."""
        try:
            with closing(self.reads()) as connection:
                yield connection
        except self.dialect.errors as error:
            ours = told(error, self.dialect.diagnosis)
            if ours is error:
                raise
            raise ours from error
