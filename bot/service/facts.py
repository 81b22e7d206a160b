"""Finding out what an answer needs to know: hop 5."""

import asyncio
import logging
from datetime import timedelta

from bot.domain.conversation import Conversation, Status
from bot.domain.disclosure import Identity, identify, proved
from bot.domain.drafts import Facts
from bot.domain.errors import SourceUnavailable
from bot.domain.knowledge import Knowledge
from bot.ports import Clock, ContractSource

_NOBODY = Facts(identity=Identity())
_log = logging.getLogger(__name__)


class FactFinder:
    """Asks the source of contracts, and waits for it no longer than ``timeout``."""

    def __init__(self, source: ContractSource, timeout: timedelta, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._timeout = timeout

    async def gather(self, conversation: Conversation, intent: str, knowledge: Knowledge) -> Facts:
        """Return what is known of the sender, if the intent needs it and the bot may speak."""
        quiet = conversation.status in {Status.STAFF, Status.SNOOZED}
        if quiet or intent not in knowledge.live.group_of:
            return _NOBODY
        return await self.about(conversation)

    async def about(self, conversation: Conversation) -> Facts:
        """Return what is known of the sender of a conversation."""
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
