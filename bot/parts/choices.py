"""What a caller may choose in place of the usual."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.ports import Channels, Clock, ContractSource, Matcher, Transcriber
from bot.store.store import Store

Opening = Callable[[Callable[[], Store]], Awaitable[Store]]
"""How the store is opened, given what opens it or raises."""


async def at_once(open_it: Callable[[], Store]) -> Store:
    """Open the store now or not at all."""
    return open_it()


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a caller may choose in place of the usual.

    Args:
        clock: Another time than the machine's.
        channels: Other channels than those in the settings.
        source: Other contracts than the store's read copy.
        database: Another file than the one in the settings.
        matcher: Another one than that which learns from the knowledge.
        opening: Perhaps waits for a database that is not there yet.
        transcriber: Another one than that in the settings.
        ask_registries: Not about made-up domains, nor at another time than now.
        await_bursts: Not where messages are not sent as they are typed.
    """

    clock: Clock | None = None
    channels: Channels | None = None
    source: ContractSource | None = None
    database: Path | None = None
    matcher: Matcher | None = None
    opening: Opening = at_once
    transcriber: Transcriber | None = None
    ask_registries: bool = True
    await_bursts: bool = True
