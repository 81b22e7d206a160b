"""Engines at work on a set."""

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.understanding.data import DataSet
from bench.understanding.engines import ENGINES, Engine
from bench.understanding.figures import Figures, Verdict, figures
from bench.understanding.missing import Missing


def measured(name: str, given: DataSet) -> Figures:
    """Return how good an engine is on a set."""
    return figures(given.messages, verdicts(name, given))


def verdicts(name: str, given: DataSet) -> list[Verdict]:
    """Return what an engine makes of each message of a set, having learnt its examples."""
    with ENGINES[name].opened(given) as engine:
        teach(engine, given)
        return [counted(engine.judge(one.text), given.counts_as) for one in given.messages]


def teach(engine: Engine, given: DataSet) -> None:
    """Let an engine learn the examples of a set."""
    engine.learn([one.text for one in given.examples], [one.label for one in given.examples])


def counted(verdict: Verdict, counts_as: Mapping[str, str]) -> Verdict:
    """Return the verdict in labels as they are counted, each at its best place."""
    best: dict[str, float] = {}
    for label, score in verdict.ranked:
        best.setdefault(counts_as.get(label, label), score)
    return Verdict(ranked=list(best.items()), sure=verdict.sure)


def present(names: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the versions of those engines that are here, and why the others are not."""
    here, missing = dict[str, str](), dict[str, str]()
    for name in names:
        try:
            here[name] = ENGINES[name].version()
        except Missing as why:
            missing[name] = str(why)
    return here, missing


def machine() -> str:
    """Return processor, cores, system and Python in a line."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"
