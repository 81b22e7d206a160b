"""Answering one stored message: hops 4 to 7."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.conversation import BOT_WRITES, Conversation, Status
from bot.domain.decision import Decision
from bot.domain.dialogue import decide, failed
from bot.domain.drafts import words_of
from bot.domain.errors import DatabaseUnavailable, StaleEpoch
from bot.domain.fitting import ChoiceWords, fitted
from bot.domain.holding import roused
from bot.domain.knowledge import Assurance, Knowledge
from bot.domain.meaning import Reading, language_of
from bot.domain.messages import Reply
from bot.domain.reading import proof_reading
from bot.ports import (
    Author,
    Committed,
    ConversationStore,
    Evidence,
    StoredMessage,
    Turn,
)
from bot.service.hearing import NOTHING, Hearing
from bot.service.identity import Recognition
from bot.service.lanes import Lanes
from bot.service.listening import Ears
from bot.service.rules import DeskRules
from bot.service.typing import Typing

MAX_ATTEMPTS = 3
"""Failures in answering one message before staff get it."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class PutOff:
    """An answer that waits, since the customer may go on.

    Args:
        pause: After which it is given if nothing comes.
    """

    pause: timedelta


class Answerer:
    """Turns stored messages into committed turns."""

    def __init__(
        self,
        store: ConversationStore,
        senses: tuple[Ears, Hearing, Typing],
        recognition: Recognition,
        lanes: Lanes,
        desk: DeskRules,
    ) -> None:
        self._store = store
        self._ears, self._hearing, self._typing = senses
        self._finder, self._prover = recognition.finder, recognition.prover
        self._lanes = lanes
        self._desk = desk

    async def answer(self, stored: StoredMessage) -> Committed | PutOff | None:
        """Answer a message; after ``MAX_ATTEMPTS`` failures hand it to staff instead.

        What follows it and belongs to it is answered with it.

        A message is never lost: whatever goes wrong is counted and the message stays in the
        inbox until it is answered or staff have it. That the database is away counts for nothing.

        Returns:
            What is next in its chat, for how long it waits because more may come,
            or None if it must be read again.

        Raises:
            StaleEpoch: Who speaks, or which node answers, has changed meanwhile.
            DatabaseUnavailable: The database is away.
        """
        conversation = await self._conversation_of(stored)
        try:
            with self._typing.shown(conversation, stored.message):
                return await self._attempt(conversation, stored)
        except (StaleEpoch, DatabaseUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the chat must not be stuck
            _log.exception("answering_failed inbox=%s", stored.id)
            await self._store.note_failure(stored.id, repr(error))
            if stored.attempts + 1 >= MAX_ATTEMPTS:
                return await self._give_up(stored)
            return None

    async def _attempt(
        self, conversation: Conversation, stored: StoredMessage
    ) -> Committed | PutOff:
        stored = await self._ears.heard(stored, conversation.language)
        knowledge, moment = self._desk.knowledge, self._desk.moment()
        proof = await self._prover.turn(conversation, stored.message, knowledge, moment.now)
        answered: Sequence[StoredMessage] = (stored,)
        if proof is None:
            heard = await self._hearing.heard(conversation, stored)
            if heard.pause is not None:
                return PutOff(pause=heard.pause)
            answered, reading = heard.messages, heard.reading
            conversation = _with_senders(replace(conversation, pace=heard.pace), answered)
        else:
            conversation = replace(conversation, proof=proof.proof)
            reading = proof_reading(conversation, knowledge)
        facts = await self._finder.gather(conversation, self._needing(reading), knowledge)
        facts = replace(facts, codes=self._prover.on, proof=proof.step if proof else None)
        decision = decide(conversation, reading, facts, knowledge, moment)
        evidence = _evidence(decision, reading, facts.identity.assurance, knowledge)
        committed = await self._commit(answered, conversation, decision, evidence)
        if proof is not None and proof.letter is not None:
            self._prover.post(proof.letter, lambda: self._may_write(conversation.id))
        return committed

    async def _may_write(self, conversation_id: str) -> bool:
        """Tell whether the bot may still write: no colleague has taken the chat."""
        chat = await self._store.conversation(conversation_id)
        return chat is not None and chat.status in BOT_WRITES

    def _needing(self, reading: Reading) -> str:
        """Return the intent of the message that depends on a contract, if one does."""
        depends = reading.second in self._desk.knowledge.live.group_of
        return reading.second if depends else reading.intent

    async def _give_up(self, stored: StoredMessage) -> Committed:
        conversation = await self._conversation_of(stored)
        decision = failed(conversation, self._desk.knowledge, self._desk.moment())
        return await self._commit((stored,), conversation, decision, Evidence())

    async def _conversation_of(self, stored: StoredMessage) -> Conversation:
        """Return the conversation with what this message tells of its sender."""
        sender = stored.message.sender
        found = stored.chat or await self._store.conversation(str(sender))
        return _with_senders(found or Conversation(id=str(sender), address=sender), (stored,))

    async def _commit(
        self,
        answered: Sequence[StoredMessage],
        before: Conversation,
        decision: Decision,
        evidence: Evidence,
    ) -> Committed:
        waits_on = (
            before.status is Status.WAITING and before.reason is decision.conversation.reason
        )
        handover = None if waits_on else decision.handover
        after = roused(decision.conversation)
        event = decision.event if after is decision.conversation else "woken"
        return await self._store.commit(
            Turn(
                conversation=after,
                epoch_before=before.epoch,
                at=self._desk.clock.now(),
                inbox_ids=tuple(one.id for one in answered),
                author=Author.BOT,
                replies=self._fitted(decision),
                evidence=evidence if decision.replies else None,
                event="handover" if handover else event,
                note=handover.value if handover else decision.note,
                rating=after.rating if after.rating != before.rating else None,
            )
        )

    def _fitted(self, decision: Decision) -> tuple[Reply, ...]:
        lane = self._lanes.of(decision.conversation.address)
        if lane is None:
            return decision.replies
        language = language_of("", decision.conversation.language)
        words = ChoiceWords(
            by_number=words_of(self._desk.knowledge, "by_number", language),
            open_list=words_of(self._desk.knowledge, "open_list", language),
        )
        parts = (fitted(reply, lane.channel.limits, words) for reply in decision.replies)
        return tuple(part for some in parts for part in some)


def _with_senders(conversation: Conversation, messages: Sequence[StoredMessage]) -> Conversation:
    """Return a conversation with what messages tell of their sender."""
    for one in messages:
        conversation = conversation.with_sender(one.message)
    return conversation


def _evidence(
    decision: Decision, reading: Reading, assurance: Assurance, knowledge: Knowledge
) -> Evidence:
    match = reading.match or NOTHING
    candidates = match.candidates
    best = next((one for one in candidates if reading.intent in {one.intent, ""}), None)
    rival = next((one for one in candidates if one is not best), None)
    contract, sources = decision.contract, decision.sources
    passages = (one for name in sources.faq for one in knowledge.faq[name].passages)
    return Evidence(
        intent=reading.intent or reading.sense.value,
        confidence=best.confidence if best else 1.0,
        runner_up=rival.intent if rival else "",
        runner_up_confidence=rival.confidence if rival else 0.0,
        example=best.example if best else "",
        views=match.views,
        named=tuple(one.said for one in match.entities),
        standing=contract.standing.value if contract else "",
        contract_id=contract.record.contract_id if contract else "",
        assurance=assurance.value if decision.disclosed else "",
        disclosed=decision.disclosed,
        faq=sources.faq,
        passages=tuple(dict.fromkeys(passages)),
        fields=sources.fields,
        phase=sources.phase,
    )
