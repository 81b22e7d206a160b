"""Whatever customers, staff and the network do, and whenever they do it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import DeliveryError, WrongStatus
from bot.domain.messages import Address, ChannelLimits, Reply
from bot.ports import ReplyState
from bot.service.overview import UnknownConversation
from tests.builders import PHONE, an_inbound
from tests.fakes import FakeChannel
from tests.service.hurried import HurriedLoop
from tests.service.office import TEXTS, Office

Event = tuple[float, str, str, int]
"""Seconds since the event before, what happens, in which chat, and a number that varies it."""

Slowness = tuple[timedelta, timedelta, timedelta]
"""How long matcher, source and channel take."""


@dataclass
class TimedChannel(FakeChannel):
    """Remembers as well when it was asked to send what to whom, in seconds."""

    begun: list[tuple[float, str, str]] = field(default_factory=list)

    async def send(self, to: Address, reply: Reply) -> str:
        self.begun.append((asyncio.get_running_loop().time(), str(to), reply.text))
        return await super().send(to, reply)


class Day:
    """A day at the desk, told by its events."""

    def __init__(self, office: Office, channel: TimedChannel) -> None:
        self.office, self.channel = office, channel
        self.held: dict[str, list[tuple[float, float]]] = {}
        self._since: dict[str, float] = {}

    async def runs(self, events: Sequence[Event]) -> None:
        for pause, name, chat, number in events:
            await asyncio.sleep(pause)
            try:
                await getattr(self, name)(chat, number)
            except (WrongStatus, UnknownConversation):
                continue  # As the console would tell.
        await asyncio.sleep(7200)
        for chat in list(self._since):
            self._ends(chat)

    async def somebody_writes(self, chat: str, number: int) -> None:
        text = list(TEXTS)[number % len(TEXTS)]
        phone = PHONE if number % 2 else None
        message = an_inbound(text, chat, vendor_id=f"{chat} {number}", phone=phone)
        await self.office.intake.accept([message])

    async def somebody_answers(self, chat: str, number: int) -> None:
        await self.office.desk.reply(chat, "Anna", f"Anna {number}")
        self._since.setdefault(chat, asyncio.get_running_loop().time())

    async def somebody_gives_back(self, chat: str, number: int) -> None:
        self._ends(chat)
        await self.office.desk.give_back(chat, "Anna")

    async def the_network_breaks(self, chat: str, number: int) -> None:
        self.channel.failures += [DeliveryError("busy", permanent=False)] * (number % 3)

    def _ends(self, chat: str) -> None:
        if chat in self._since:
            span = (self._since.pop(chat), asyncio.get_running_loop().time())
            self.held.setdefault(chat, []).append(span)


CHATS = ("whatsapp:1", "whatsapp:2")
SECONDS = st.sampled_from([timedelta(seconds=seconds) for seconds in (0, 0.2, 1.5)])
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.3, 1.0, 5.0]),
        st.sampled_from([name for name in vars(Day) if name.startswith(("some", "the"))]),
        st.sampled_from(CHATS),
        st.integers(0, 20),
    ),
    max_size=25,
)


@settings(max_examples=50, deadline=None)
@given(events=EVENTS, slowness=st.tuples(SECONDS, SECONDS, SECONDS))
def test_whatever_happens_order_is_kept_and_staff_are_never_talked_over(
    events: Sequence[Event], slowness: Slowness
) -> None:
    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        runner.run(_check_a_day(events, slowness))


async def _check_a_day(events: Sequence[Event], slowness: Slowness) -> None:
    async with asyncio.TaskGroup() as group:
        channel = TimedChannel(limits=ChannelLimits(text=40, buttons=3, button_text=20))
        office = Office(group.create_task, channel)
        office.matcher.slowness, office.source.slowness, channel.slowness = slowness
        ongoing = [
            group.create_task(office.intake.keep_answering()),
            group.create_task(office.outbox.keep_trying()),
        ]
        day = Day(office, channel)
        await day.runs(events)
        for task in ongoing:
            task.cancel()
    assert await office.store.unanswered() == []
    for chat in CHATS:
        replies = [entry for entry in await office.store.transcript(chat) if entry.state]
        sent = [entry.text for entry in replies if entry.state is ReplyState.SENT]
        assert channel.sent_to(chat) == sent
        assert {entry.state for entry in replies} <= {ReplyState.SENT, ReplyState.DROPPED}
        assert _talked_over(day, chat) == []


def _talked_over(day: Day, chat: str) -> list[str]:
    """Return what the bot began to send while staff held a chat."""
    return [
        text
        for at, to, text in day.channel.begun
        if to == chat and not text.startswith("Anna")
        if any(since < at < until for since, until in day.held.get(chat, []))
    ]
