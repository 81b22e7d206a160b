"""Finding out what an answer needs to know: hop 5."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.conversation import Conversation, Status
from bot.domain.disclosure import Identity, identify, proved
from bot.domain.drafts import Facts
from bot.domain.errors import SourceUnavailable
from bot.domain.knowledge import Knowledge
from bot.domain.registry import RegistryRecord
from bot.domain.registry_facts import domains_of, with_registry
from bot.ports import Clock, ContractSource, Registry

MOST_DOMAINS = 20
"""Domains of one sender that registries are asked about for one message."""

_NOBODY = Facts(identity=Identity())
_log = logging.getLogger(__name__)


class FactFinder:
    """Asks the source of contracts, and the registries about the domains in them.

    Args:
        source: Waited for no longer than ``timeout``.
        timeout: Also how long all registries together may take.
        registry: None where the contracts alone tell a domain's phase.
    """

    def __init__(
        self,
        source: ContractSource,
        timeout: timedelta,
        clock: Clock,
        registry: Registry | None = None,
    ) -> None:
        self._source = source
        self._clock = clock
        self._timeout = timeout
        self._registry = registry

    async def gather(self, conversation: Conversation, intent: str, knowledge: Knowledge) -> Facts:
        """Return what is known of the sender, if the intent needs it and the bot may speak."""
        quiet = conversation.status in {Status.STAFF, Status.SNOOZED}
        if quiet or intent not in knowledge.live.group_of:
            return _NOBODY
        if knowledge.live.tells_phase(intent):
            return await self.about(conversation)
        return await self.recorded(conversation)

    async def about(self, conversation: Conversation) -> Facts:
        """Return what contracts and registries tell of the sender of a conversation."""
        return await self._refreshed(await self.recorded(conversation))

    async def recorded(self, conversation: Conversation) -> Facts:
        """Return what contracts alone tell of the sender of a conversation."""
        email = conversation.proof.proved(self._clock.now())
        if conversation.phone is None and not conversation.vouched_for and not email:
            return _NOBODY
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                return Facts(identity=await self._identity(conversation, email))
        except (TimeoutError, SourceUnavailable) as error:
            _log.warning("contract_source_silent %r", error)
            return Facts(identity=Identity(), source_silent=True)

    async def _identity(self, conversation: Conversation, email: str) -> Identity:
        phone, vouched_for = conversation.phone, conversation.vouched_for
        vouched = await self._source.by_id(vouched_for) if vouched_for else None
        if vouched is None and email:
            known = proved(email, await self._source.by_email(email))
            if known.contracts:
                return known
        by_phone = await self._source.by_phone(phone) if phone is not None else ()
        return identify(phone, by_phone, vouched)

    async def _refreshed(self, facts: Facts) -> Facts:
        """Return the facts with what the registries say of the sender's own domains.

        All of them are asked, whichever the message names, and never another one: so nobody can
        tell from words or waiting what we know of a domain that is not theirs.
        """
        if self._registry is None:
            return facts
        domains = domains_of(facts.identity.contracts)[:MOST_DOMAINS]
        found = await asyncio.gather(*(self._look_up(self._registry, one) for one in domains))
        told = {name: one for name, one in zip(domains, found, strict=True) if one is not None}
        return replace(facts, identity=_with_registry(facts.identity, told))

    async def _look_up(self, registry: Registry, domain: str) -> RegistryRecord | None:
        """Return what a registry says; while it is silent the contract's own words stand."""
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                return await registry.look_up(domain)
        except (TimeoutError, SourceUnavailable):
            return None


def _with_registry(identity: Identity, told: Mapping[str, RegistryRecord]) -> Identity:
    contracts = tuple(with_registry(record, told) for record in identity.contracts)
    return replace(identity, contracts=contracts)
