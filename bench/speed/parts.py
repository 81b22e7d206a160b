"""The parts of the bench; each yields its figures one by one, beside limits of the same run."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from bench.speed import children, posting, talking
from bench.speed.commits import bare_commits
from bench.speed.core import Talk, pace
from bench.speed.customers import topic, words
from bench.speed.desk import Costless
from bench.speed.growth import grow
from bench.speed.places import POSTGRESQL, Place, place
from bench.speed.table import Aim, Figure, percentile
from bench.speed.upkeep import comeback, living
from bench.understanding.cost import cost
from bench.understanding.data import enlarged, own_set
from tests.e2e.words import PROJECT

_MESSAGES = "messages/s"
_SIDE_BY_SIDE = 50
_ASKED = 100
"""Messages the matcher is asked to judge."""


@dataclass(frozen=True)
class Bench:
    """One run.

    Args:
        kind: Which database.
        seconds: How long each figure is measured.
        chats: How many customers write at once.
        idle_seconds: How long the program is watched while nobody writes.
        stored: How many chats of earlier days there are.
        examples: How many examples the matcher learns.
    """

    kind: str
    seconds: int = 2
    chats: Sequence[int] = (1, 50, 500)
    idle_seconds: int = 20
    stored: Sequence[int] = (10_000,)
    examples: Sequence[int] = (30, 1_000)

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
            before = bare_commits(where, bench.seconds / 2)
            one = pace(where, _talk(bench, chats))
            after = bare_commits(where, bench.seconds / 2)
        yield Figure(
            what=f"core, chats at once: {chats}",
            value=one.per_second,
            unit=_MESSAGES,
            limit=(before + after) / 2,  # A disk that others use as well is not always as fast.
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
        for which, share in (("median", 0.5), ("99 of 100", 0.99)):
            yield Figure(
                what=f"- {which} until the vendor is called",
                value=percentile(felt.spans, share) * 1000,
                unit="ms",
            )
        yield Figure(
            what="- median until acknowledged",
            value=percentile(felt.acknowledged, 0.5) * 1000,
            unit="ms",
        )
        yield Figure(what="- processor", value=cpu * 1000, unit="ms/message")


def upkeep(bench: Bench) -> Iterator[Figure]:
    """Yield memory, start, idle time and the time until a killed program answers again."""
    one = living(bench.kind, bench.idle_seconds)
    yield Figure(what="memory", value=one.resident_mib, unit="MiB", aim=_most(250, "MiB"))
    yield Figure(what="- start, all learnt", value=one.start_seconds, unit="s")
    idle = f"- idle for {bench.idle_seconds} s"
    yield Figure(what=idle, value=one.idle_percent, unit="% of a core", aim=_most(0.1, "%"))
    least = living(bench.kind, 0, model=False)
    yield Figure(
        what="memory without the embedding model",
        value=least.resident_mib,
        unit="MiB",
        aim=_most(120, "MiB"),
    )
    yield Figure(what="- start, all learnt", value=least.start_seconds, unit="s")
    back = comeback(bench.kind)
    yield Figure(
        what="after a kill, until a left message is answered", value=back.answer_seconds, unit="s"
    )
    yield Figure(what="- until the program listens", value=back.start_seconds, unit="s")
    yield Figure(
        what="- from then on",
        value=back.answer_seconds - back.start_seconds,
        unit="s",
        aim=_most(0.3, "s"),
    )


def growth(bench: Bench) -> Iterator[Figure]:
    """Yield what stored chats and learnt examples cost."""
    talk = _talk(bench, _SIDE_BY_SIDE)
    for count in bench.stored:
        with place(bench.kind) as empty:
            fastest = pace(empty, talk).per_second
        with place(bench.kind) as where:
            grow(where, 0, count)
            one = pace(where, talk)
        yield Figure(
            what=f"core, {_SIDE_BY_SIDE} chats at once, {count:,} stored",
            value=one.per_second,
            unit=_MESSAGES,
            limit=fastest,
            aim=Aim(value=0.9),
        )


def examples(bench: Bench) -> Iterator[Figure]:
    """Yield the matcher's time for a message, by how many examples it has learnt."""
    own = own_set(PROJECT / "intents", PROJECT / "faq", PROJECT / "tests/golden/messages.jsonl")
    own = replace(own, messages=own.messages[:_ASKED])
    for count in sorted(bench.examples):
        if count < len(own.examples):
            step = len(own.examples) // count
            given = replace(own, examples=own.examples[::step][:count])
        else:
            given = enlarged(own, count)
        found = cost("Sportello", given)
        median = found.median / timedelta(milliseconds=1)
        yield Figure(what=f"matcher, {count:,} examples", value=median, unit="ms/message")


async def _felt(where: Place, chats: int, seconds: int) -> talking.Felt:
    where.learn()
    vendor = talking.Vendor()
    async with vendor.serving():
        with children.sportello(where, vendor.base) as program:
            return await talking.felt(program, vendor, chats, seconds)


def _most(value: float, unit: str) -> Aim:
    return Aim(value=value, at_most=True, unit=unit)


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
    "upkeep": upkeep,
    "growth": growth,
    "examples": examples,
}
"""All parts, in the order in which they are printed."""
