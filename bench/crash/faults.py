"""What is done to the programs while they work."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bench.crash.namespaces import Namespace
from bench.crash.places import Place, Server
from tests.e2e.program import Program

FROZEN_SECONDS = 8.0
"""Longer than the lease of a node."""


@dataclass
class Nodes:
    """Programs on one database, and what was half sent when one was cut off.

    Args:
        start: Makes and starts a program in a new folder.
        apart: Where the first program runs, if its way to the database is to be cut.
        half_sent: Replies that were being sent at a fault, all together.
    """

    place: Place
    start: Callable[[], Program]
    chance: random.Random
    apart: Namespace | None = None
    running: list[Program] = field(default_factory=list)
    half_sent: int = 0

    async def kill(self) -> None:
        """Cut one off, and start it again in the same folder."""
        node = self.chance.choice(self.running)
        node.kill()
        await self._count()
        await asyncio.to_thread(node.start)

    async def die(self) -> None:
        """Cut one off for good, and start another one elsewhere."""
        node = self.chance.choice(self.running)
        node.kill()
        self.running.remove(node)
        await self._count()
        self.running.append(await asyncio.to_thread(self.start))

    async def freeze(self) -> None:
        """Freeze one for longer than its lease, and wake it."""
        node = self.chance.choice(self.running)
        node.send(signal.SIGSTOP)
        await self._count()
        await asyncio.sleep(FROZEN_SECONDS)
        node.send(signal.SIGCONT)

    async def restart(self) -> None:
        """Start the database again."""
        if not isinstance(self.place, Server):
            raise TypeError("Only PostgreSQL can be started again.")
        await asyncio.to_thread(self.place.restart)

    async def cut(self) -> None:
        """Cut the first one off from the database for longer than its lease, and mend it."""
        if self.apart is None:
            raise TypeError("No program runs in a network of its own.")
        self.apart.cut()
        await self._count()
        await asyncio.sleep(FROZEN_SECONDS)
        self.apart.mend()

    def end(self) -> None:
        """End them all."""
        for node in self.running:
            node.kill()

    async def _count(self) -> None:
        self.half_sent += await asyncio.to_thread(self.place.half_sent)


FAULTS = ("kill", "die", "freeze", "restart", "cut")


async def do_at(nodes: Nodes, plan: Sequence[tuple[int, str]], taken: Callable[[], int]) -> None:
    """Do one fault after another, each when so many messages have been taken."""
    for moment, name in plan:
        while taken() < moment:  # noqa: ASYNC110 - any moment will do
            await asyncio.sleep(0.01)
        await asyncio.sleep(nodes.chance.uniform(0, 0.2))
        fault: Callable[[], Awaitable[None]] = getattr(nodes, name)
        await fault()
