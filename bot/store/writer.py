"""One thread that writes: whatever waits when a commit ends goes into the next one."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
_MOST_IN_GROUP = 500


@dataclass(frozen=True, kw_only=True)
class _Unit:
    work: Callable[[sqlite3.Connection], Any]
    done: "Future[Any]"


class Writer:
    """Runs units of writing one after another, many in one transaction.

    A unit that fails is undone alone; its group goes on. Results are handed out only after
    the commit, so what was promised survives a power cut.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._queue: queue.Queue[_Unit | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a unit and return its result once it is committed."""
        done: Future[T] = Future()
        self._queue.put(_Unit(work=work, done=done))
        return await asyncio.wrap_future(done)

    async def execute(self, statement: str, *values: object) -> None:
        """Run one statement and return once it is committed."""
        await self.run(lambda connection: connection.execute(statement, values).close())

    async def close(self) -> None:
        """Finish what waits and stop."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        connection = self._connect()
        try:
            while (unit := self._queue.get()) is not None:
                ends = self._write(connection, self._group(unit))
                if ends:
                    return
        finally:
            connection.close()

    def _group(self, first: _Unit) -> list[_Unit | None]:
        group: list[_Unit | None] = [first]
        while len(group) < _MOST_IN_GROUP and not self._queue.empty():
            group.append(self._queue.get_nowait())
        return group

    def _write(self, connection: sqlite3.Connection, group: list[_Unit | None]) -> bool:
        """Write a group in one transaction; return whether the writer is to stop after it."""
        units = [unit for unit in group if unit is not None]
        try:
            connection.execute("BEGIN IMMEDIATE")
            results = [_attempt(connection, unit) for unit in units]
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            results = [error for _ in units]
        for unit, result in zip(units, results, strict=True):
            _settle(unit, result)
        return len(units) < len(group)


def _attempt(connection: sqlite3.Connection, unit: _Unit) -> object:
    connection.execute("SAVEPOINT unit")
    try:
        result: object = unit.work(connection)
    except Exception as error:  # noqa: BLE001 - whatever it is belongs to whoever asked
        connection.execute("ROLLBACK TO unit")
        result = error
    connection.execute("RELEASE unit")
    return result


def _settle(unit: _Unit, result: object) -> None:
    if not unit.done.set_running_or_notify_cancel():  # nobody waits any more
        return
    if isinstance(result, Exception):
        unit.done.set_exception(result)
    else:
        unit.done.set_result(result)
