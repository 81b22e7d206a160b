from datetime import timedelta

import pytest

from bot.domain.conversation import Conversation, HandoverReason, Status, hand_over
from bot.domain.holding import claim, close
from bot.domain.matching import Candidate, Entity, EntityKind, Match, Query, View, Zone
from bot.domain.messages import ChannelLimits, InboundMessage, MessageKind
from bot.ports import Author, Entry, Evidence
from bot.service.intake import Intake
from tests.builders import CHAT, NOW, PHONE, a_conversation, a_turn, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel, FakeMatcher
from tests.knowledge_sample import PASSAGES
from tests.service.hurried import passes
from tests.service.meanwhile import breaks, database_away, meanwhile
from tests.service.office import PATIENCE, Office

CONTRACT = "Com'è il mio contratto?"


async def entries(store: FakeConversations, *authors: Author) -> list[Entry]:
    return [entry for entry in await store.transcript(CHAT) if entry.author in authors]


async def chat_of(store: FakeConversations) -> Conversation:
    found = await store.conversation(CHAT)
    assert found is not None
    return found


async def become(store: FakeConversations, chat: Conversation) -> None:
    """Put a chat into a state, as earlier turns would have."""
    await store.accept([an_inbound("before")])
    await store.commit(a_turn(None, conversation=chat, inbox_ids=(1,)))


async def test_staff_see_why_the_bot_said_what_it_said(
    intake: Intake, store: FakeConversations
) -> None:
    await intake.receive(an_inbound(CONTRACT, phone=PHONE))

    (reply,) = await entries(store, Author.BOT)

    assert reply.evidence == Evidence(
        intent="contract_status",
        confidence=0.9,
        example="esempio di contract_status",
        standing="active",
        contract_id="C1",
        assurance="contact",
        disclosed=("dates", "standing"),
        fields=("expires_on",),
    )


async def test_staff_see_what_each_view_said_and_what_came_second(
    intake: Intake, store: FakeConversations, matcher: FakeMatcher
) -> None:
    views = (
        View(name="words", intent="contact_hours", score=0.8),
        View(name="meaning", intent="greeting", score=0.4),
    )
    matcher.table = {
        "Quando aprite?": Match(
            candidates=(
                Candidate(intent="contact_hours", confidence=0.9),
                Candidate(intent="greeting", confidence=0.06),
            ),
            zone=Zone.ANSWER,
            language="it",
            entities=(Entity(kind=EntityKind.DATE, said="domani", value=""),),
            views=views,
        )
    }
    await intake.receive(an_inbound("Quando aprite?"))

    (reply,) = await entries(store, Author.BOT)

    assert reply.evidence == Evidence(
        intent="contact_hours",
        confidence=0.9,
        runner_up="greeting",
        runner_up_confidence=0.06,
        views=views,
        named=("domani",),
        faq=("contact_hours",),
        passages=PASSAGES,
    )


async def test_a_tapped_button_is_certain(intake: Intake, store: FakeConversations) -> None:
    await intake.receive(
        an_inbound("Orari", kind=MessageKind.BUTTON, payload="intent:contact_hours")
    )

    (reply,) = await entries(store, Author.BOT)

    assert reply.evidence == Evidence(
        intent="contact_hours", confidence=1.0, faq=("contact_hours",), passages=PASSAGES
    )


async def test_what_was_not_understood_says_so(intake: Intake, store: FakeConversations) -> None:
    await intake.receive(an_inbound("Xyz"))

    (reply,) = await entries(store, Author.BOT)

    assert reply.evidence == Evidence(intent="not_understood", confidence=1.0)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(an_inbound("A", payload="intent:greeting"), id="a-button"),
        pytest.param(an_inbound("", kind=MessageKind.MEDIA), id="a-picture"),
    ],
)
async def test_only_words_are_matched(
    intake: Intake, matcher: FakeMatcher, message: InboundMessage
) -> None:
    await intake.receive(message)

    assert matcher.asked == []


async def test_a_text_is_matched_in_the_light_of_the_chat(
    intake: Intake, matcher: FakeMatcher
) -> None:
    await intake.receive(an_inbound("Che orari fate?"))
    await intake.receive(an_inbound("E domani?"))

    assert matcher.asked == [
        Query(text="Che orari fate?"),
        Query(text="E domani?", language="it", intent="contact_hours"),
    ]


async def test_what_is_known_of_the_sender_is_remembered(
    intake: Intake, store: FakeConversations
) -> None:
    await intake.receive(an_inbound("Buongiorno", phone=PHONE, name="Mario"))
    await intake.receive(an_inbound("Grazie"))

    chat = await chat_of(store)

    assert (chat.phone, chat.name) == (PHONE, "Mario")


async def test_a_handover_is_told_once(intake: Intake, store: FakeConversations) -> None:
    """Also where the bot goes on helping who waits, and would call a person again."""
    await intake.receive(an_inbound("Ho perso la password"))
    await intake.receive(an_inbound("Ho perso la password", vendor_id="again"))

    events = await entries(store, Author.EVENT)

    assert [(event.event, event.text) for event in events] == [("handover", "request")]
    assert (await chat_of(store)).status is Status.WAITING


