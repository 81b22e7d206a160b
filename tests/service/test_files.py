"""Files of customers: fetched soon, again after a pause, kept or given up."""

import asyncio
import contextlib
from datetime import timedelta

import pytest

from bot.domain.errors import DatabaseUnavailable, FileUnavailable
from bot.domain.files import FileState, FileTrouble
from bot.domain.messages import Attachment, MessageKind
from bot.ports import Author, Entry
from bot.service.files import Files
from tests.builders import CHAT, an_inbound
from tests.fakes import FakeChannel
from tests.service.office import Office

PHOTO = Attachment(media_type="text/html", url="https://vendor.example/1", name="foto.jpg")


async def sent(office: Office, *files: Attachment) -> str:
    """Have a customer send files, and return the entry with them."""
    message = an_inbound("", vendor_id="9", kind=MessageKind.MEDIA, attachments=files or (PHOTO,))
    await office.intake.accept([message])
    return (await entry_of(office)).id


async def entry_of(office: Office) -> Entry:
    return next(one for one in await office.store.transcript(CHAT) if one.attachments)


async def passes(office: Office, time: timedelta) -> None:
    """Let files be fetched for a while."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(time.total_seconds()):
            await office.files.keep_fetching()


async def events(office: Office) -> list[str]:
    entries = await office.store.transcript(CHAT)
    return [
        f"{one.event} {one.text}"
        for one in entries
        if one.author is Author.EVENT and one.event == "file_failed"
    ]


async def test_a_file_is_kept_soon_after_it_came_by_what_it_holds(
    office: Office, channel: FakeChannel
) -> None:
    channel.files[PHOTO.url] = b"image/jpeg: a photo"
    entry = await sent(office)

    await passes(office, timedelta(seconds=1))

    file, content = await office.overview.file(CHAT, entry, 0)
    assert (file.media_type, file.name) == ("image/jpeg", "foto.jpg")
    assert content == b"image/jpeg: a photo"
    (note,) = (await entry_of(office)).files
    assert (note.state, note.media_type) == (FileState.KEPT, "image/jpeg")


async def test_new_files_are_not_kept_waiting_for_the_next_look(
    office: Office, channel: FakeChannel
) -> None:
    channel.files[PHOTO.url] = b"image/jpeg: a photo"
    async with asyncio.TaskGroup() as group:
        work = group.create_task(office.files.keep_fetching(timedelta(hours=1)))
        await asyncio.sleep(1)
        entry = await sent(office)
        await asyncio.sleep(1)
        work.cancel()

    assert await office.overview.file(CHAT, entry, 0)


async def test_a_file_that_is_not_there_yet_is_asked_for_again(
    office: Office, channel: FakeChannel
) -> None:
    entry = await sent(office)
    await office.files.fetch_due()
    (note,) = (await entry_of(office)).files
    assert (note.state, note.trouble) == (FileState.WAITING, "unreachable")

    channel.files[PHOTO.url] = b"image/jpeg: a photo"
    await passes(office, timedelta(seconds=5))

    assert await office.overview.file(CHAT, entry, 0)
    assert await events(office) == []


async def test_a_file_that_never_comes_is_given_up_and_staff_see_it(office: Office) -> None:
    entry = await sent(office)

    await passes(office, timedelta(hours=1))

    with pytest.raises(FileUnavailable):
        await office.overview.file(CHAT, entry, 0)
    assert await events(office) == ["file_failed unreachable"]
    (row,) = await office.store.summaries()
    assert row.lacks_file


async def test_who_takes_the_chat_has_seen_that_a_file_is_missing(office: Office) -> None:
    await sent(office)
    await office.idle()
    await passes(office, timedelta(hours=1))

    await office.desk.claim(CHAT, "Anna")

    (row,) = await office.store.summaries()
    assert not row.lacks_file


async def test_a_type_that_may_do_harm_is_not_kept(office: Office, channel: FakeChannel) -> None:
    channel.files[PHOTO.url] = b"<html>"
    await sent(office)

    await office.files.fetch_due()

    assert await events(office) == ["file_failed type"]


async def test_a_channel_that_is_off_gives_nothing(office: Office) -> None:
    message = an_inbound("", "telegram:1", vendor_id="1", attachments=(PHOTO,))
    await office.store.accept([message])

    await office.files.fetch_due()

    (entry,) = [one for one in await office.store.transcript("telegram:1") if one.attachments]
    assert entry.files[0].trouble == FileTrouble.CHANNEL_OFF


async def test_a_fault_of_ours_keeps_no_other_file_waiting(
    office: Office, channel: FakeChannel
) -> None:
    broken = Attachment(media_type="", url="broken")
    channel.files |= {"broken": b"\xff:", PHOTO.url: b"image/jpeg: a photo"}
    await sent(office, broken, PHOTO)

    await passes(office, timedelta(minutes=1))

    states = [(one.state, one.trouble) for one in (await entry_of(office)).files]
    assert states == [(FileState.FAILED, "broken"), (FileState.KEPT, "")]


async def test_a_file_that_ends_the_program_each_time_is_given_up(
    office: Office, channel: FakeChannel
) -> None:
    channel.files[PHOTO.url] = b"image/jpeg: a photo"
    await sent(office)
    now = office.clock.now()
    for _ in range(8):
        assert await office.store.files.claim(1, now, now)

    await office.files.fetch_due()

    assert await events(office) == ["file_failed unreachable"]


async def test_two_programs_fetch_a_file_once(office: Office, channel: FakeChannel) -> None:
    channel.files[PHOTO.url] = b"image/jpeg: a photo"
    await sent(office)
    fetched: list[Attachment] = []

    class Slow(FakeChannel):
        async def fetch(self, file: Attachment) -> bytes:
            fetched.append(file)
            await asyncio.sleep(1)
            return channel.files[file.url]

    channels = office.channels_with(Slow())
    two = [
        Files(office.store.files, channels, office.clock, office.feed, lambda _: "image/jpeg")
        for _ in range(2)
    ]
    await asyncio.gather(*(one.fetch_due() for one in two))

    assert fetched == [PHOTO]


async def test_while_the_database_is_away_nothing_is_given_up(
    office: Office, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise DatabaseUnavailable("away")

    channel.files[PHOTO.url] = b"image/jpeg: a photo"
    await sent(office)
    monkeypatch.setattr(office.store.files, "keep", away)

    with pytest.raises(DatabaseUnavailable):
        await office.files.fetch_due()
    assert (await entry_of(office)).files[0].state is FileState.WAITING


async def test_staff_have_a_file_fetched_again(office: Office, channel: FakeChannel) -> None:
    entry = await sent(office)
    await passes(office, timedelta(hours=1))
    channel.files[PHOTO.url] = b"image/jpeg: a photo"

    await office.desk.ask_again(CHAT, entry, 0)
    await passes(office, timedelta(seconds=1))

    assert await office.overview.file(CHAT, entry, 0)
    with pytest.raises(FileUnavailable):
        await office.desk.ask_again(CHAT, entry, 0)


async def test_what_stands_on_a_card_of_contact_is_told(
    office: Office, channel: FakeChannel
) -> None:
    channel.files[PHOTO.url] = b"text/vcard:\nFN:Mario Rossi\n"
    await sent(office)

    await office.files.fetch_due()

    assert (await entry_of(office)).files[0].words == "Mario Rossi"
