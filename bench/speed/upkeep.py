"""What the program takes while it lives: a start, memory, an idle hour, and coming back."""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass

from bench.speed import children
from bench.speed.children import Child
from bench.speed.customers import first_requests
from bench.speed.places import Place, place
from bench.speed.talking import Line, Vendor

_FEW = 20
"""Messages that are answered, or left unanswered at a kill."""
_SETTLING_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Living:
    """A program that has answered a few messages and then waits.

    Args:
        idle_percent: Of one core.
    """

    start_seconds: float
    resident_mib: float
    idle_percent: float


@dataclass(frozen=True, kw_only=True)
class Comeback:
    """A program that was killed with messages unanswered, and started again.

    Args:
        start_seconds: From its start until it listens.
        answer_seconds: From its start until the first of them is answered.
    """

    start_seconds: float
    answer_seconds: float


def living(kind: str, idle_seconds: float, *, model: bool = True) -> Living:
    """Return what the program takes as an operator runs it.

    Args:
        kind: Which database.
        idle_seconds: How long it is watched while nobody writes.
        model: Whether the embedding model is installed.
    """
    return asyncio.run(_living(kind, idle_seconds, model=model))


async def _living(kind: str, idle_seconds: float, *, model: bool) -> Living:
    vendor = Vendor()
    with place(kind) as where:
        where.learn()
        async with vendor.serving():
            if not model:
                with children.sportello(where, vendor.base, model=model):
                    pass  # Learns what it can without it.
            with children.sportello(where, vendor.base, model=model) as program:
                await _bring(program)
                while vendor.taken < _FEW:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
                resident = program.resident_mib
                idle = await _idle_share(program, idle_seconds) if idle_seconds else 0.0
    return Living(
        start_seconds=program.started_after,
        resident_mib=resident,
        idle_percent=idle * 100,
    )


async def _idle_share(program: Child, seconds: float) -> float:
    """Return how much of a core a program takes while nobody writes."""
    await asyncio.sleep(_SETTLING_SECONDS)
    before = program.spent_seconds
    await asyncio.sleep(seconds)
    return (program.spent_seconds - before) / seconds


def comeback(kind: str) -> Comeback:
    """Return how long customers wait whose messages a killed program has left."""
    with place(kind) as where:
        where.learn()
        with children.desk("held", where) as program:
            asyncio.run(_bring(program))
            program.kill()
        return asyncio.run(_come_back(where))


async def _come_back(where: Place) -> Comeback:
    vendor = Vendor()
    async with vendor.serving():
        began = time.perf_counter()
        with ExitStack() as stack:
            started = children.sportello(where, vendor.base)
            # In a thread, since the vendor may be called before the program listens.
            program = await asyncio.to_thread(stack.enter_context, started)
            while not vendor.taken:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.001)
            answered = vendor.first_at - began
    return Comeback(start_seconds=program.started_after, answer_seconds=answered)


async def _bring(program: Child) -> None:
    """Bring the first message of each customer."""
    line = Line(program.port)
    for one in first_requests(program.base, _FEW):
        assert b" 200 " in await line.post(one)
    line.close()