async def test_danger_is_told_again_to_staff_who_are_called_already(
    intake: Intake, store: FakeConversations
) -> None:
    await intake.receive(an_inbound("Voglio un operatore"))
    await intake.receive(an_inbound("Al fuoco!"))
    await intake.receive(an_inbound("Al fuoco!", vendor_id="again"))

    events = await entries(store, Author.EVENT)

    assert [event.text for event in events] == ["asked", "emergency"]


@pytest.mark.parametrize(
    ("silent", "slowness"),
    [
        pytest.param(True, timedelta(0), id="silent"),
        pytest.param(False, PATIENCE * 2, id="too-slow"),
    ],
)
async def test_when_the_source_gives_no_answer_a_person_takes_over(
    office: Office, silent: bool, slowness: timedelta
) -> None:
    office.source.silent, office.source.slowness = silent, slowness

    await office.intake.receive(an_inbound(CONTRACT, phone=PHONE))

    assert "<source_silent>" in office.channel.sent[0]
    assert (await chat_of(office.store)).reason is HandoverReason.SOURCE_SILENT


async def test_an_answer_is_cut_to_what_the_channel_holds(
    intake: Intake, channel: FakeChannel
) -> None:
    channel.limits = ChannelLimits(text=30, buttons=0, button_text=20)

    await intake.receive(an_inbound("Che orari fate?"))

    assert channel.sent == [
        "<introduction>",
        "risposta contact_hours",
        "<by_number>\n1. Operatore",
    ]


async def test_what_no_channel_carries_any_more_is_kept_whole(
    intake: Intake, store: FakeConversations
) -> None:
    await intake.receive(an_inbound("Buongiorno", "telegram:1"))

    (_, answer) = await store.transcript("telegram:1")

    assert answer.text == "risposta greeting"
    assert answer.error == "The channel telegram is off."


async def test_a_message_that_fails_once_is_answered(
    intake: Intake, matcher: FakeMatcher, channel: FakeChannel
) -> None:
    meanwhile(matcher, "match", breaks)

    await intake.receive(an_inbound("Buongiorno"))

    assert channel.sent == ["risposta greeting"]


async def test_a_message_that_fails_three_times_goes_to_staff(
    intake: Intake, store: FakeConversations, matcher: FakeMatcher, channel: FakeChannel
) -> None:
    await intake.receive(an_inbound("Boom"))

    assert len(matcher.asked) == 3
    assert "<bot_failed>" in channel.sent[0]
    assert (await chat_of(store)).reason is HandoverReason.BOT_FAILED
    assert [event.text for event in await entries(store, Author.EVENT)] == ["bot_failed"]


async def test_an_outage_of_the_database_is_no_failure_of_a_message(office: Office) -> None:
    """Else a customer would be told that something went wrong because a disk was full."""
    office.spawn(office.intake.keep_answering())
    await passes(timedelta(seconds=1))
    for _ in range(4):
        meanwhile(office.store, "commit", database_away)
        await office.intake.receive(an_inbound("Buongiorno"))
        await passes(timedelta(seconds=29))
    await passes(timedelta(minutes=1))

    assert office.channel.sent == ["risposta greeting"]
    assert (await chat_of(office.store)).status is Status.BOT


async def test_a_chat_is_not_stuck_behind_a_message_that_fails(
    intake: Intake, store: FakeConversations, channel: FakeChannel
) -> None:
    await store.accept([an_inbound("Boom")])

    await intake.receive(an_inbound("Che orari fate?"))

    assert await store.unanswered() == []
    assert channel.sent[-1] == "<noted>"


HELD = claim(a_conversation(), "Anna")


@pytest.mark.parametrize(
    ("before", "status", "said"),
    [
        pytest.param(
            hand_over(a_conversation(), HandoverReason.ASKED, NOW),
            Status.WAITING,
            0,
            id="who-waits-goes-on-waiting",
        ),
        pytest.param(close(HELD, "Anna"), Status.WAITING, 1, id="a-closed-chat-is-opened"),
    ],
)
async def test_a_message_that_fails_is_seen_by_staff_whoever_spoke_last(
    office: Office, before: Conversation, status: Status, said: int
) -> None:
    await become(office.store, before)

    await office.intake.receive(an_inbound("Boom"))

    assert (await chat_of(office.store)).status is status
    assert len(office.channel.sent) == said
    assert await office.store.unanswered() == []


async def test_a_message_nobody_could_even_hand_to_staff_stays_in_the_inbox(
    office: Office,
) -> None:
    meanwhile(office.store, "commit", breaks)
    await office.store.accept([an_inbound("Boom")])

    office.spawn(office.intake.keep_answering())
    await passes(timedelta(seconds=1))
    assert await office.store.unanswered() == [CHAT]
    await passes(timedelta(minutes=1))

    assert await office.store.unanswered() == []
    assert (await chat_of(office.store)).reason is HandoverReason.BOT_FAILED
