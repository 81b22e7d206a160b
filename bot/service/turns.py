"""Answering one stored message: hops 4 to 7."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.domain.calendar import DeskCalendar
from bot.domain.conversation import Conversation, Status
from bot.domain.dialogue import Decision, decide, failed
from bot.domain.drafts import Moment, words_of
from bot.domain.errors import DatabaseUnavailable, StaleEpoch
from bot.domain.knowledge import Assurance, Knowledge
from bot.domain.matching import Match, Zone
from bot.domain.meaning import Reading, language_of
from bot.domain.messages import InboundMessage, Reply
from bot.domain.reading import proof_reading, query_of, read
from bot.domain.wording import fitted
from bot.ports import (
    Author,
    Clock,
    Committed,
    ConversationStore,
    Evidence,
    Matcher,
    StoredMessage,
    Turn,
)
from bot.service.identity import Recognition
from bot.service.lanes import Lanes
from bot.service.listening import Ears

MAX_ATTEMPTS = 3
"""Failures in answering one message before staff get it."""

_NOTHING = Match(candidates=(), zone=Zone.OFFER_PERSON, language="")
_log = logging.getLogger(__name__)


class Answerer:
    """Turns stored messages into committed turns."""

    def __init__(  # noqa: PLR0913 - an answer rests on all of these
        self,
        store: ConversationStore,
        matcher: Matcher,
        recognition: Recognition,
        lanes: Lanes,
        desk: "DeskRules",
        *,
        ears: Ears,
    ) -> None:
        self._ears = ears
        self._store = store
        self._matcher = matcher
        self._finder, self._prover = recognition.finder, recognition.prover
        self._lanes = lanes
        self._desk = desk

    async def answer(self, stored: StoredMessage) -> Committed | None:
        """Answer one message; after ``MAX_ATTEMPTS`` failures hand it to staff instead.

        A message is never lost: whatever goes wrong is counted and the message stays in the
        inbox until it is answered or staff have it. That the database is away counts for nothing.

        Returns:
            What is next in its chat, or None if it must be read again.

        Raises:
            StaleEpoch: Who speaks, or which node answers, has changed meanwhile.
            DatabaseUnavailable: The database is away.
        """
        try:
            return await self._attempt(stored)
        except (StaleEpoch, DatabaseUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the chat must not be stuck
            _log.exception("answering_failed inbox=%s", stored.id)
            await self._store.note_failure(stored.id, repr(error))
            if stored.attempts + 1 >= MAX_ATTEMPTS:
                return await self._give_up(stored)
            return None

    async def _attempt(self, stored: StoredMessage) -> Committed:
        conversation, knowledge = await self._conversation_of(stored), self._desk.knowledge
        stored = await self._ears.heard(stored, conversation.language)
        moment = self._desk.moment()
        proof = await self._prover.turn(conversation, stored.message, knowledge, moment.now)
        if proof is None:
            match = await self._match(conversation, stored.message)
            reading = read(conversation, stored.message, match, knowledge)
        else:
            conversation = replace(conversation, proof=proof.proof)
            reading = proof_reading(conversation, knowledge)
        facts = await self._finder.gather(conversation, self._needing(reading), knowledge)
        facts = replace(facts, codes=self._prover.on, proof=proof.step if proof else None)
        decision = decide(conversation, reading, facts, knowledge, moment)
        evidence = _evidence(decision, reading, facts.identity.assurance)
        committed = await self._commit(stored, conversation, decision, evidence)
        if proof is not None and proof.letter is not None:
            self._prover.post(proof.letter)
        return committed

    def _needing(self, reading: Reading) -> str:
        """Return the intent of the message that depends on a contract, if one does."""
        depends = reading.second in self._desk.knowledge.live.group_of
        return reading.second if depends else reading.intent

    async def _give_up(self, stored: StoredMessage) -> Committed:
        conversation = await self._conversation_of(stored)
        decision = failed(conversation, self._desk.knowledge, self._desk.moment())
        return await self._commit(stored, conversation, decision, Evidence())

    async def _conversation_of(self, stored: StoredMessage) -> Conversation:
        """Return the conversation with what this message tells of its sender."""
        message = stored.message
        found = stored.chat or await self._store.conversation(str(message.sender))
        conversation = found or Conversation(id=str(message.sender), address=message.sender)
        return conversation.with_sender(message)

    async def _match(self, conversation: Conversation, message: InboundMessage) -> Match:
        quiet = conversation.status in {Status.STAFF, Status.SNOOZED}
        if quiet or message.payload or not message.text:
            return _NOTHING
        return await self._matcher.match(
            query_of(conversation, message.text, self._desk.knowledge)
        )

    async def _commit(
        self,
        stored: StoredMessage,
        before: Conversation,
        decision: Decision,
        evidence: Evidence,
    ) -> Committed:
        waits_on = (
            before.status is Status.WAITING and before.reason is decision.conversation.reason
        )
        handover = None if waits_on else decision.handover
        return await self._store.commit(
            Turn(
                conversation=decision.conversation,
                epoch_before=before.epoch,
                at=self._desk.clock.now(),
                inbox_id=stored.id,
                author=Author.BOT,
                replies=self._fitted(decision),
                evidence=evidence if decision.replies else None,
                event="handover" if handover else decision.event,
                note=handover.value if handover else "",
            )
        )

    def _fitted(self, decision: Decision) -> tuple[Reply, ...]:
        lane = self._lanes.of(decision.conversation.address)
        if lane is None:
            return decision.replies
        language = language_of("", decision.conversation.language)
        by_number = words_of(self._desk.knowledge, "by_number", language)
        parts = (fitted(reply, lane.channel.limits, by_number) for reply in decision.replies)
        return tuple(part for some in parts for part in some)


class DeskRules:
    """What every answer rests on: the knowledge, the calendar and the time."""

    def __init__(self, knowledge: Knowledge, calendar: DeskCalendar, clock: Clock) -> None:
        self.knowledge = knowledge
        self.calendar = calendar
        self.clock = clock

    def moment(self, now: datetime | None = None) -> Moment:
        """Return the present moment, by the desk's calendar."""
        return Moment(now=now or self.clock.now(), calendar=self.calendar)


def _evidence(decision: Decision, reading: Reading, assurance: Assurance) -> Evidence:
    match = reading.match or _NOTHING
    candidates = match.candidates
    best = next((one for one in candidates if reading.intent in {one.intent, ""}), None)
    rival = next((one for one in candidates if one is not best), None)
    contract = decision.contract
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
    )
