"""What a message costs where, which part is full first, and what would be done about it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

SENDER_PER_SECOND = 80
"""What a WhatsApp sender may send by default; for text up to 400 by request.

Source: https://www.twilio.com/docs/whatsapp/best-practices-and-faqs
"""
WRITES = 3
"""Durable writes a message: taken, answered, sent."""
MOST_IN_BATCH = 500
"""Messages that share a commit at most."""
_FILL = 0.8
"""How full a part is planned to be: beyond, waiting times grow steeply."""


class Part(StrEnum):
    """What can be full."""

    NODES = "nodes"
    SENDERS = "senders"
    DATABASE = "database"
    NOTICES = "notices"


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Milliseconds, as `python -m bench.speed` and `python -m bench.scale measure` find them.

    Args:
        core_ms: Processor of a node for a message, all but the matcher.
        matcher_ms: Processor of a node for the matcher.
        row_ms: Processor of the database for one durable write.
        commit_ms: Processor of the database for a commit, however many writes it holds.
        flush_ms: Until what is committed is on the disk; commits that wait meanwhile share the
            next flush.
        wake_ms: Processor of the database for each node that a notice wakes.
    """

    core_ms: float
    matcher_ms: float
    row_ms: float
    commit_ms: float
    flush_ms: float
    wake_ms: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An installation.

    Args:
        cores: Of each node, each with a process of its own.
        database_cores: Of each PostgreSQL.
        routed: Whether each message arrives at the node that owns its chat, so that nobody needs
            a notice.
    """

    costs: Costs
    nodes: int = 1
    cores: int = 2
    senders: int = 1
    databases: int = 1
    database_cores: int = 2
    routed: bool = False

    @property
    def node_ms(self) -> float:
        """Processor of a node for a message."""
        return self.costs.core_ms + self.costs.matcher_ms

    @property
    def notice_ms(self) -> float:
        """Processor of the database for a commit with notices: each wakes every other node."""
        return 0.0 if self.routed else self.costs.wake_ms * (self.nodes - 1)


def limits(plan: Plan) -> Mapping[Part, float]:
    """Return at how many messages a second each part is full, at best: with full batches."""
    costs = plan.costs
    writes_ms = WRITES * (costs.row_ms + costs.commit_ms / MOST_IN_BATCH)
    database_ms = writes_ms + plan.notice_ms / MOST_IN_BATCH
    return {
        Part.NODES: plan.nodes * plan.cores * 1000 / plan.node_ms,
        Part.SENDERS: plan.senders * SENDER_PER_SECOND,
        Part.DATABASE: plan.databases * plan.database_cores * 1000 / database_ms,
    }


def first_full(plan: Plan) -> tuple[Part, float]:
    """Return the part that is full first, and at how many messages a second."""
    found = limits(plan)
    part = min(found, key=lambda one: found[one])
    return part, found[part]


def widened(plan: Plan, part: Part, target: float, faster_ms: float) -> tuple[str, Plan]:
    """Return what is done about a full part, and the plan with it.

    Args:
        plan: What there is.
        part: What is full.
        target: Messages a second that are to go through.
        faster_ms: What a faster matcher would take; it is the first thing done about nodes.
    """
    match part:
        case Part.SENDERS:
            return "more senders", replace(plan, senders=_enough(plan, part, target))
        case Part.NODES if plan.costs.matcher_ms > faster_ms:
            faster = replace(plan.costs, matcher_ms=faster_ms)
            return "a faster matcher", replace(plan, costs=faster)
        case Part.NODES:
            return "more nodes", replace(plan, nodes=_enough(plan, part, target))
        case Part.NOTICES | Part.DATABASE if plan.nodes > 1 and not plan.routed:
            return "each chat to its node", replace(plan, routed=True)
        case _:
            databases = max(plan.databases + 1, _enough(plan, Part.DATABASE, target))
            return "chats split over databases", replace(plan, databases=databases)


def _enough(plan: Plan, part: Part, target: float) -> int:
    """Return how many of a part carry the target with room to spare."""
    counts = {Part.NODES: plan.nodes, Part.SENDERS: plan.senders, Part.DATABASE: plan.databases}
    return math.ceil(target / (limits(plan)[part] / counts[part]) / _FILL)
