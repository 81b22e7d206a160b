import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, FilledTemplate, Reply
from bot.ports import LONGEST_WAIT, Entry, ReplyState
from bot.service.outbox import FIRST_PAUSE, LONGEST_PAUSE, MAX_ATTEMPTS
from tests.builders import CHAT, NOW, a_conversation, a_turn, an_answer, an_inbound
from tests.fakes import FakeChannel
from tests.service.hurried import LoopClock, passes
from tests.service.meanwhile import database_away, meanwhile
from tests.service.office import Office

OTHER = "whatsapp:2"
BUSY = DeliveryError("busy", permanent=False)
BLOCKED = DeliveryError("blocked", permanent=True)
HALF_A_MINUTE, HOUR = timedelta(seconds=30), timedelta(hours=1)


@dataclass
class TimedChannel(FakeChannel):
    """Remembers as well when it was asked to send."""

    asked_at: list[datetime] = field(default_factory=list)

    async def send(self, to: Address, reply: Reply) -> str:
        self.asked_at.append(LoopClock().now())
        return await super().send(to, reply)

    @property
    def pauses(self) -> list[timedelta]:
        return [after - before for before, after in pairwise(self.asked_at)]


@pytest.fixture
def channel() -> TimedChannel:
    return TimedChannel()


@pytest.fixture(autouse=True)
async def _works(office: Office) -> None:
    """Two chats to write to, and an outbox that keeps trying."""
    await office.store.accept([an_inbound(), an_inbound("Salve", OTHER)])
    office.spawn(office.outbox.keep_trying())


async def say(office: Office, *texts: str, chat: str = CHAT) -> None:
    now = office.clock.now()
    await office.store.commit(replace(a_turn(a_conversation(chat), *texts), at=now))
    office.outbox.wake(chat)


async def replies(office: Office, chat: str = CHAT) -> list[Entry]:
    return [entry for entry in await office.store.transcript(chat) if entry.state]


