"""Two colleagues reach for the same chat at the same moment: one has it, the other hears who."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bot.domain.calendar import DeskCalendar
from bot.domain.conversation import Status
from bot.domain.errors import WrongStatus
from bot.feed import LocalFeed
from bot.ports import Author, Channels, ConversationStore
from bot.service.desk import Desk
from bot.service.facts import FactFinder
from bot.service.lanes import Lanes
from bot.service.outbox import Outbox
from bot.service.overview import DeskContext, Overview
from bot.service.rules import DeskRules
from tests.builders import an_inbound
from tests.fakes import FakeChannel, FakeContracts, KnownTemplates
from tests.knowledge_sample import a_knowledge
from tests.service.hurried import LoopClock
from tests.service.office import PATIENCE
from tests.store.backends import Backend

TIMES = 200


@pytest.fixture
def desk(backend: Backend) -> Desk:
    """A desk on a store, whose replies are kept and not sent."""
    clock, source, feed = LoopClock(), FakeContracts(), LocalFeed()
    channels = Channels(by_name={"whatsapp": FakeChannel()})

    def forget(work: Coroutine[Any, Any, None]) -> None:
        work.close()

    context = DeskContext(
        rules=DeskRules(a_knowledge(), DeskCalendar(), clock),
        source=source,
        feed=feed,
        templates=KnownTemplates(),
        files=backend.files,
        fetch=lambda: None,
        staff=backend.staff,
    )
    overview = Overview(
        backend.conversations, FactFinder(source, PATIENCE, clock), channels, context
    )
    outbox = Outbox(backend.conversations, Lanes(channels), clock, feed, forget)
    return Desk(backend.conversations, overview, outbox, channels, context)


async def refusal(step: Coroutine[Any, Any, None]) -> str:
    """Return why a step was refused, or nothing if it was made."""
    try:
        await step
    except WrongStatus as error:
        return str(error)
    return ""


async def test_of_two_colleagues_one_has_the_chat_and_the_other_hears_who(
    desk: Desk, store: ConversationStore
) -> None:
    for number in range(TIMES):
        chat = f"whatsapp:{number}"
        await store.accept([an_inbound("Voglio un operatore", chat)])
        steps = [desk.claim(chat, "Anna"), desk.reply(chat, "Bruno", "Eccomi")]

        found = await asyncio.gather(*map(refusal, steps if number % 2 else steps[::-1]))

        after = await store.conversation(chat)
        assert after
        said = [one for one in await store.transcript(chat) if one.author is Author.STAFF]
        claims = [one for one in await store.transcript(chat) if one.event == "claim"]
        assert (after.status, after.epoch) == (Status.STAFF, 1)
        assert sorted(map(bool, found)) == [False, True]
        assert after.owner in max(found)
        assert [one.name for one in claims] == [after.owner]
        assert len(said) == (after.owner == "Bruno")
