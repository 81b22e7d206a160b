"""Messages on their way through nodes, database and senders, as queues; seeded."""

import random
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from bench.scale.plan import MOST_IN_BATCH, SENDER_PER_SECOND, WRITES, Part, Plan

Steps = Generator[simpy.Event, Any, None]
_TAKING = 0.4
"""Share of a node's work, without the matcher, that is done before a message is stored."""
_MOST_DONE = 0.95
"""The last few only wait for the unluckiest node, which is not the rate."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it went.

    Args:
        per_second: Messages answered a second.
        spans_ms: From each arrival to its call of the vendor.
        busy: The share of its capacity that each part has used.
    """

    per_second: float
    spans_ms: Sequence[float]
    busy: Mapping[Part, float]

    @property
    def fullest(self) -> Part:
        """The part that has least room left."""
        return max(self.busy, key=lambda part: self.busy[part])


def simulate(plan: Plan, per_second: float, messages: int, seed: int = 1) -> Outcome:
    """Let messages of as many customers arrive by chance, so many a second on average."""
    world = _World(plan, seed)
    world.env.process(world.arrivals(per_second, messages))
    world.env.run()
    done = sorted(world.called_at)
    most = int(len(done) * _MOST_DONE)
    return Outcome(
        per_second=most / (done[most - 1] / 1000),
        spans_ms=world.spans_ms,
        busy=world.busy(world.env.now),
    )


@dataclass
class _Lane:
    """Writes of one kind from one node: what waits when a commit ends goes into the next."""

    waiting: list[tuple[simpy.Event, bool]] = field(default_factory=list)
    busy: bool = False


class _Database:
    """One PostgreSQL: processors, a log that is flushed for all who wait, a lock for notices."""

    def __init__(self, env: simpy.Environment, plan: Plan) -> None:
        self._env, self._plan = env, plan
        self._cores = simpy.Resource(env, plan.database_cores)
        # While it commits, a transaction with notices keeps others with notices out, see
        # PreCommit_Notify in PostgreSQL's src/backend/commands/async.c.
        self._notices = simpy.Resource(env, 1)
        self._lanes = [[_Lane() for _ in range(WRITES)] for _ in range(plan.nodes)]
        self.worked_ms = self.notices_ms = 0.0
        self._unflushed: list[simpy.Event] = []
        self._flushing = False

    def write(self, node: int, kind: int, *, notice: bool = False) -> simpy.Event:
        """Return what happens when a write of a node is safe."""
        lane, safe = self._lanes[node][kind], self._env.event()
        lane.waiting.append((safe, notice))
        if not lane.busy:
            lane.busy = True
            self._env.process(self._commit_all(lane))
        return safe

    def _commit_all(self, lane: _Lane) -> Steps:
        while lane.waiting:
            batch, lane.waiting = lane.waiting[:MOST_IN_BATCH], lane.waiting[MOST_IN_BATCH:]
            if any(notice for _, notice in batch):
                with self._notices.request() as turn:
                    yield turn
                    began = self._env.now
                    yield from self._commit(len(batch), self._plan.notice_ms)
                    self.notices_ms += self._env.now - began
            else:
                yield from self._commit(len(batch), 0.0)
            for safe, _ in batch:
                safe.succeed()
        lane.busy = False

    def _commit(self, rows: int, notice_ms: float) -> Steps:
        costs = self._plan.costs
        work_ms = costs.commit_ms + rows * costs.row_ms + notice_ms
        with self._cores.request() as turn:
            yield turn
            yield self._env.timeout(work_ms)
        self.worked_ms += work_ms
        flushed = self._env.event()
        self._unflushed.append(flushed)
        if not self._flushing:
            self._flushing = True
            self._env.process(self._flush_all())
        yield flushed

    def _flush_all(self) -> Steps:
        while self._unflushed:
            group, self._unflushed = self._unflushed, []
            yield self._env.timeout(self._plan.costs.flush_ms)
            for one in group:
                one.succeed()
        self._flushing = False


class _World:
    def __init__(self, plan: Plan, seed: int) -> None:
        self.env = simpy.Environment()
        self.called_at: list[float] = []
        self.spans_ms: list[float] = []
        self._plan = plan
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._nodes = [simpy.Resource(self.env, plan.cores) for _ in range(plan.nodes)]
        self._databases = [_Database(self.env, plan) for _ in range(plan.databases)]
        self._sender_free_at = [0.0] * plan.senders

    def arrivals(self, per_second: float, messages: int) -> Steps:
        """Let each message arrive."""
        for at in range(messages):
            yield self.env.timeout(self._chance.expovariate(per_second / 1000))
            self.env.process(self._answered(at))

    def busy(self, span_ms: float) -> Mapping[Part, float]:
        """Return the share of its capacity that each part has used in so long a time."""
        plan, messages = self._plan, len(self.called_at)
        worked_ms = sum(one.worked_ms for one in self._databases)
        notices_ms = sum(one.notices_ms for one in self._databases)
        return {
            Part.NODES: messages * plan.node_ms / (span_ms * plan.nodes * plan.cores),
            Part.SENDERS: messages * 1000 / SENDER_PER_SECOND / (span_ms * plan.senders),
            Part.DATABASE: worked_ms / (span_ms * plan.databases * plan.database_cores),
            Part.NOTICES: notices_ms / (span_ms * plan.databases),
        }

    def _answered(self, at: int) -> Steps:
        began, costs = self.env.now, self._plan.costs
        owner = self._chance.randrange(self._plan.nodes)
        taker = owner if self._plan.routed else self._chance.randrange(self._plan.nodes)
        database = self._databases[self._chance.randrange(self._plan.databases)]
        yield from self._work(taker, costs.core_ms * _TAKING)
        yield database.write(taker, 0, notice=taker != owner)
        yield from self._work(owner, costs.core_ms * (1 - _TAKING) + costs.matcher_ms)
        yield database.write(owner, 1)
        yield self.env.timeout(self._wait_for_sender(at % self._plan.senders))
        self.called_at.append(self.env.now)
        self.spans_ms.append(self.env.now - began)
        yield database.write(owner, 2)

    def _work(self, node: int, span_ms: float) -> Steps:
        with self._nodes[node].request() as turn:
            yield turn
            yield self.env.timeout(span_ms)

    def _wait_for_sender(self, sender: int) -> float:
        """Return how long a message waits for its sender, whose next one waits longer."""
        starts = max(self.env.now, self._sender_free_at[sender])
        self._sender_free_at[sender] = starts + 1000 / SENDER_PER_SECOND
        return starts - self.env.now
