from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.bursts import (
    clearer,
    due,
    joined,
    longest_gap,
    may_go_on,
    pace_after,
    sounds_unfinished,
)
from bot.domain.conversation import Pending, PendingKind, Status
from bot.domain.matching import Candidate, Entity, EntityKind, Match, Zone
from bot.domain.meaning import Reading, Sense, Way
from bot.domain.messages import Attachment, InboundMessage, MessageKind
from tests.builders import NOW, a_conversation, an_inbound, later
from tests.knowledge_sample import a_knowledge

FOUR = timedelta(seconds=4)
KNOWLEDGE = a_knowledge()
PICTURE = Attachment(media_type="image/jpeg", url="https://x.example/1")


def a_reading(intent: str = "", sense: Sense = Sense.INTENT, **facts: object) -> Reading:
    match = Match(candidates=(), zone=Zone.ANSWER, language="it")
    reading = Reading(sense=sense, language="it", intent=intent, match=match)
    return replace(reading, **facts)  # type: ignore[arg-type] # fields by name


def at(*seconds: float) -> Sequence[InboundMessage]:
    return [an_inbound(str(one), received_at=later(one)) for one in seconds]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        pytest.param("ciao", a_reading("greeting"), id="greets"),
        pytest.param("Buongiorno!", a_reading("greeting"), id="greets-aloud"),
        pytest.param("una cosa", a_reading(sense=Sense.NOT_UNDERSTOOD), id="says-nothing-yet"),
        pytest.param("il coso", a_reading(sense=Sense.ASK_BACK), id="may-mean-several-things"),
        pytest.param("la webmail", a_reading("webmail_access"), id="only-names-a-thing"),
        pytest.param("vorrei disdire, e", a_reading("webmail_access"), id="ends-with-and"),
        pytest.param("apro la webmail,", a_reading("webmail_access"), id="ends-with-a-comma"),
        pytest.param("apro e poi...", a_reading("webmail_access"), id="ends-with-dots"),
        pytest.param("a me vorrei", a_reading("out_of_scope"), id="not-ours-as-it-stands"),
    ],
)
def test_who_greets_hints_or_breaks_off_has_not_finished(text: str, reading: Reading) -> None:
    assert sounds_unfinished(reading, text, KNOWLEDGE)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        pytest.param("come apro la webmail", a_reading("webmail_access"), id="is-clear"),
        pytest.param("webmail", a_reading("webmail_access"), id="one-word-is-a-question"),
        pytest.param("la webmail?", a_reading("webmail_access"), id="asks-with-a-mark"),
        pytest.param("non so dov'è", a_reading("webmail_access"), id="is-not-and"),
        pytest.param("grazie", a_reading("thanks"), id="thanks"),
        pytest.param("stop", a_reading(sense=Sense.STOPPED), id="stops"),
        pytest.param("hilfe", a_reading("webmail_access", Sense.FOREIGN), id="clear-in-german"),
        pytest.param("il coso?", a_reading(sense=Sense.ASK_BACK), id="unclear-question"),
        pytest.param("bla " * 12, a_reading(sense=Sense.NOT_UNDERSTOOD), id="has-told-a-lot"),
    ],
)
def test_a_message_that_is_complete_is_not_delayed(text: str, reading: Reading) -> None:
    assert not sounds_unfinished(reading, text, KNOWLEDGE)


def test_only_words_that_stand_for_themselves_can_go_on() -> None:
    said, reading = an_inbound("ciao"), a_reading("greeting")
    asked = Pending(kind=PendingKind.WHICH_INTENT, options=())

    assert may_go_on(a_conversation(), reading, said)
    assert may_go_on(a_conversation(status=Status.CLOSED), reading, said)
    assert may_go_on(a_conversation(), reading, replace(said, kind=MessageKind.EDIT))
    assert not may_go_on(a_conversation(status=Status.WAITING), reading, said)
    assert not may_go_on(a_conversation(pending=asked), reading, said)
    assert not may_go_on(a_conversation(), replace(reading, way=Way.FOLLOW_UP), said)
    assert not may_go_on(a_conversation(), replace(reading, match=None), said)
    assert not may_go_on(a_conversation(), reading, replace(said, kind=MessageKind.VOICE))
    assert not may_go_on(a_conversation(), reading, replace(said, text=""))


def test_words_may_follow_a_picture_but_not_a_receipt() -> None:
    picture = an_inbound("", kind=MessageKind.MEDIA, attachments=(PICTURE,))

    assert may_go_on(a_conversation(), a_reading(sense=Sense.UNREADABLE), picture)
    assert not may_go_on(a_conversation(), a_reading("payment_reported"), picture)


def test_joined_messages_keep_the_words_and_files_of_all() -> None:
    picture = an_inbound("", kind=MessageKind.MEDIA, attachments=(PICTURE,), phone="+39")
    words = an_inbound("non va", received_at=later(2))

    whole = joined([picture, words])

    assert (whole.text, whole.kind, whole.attachments) == ("non va", MessageKind.TEXT, (PICTURE,))
    assert (whole.phone, whole.received_at) == ("+39", later(2))
    assert joined([picture]).kind is MessageKind.MEDIA
    assert joined([an_inbound("a"), an_inbound("b")]).text == "a\nb"


def test_the_surer_match_counts_with_all_that_is_named() -> None:
    domain = Entity(kind=EntityKind.DOMAIN, value="a.it", said="a.it")
    sure = Match(
        candidates=(Candidate(intent="x", confidence=0.8),), zone=Zone.ANSWER, language="it"
    )
    unsure = Match(candidates=(), zone=Zone.ASK_BACK, language="it", entities=(domain,))

    assert clearer(sure, unsure) == replace(sure, entities=(domain,))
    assert clearer(unsure, sure) == replace(sure, entities=(domain,))


@pytest.mark.parametrize(
    ("messages", "pace", "seconds"),
    [
        pytest.param(at(0), None, 2.4, id="nothing-known"),
        pytest.param(at(0), timedelta(seconds=2), 3, id="the-chat-s-own-pace"),
        pytest.param(at(0, 1), timedelta(seconds=2), 1 + 1.5, id="the-gap-just-seen"),
        pytest.param(at(0, 0.1), None, 0.1 + 1, id="never-less-than-a-second"),
        pytest.param(at(0, 50), None, 50 + 4, id="never-longer-than-allowed"),
    ],
)
def test_the_wait_follows_how_fast_a_customer_writes(
    messages: Sequence[InboundMessage], pace: timedelta | None, seconds: float
) -> None:
    assert due(messages, pace, FOUR) == NOW + timedelta(seconds=seconds)


def test_a_wait_in_vain_makes_the_next_one_shorter() -> None:
    chat = a_conversation(pace=timedelta(seconds=2))

    assert pace_after(chat, at(0), waited=True) == timedelta(seconds=1.4)
    assert pace_after(chat, at(0), waited=False) == timedelta(seconds=2)
    assert pace_after(chat, at(0, 3), waited=False) == timedelta(seconds=3)
    assert pace_after(a_conversation(), at(0), waited=True) is None
    assert longest_gap(at(0)) is None
