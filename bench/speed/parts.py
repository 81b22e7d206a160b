"""The parts of the bench; each yields its figures one by one, beside limits of the same run."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.speed import children, posting, talking
from bench.speed.commits import bare_commits
from bench.speed.core import Talk, pace
from bench.speed.customers import topic, words
from bench.speed.desk import Costless
from bench.speed.places import POSTGRESQL, Place, place
from bench.speed.table import Aim, Figure, percentile

_MESSAGES = "messages/s"


@dataclass(frozen=True)
class Bench:
    """One run.

    Args:
        kind: Which database.
        seconds: How long each figure is measured.
        chats: How many customers write at once.
    """

    kind: str
    seconds: int
    chats: Sequence[int]

    @cached_property
    def commits(self) -> float:
        """What the database can do at most, one commit after another."""
        with place(self.kind) as where:
            return bare_commits(where, self.seconds)

    @cached_property
    def signed(self) -> float:
        """What a webhook can do at most that checks signatures by Twilio's package."""
        return self._signed("twilio")

    @cached_property
    def signed_by_hand(self) -> float:
        """The same by a plain HMAC."""
        return self._signed("hmac")

    def _signed(self, kind: str) -> float:
        with children.bare(kind) as server:
            return posting.post(server, self.seconds).per_second


def limits(bench: Bench) -> Iterator[Figure]:
    """Yield what nothing on this machine can be better than."""
    yield Figure(what=f"bare commits, {bench.kind}", value=bench.commits, unit="commits/s")
    yield Figure(what="bare webhook, signature by twilio", value=bench.signed, unit="requests/s")
    yield Figure(
        what="bare webhook, signature by hmac", value=bench.signed_by_hand, unit="requests/s"
    )


def webhook(bench: Bench) -> Iterator[Figure]:
    """Yield how fast messages are acknowledged, and how fast they are answered all the way."""
    with place(bench.kind) as where, children.desk("held", where) as server:
        posted = posting.post(server, bench.seconds)
    yield Figure(
        what="durable webhook, acknowledged",
        value=posted.per_second,
        unit="requests/s",
        limit=bench.signed,
        aim=Aim(value=0.75),
    )
    yield Figure(what="- median until acknowledged", value=posted.median_ms, unit="ms")
    yield Figure(what="- 99 of 100", value=posted.slow_ms, unit="ms")
    with place(bench.kind) as where, children.desk("answering", where) as server:
        began = time.perf_counter()
        rate = posting.drained(server, posting.post(server, bench.seconds), began)
    yield Figure(
        what="POST to Channel.send, parts that cost nothing",
        value=rate,
        unit=_MESSAGES,
        limit=bench.signed,
        aim=Aim(value=0.4 if bench.kind == POSTGRESQL else 0.5),
    )


def core(bench: Bench) -> Iterator[Figure]:
    """Yield how fast chats are answered, without HTTP, matcher and vendor."""
    for chats in bench.chats:
        with place(bench.kind) as where:
            one = pace(where, _talk(bench, chats))
        yield Figure(
            what=f"core, chats at once: {chats}",
            value=one.per_second,
            unit=_MESSAGES,
            limit=bench.commits,
            aim=_CORE_AIMS[bench.kind].get(chats),
        )
        yield Figure(what="- processor", value=one.cpu_ms, unit="ms/message")
        yield Figure(what="- median until answered", value=one.median_ms, unit="ms")


def matched(bench: Bench) -> Iterator[Figure]:
    """Yield the same with the real knowledge and matcher."""
    for chats in bench.chats:
        with place(bench.kind) as where:
            talk = Talk(chats=chats, seconds=bench.seconds, words=words, matcher=None)
            one = pace(where, talk)
        what = f"core with the matcher, chats at once: {chats}"
        yield Figure(what=what, value=one.per_second, unit=_MESSAGES)
        yield Figure(what="- processor", value=one.cpu_ms, unit="ms/message")
        yield Figure(what="- median until answered", value=one.median_ms, unit="ms")


def path(bench: Bench) -> Iterator[Figure]:
    """Yield what customers feel: the program as it is, from their POST to the vendor's API."""
    for chats in bench.chats:
        with place(bench.kind) as where:
            felt = asyncio.run(_felt(where, chats, bench.seconds))
        rate, cpu = len(felt.spans) / felt.took_seconds, felt.spent_seconds / len(felt.spans)
        what = f"POST to vendor's API, chats at once: {chats}"
        yield Figure(what=what, value=rate, unit=_MESSAGES)
        for words_, share in (("median", 0.5), ("99 of 100", 0.99)):
            yield Figure(
                what=f"- {words_} until the vendor is called",
                value=percentile(felt.spans, share) * 1000,
                unit="ms",
            )
        yield Figure(
            what="- median until acknowledged",
            value=percentile(felt.acknowledged, 0.5) * 1000,
            unit="ms",
        )
        yield Figure(what="- processor", value=cpu * 1000, unit="ms/message")


async def _felt(where: Place, chats: int, seconds: int) -> talking.Felt:
    where.learn()
    vendor = talking.Vendor()
    async with vendor.serving():
        with children.sportello(where, vendor.base) as program:
            return await talking.felt(program, vendor, chats, seconds)


def _talk(bench: Bench, chats: int) -> Talk:
    return Talk(chats=chats, seconds=bench.seconds, words=topic, matcher=Costless())


_CORE_AIMS = {
    "sqlite": {1: Aim(value=0.28), 50: Aim(value=3), 500: Aim(value=4)},
    POSTGRESQL: {1: Aim(value=0.33), 50: Aim(value=4)},
}

Part = Callable[[Bench], Iterator[Figure]]
PARTS: Mapping[str, Part] = {
    "limits": limits,
    "webhook": webhook,
    "core": core,
    "matched": matched,
    "path": path,
}
"""All parts, in the order in which they are printed."""
