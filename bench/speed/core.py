"""The core in this process: from `Intake.accept` to `Channel.send`, chats side by side."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bench.speed.customers import message, number, topic
from bench.speed.desk import Costless, Ready, a_desk
from bench.speed.places import Place
from bot.app import App
from bot.domain.messages import InboundMessage
from bot.ports import Matcher
from bot.settings import AllSettings

_WARM_UP_SECONDS = 0.5
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast it went.

    Args:
        cpu_ms: Processor time of this process for a message, all threads.
    """

    per_second: float
    cpu_ms: float
    median_ms: float


@dataclass(frozen=True, kw_only=True)
class Talk:
    """Who writes what, for how long.

    Args:
        words: The text of the nth message of a chat.
        matcher: None stands for the real one.
        first: How many messages the chats have written before.
    """

    chats: int
    seconds: float
    words: Callable[[int], str]
    matcher: Matcher | None
    first: int = 0


@dataclass
class _Tally:
    waiting: dict[str, "asyncio.Future[None]"] = field(default_factory=dict)
    spans: list[float] = field(default_factory=list)

    def heard(self, who: str) -> None:
        self.waiting.pop(who).set_result(None)


def pace(where: Place, talk: Talk) -> Pace:
    """Return how fast chats are answered, each of which writes again when it is answered."""
    if talk.matcher is None:
        where.learn()
    return asyncio.run(_measured(where, talk))


async def tell(where: Place, who: str, count: int) -> None:
    """Have one customer write some messages and read the answers."""
    tally = _Tally()
    settings = AllSettings(home=where.home, database_url=where.url)
    async with a_desk(settings, Ready(tally.heard), Costless()) as app:
        for at in range(count):
            await _asked(app, tally, message(who, at, topic(at)))


async def _measured(where: Place, talk: Talk) -> Pace:
    tally = _Tally()
    settings = AllSettings(home=where.home, database_url=where.url)
    async with a_desk(settings, Ready(tally.heard), talk.matcher) as app:
        await _all_talk(app, tally, replace(talk, seconds=_WARM_UP_SECONDS))
        tally.spans.clear()
        began, spent = time.perf_counter(), time.process_time()
        await _all_talk(app, tally, replace(talk, first=talk.first + 500_000))
        took, spent = time.perf_counter() - began, time.process_time() - spent
    count = len(tally.spans)
    return Pace(
        per_second=count / took,
        cpu_ms=spent / count * 1000,
        median_ms=sorted(tally.spans)[count // 2] * 1000,
    )


async def _all_talk(app: App, tally: _Tally, talk: Talk) -> None:
    async with asyncio.TaskGroup() as group:
        for chat in range(talk.chats):
            group.create_task(_talk(app, tally, number(chat), talk))


async def _talk(app: App, tally: _Tally, who: str, talk: Talk) -> None:
    until, at = time.perf_counter() + talk.seconds, talk.first
    while (began := time.perf_counter()) < until:
        await _asked(app, tally, message(who, at, talk.words(at)))
        tally.spans.append(time.perf_counter() - began)
        at += 1


async def _asked(app: App, tally: _Tally, one: InboundMessage) -> None:
    """Hand in a message and wait until it is answered."""
    tally.waiting[one.sender.id] = answered = asyncio.get_running_loop().create_future()
    await app.intake.accept([one])
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await answered
