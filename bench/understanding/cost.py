"""What an engine costs: time on the processor and memory. Linux only."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bench.understanding.data import DataSet
from bench.understanding.engines import ENGINES
from bench.understanding.running import teach

_WARMING_UP = 20
"""Messages judged before the clock runs."""
_MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Processor time and memory of the process that learns and judges.

    Args:
        median: For a message; ``slow`` for the slowest of twenty.
        resident_mib: Afterwards; ``peak_mib`` at most, which is while learning.
    """

    learning: timedelta
    median: timedelta
    slow: timedelta
    resident_mib: float
    peak_mib: float


def cost(name: str, given: DataSet) -> Cost:
    """Return what an engine costs, measured in a fresh process."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(cost_here, name, given).result()


def cost_here(name: str, given: DataSet) -> Cost:
    """Return what an engine costs, measured in this process."""
    with ENGINES[name].opened(given) as engine:
        start = _spent_ns(engine.pid)
        teach(engine, given)
        learning = _spent_ns(engine.pid) - start
        for one in given.messages[:_WARMING_UP]:
            engine.judge(one.text)
        spent = []
        for one in given.messages:
            before = _spent_ns(engine.pid)
            engine.judge(one.text)
            spent.append(_spent_ns(engine.pid) - before)
        return Cost(
            learning=_from_ns(learning),
            median=_from_ns(np.median(spent)),
            slow=_from_ns(np.quantile(spent, 0.95)),
            resident_mib=_memory_mib(engine.pid, "VmRSS"),
            peak_mib=_memory_mib(engine.pid, "VmHWM"),
        )


HEADING = """\
| Examples | Engine | Learning | A message, median | 95 of 100 | Median, ratio | Memory | At most |
|---|---|---|---|---|---|---|---|"""


def row(examples: int, name: str, one: Cost, first: Cost) -> str:
    """Return a cost as a row in Markdown, its median also as a multiple of the first engine's."""
    return (
        f"| {examples:,} | {name} | {one.learning.total_seconds():.1f} s | {_in_ms(one.median)} "
        f"| {_in_ms(one.slow)} | {one.median / first.median:.2f} | {one.resident_mib:.0f} MiB "
        f"| {one.peak_mib:.0f} MiB |"
    )


def _spent_ns(pid: int) -> int:
    """Return the processor time of all threads of a process.

    Source:
        clock_getcpuclockid(3): the clock of a process is made from its id.
    """
    return time.clock_gettime_ns((~pid << 3) | 2)


def _from_ns(spent: float) -> timedelta:
    return timedelta(microseconds=float(spent) / 1000)


def _in_ms(spent: timedelta) -> str:
    return f"{spent / timedelta(milliseconds=1):.2f} ms"


def _memory_mib(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / _MIB
    return float("nan")
