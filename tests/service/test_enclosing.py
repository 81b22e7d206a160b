"""Files that colleagues send along with what they write."""

import pytest

from bot.domain.errors import EnclosureRefused
from bot.domain.files import FileRefusal
from bot.domain.messages import ChannelLimits, FileLimits
from bot.ports import Author, ReplyState
from bot.service.desk import Desk
from bot.service.enclosing import enclosed
from tests.builders import CHAT, an_enclosed_file, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel
from tests.service.office import Office, sniffed


@pytest.fixture(autouse=True)
async def _wrote(store: FakeConversations, channel: FakeChannel) -> None:
    channel.limits = ChannelLimits(text=1600, buttons=3, button_text=20, files=FileLimits())
    await store.accept([an_inbound("Mi manda la guida?")])


async def test_text_and_files_go_out_in_order(
    office: Office, desk: Desk, channel: FakeChannel, store: FakeConversations
) -> None:
    files = (an_enclosed_file("a.pdf"), an_enclosed_file("b.pdf"))

    await desk.reply(CHAT, "Anna", " Eccole ", files)
    await office.idle()

    went = [(reply.text, [one.name for one in reply.enclosures]) for _, reply in channel.accepted]
    assert went == [("Eccole", []), ("", ["a.pdf"]), ("", ["b.pdf"])]
    assert [await store.enclosures.find(name) for name in ("a.pdf", "b.pdf")] == list(files)


async def test_staff_see_how_far_each_file_has_come(
    office: Office, desk: Desk, store: FakeConversations
) -> None:
    await desk.reply(CHAT, "Anna", "", (an_enclosed_file(),))
    await office.idle()

    last = (await store.transcript(CHAT))[-1]
    assert (last.author, last.text, last.state) == (Author.STAFF, "", ReplyState.SENT)
    assert [file.name for file in last.enclosures] == ["guida.pdf"]


async def test_what_a_channel_does_not_take_changes_nothing(
    desk: Desk, channel: FakeChannel, store: FakeConversations
) -> None:
    channel.limits = ChannelLimits(text=1600, buttons=3, button_text=20)
    before = await store.transcript(CHAT)

    with pytest.raises(EnclosureRefused) as refused:
        await desk.reply(CHAT, "Anna", "Eccola", (an_enclosed_file(),))

    assert refused.value.why is FileRefusal.CHANNEL
    assert await store.transcript(CHAT) == before
    assert await store.enclosures.find("guida.pdf") is None


async def test_a_channel_that_is_off_takes_no_files(desk: Desk, store: FakeConversations) -> None:
    await store.accept([an_inbound("Ciao", "telegram:1")])

    with pytest.raises(EnclosureRefused):
        await desk.reply("telegram:1", "Anna", "Eccola", (an_enclosed_file(),))


def test_a_file_is_what_it_holds() -> None:
    file = enclosed("foto.exe", b"image/png: una foto", sniffed)

    assert (file.enclosure.name, file.enclosure.media_type) == ("foto.exe.png", "image/png")
    assert file.enclosure.size == len(file.content)
    assert file.enclosure.id != enclosed("foto.exe", file.content, sniffed).enclosure.id


@pytest.mark.parametrize(
    ("content", "why"), [(b"", FileRefusal.EMPTY), (b"no type", FileRefusal.TYPE)]
)
def test_nothing_and_what_is_not_kept_is_refused(content: bytes, why: FileRefusal) -> None:
    with pytest.raises(EnclosureRefused) as refused:
        enclosed("programma.exe", content, sniffed)

    assert (refused.value.why, refused.value.name) == (why, "programma.exe")
