"""Calling colleagues on duty to chats that nobody takes, once for each time it is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.domain.alerts import AlertRules
from bot.domain.calendar import DeskCalendar
from bot.domain.conversation import Conversation, HandoverReason, hand_over
from bot.domain.errors import DeliveryError
from bot.ports import Channels, Colleague, Letter
from bot.service.alerts import LOOK_EVERY, Alerts, Bell
from bot.service.rules import DeskRules
from bot.service.workers import Spawn
from tests.builders import NOW, a_conversation
from tests.fake_alerts import FakeAlerts
from tests.fakes import FakeChannel
from tests.knowledge_sample import a_knowledge
from tests.service.hurried import passes

ANNA = Colleague(name="Anna", password_hash="", email="anna@desk.example")
BRUNO = Colleague(name="Bruno", password_hash="", telegram="7001")
LATER = NOW + timedelta(minutes=10)


class PlainWords:
    def call(self, chat: Conversation, waited: timedelta) -> tuple[str, str]:
        return f"call to {chat.id}", f"waits {waited}"

    def call_line(self, chat: Conversation, waited: timedelta) -> str:
        return f"{waited}"


class OneNode:
    """The only program, which does each job when it is asked."""

    def __init__(self) -> None:
        self.jobs: list[str] = []

    async def claim(self, job: str, every: timedelta) -> bool:
        self.jobs.append(job)
        return every == LOOK_EVERY and len(self.jobs) > 1


class FakeRoster:
    def __init__(self) -> None:
        self.colleagues: list[Colleague] = [ANNA, BRUNO]

    async def on_duty(self) -> Sequence[Colleague]:
        return [one for one in self.colleagues if one.on_duty]

    async def all(self) -> Sequence[Colleague]:
        return self.colleagues


class Post:
    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.is_away = False

    async def send(self, letter: Letter) -> None:
        if self.is_away:
            raise OSError("away")
        self.letters.append(letter)


@dataclass
class Desk:
    store: FakeAlerts
    chats: list[Conversation]
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    roster: FakeRoster = field(default_factory=FakeRoster)
    post: Post = field(default_factory=Post)
    telegram: FakeChannel = field(default_factory=lambda: FakeChannel(name="telegram"))

    @property
    def alerts(self) -> Alerts:
        channels = Channels(by_name={"telegram": self.telegram})
        bell = Bell(roster=self.roster, words=PlainWords(), mailer=self.post, channels=channels)
        rules = DeskRules(a_knowledge(), DeskCalendar(), self.clock)
        return Alerts(self.store, bell, AlertRules(), rules)

    async def told(self, at: datetime) -> tuple[int, int]:
        """Return how many letters and messages have gone out by then."""
        self.clock.set(at)
        await self.alerts.look()
        return len(self.post.letters), len(self.telegram.sent)


@pytest.fixture
def desk() -> Desk:
    chat = hand_over(a_conversation(), HandoverReason.ASKED, NOW)
    chats = [chat]
    return Desk(store=FakeAlerts(lambda: chats), chats=chats)


async def test_who_is_on_duty_is_written_to_once_each_time_it_is_due(desk: Desk) -> None:
    assert await desk.told(NOW + timedelta(minutes=9)) == (0, 0)
    assert await desk.told(LATER) == (1, 1)
    assert await desk.told(LATER + timedelta(minutes=5)) == (1, 1)
    assert await desk.told(LATER + timedelta(minutes=10)) == (2, 2)

    letter, (to, message) = desk.post.letters[0], desk.telegram.accepted[0]
    assert (letter.to, letter.subject) == ("anna@desk.example", f"call to {desk.chats[0].id}")
    assert letter.text == "waits 0:10:00"
    assert (to.id, message.text) == ("7001", f"{letter.subject}\n{letter.text}")


async def test_one_way_that_fails_does_not_keep_the_other_back(desk: Desk) -> None:
    desk.post.is_away = True
    assert await desk.told(LATER) == (0, 1)
    assert await desk.told(LATER + timedelta(minutes=1)) == (0, 1)


async def test_if_nobody_was_reached_it_is_tried_again(desk: Desk) -> None:
    desk.post.is_away = True
    desk.telegram.failures.append(DeliveryError("away"))
    assert await desk.told(LATER) == (0, 0)

    desk.post.is_away = False
    assert await desk.told(LATER + timedelta(minutes=1)) == (1, 1)


async def test_where_nobody_can_be_reached_nobody_is_tried_again(desk: Desk) -> None:
    desk.roster.colleagues = [Colleague(name="Carla", password_hash="")]
    assert await desk.told(LATER) == (0, 0)

    desk.roster.colleagues = [ANNA]
    assert await desk.told(LATER + timedelta(minutes=1)) == (0, 0)
    assert await desk.told(LATER + timedelta(minutes=10)) == (1, 0)


async def test_screens_call_out_what_came_since_they_were_told(desk: Desk) -> None:
    chat = desk.chats[0]
    desk.chats.append(replace(chat, id="whatsapp:2", waiting_since=LATER))
    desk.clock.set(LATER)

    first = await desk.alerts.calls(None)
    later = await desk.alerts.calls(LATER - timedelta(minutes=1))

    assert (first.waiting, first.lines, first.now) == (2, {}, LATER)
    assert later.lines == {chat.id: "0:10:00", "whatsapp:2": "0:00:00"}
    assert (await desk.alerts.calls(LATER)).lines == {}


async def test_one_node_at_a_time_looks(desk: Desk, spawn: Spawn) -> None:
    desk.clock.set(LATER)
    node = OneNode()

    spawn(desk.alerts.keep_calling(node))  # type: ignore[arg-type]  # only its jobs
    await passes(timedelta(seconds=1))
    assert desk.post.letters == []
    await passes(LOOK_EVERY)

    assert node.jobs == ["alerts", "alerts"]
    assert len(desk.post.letters) == 1
