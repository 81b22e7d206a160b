"""Files of customers: noted with their messages, fetched by one program, kept or given up."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.files import MOST_WAIT, FileState, FileTrouble
from bot.domain.messages import Attachment, MessageKind
from bot.ports import ConversationStore, Entry, FileStore
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, an_inbound, later
from tests.store.backends import Backend

PHOTO = Attachment(media_type="image/jpeg", url="https://vendor.example/1", name="foto.jpg")
VOICE = Attachment(media_type="audio/ogg", url="https://vendor.example/2")
PICTURE = b"\xff\xd8\x00 a picture"


@pytest.fixture
def files(backend: Backend) -> FileStore:
    return backend.files


async def sent(store: ConversationStore, vendor_id: str = "1", chat: str = CHAT) -> Entry:
    """Store a message with two files, and return its entry."""
    message = an_inbound(
        "", chat, vendor_id=vendor_id, kind=MessageKind.MEDIA, attachments=(PHOTO, VOICE)
    )
    await store.accept([message])
    return (await store.transcript(chat))[-1]


async def test_files_are_noted_with_their_message_and_once(
    store: ConversationStore, files: FileStore
) -> None:
    await sent(store)
    entry = await sent(store)

    assert [one.state for one in entry.files] == [FileState.WAITING] * 2
    first, second = await files.due(NOW, 10)
    assert await files.due(NOW, 1) == [first]
    jobs = [await files.claim(one, NOW, later(60)) for one in (first, second)]
    assert [(one.file, one.channel, one.attempts) for one in jobs if one] == [
        (PHOTO, "whatsapp", 1),
        (VOICE, "whatsapp", 1),
    ]
    assert jobs[0]
    assert jobs[0].conversation_id == CHAT


async def test_a_file_is_fetched_by_whoever_comes_first(
    store: ConversationStore, files: FileStore
) -> None:
    await sent(store)
    number = (await files.due(NOW, 1))[0]

    claims = await asyncio.gather(*(files.claim(number, NOW, later(60)) for _ in range(5)))

    assert len([one for one in claims if one]) == 1
    again = await files.claim(number, later(60), later(120))
    assert again
    assert again.attempts == 2


async def test_what_is_kept_is_given_with_its_type_and_words(
    store: ConversationStore, files: FileStore
) -> None:
    entry = await sent(store)
    number = (await files.due(NOW, 1))[0]
    await files.keep(number, "image/jpeg", PICTURE, "what it says")

    kept = await files.content(CHAT, entry.id, 0)

    assert kept
    assert (kept.content, kept.media_type, kept.name) == (PICTURE, "image/jpeg", "foto.jpg")
    assert (kept.state, kept.words) == (FileState.KEPT, "what it says")
    (note, other) = (await store.transcript(CHAT))[-1].files
    assert (note.state, note.size) == (FileState.KEPT, len(PICTURE))
    assert (note.media_type, note.words) == ("image/jpeg", "what it says")
    assert other.state is FileState.WAITING
    assert number not in await files.due(NOW, 10)


@pytest.mark.parametrize(
    ("chat", "entry_id", "place"),
    [(CHAT, "i999", 0), (CHAT, "o1", 0), (CHAT, "i", 0), (CHAT, "i" + "9" * 30, 0), (CHAT, "", 0)],
)
async def test_a_file_that_nobody_sent_is_not_there(
    store: ConversationStore, files: FileStore, chat: str, entry_id: str, place: int
) -> None:
    entry = await sent(store)

    assert await files.content(chat, entry_id, place) is None
    assert await files.content(CHAT, entry.id, 2) is None
    assert await files.content(CHAT, entry.id, 10**30) is None
    assert await files.content("whatsapp:2", entry.id, 0) is None
    assert not await files.ask_again(chat, entry_id, place)


async def test_a_file_that_is_put_off_is_due_later(
    store: ConversationStore, files: FileStore
) -> None:
    entry = await sent(store)
    first, second = await files.due(NOW, 10)
    await files.put_off(first, FileTrouble.GONE, later(10))

    assert await files.due(NOW, 10) == [second]
    assert await files.due(later(10), 10) == [first, second]
    assert await files.claim(first, NOW, later(60)) is None
    kept = await files.content(CHAT, entry.id, 0)
    assert kept
    assert (kept.state, kept.trouble, kept.content) == (FileState.WAITING, "gone", None)


async def test_a_clock_that_was_set_back_holds_no_file_up(
    store: ConversationStore, files: FileStore
) -> None:
    await sent(store)
    first, second = await files.due(NOW, 10)
    await files.put_off(first, FileTrouble.GONE, NOW + MOST_WAIT + timedelta(seconds=1))

    assert await files.due(NOW, 10) == [first, second]
    assert await files.claim(first, NOW, later(60))


async def test_a_file_that_is_given_up_is_seen_in_its_chat_until_a_colleague_looks(
    store: ConversationStore, files: FileStore
) -> None:
    await sent(store)
    await sent(store, "2", "whatsapp:2")
    number = (await files.due(NOW, 1))[0]
    await files.give_up(number, FileTrouble.TOO_LARGE, later(5))
    await files.give_up(number, FileTrouble.TOO_LARGE, later(6))
    await files.keep(number, "image/jpeg", PICTURE, "")

    event = (await store.transcript(CHAT))[-1]
    assert (event.event, event.text, event.at) == ("file_failed", "too_large", later(5))
    entry = (await store.transcript(CHAT))[0]
    assert (entry.files[0].state, entry.files[0].trouble) == (FileState.FAILED, "too_large")
    lacking = {one.conversation.id: one.lacks_file for one in await store.summaries()}
    assert lacking == {CHAT: True, "whatsapp:2": False}

    await store.commit(a_staff_turn(a_conversation(), at=later(9), event="claim"))

    assert not any(one.lacks_file for one in await store.summaries())


async def test_a_file_that_was_given_up_can_be_asked_for_again(
    store: ConversationStore, files: FileStore
) -> None:
    entry = await sent(store)
    first, second = await files.due(NOW, 10)
    await files.claim(first, NOW, later(60))
    await files.give_up(first, FileTrouble.GONE, NOW)

    assert await files.ask_again(CHAT, entry.id, 0)
    assert not await files.ask_again(CHAT, entry.id, 0)
    assert await files.due(NOW, 10) == [first, second]
    again = await files.claim(first, NOW, later(60))
    assert again
    assert again.attempts == 1


async def test_what_a_voice_note_says_is_kept_beside_it(
    store: ConversationStore, files: FileStore
) -> None:
    entry = await sent(store)

    await files.note_words(CHAT, entry.id, "che orari fate")

    first, second = (await store.transcript(CHAT))[0].files
    assert (first.words, second.words) == ("che orari fate", "")


async def test_the_list_tells_what_kind_of_message_came_last(store: ConversationStore) -> None:
    await store.accept([an_inbound("", kind=MessageKind.VOICE)])

    (row,) = await store.summaries()

    assert (row.last_text, row.last_kind) == ("", MessageKind.VOICE)
