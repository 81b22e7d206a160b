"""A colleague takes the chat at each await of a turn: from then on the bot does nothing in it.

For each kind of turn the same is played again and again; the colleague comes one await later each
time, until the turn ends before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.contract import Contact
from bot.domain.conversation import Conversation, Status
from bot.domain.errors import DeliveryError, WrongStatus
from bot.domain.messages import (
    Address,
    Attachment,
    ChannelLimits,
    InboundMessage,
    MessageKind,
)
from bot.domain.proving import START
from bot.ports import Author, Entry, ReplyState, may_leave
from bot.service.workers import Spawn
from tests.builders import CHAT, PHONE, a_contract, an_inbound
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.interruptions import Interruption
from tests.service.office import TEXTS, Office

SECOND = timedelta(seconds=1)
MOST_AWAITS = 200
EMAIL = "lucia@posta.example"
NARROW = ChannelLimits(text=40, buttons=3, button_text=20)
"""So narrow that an answer about a contract needs two messages."""
RECEIPT = Attachment(media_type="image/jpeg", url="https://vendor.example/1")
NOTE = Attachment(media_type="audio/ogg", url="https://vendor.example/2")

Says = Callable[[Office], Awaitable[None]]


class QuietChannel(FakeChannel):
    """Has a photo and a voice note, and room for few words in a message."""

    def __init__(self) -> None:
        files = {RECEIPT.url: b"image/jpeg: paid", NOTE.url: b"audio/ogg:Che orari fate?"}
        super().__init__(limits=NARROW, files=files)
        self.shown = 0


class ShowingChannel(QuietChannel):
    """Shows that somebody writes, for five seconds; asks at the last moment whether it may."""

    typing_lasts = 5 * SECOND

    async def show_typing(self, to: Address, heard: InboundMessage) -> None:
        if not await may_leave.get()():
            raise DeliveryError("taken")
        self.shown += 1


def says(*texts: str, **facts: object) -> Says:
    """Return a customer who writes these one after the other, without waiting for answers."""

    async def say(office: Office) -> None:
        for text in texts:
            now = office.clock.now()
            number = f"{text} {now.timestamp()}"
            message = an_inbound(text, CHAT, vendor_id=number, received_at=now, **facts)
            await office.intake.accept([message])
            await passes(SECOND / 100)

    return say


async def answered(office: Office, *steps: Says) -> None:
    """Have a customer write and wait for each answer."""
    for step in steps:
        await step(office)
        await office.idle()


async def right_code(office: Office) -> None:
    letter = office.mailer.letters[-1].text
    await says("".join(one for one in letter if one.isdigit()))(office)


@dataclass(frozen=True, kw_only=True)
class Play:
    """What was said before, and the turn in which a colleague comes.

    Args:
        letters: How many have been sent if nobody comes.
        types: Whether the answer takes so long that typing is shown. Not where codes are hashed:
            hurried time does not wait for that.
    """

    turn: Says
    before: Sequence[Says] = (says("Buongiorno"),)
    letters: int = 0
    types: bool = True


PLAYS: Mapping[str, Play] = {
    "plain-answer": Play(turn=says("Come apro la webmail?")),
    "contract": Play(turn=says("Com'è il mio contratto?", phone=PHONE)),
    "handover": Play(turn=says("Voglio un operatore")),
    "noted-while-waiting": Play(
        before=(says("Voglio un operatore"),),
        turn=says("Ci siete?", "Com'è il mio contratto?"),
        types=False,
    ),
    "code-asked-for": Play(
        before=(says("Com'è il mio contratto?"), says("", kind=MessageKind.BUTTON, payload=START)),
        turn=says(EMAIL),
        letters=1,
        types=False,
    ),
    "code-written": Play(
        before=(
            says("Com'è il mio contratto?"),
            says("", kind=MessageKind.BUTTON, payload=START),
            says(EMAIL),
        ),
        turn=right_code,
        letters=1,
        types=False,
    ),
    "receipt": Play(
        turn=says("Ho pagato ieri", phone=PHONE, kind=MessageKind.MEDIA, attachments=(RECEIPT,))
    ),
    "voice-note": Play(turn=says("", kind=MessageKind.VOICE, attachments=(NOTE,))),
    "burst": Play(turn=says("Buongiorno", "ho una cosa", "Come apro la webmail?")),
    "button": Play(
        turn=says("", kind=MessageKind.BUTTON, payload="intent:webmail_access"), types=False
    ),
    "failure": Play(turn=says("Boom")),
    "many-at-once": Play(turn=says("Che orari fate?", "Grazie", "Come apro la webmail?")),
}


@dataclass
class Moment:
    """What there was when the colleague had the chat."""

    chat: Conversation
    entries: Sequence[Entry]
    said: int
    letters: int
    shown: int

    @property
    def on_its_way(self) -> int:
        return sum(one.state is ReplyState.SENDING for one in self.entries)


class Stage:
    """A desk on which a turn is played."""

    def __init__(self, spawn: Spawn, play: Play, bursts: timedelta) -> None:
        self.channel = ShowingChannel() if play.types else QuietChannel()
        self.office = Office(spawn, self.channel, bursts, listens=True)
        self.office.matcher.table = {**TEXTS, "Ho pagato ieri": "payment_reported"}
        self._play = play
        self.moment: Moment | None = None

    async def played(self, at: int) -> Interruption:
        """Play the turn with a colleague coming at an await; then let time pass."""
        office = self.office
        lucia = Contact(name="Lucia", phone=PHONE, email=EMAIL)
        await office.source.replace_all([a_contract("C1", contacts=(lucia,))])
        await answered(office, *self._play.before)
        await passes(60 * SECOND)
        office.matcher.slowness = office.source.slowness = SECOND
        colleague = Interruption(at, self._take)
        colleague.watch(
            office.store,
            office.store.files,
            office.matcher,
            office.source,
            office.mailer,
            office.transcriber,
            office.channel,
        )
        fetching = asyncio.ensure_future(office.files.keep_fetching())
        await self._play.turn(office)
        for _ in range(3):
            await office.idle()
            await passes(10 * SECOND)
        fetching.cancel()
        return colleague

    async def _take(self) -> None:
        """Take the chat; who is overtaken by the bot presses again."""
        while True:
            try:
                await self.office.desk.claim(CHAT, "Anna")
            except WrongStatus:
                continue
            self.moment = await self.now()
            return

    async def now(self) -> Moment:
        chat = await self.office.store.conversation(CHAT)
        assert chat is not None
        return Moment(
            chat=chat,
            entries=await self.office.store.transcript(CHAT),
            said=len(self.channel.sent),
            letters=len(self.office.mailer.letters),
            shown=self.channel.shown,
        )


def without_manners(chat: Conversation) -> Conversation:
    """Return a chat without what each message tells of its sender."""
    return replace(chat, pace=None, phone=None, name="")


def events_of(moment: Moment) -> list[str]:
    return [one.event for one in moment.entries if one.author is Author.EVENT]


async def check(stage: Stage, where: str) -> None:
    """See that nothing was done since the colleague had the chat, and nothing lost."""
    then, now = stage.moment, await stage.now()
    assert then is not None
    assert now.said - then.said <= then.on_its_way, where
    assert (now.letters, now.shown) == (then.letters, then.shown), where
    assert events_of(now) == events_of(then), where
    assert without_manners(now.chat) == without_manners(then.chat), where
    assert (now.chat.status, now.chat.owner) == (Status.STAFF, "Anna"), where
    states = {one.state for one in now.entries if one.author is Author.BOT}
    assert not states & {ReplyState.WAITING, ReplyState.SENDING}, where
    assert await stage.office.store.unanswered() == [], where


@pytest.mark.parametrize("bursts", [timedelta(0), 4 * SECOND], ids=["at-once", "in-bursts"])
@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
async def test_at_whichever_await_staff_take_over_the_bot_does_nothing_more(
    spawn: Spawn, play: Play, bursts: timedelta
) -> None:
    undisturbed = Stage(spawn, play, bursts)
    await undisturbed.played(MOST_AWAITS)
    done = await undisturbed.now()
    heard = [one for one in done.entries if one.author is Author.CUSTOMER]
    assert done.entries[-1].author is not Author.CUSTOMER
    assert (done.letters, done.shown > 0) == (play.letters, play.types)

    at = 0
    while True:
        at += 1
        stage = Stage(spawn, play, bursts)
        colleague = await stage.played(at)
        if not colleague.has_come:
            break
        await check(stage, f"await {at}: {colleague.where}")
        entries = (await stage.now()).entries
        kept = [one.kind for one in entries if one.author is Author.CUSTOMER]
        assert kept == [one.kind for one in heard]
    assert 5 < at < MOST_AWAITS
