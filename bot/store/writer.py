"""One thread that writes: whatever waits when a commit ends goes into the next one."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from bot.store.database import Connection, Database
from bot.store.doubt import Doubt
from bot.store.trouble import TroubleLog

T = TypeVar("T")
_MOST_IN_GROUP = 500
PATIENCE_SECONDS = 30.0
"""How long a lost database is waited for, before those who wait are told."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.02, 0.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Unit:
    work: Callable[[Any], Any]
    key: str
    done: "Future[Any]"


class Writer:
    """Runs units of writing one after another, many in one transaction.

    A unit that fails is undone alone; its group goes on. Results are handed out only after
    the commit, so what was promised survives a power cut. When the database is gone in the
    middle, the group is written again once it is back, unless its commit took effect; while
    nobody can tell, nobody is told.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._doubt = Doubt(database.dialect)
        self._closing = False
        self._watch = TroubleLog(database.dialect.diagnosis)
        self._queue: queue.Queue[_Unit | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Any], T], *, key: str = "") -> T:
        """Run a unit and return its result once it is committed.

        Units that lock the row of a conversation name it as their key: in a group they run by
        their keys, so that two programs which lock the same rows do not wait for each other.
        """
        done: Future[T] = Future()
        self._queue.put(_Unit(work=work, key=key, done=done))
        return await asyncio.wrap_future(done)

    async def execute(self, statement: str, *values: object) -> None:
        """Run one statement and return once it is committed."""

        def work(connection: Connection) -> None:
            connection.execute(statement, values)

        await self.run(work)

    async def close(self) -> None:
        """Finish what waits and stop."""
        self._closing = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        connection: Connection | None = None
        while (unit := self._queue.get()) is not None:
            group = self._group(unit)
            units = sorted((unit for unit in group if unit is not None), key=_key)
            connection, results = self._written(connection, units)
            for one, result in zip(units, self._watch.told(results), strict=True):
                _settle(one, result)
            if len(units) < len(group):
                break
        if connection is not None:
            connection.close()

    def _group(self, first: _Unit) -> list[_Unit | None]:
        group: list[_Unit | None] = [first]
        while len(group) < _MOST_IN_GROUP and not self._queue.empty():
            group.append(self._queue.get_nowait())
        return group

    def _written(
        self, connection: Connection | None, units: list[_Unit]
    ) -> tuple[Connection | None, list[object]]:
        """Write a group in one transaction, again if the database was gone in the middle."""
        until = time.monotonic() + PATIENCE_SECONDS
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                connection = connection or self._database.writes()
                return connection, self._committed(connection, units)
            except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
                if connection is not None and self._lost(connection):
                    connection = None
                if connection is not None:
                    self._doubt.is_over()
                late = time.monotonic() >= until and (self._closing or not self._doubt.is_there)
                if late or not self._may_pass(connection, error):
                    self._doubt.is_over()
                    return connection, [error for _ in units]
                event = "database_gone" if connection is None else "database_busy"
                _log.warning("%s reason=%s", event, type(error).__name__)
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _committed(self, connection: Connection, units: list[_Unit]) -> list[object]:
        """Write a group; only if something in it fails, each of its units by itself."""
        if (known := self._doubt.settled(connection)) is not None:
            return known
        try:
            return self._in_one(connection, units, lambda unit: unit.work(connection))
        except Exception as error:
            if self._database.dialect.is_lost(connection):
                raise
            with suppress(*self._database.dialect.errors):
                connection.execute("ROLLBACK")
            self._doubt.is_over()
            if isinstance(error, self._database.dialect.passing):
                raise
            if len(units) == 1:
                return [error]
        return self._in_one(connection, units, partial(self._attempt, connection))

    def _in_one(
        self, connection: Connection, units: list[_Unit], run: Callable[[_Unit], object]
    ) -> list[object]:
        self._doubt.begun(self._database.dialect.begin(connection))
        results = [run(unit) for unit in units]
        self._doubt.commits(results)
        connection.execute("COMMIT")
        self._doubt.is_over()
        return results

    def _attempt(self, connection: Connection, unit: _Unit) -> object:
        connection.execute("SAVEPOINT unit")
        try:
            result: object = unit.work(connection)
        except Exception as error:
            dialect = self._database.dialect
            if dialect.is_lost(connection) or isinstance(error, dialect.passing):
                raise
            try:
                connection.execute("ROLLBACK TO unit")
            except self._database.dialect.errors:
                raise error from None  # A full disk has undone the whole transaction by itself.
            result = error
        connection.execute("RELEASE unit")
        return result

    def _lost(self, connection: Connection) -> bool:
        """Tell whether a connection is gone; one that is not is made ready for the next group."""
        with suppress(*self._database.dialect.errors):
            connection.execute("ROLLBACK")
        if not self._database.dialect.is_lost(connection):
            return False
        with suppress(*self._database.dialect.errors):
            connection.close()
        return True

    def _may_pass(self, connection: Connection | None, error: Exception) -> bool:
        """Tell whether the same may succeed soon: on a new connection, or after a deadlock."""
        dialect = self._database.dialect
        return isinstance(error, dialect.errors if connection is None else dialect.passing)


def _key(unit: _Unit) -> str:
    return unit.key


def _settle(unit: _Unit, result: object) -> None:
    if not unit.done.set_running_or_notify_cancel():  # nobody waits any more
        return
    if isinstance(result, Exception):
        unit.done.set_exception(result)
    else:
        unit.done.set_result(result)
