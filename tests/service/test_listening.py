"""Voice notes: written down and answered where that is plugged in, left to a colleague else."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from bot.domain.conversation import HandoverReason, Status
from bot.domain.errors import DatabaseUnavailable
from bot.domain.messages import Attachment, InboundMessage, MessageKind
from bot.service.listening import PATIENCE
from bot.service.workers import Spawn
from tests.builders import CHAT, an_inbound
from tests.fakes import FakeChannel
from tests.service.office import Office

NOTE = Attachment(media_type="audio/ogg", url="https://vendor.example/1")


@pytest.fixture
def office(spawn: Spawn, channel: FakeChannel) -> Office:
    channel.files[NOTE.url] = b"audio/ogg:Che orari fate?"
    return Office(spawn, channel, listens=True)


def a_note(text: str = "", *files: Attachment) -> InboundMessage:
    return an_inbound(text, vendor_id="9", kind=MessageKind.VOICE, attachments=files or (NOTE,))


async def hears(office: Office, *messages: InboundMessage) -> None:
    """Have messages answered while files are fetched."""
    async with asyncio.TaskGroup() as group:
        work = group.create_task(office.files.keep_fetching())
        await office.intake.accept(messages)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE.total_seconds() * 10):
                await office.idle()
        work.cancel()


async def reason(office: Office) -> HandoverReason | None:
    chat = await office.store.conversation(CHAT)
    assert chat
    return chat.reason if chat.status is Status.WAITING else None


async def test_a_voice_note_is_answered_by_its_words_and_staff_see_both(office: Office) -> None:
    await hears(office, a_note())

    assert "contact_hours" in office.channel.sent[-1]
    assert office.transcriber.asked == [("audio/ogg", "it")]
    (note,) = [one for one in await office.store.transcript(CHAT) if one.attachments]
    assert (note.text, note.files[0].words) == ("", "Che orari fate?")
    assert await reason(office) is None


async def test_who_wrote_in_english_is_heard_in_english(office: Office) -> None:
    await hears(office, an_inbound("Che orari fate?"))
    chat = await office.store.conversation(CHAT)
    assert chat
    office.transcriber.asked.clear()

    await hears(office, a_note())

    assert office.transcriber.asked == [("audio/ogg", chat.language)]


async def test_without_a_transcriber_a_colleague_listens(
    spawn: Spawn, channel: FakeChannel
) -> None:
    office = Office(spawn, channel)

    await hears(office, a_note())

    assert "voice" in office.channel.sent[-1]
    assert await reason(office) is HandoverReason.VOICE


async def test_who_writes_after_a_voice_note_is_answered_meanwhile(
    spawn: Spawn, channel: FakeChannel
) -> None:
    office = Office(spawn, channel)
    await hears(office, a_note())

    await hears(office, an_inbound("Che orari fate?"))

    assert "contact_hours" in office.channel.sent[-1]
    assert await reason(office) is HandoverReason.VOICE


@pytest.mark.parametrize("fault", ["fails", "hears nothing", "takes too long", "has no sound"])
async def test_whatever_goes_wrong_a_colleague_listens(office: Office, fault: str) -> None:
    if fault == "fails":
        office.transcriber.failures = [RuntimeError("no model")]
    elif fault == "hears nothing":
        office.channel.files[NOTE.url] = b"audio/ogg:  "
    elif fault == "takes too long":
        office.transcriber.slowness = PATIENCE + timedelta(seconds=1)
    else:
        office.channel.files.clear()

    await hears(office, a_note())

    assert "voice" in office.channel.sent[-1]
    assert await reason(office) is HandoverReason.VOICE


async def test_a_note_with_words_or_without_a_sound_is_not_listened_to(office: Office) -> None:
    silent = an_inbound("", vendor_id="8", kind=MessageKind.VOICE)
    await hears(office, a_note("Che orari fate?"), silent)

    assert office.transcriber.asked == []
    assert "contact_hours" in office.channel.sent[0]


async def test_a_note_of_a_chat_that_is_gone_meanwhile_harms_nobody(office: Office) -> None:
    (stored,) = await office.store.accept([a_note()])
    office.store.files.forget()

    await hears(office)
    await office.intake.receive(an_inbound("Che orari fate?"))

    assert stored.message.text == ""
    assert "voice" in office.channel.sent[0]


async def test_card_numbers_that_are_said_are_not_kept(office: Office) -> None:
    office.channel.files[NOTE.url] = b"audio/ogg:la carta 4111 1111 1111 1111"

    await hears(office, a_note())

    (note,) = [one for one in await office.store.transcript(CHAT) if one.attachments]
    assert "4111 1111" not in note.files[0].words


async def test_words_that_are_known_are_not_listened_for_again(office: Office) -> None:
    office.matcher.table = {**office.matcher.table, "Boom!": RuntimeError("broken")}
    office.channel.files[NOTE.url] = b"audio/ogg:Boom!"

    await hears(office, a_note())
    for _ in range(3):
        office.intake.wake(CHAT)
        await office.idle()

    assert len(office.transcriber.asked) == 1
    assert await reason(office) is HandoverReason.BOT_FAILED


async def test_while_the_database_is_away_the_note_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(office.store.files, "note_words", away)
        await hears(office, a_note())
        assert office.channel.sent == []

    await hears(office)
    office.intake.wake(CHAT)
    await office.idle()

    assert "contact_hours" in office.channel.sent[-1]
