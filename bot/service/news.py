"""Telling customers who wait that their contract has changed."""

import asyncio
import logging
from collections.abc import Sequence

from bot.domain.contract import ContractRecord
from bot.domain.conversation import Conversation, Status
from bot.domain.errors import StaleEpoch
from bot.domain.fitting import fitted
from bot.domain.known_contract import known
from bot.domain.messages import Reply
from bot.domain.news import Change, may_concern, news_for
from bot.domain.reply_window import is_open
from bot.ports import (
    Channels,
    ConversationStore,
    Evidence,
    Feed,
    LiveEvent,
    Turn,
)
from bot.service.facts import FactFinder
from bot.service.outbox import Outbox
from bot.service.rules import DeskRules

_log = logging.getLogger(__name__)


class Newsroom:
    """Writes to chats that wait for a person, once for each change; in others staff see it."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a turn without a message needs
        self,
        store: ConversationStore,
        finder: FactFinder,
        outbox: Outbox,
        channels: Channels,
        rules: DeskRules,
        feed: Feed,
    ) -> None:
        self._store = store
        self._finder = finder
        self._outbox = outbox
        self._channels = channels
        self._rules = rules
        self._feed = feed
        self._one_at_a_time = asyncio.Lock()  # Else the same change, sent twice, is told twice.

    async def tell(self, before: ContractRecord, after: ContractRecord) -> None:
        """Tell of a contract's new standing, if it is news, whoever waits and may hear it."""
        try:
            await self._tell_all(before, after)
        except Exception:  # noqa: BLE001 - whatever it is, the data must be taken
            # The contract is stored, which is what matters to the caller.
            _log.exception("news_failed contract=%s", after.contract_id)

    async def _tell_all(self, before: ContractRecord, after: ContractRecord) -> None:
        calendar, now = self._rules.calendar, self._rules.clock.now()
        contract = known(after, calendar, now)
        change = Change(before=known(before, calendar, now).standing, contract=contract)
        if not self._rules.knowledge.live.news_of(change.before, contract.standing):
            return
        async with self._one_at_a_time:
            for status in (Status.WAITING, Status.STAFF, Status.SNOOZED):
                for summary in await self._store.summaries(status):
                    if may_concern(summary.conversation, after):
                        await self._tell(summary.conversation, change)

    async def _tell(self, chat: Conversation, change: Change) -> None:
        transcript = await self._store.transcript(chat.id)
        facts = await self._finder.recorded(chat)
        theirs = {record.contract_id for record in facts.identity.contracts}
        told_already = any(entry.text == change.key for entry in transcript)
        if told_already or change.contract.record.contract_id not in theirs:
            return
        news = news_for(chat, change, facts.identity, self._rules.knowledge)
        if news is None or not await self._may_write(chat):
            await self._commit(chat, change, ())
            return
        evidence = Evidence(
            intent="news",
            confidence=1.0,
            standing=change.contract.standing.value,
            contract_id=change.contract.record.contract_id,
            assurance=facts.identity.assurance.value,
            disclosed=news.disclosed,
        )
        await self._commit(chat, change, self._parts(chat, news.paragraphs), evidence)

    async def _may_write(self, chat: Conversation) -> bool:
        """Tell whether something of ours reaches the customer now."""
        reach = await self._store.reach(chat.id)
        channel = self._channels.of(chat.address)
        window = channel.limits.window if channel else None
        return not reach.barred and is_open(reach.heard_at, self._rules.clock.now(), window)

    def _parts(self, chat: Conversation, paragraphs: Sequence[str]) -> tuple[Reply, ...]:
        whole, channel = Reply(text="\n\n".join(paragraphs)), self._channels.of(chat.address)
        return tuple(fitted(whole, channel.limits)) if channel else (whole,)

    async def _commit(
        self,
        chat: Conversation,
        change: Change,
        replies: tuple[Reply, ...],
        evidence: Evidence | None = None,
    ) -> None:
        turn = Turn(
            conversation=chat,
            epoch_before=chat.epoch,
            at=self._rules.clock.now(),
            replies=replies,
            evidence=evidence,
            event="news" if replies else "news_for_staff",
            note=change.key,
        )
        try:
            await self._store.commit(turn)
        except StaleEpoch:
            _log.info("news_dropped chat=%s", chat.id)  # A colleague has just taken the chat.
            return
        self._outbox.wake(chat.id)
        self._feed.publish(LiveEvent(conversation_id=chat.id, kind="status"))
