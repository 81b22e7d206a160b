"""Sharing the work with other programs: going on with what they left."""

from tests.builders import CHAT, an_inbound
from tests.service.hurried import passes
from tests.service.office import Office


async def test_what_is_left_of_another_program_is_done_soon(office: Office) -> None:
    office.spawn(office.watch.keep_watching())
    await passes(office.store.beat)
    await office.store.accept([an_inbound("Buongiorno")])

    await passes(office.store.beat)

    assert office.channel.sent == ["risposta greeting"]


async def test_a_chat_of_which_another_program_tells_is_gone_on_with_at_once(
    office: Office,
) -> None:
    await office.store.accept([an_inbound("Buongiorno")])

    office.watch.chat_waits(CHAT)
    await office.idle()

    assert office.channel.sent == ["risposta greeting"]


async def test_a_program_that_is_late_does_not_send(office: Office) -> None:
    office.store.is_late = True
    await office.intake.receive(an_inbound("Buongiorno"))
    assert office.channel.sent == []

    office.store.is_late = False
    office.spawn(office.outbox.keep_trying())
    await passes(office.store.beat)

    assert office.channel.sent == ["risposta greeting"]
