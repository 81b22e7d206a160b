"""Messages that come close together get one answer."""

from datetime import timedelta

import pytest

from bot.domain.conversation import Conversation, Status
from bot.domain.messages import Attachment, MessageKind
from bot.service.workers import Spawn
from tests.builders import CHAT, a_conversation, a_turn, an_inbound
from tests.service.hurried import passes
from tests.service.meanwhile import meanwhile
from tests.service.office import Office

SECOND = timedelta(seconds=1)
WEBMAIL = "Come apro la webmail?"


@pytest.fixture
def office(spawn: Spawn) -> Office:
    """A desk that waits up to four seconds for what seems unfinished."""
    return Office(spawn, bursts=4 * SECOND)


async def writes(office: Office, *texts: str, gap: timedelta = SECOND) -> None:
    """Have a customer write one message after the other."""
    for text in texts:
        await office.intake.accept([an_inbound(text, received_at=office.clock.now())])
        await passes(gap)


async def test_messages_close_together_get_one_answer_that_uses_all(office: Office) -> None:
    await writes(office, "Buongiorno", "ho una cosa", WEBMAIL)
    await office.idle()

    (reply,) = office.channel.sent
    assert reply.endswith("risposta webmail_access")
    assert await office.store.unanswered() == []


async def test_a_complete_message_is_answered_at_once(office: Office) -> None:
    await office.intake.accept([an_inbound(WEBMAIL, received_at=office.clock.now())])
    await passes(SECOND / 10)

    assert len(office.channel.sent) == 1


async def test_a_greeting_alone_is_answered_after_a_short_wait(office: Office) -> None:
    await writes(office, "Buongiorno", gap=2 * SECOND)
    assert office.channel.sent == []

    await passes(SECOND)

    assert office.channel.sent == ["risposta greeting"]


async def test_who_goes_on_too_late_is_answered_twice(office: Office) -> None:
    await writes(office, "Buongiorno", WEBMAIL, gap=5 * SECOND)
    await office.idle()

    assert office.channel.sent == ["risposta greeting", "risposta webmail_access"]


async def test_the_wait_gets_shorter_where_nothing_follows(office: Office) -> None:
    await become(office, a_conversation(pace=SECOND))

    await writes(office, "Buongiorno", gap=1.6 * SECOND)

    assert office.channel.sent == ["risposta greeting"]
    chat = await office.store.conversation(CHAT)
    assert chat is not None
    assert chat.pace == 0.7 * SECOND


async def become(office: Office, chat: Conversation) -> None:
    await office.store.accept([an_inbound("before")])
    await office.store.commit(a_turn(None, conversation=chat, inbox_ids=(1,)))


async def test_words_that_follow_a_picture_are_answered_with_it(office: Office) -> None:
    picture = Attachment(media_type="image/jpeg", url="https://x.example/1")
    shown = an_inbound("", kind=MessageKind.MEDIA, attachments=(picture,))

    await office.intake.accept([shown])
    await passes(SECOND)
    await writes(office, WEBMAIL)
    await office.idle()

    (reply,) = office.channel.sent
    assert reply.endswith("risposta webmail_access")


async def test_a_picture_without_words_reaches_a_person(office: Office) -> None:
    await office.intake.accept([an_inbound("", kind=MessageKind.MEDIA)])
    await office.idle()

    chat = await office.store.conversation(CHAT)
    assert chat is not None
    assert chat.status is Status.WAITING


async def test_a_tapped_button_does_not_join_what_was_written(office: Office) -> None:
    await writes(office, "Buongiorno", gap=SECOND / 2)
    tap = an_inbound("", kind=MessageKind.BUTTON, payload="intent:contact_hours")
    await office.intake.accept([tap])
    await office.idle()

    assert office.channel.sent == ["risposta greeting", "risposta contact_hours"]


async def test_what_staff_answer_meanwhile_is_not_answered_again(office: Office) -> None:
    await writes(office, "Buongiorno")
    await office.desk.claim(CHAT, "Anna")
    await office.idle()

    assert office.channel.sent == []


async def test_a_message_that_comes_in_the_last_moment_is_answered_next(office: Office) -> None:
    async def goes_on() -> None:
        await office.intake.accept([an_inbound(WEBMAIL, received_at=office.clock.now())])

    await writes(office, "Buongiorno")
    meanwhile(office.store, "commit", goes_on)
    await office.idle()

    assert office.channel.sent == ["risposta greeting", "risposta webmail_access"]


async def test_a_clock_that_is_set_back_keeps_nobody_waiting(office: Office) -> None:
    await writes(office, "Buongiorno")
    office.clock.off = -timedelta(hours=1)
    await office.idle()

    assert office.channel.sent == ["risposta greeting"]
