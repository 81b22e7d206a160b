from dataclasses import replace

import pytest

from bot.domain.formatting import Piece, Style
from bot.ports import Channels
from bot.service.overview import UnknownConversation
from bot.service.previewing import Preview, Previewing
from tests.builders import an_inbound
from tests.service.office import Office

CHAT = "whatsapp:1"


@pytest.fixture
async def previewing(office: Office) -> Previewing:
    await office.intake.accept([an_inbound("Buongiorno", CHAT)])
    await office.idle()
    return Previewing(office.overview, Office.channels_with(office.channel))


async def test_a_long_text_is_seen_in_the_messages_it_becomes(previewing: Previewing) -> None:
    preview = await previewing.of(CHAT, f"{'a' * 1000} {'b' * 1000}")

    assert [one[0].text[0] for one in preview.messages] == ["a", "b"]
    assert (preview.chars, preview.most_chars) == (2001, 1600)


async def test_marks_are_shown_where_the_channel_shows_them(
    office: Office, previewing: Previewing
) -> None:
    plain = await previewing.of(CHAT, "*ciao*")
    office.channel.limits = replace(office.channel.limits, formats=True)
    formatted = await previewing.of(CHAT, "*ciao*")

    assert plain.messages == ((Piece(text="*ciao*"),),)
    assert formatted.messages == ((Piece(text="ciao", styles=frozenset({Style.BOLD})),),)


async def test_an_empty_text_becomes_no_message(previewing: Previewing) -> None:
    assert await previewing.of(CHAT, " \n") == Preview(messages=(), chars=0, most_chars=1600)


async def test_while_the_channel_is_off_the_text_is_seen_as_it_is(
    office: Office, previewing: Previewing
) -> None:
    off = Previewing(office.overview, Channels())

    assert await off.of(CHAT, "*a*") == Preview(
        messages=((Piece(text="*a*"),),), chars=3, most_chars=None
    )


async def test_nothing_is_shown_of_a_chat_that_does_not_exist(previewing: Previewing) -> None:
    with pytest.raises(UnknownConversation):
        await previewing.of("web:nobody", "ciao")
