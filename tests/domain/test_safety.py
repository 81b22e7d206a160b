"""Danger, insults, and what others type: answered with reviewed words, never asked back about."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.calendar import ROME, DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, Status
from bot.domain.decision import Decision
from bot.domain.dialogue import decide
from bot.domain.disclosure import Identity
from bot.domain.drafts import Facts, Moment
from bot.domain.matching import Candidate, Match, Zone
from bot.domain.meaning import Reading, Sense
from bot.domain.messages import Address, InboundMessage
from bot.domain.reading import read
from tests.knowledge_sample import a_knowledge

OPEN = Moment(now=datetime(2026, 11, 23, 10, tzinfo=ROME), calendar=DeskCalendar())
KNOWLEDGE = a_knowledge()
CHAT = Conversation(
    id="web:1", address=Address(channel="web", id="1"), introduced=True, language="it"
)


def said(intent: str, chat: Conversation = CHAT) -> Decision:
    reading = Reading(sense=Sense.INTENT, language="it", intent=intent)
    return decide(chat, reading, Facts(identity=Identity()), KNOWLEDGE, OPEN)


def text_of(decision: Decision) -> str:
    return "\n".join(reply.text for reply in decision.replies)


def test_danger_is_answered_first_of_all_and_handed_over() -> None:
    decision = said("emergency", replace(CHAT, introduced=False))

    assert text_of(decision) == "risposta emergency\n\n<handover_open>"
    assert decision.handover is HandoverReason.EMERGENCY


@pytest.mark.parametrize("reason", [HandoverReason.ASKED, HandoverReason.REQUEST])
def test_danger_is_answered_while_a_person_is_awaited_and_staff_see_it(
    reason: HandoverReason,
) -> None:
    waiting = replace(CHAT, status=Status.WAITING, reason=reason, acknowledged=True, epoch=3)

    decision = said("emergency", waiting)

    assert text_of(decision) == "risposta emergency"
    assert decision.conversation.reason is HandoverReason.EMERGENCY
    assert decision.conversation.epoch == 3


def test_the_second_insult_in_a_row_is_handed_over_as_a_complaint() -> None:
    first = said("insult")
    second = said("insult", first.conversation)

    assert (first.handover, text_of(first)) == (None, "risposta insult")
    assert second.handover is HandoverReason.COMPLAINT


def test_a_doubt_between_finer_intents_and_one_of_ours_offers_ours_only() -> None:
    names = ("spam", "webmail_access", "emergency")
    candidates = tuple(Candidate(intent=name, confidence=0.6) for name in names)
    match = Match(candidates=candidates, zone=Zone.ASK_BACK, language="it")
    message = InboundMessage(vendor_id="1", sender=CHAT.address, text="boh", received_at=OPEN.now)

    reading = read(CHAT, message, match, KNOWLEDGE)
    decision = decide(CHAT, reading, Facts(identity=Identity()), KNOWLEDGE, OPEN)

    payloads = [button.payload for button in decision.replies[0].buttons]
    assert payloads == ["intent:webmail_access", "intent:human_handoff"]


def test_danger_beside_another_question_comes_first() -> None:
    ours, danger = (
        Candidate(intent=name, confidence=0.9) for name in ("webmail_access", "emergency")
    )
    match = Match(candidates=(ours,), zone=Zone.ANSWER, language="it", second=danger)
    message = InboundMessage(vendor_id="1", sender=CHAT.address, text="boh", received_at=OPEN.now)

    reading = read(CHAT, message, match, KNOWLEDGE)

    assert (reading.intent, reading.second) == ("emergency", "")


def test_what_is_known_of_a_sender_is_never_said_back() -> None:
    """A name is what somebody typed; it could hold anything."""
    typed = "{next_opening} <b>{{7*7}}</b>"
    chat = replace(CHAT, name=typed, introduced=False)

    answers = [text_of(said(intent, chat)) for intent in KNOWLEDGE.intents]

    assert [answer for answer in answers if "7*7" in answer or "{" in answer] == []