async def test_a_passing_failure_is_tried_again_after_growing_pauses(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [BUSY] * (MAX_ATTEMPTS - 1)

    await say(office, "one")
    await passes(HOUR)

    assert channel.sent == ["one"]
    assert len(channel.pauses) == MAX_ATTEMPTS - 1
    for number, pause in enumerate(channel.pauses):
        least = min(FIRST_PAUSE * 2**number, LONGEST_PAUSE)
        assert least <= pause <= least * 1.3


async def test_after_the_last_attempt_staff_see_the_failure(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [BUSY] * MAX_ATTEMPTS

    await say(office, "one", "two")
    await passes(HOUR)

    failed, _ = await replies(office)
    assert (failed.state, failed.error) == (ReplyState.FAILED, "busy")
    assert channel.sent == ["two"]


async def test_a_vendor_who_names_a_pause_is_not_asked_before(
    office: Office, channel: TimedChannel
) -> None:
    named = timedelta(minutes=7)
    channel.failures = [DeliveryError("slow down", permanent=False, retry_after=named)]

    await say(office, "one")
    await passes(HOUR)

    assert channel.sent == ["one"]
    assert channel.pauses[0] >= named


async def test_no_vendor_can_put_a_reply_off_for_long(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [DeliveryError("tomorrow", retry_after=timedelta(days=1))]

    await say(office, "one")
    await passes(HOUR)

    assert channel.sent == ["one"]
    assert LONGEST_WAIT <= channel.pauses[0] < LONGEST_WAIT * 1.1


async def test_those_told_to_wait_do_not_all_come_back_at_once(
    office: Office, channel: TimedChannel
) -> None:
    named = timedelta(minutes=2)
    channel.failures = [DeliveryError("slow down", retry_after=named) for _ in range(10)]

    for number in range(10):
        chat = f"whatsapp:{number + 10}"
        await office.store.accept([an_inbound("Salve", chat)])
        await say(office, "one", chat=chat)
    await passes(named * 2)

    came_back = channel.asked_at[10:]
    assert max(came_back) - min(came_back) > timedelta(seconds=3)


@pytest.mark.parametrize("step", [-HOUR, HOUR], ids=["an-hour-back", "an-hour-forward"])
async def test_a_clock_that_is_set_holds_no_reply_up(
    office: Office, channel: TimedChannel, step: timedelta
) -> None:
    channel.failures = [BUSY] * 3
    await say(office, "one")
    await passes(FIRST_PAUSE)
    office.clock.off = step

    await say(office, "two")
    await passes(timedelta(minutes=2))

    assert channel.sent == ["one", "two"]


async def test_a_vendor_that_is_down_for_ten_minutes_loses_nothing(
    office: Office, channel: TimedChannel
) -> None:
    """Whatever was said meanwhile goes out in its order, and none of it is given up."""
    usual, back_at = channel.send, office.clock.now() + timedelta(minutes=10)

    async def down(to: Address, reply: Reply) -> str:
        if office.clock.now() < back_at:
            raise BUSY
        return await usual(to, reply)

    channel.send = down  # type: ignore[method-assign]
    chats = [f"whatsapp:{number}" for number in range(1, 21)]
    for number in range(10):
        for chat in chats:
            await office.store.accept([an_inbound(f"Domanda {number}", chat)])
            await say(office, f"{chat} {number}", chat=chat)
        await passes(timedelta(minutes=1))
    assert channel.sent == []

    await passes(LONGEST_PAUSE * 1.3)

    for chat in chats:
        said = [text for text in channel.sent if text.startswith(f"{chat} ")]
        assert said == [f"{chat} {number}" for number in range(10)]
        assert {reply.state for reply in await replies(office, chat)} == {ReplyState.SENT}


async def test_a_failure_for_ever_is_shown_and_not_tried_again(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [BLOCKED]

    await say(office, "one", "two")
    await passes(HOUR)

    failed, sent = await replies(office)
    assert (failed.state, failed.error) == (ReplyState.FAILED, "blocked")
    assert sent.state is ReplyState.SENT
    assert channel.sent == ["two"]


async def test_what_breaks_off_is_not_sent_twice_and_holds_nobody_up(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [RuntimeError("half a connection")]

    await say(office, "one", "two")
    await passes(HOUR)

    broken, _ = await replies(office)
    assert broken.state is ReplyState.UNCERTAIN
    assert "half a connection" in broken.error
    assert channel.sent == ["two"]


@pytest.mark.parametrize(
    ("failures", "method"),
    [
        pytest.param([], "mark_sent", id="sent"),
        pytest.param([BUSY], "mark_failed", id="put-off"),
        pytest.param([RuntimeError("cut")], "mark_doubtful", id="in-doubt"),
    ],
)
async def test_what_became_of_a_reply_is_noted_once_the_database_is_back(
    office: Office, channel: TimedChannel, failures: list[Exception], method: str
) -> None:
    """A reply that seemed to be on its way for ever would hold up the chat."""
    channel.failures = failures
    meanwhile(office.store, method, database_away)

    await say(office, "one", "two")
    await passes(HOUR)

    assert channel.sent == (["two"] if method == "mark_doubtful" else ["one", "two"])
    assert ReplyState.SENDING not in {one.state for one in await replies(office)}


async def test_order_is_kept_whatever_fails(office: Office, channel: TimedChannel) -> None:
    channel.failures = [BUSY, BUSY]

    await say(office, "one", "two")
    await passes(FIRST_PAUSE / 2)
    await say(office, "three")
    await passes(HOUR)

    assert channel.sent == ["one", "two", "three"]


async def test_other_chats_go_on_meanwhile(office: Office, channel: TimedChannel) -> None:
    channel.failures = [BUSY]

    await say(office, "one")
    await office.outbox.idle()
    await say(office, "elsewhere", chat=OTHER)
    await passes(HOUR)

    assert channel.sent == ["elsewhere", "one"]


async def test_nothing_is_asked_while_nothing_is_due(
    office: Office, channel: TimedChannel
) -> None:
    """Replies behind one that was put off wait for it without being looked at all the time."""
    looked: list[datetime] = []
    usual = office.store.undelivered

    async def noted(now: datetime) -> Sequence[str]:
        looked.append(now)
        return await usual(now)

    office.store.undelivered = noted  # type: ignore[method-assign]
    named = timedelta(minutes=5)
    channel.failures = [DeliveryError("slow down", permanent=False, retry_after=named)]
    await say(office, "one", "two")
    await passes(named)

    assert len(looked) < 20


async def test_a_reply_put_off_while_others_are_looked_for_is_not_overlooked(
    office: Office, channel: TimedChannel
) -> None:
    moment = timedelta(milliseconds=100)
    usual = office.store.next_attempt_at

    async def slowly() -> datetime | None:
        found = await usual()
        await passes(moment)
        return found

    office.store.next_attempt_at = slowly  # type: ignore[method-assign]
    channel.failures = [BUSY]
    await passes(HALF_A_MINUTE + moment / 2)  # The next sweep is looking right now.

    await say(office, "one")
    await passes(HOUR)

    assert channel.pauses[0] < FIRST_PAUSE * 2


async def test_a_free_reply_after_the_window_is_not_sent_and_staff_see_why(
    office: Office, channel: TimedChannel
) -> None:
    channel.limits = replace(channel.limits, window=timedelta(hours=24))
    await say(office, "in time")
    await office.outbox.idle()
    await passes(timedelta(hours=24))

    await say(office, "too late")
    await office.outbox.idle()

    assert channel.sent == ["in time"]
    _, late = await replies(office)
    assert (late.state, late.error) == (ReplyState.FAILED, "window")


async def test_an_approved_template_leaves_after_the_window_as_well(
    office: Office, channel: TimedChannel
) -> None:
    channel.limits = replace(channel.limits, window=timedelta(hours=24))
    await passes(timedelta(hours=25))

    template = FilledTemplate(name="hello_it", values=("Anna",))
    turn = a_turn(replies=(Reply(text="Buongiorno", template=template),), at=office.clock.now())
    await office.store.commit(turn)
    office.outbox.wake(CHAT)
    await office.outbox.idle()

    assert channel.sent == ["Buongiorno"]


async def test_who_has_opted_out_is_known_as_out_of_reach(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [DeliveryError("21610", permanent=True, barred="opted_out")]

    await say(office, "one")
    await office.outbox.idle()

    assert (await office.store.reach(CHAT)).barred == "opted_out"


async def test_a_channel_that_is_switched_off_is_a_failure_for_ever(office: Office) -> None:
    await office.store.accept([an_inbound("Ciao", "telegram:1")])

    await say(office, "one", chat="telegram:1")
    await office.outbox.idle()

    (reply,) = await replies(office, "telegram:1")
    assert (reply.state, reply.error) == (ReplyState.FAILED, "The channel telegram is off.")


async def test_what_an_earlier_run_left_is_sent(office: Office) -> None:
    await office.store.commit(a_turn(None, "one"))

    await passes(HALF_A_MINUTE * 2)

    assert office.channel.sent == ["one"]


async def test_what_a_crash_left_half_sent_is_shown_and_not_sent_again(office: Office) -> None:
    await office.store.commit(a_turn(None, "one", "two"))
    reply = await office.store.next_reply(CHAT, NOW)
    assert reply is not None
    await office.store.leave(reply)  # Here the program stopped.

    async with office.feed.subscribe() as screen:
        await office.watch.take_over()
        event = await screen.next()
    await passes(HOUR)

    assert (event.conversation_id, event.kind) == (CHAT, "delivery")
    assert (await replies(office))[0].state is ReplyState.UNCERTAIN
    assert office.channel.sent[0] == "two"
    assert "one" not in office.channel.sent


async def test_open_screens_hear_how_far_a_reply_has_come(office: Office) -> None:
    async with office.feed.subscribe() as screen, asyncio.timeout(1):
        await say(office, "one")

        assert (await screen.next()).kind == "delivery"


async def test_what_cannot_be_marked_does_not_leave_yet(office: Office) -> None:
    meanwhile(office.store, "leave", database_away)
    office.spawn(office.outbox.keep_trying())

    await say(office, "one")
    assert office.channel.sent == []
    await passes(HALF_A_MINUTE)

    assert office.channel.sent == ["one"]


async def test_a_reply_that_was_found_meanwhile_is_not_sent_again(office: Office) -> None:
    """Its sending broke off, so it may have arrived; then it is handed in late once more."""
    await office.store.accept([an_inbound(vendor_id="new")])
    stored = await office.store.next_message(CHAT)
    assert stored is not None
    done = await office.store.commit(an_answer(stored, "one"))
    assert done.reply is not None
    office.channel.failures = [DeliveryError("cut", uncertain=True)]
    await office.outbox.deliver(CHAT)

    office.outbox.wake(CHAT, done.reply)
    await office.outbox.idle()
    office.spawn(office.outbox.keep_trying())
    await passes(HOUR)

    assert office.channel.sent == []
    assert (await replies(office))[0].state is ReplyState.UNCERTAIN


async def test_a_customer_who_has_barred_us_is_known_as_such(
    office: Office, channel: TimedChannel
) -> None:
    channel.failures = [DeliveryError("blocked", permanent=True, barred="blocked")]

    await say(office, "uno")
    await office.outbox.idle()

    assert (await office.store.reach(CHAT)).barred == "blocked"
    assert [entry.state for entry in await replies(office)] == [ReplyState.FAILED]
