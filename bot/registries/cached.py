"""Remembers what registries said, and leaves a silent one alone for a while."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from cachetools import LRUCache

from bot.domain.errors import SourceUnavailable
from bot.domain.registry import RegistryRecord
from bot.ports import Clock, Registry
from bot.registries.names import ascii_name

PAUSE = timedelta(minutes=5)
"""How long a registry that was silent is not asked again."""

MAX_AGE = timedelta(days=7)
"""Until then an old answer is better than none, with its day told."""

MOST_DOMAINS = 10_000
"""Kept in memory; the ones asked longest ago are forgotten first."""

_log = logging.getLogger(__name__)


class Cached:
    """A registry whose answers are kept for a while, and used for longer while it is silent."""

    def __init__(self, registry: Registry, keep: timedelta, clock: Clock) -> None:
        self._registry = registry
        self._keep = keep
        self._clock = clock
        self._known: LRUCache[str, RegistryRecord] = LRUCache(MOST_DOMAINS)
        self._silent_until: dict[str, datetime] = {}

    async def look_up(self, domain: str) -> RegistryRecord:
        """Return what the registry says, or said while it is silent.

        Raises:
            SourceUnavailable: It is silent and has said nothing of late, or no registry could
                know such a name.
        """
        name = ascii_name(domain)
        known, now = self._known.get(name), self._clock.now()
        if known is not None and _is_within(self._keep, known, now):
            return known
        try:
            found = await self._ask(name, now)
        except SourceUnavailable:
            if known is not None and _is_within(MAX_AGE, known, now):
                return replace(known, silent=True)
            raise
        self._known[name] = found
        return found

    async def _ask(self, domain: str, now: datetime) -> RegistryRecord:
        suffix = domain.rpartition(".")[2]
        left = self._silent_until.get(suffix, now) - now
        if timedelta(0) < left <= PAUSE:  # More is left only if the clock was set back.
            raise SourceUnavailable(f"The registry of .{suffix} was silent a moment ago.")
        try:
            found = await self._registry.look_up(domain)
        except SourceUnavailable as error:
            _log.info(
                "registry_silent suffix=%s reason=%s", suffix, type(error.__cause__).__name__
            )
            self._silent_until[suffix] = now + PAUSE
            raise
        self._silent_until.pop(suffix, None)
        return found


def _is_within(age: timedelta, known: RegistryRecord, now: datetime) -> bool:
    return timedelta(0) <= now - known.as_of < age
