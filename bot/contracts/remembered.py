"""Remembers what a source of contracts said, and leaves a silent one alone for a while."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cachetools import LRUCache

from bot.domain.contract import ContractRecord
from bot.domain.errors import SourceUnavailable
from bot.ports import Clock, ContractSource

MOST_ANSWERS = 10_000
"""Kept in memory; those asked for longest ago are forgotten first."""
FAILURES = 3
"""In a row; then a source is left alone."""
PAUSE = timedelta(seconds=30)
"""How long; then one question tries whether it is back."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Ages:
    """How long answers are good.

    Args:
        fresh: Until then the source is not asked again.
        stale: Until then an answer is used while the source is silent, and said to be old.
    """

    fresh: timedelta
    stale: timedelta


class Breaker:
    """Leaves alone who did not answer several times in a row.

    Libraries for this count by the machine's clock; this one must be tried with another.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._until: datetime | None = None

    def ensure_closed(self) -> None:
        """Let a question pass, or raise SourceUnavailable."""
        now = self._clock.now()
        if self._until is None:
            return
        if timedelta(0) < self._until - now <= PAUSE:  # More is left if the clock was set back.
            raise SourceUnavailable("The source was silent a moment ago.")
        self._until = now + PAUSE  # One question tries; the others still wait.

    def answered(self) -> None:
        """Take note of an answer."""
        if self._until is not None:
            _log.info("contract_source_back")
        self._failures, self._until = 0, None

    def failed(self, why: Exception) -> None:
        """Take note of a failure."""
        self._failures += 1
        if self._failures == FAILURES:
            _log.warning("contract_source_left_alone reason=%s", why)
        if self._failures >= FAILURES:
            self._until = self._clock.now() + PAUSE


@dataclass(frozen=True, kw_only=True)
class _Known:
    records: Sequence[ContractRecord]
    at: datetime


class Remembered:
    """A source whose answers are kept for a while, and used for longer while it is silent."""

    def __init__(self, source: ContractSource, ages: Ages, clock: Clock) -> None:
        self._source = source
        self._ages = ages
        self._clock = clock
        self._breaker = Breaker(clock)
        self._known: LRUCache[tuple[str, str], _Known] = LRUCache(MOST_ANSWERS)

    async def by_phone(self, phone: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this E.164 number."""
        return await self._answer(("phone", phone), lambda: self._source.by_phone(phone))

    async def by_email(self, email: str) -> Sequence[ContractRecord]:
        """Return the contracts that have a contact with this address, in lower case."""
        return await self._answer(("email", email), lambda: self._source.by_email(email))

    async def by_id(self, contract_id: str) -> ContractRecord | None:
        """Return one contract, or None if there is none."""

        async def ask() -> Sequence[ContractRecord]:
            found = await self._source.by_id(contract_id)
            return () if found is None else (found,)

        return next(iter(await self._answer(("id", contract_id), ask)), None)

    async def _answer(
        self, key: tuple[str, str], ask: Callable[[], Awaitable[Sequence[ContractRecord]]]
    ) -> Sequence[ContractRecord]:
        known, now = self._known.get(key), self._clock.now()
        if known is not None and abs(now - known.at) < self._ages.fresh:
            return known.records
        try:
            records = await self._asked(ask)
        except SourceUnavailable:
            # That there was nothing is no knowledge to go on: perhaps there is something by now.
            if known is None or not known.records or now - known.at >= self._ages.stale:
                raise
            return [replace(record, stale=True) for record in known.records]
        self._known[key] = _Known(records=records, at=now)
        return records

    async def _asked(
        self, ask: Callable[[], Awaitable[Sequence[ContractRecord]]]
    ) -> Sequence[ContractRecord]:
        self._breaker.ensure_closed()
        try:
            records = await ask()
        except SourceUnavailable as error:
            self._breaker.failed(error)
            raise
        self._breaker.answered()
        return records
