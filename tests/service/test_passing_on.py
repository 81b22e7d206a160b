"""Letting go, passing on, putting off, giving back with a word, closing for a reason."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.conversation import (
    ClosingReason,
    Conversation,
    HandoverReason,
    Status,
    hand_over,
)
from bot.domain.errors import BadMoment, NoSuchColleague, StaleEpoch, WrongStatus
from bot.domain.holding import snooze
from bot.domain.messages import ChannelLimits, MessageKind
from bot.domain.snoozing import IN_AN_HOUR, as_written
from bot.ports import Author, Colleague, Entry, LiveEvent
from bot.service.desk import Desk
from bot.service.overview import Overview
from bot.service.waking import LOOK_EVERY
from tests.builders import CHAT, NOW, a_conversation, a_turn, an_inbound
from tests.fake_conversations import FakeConversations
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.meanwhile import meanwhile
from tests.service.office import Office

WAITING = hand_over(a_conversation(), HandoverReason.ASKED, NOW)
HOUR = timedelta(hours=1)
BOTS = "whatsapp:2"


@pytest.fixture(autouse=True)
async def _held(office: Office, store: FakeConversations) -> None:
    """Anna, who has a colleague, holds a chat in which the customer waited."""
    for name in ("Anna", "Bruno"):
        await office.staff.save(Colleague(name=name, password_hash="x"))
    await store.accept([an_inbound("Voglio un operatore")])
    await store.commit(a_turn(None, conversation=WAITING, inbox_ids=(1,)))
    await office.desk.claim(CHAT, "Anna")


async def chat_of(office: Office, chat: str = CHAT) -> Conversation:
    found = await office.store.conversation(chat)
    assert found is not None
    return found


async def last_of(office: Office, chat: str = CHAT) -> Entry:
    return (await office.store.transcript(chat))[-1]


async def events(office: Office, chat: str = CHAT) -> list[str]:
    return [one.event for one in await office.store.transcript(chat) if one.event]


async def test_who_has_a_chat_hears_so_and_it_is_not_taken_twice(office: Office) -> None:
    with pytest.raises(WrongStatus, match="already"):
        await office.desk.claim(CHAT, "Anna")

    assert await events(office) == ["claim"]


async def test_a_claim_is_undone_and_the_customer_waits_as_before(office: Office) -> None:
    await office.desk.let_go(CHAT, "Anna")

    chat, event = await chat_of(office), await last_of(office)
    assert (chat.status, chat.reason, chat.waiting_since) == (
        Status.WAITING,
        HandoverReason.ASKED,
        NOW,
    )
    assert (event.event, event.name) == ("let_go", "Anna")


async def test_a_claim_of_the_bots_chat_is_undone_and_the_bot_goes_on(office: Office) -> None:
    await office.intake.receive(an_inbound("Buongiorno", BOTS))
    await office.desk.claim(BOTS, "Anna")

    await office.desk.let_go(BOTS, "Anna")
    await office.intake.receive(an_inbound("Che orari fate?", BOTS))

    assert (await chat_of(office, BOTS)).status is Status.BOT
    assert office.channel.sent_to(BOTS)[-1] == "risposta contact_hours"


async def test_who_was_not_answered_since_the_claim_waits_for_a_person(office: Office) -> None:
    await office.intake.receive(an_inbound("Buongiorno", BOTS))
    await office.desk.claim(BOTS, "Anna")
    await passes(HOUR)
    asked = an_inbound("Che orari fate?", BOTS, received_at=office.clock.now())
    await office.intake.receive(asked)

    await office.desk.let_go(BOTS, "Anna")

    assert (await chat_of(office, BOTS)).reason is HandoverReason.LEFT


async def test_who_waits_for_a_reply_that_the_claim_dropped_waits_for_a_person(
    office: Office,
) -> None:
    meanwhile(office.store, "leave", lambda: office.desk.claim(BOTS, "Anna"))
    await office.intake.receive(an_inbound("Che orari fate?", BOTS))

    await office.desk.let_go(BOTS, "Anna")

    assert (await chat_of(office, BOTS)).status is Status.WAITING


async def test_a_reaction_asks_for_no_answer(office: Office) -> None:
    await office.intake.receive(an_inbound("Buongiorno", BOTS))
    await office.desk.claim(BOTS, "Anna")
    await office.intake.receive(an_inbound("👍", BOTS, kind=MessageKind.REACTION))

    await office.desk.let_go(BOTS, "Anna")

    assert (await chat_of(office, BOTS)).status is Status.BOT


async def test_a_chat_nobody_said_anything_in_is_the_bots_when_it_is_let_go(
    office: Office,
) -> None:
    await office.store.accept([an_inbound("👍", BOTS, kind=MessageKind.REACTION)])
    await office.desk.claim(BOTS, "Anna")

    await office.desk.let_go(BOTS, "Anna")

    assert (await chat_of(office, BOTS)).status is Status.BOT


async def test_a_chat_is_passed_to_a_colleague_with_a_note(office: Office) -> None:
    async with office.feed.subscribe() as screen:
        await office.desk.transfer(CHAT, "Anna", "Bruno", " conosce il caso ")

        assert await screen.next() == LiveEvent(conversation_id=CHAT, kind="status")
    chat = await chat_of(office)
    *_, event, note = await office.store.transcript(CHAT)
    assert (chat.status, chat.owner) == (Status.STAFF, "Bruno")
    assert (event.event, event.name, event.text) == ("transfer", "Anna", "Bruno")
    assert (note.author, note.name, note.text) == (Author.NOTE, "Anna", "conosce il caso")


async def test_a_chat_is_passed_on_without_a_word(office: Office) -> None:
    await office.desk.transfer(CHAT, "Anna", "Bruno")

    assert (await last_of(office)).event == "transfer"


@pytest.mark.parametrize("to", ["Anna", "Carla", "bruno", ""])
async def test_a_chat_is_passed_only_to_another_colleague(office: Office, to: str) -> None:
    with pytest.raises(NoSuchColleague):
        await office.desk.transfer(CHAT, "Anna", to)

    assert (await chat_of(office)).owner == "Anna"


async def test_staff_see_to_whom_and_until_when(overview: Overview) -> None:
    view = await overview.view(CHAT, "Anna")

    assert view.colleagues == ["Bruno"]
    assert [as_written(one) for one in view.snoozes] == [
        "2026-11-23T12:00",
        "2026-11-24T09:30",
        "2026-11-30T09:30",
    ]


async def test_a_chat_put_off_comes_back_to_its_owner_when_it_is_due(office: Office) -> None:
    office.spawn(office.waking.keep_waking())
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    put_off = await last_of(office)
    await passes(HOUR - timedelta(seconds=1))
    before = await chat_of(office)
    await passes(LOOK_EVERY + timedelta(seconds=2))

    after, event = await chat_of(office), await last_of(office)
    assert (put_off.event, put_off.text) == ("snooze", before.snoozed_until.isoformat())  # type: ignore[union-attr] # it is put off
    assert (before.status, before.owner) == (Status.SNOOZED, "Anna")
    assert (after.status, after.owner, after.snoozed_until) == (Status.STAFF, "Anna", None)
    assert (event.event, event.name) == ("woken", "")


async def test_it_comes_back_once_however_many_programs_look(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    await passes(HOUR)

    await asyncio.gather(*(office.waking.look() for _ in range(5)))

    assert (await events(office)).count("woken") == 1


async def test_a_chat_taken_up_while_its_alarm_rings_is_left_alone(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    await passes(HOUR)
    meanwhile(office.store, "conversation", lambda: office.desk.claim(CHAT, "Anna"))

    await office.waking.look()

    assert await events(office) == ["claim", "snooze", "resume"]


async def test_a_clock_that_was_set_back_far_wakes_what_it_would_never_reach(
    office: Office,
) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    office.clock.off = -timedelta(days=365)

    await office.waking.look()

    assert (await chat_of(office)).status is Status.STAFF


async def test_a_clock_that_was_set_back_a_little_is_followed(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    office.clock.off = -HOUR
    await passes(HOUR)

    await office.waking.look()

    assert (await chat_of(office)).status is Status.SNOOZED


async def test_a_chat_whose_owner_signs_in_no_more_waits_for_anybody(office: Office) -> None:
    held = await chat_of(office)
    gone = snooze(held, "Anna", NOW + HOUR)
    await office.store.commit(a_turn(held, conversation=gone))
    await office.desk.snooze(await _of_another(office), "Bruno", IN_AN_HOUR)
    office.staff.forget("Anna")

    await office.waking.look()

    assert ((await chat_of(office)).status, (await chat_of(office)).owner) == (Status.WAITING, "")
    assert (await last_of(office)).event == "left"
    assert (await chat_of(office, BOTS)).status is Status.SNOOZED


async def test_a_chat_held_by_who_may_sign_in_no_more_waits_for_anybody(office: Office) -> None:
    held = await chat_of(office)
    assert held.status is Status.STAFF
    office.staff.forget("Anna")
    office.store.shut_out.add("Anna")

    await office.waking.look()

    assert ((await chat_of(office)).status, (await chat_of(office)).owner) == (Status.WAITING, "")
    assert (await last_of(office)).event == "left"


async def test_a_chat_that_was_passed_on_meanwhile_is_left_alone(office: Office) -> None:
    office.store.shut_out.add("Anna")
    office.staff.forget("Anna")
    meanwhile(
        office.store, "conversation", lambda: office.desk.transfer(CHAT, "Anna", "Bruno", "")
    )

    await office.waking.look()

    assert (await chat_of(office)).owner == "Bruno"


async def _of_another(office: Office) -> str:
    await office.store.accept([an_inbound("Salve", BOTS)])
    await office.desk.claim(BOTS, "Bruno")
    return BOTS


async def test_what_the_customer_writes_brings_a_chat_back_and_the_bot_keeps_quiet(
    office: Office,
) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)

    await office.intake.receive(an_inbound("Com'è il mio contratto?"))

    chat, event = await chat_of(office), await last_of(office)
    assert (chat.status, chat.owner) == (Status.STAFF, "Anna")
    assert event.event == "woken"
    assert office.channel.sent == []
    assert office.matcher.asked == []


async def test_a_message_nobody_can_answer_brings_a_chat_back_as_well(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    message = an_inbound("Com'è?", phone="+39", received_at=office.clock.now())
    for _ in range(3):
        meanwhile(office.store, "commit", _breaks)
        await office.intake.receive(message)

    assert (await chat_of(office)).status is Status.STAFF


async def _breaks() -> None:
    raise RuntimeError("broken")


async def test_who_put_a_chat_off_takes_it_up_again(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    await passes(HOUR / 2)

    await office.desk.claim(CHAT, "Anna")

    assert ((await chat_of(office)).status, (await last_of(office)).event) == (
        Status.STAFF,
        "resume",
    )


async def test_an_answer_takes_up_what_was_put_off(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    await passes(HOUR / 2)

    await office.desk.reply(CHAT, "Anna", "Eccomi")
    await office.idle()

    assert await events(office) == ["claim", "snooze", "resume"]
    assert office.channel.sent == ["Eccomi"]


async def test_nothing_is_put_off_until_yesterday(office: Office) -> None:
    with pytest.raises(BadMoment):
        await office.desk.snooze(CHAT, "Anna", "2026-11-22T10:00")

    assert (await chat_of(office)).status is Status.STAFF


async def test_the_customer_is_told_that_the_bot_answers_again(
    office: Office, overview: Overview
) -> None:
    shown = (await overview.view(CHAT, "Anna")).given_back

    await office.desk.give_back(CHAT, "Anna", tells=True)
    await office.idle()

    assert shown is not None
    assert office.channel.sent == [shown.text] == ["<given_back>"]
    assert (await chat_of(office)).status is Status.BOT
    assert (await office.store.transcript(CHAT))[-1].author is Author.BOT


async def test_who_takes_the_chat_again_at_once_keeps_the_bot_from_saying_so(
    office: Office,
) -> None:
    meanwhile(office.store, "leave", lambda: office.desk.claim(CHAT, "Bruno"))

    await office.desk.give_back(CHAT, "Anna", tells=True)
    await office.idle()

    assert office.channel.sent == []


async def test_the_customer_is_not_told_where_nobody_wished_it(office: Office) -> None:
    await office.desk.give_back(CHAT, "Anna")
    await office.idle()

    assert office.channel.sent == []


@pytest.mark.parametrize("why", ["barred", "window", "off"])
async def test_nothing_is_said_where_it_reaches_nobody(
    office: Office, channel: FakeChannel, why: str
) -> None:
    chat = CHAT
    if why == "barred":
        await office.store.bar(CHAT, "blocked")
    elif why == "window":
        channel.limits = ChannelLimits(text=1600, buttons=3, button_text=20, window=HOUR)
        await passes(2 * HOUR)
    else:
        chat = "telegram:1"
        await office.store.accept([an_inbound("Ciao", chat)])
        await office.desk.claim(chat, "Anna")
    view = await office.overview.view(chat, "Anna")

    await office.desk.give_back(chat, "Anna", tells=True)
    await office.idle()

    assert view.given_back is None
    assert channel.sent == []
    assert (await chat_of(office, chat)).status is Status.BOT


async def test_a_chat_is_closed_for_a_reason_and_opened_again_by_staff(office: Office) -> None:
    await office.desk.close(CHAT, "Anna", ClosingReason.DUPLICATE)
    event, closed = await last_of(office), await chat_of(office)
    await office.desk.open_again(CHAT, "Bruno")

    chat = await chat_of(office)
    assert (event.event, event.text, closed.closed_as) == (
        "close",
        "duplicate",
        ClosingReason.DUPLICATE,
    )
    assert (chat.status, chat.owner, chat.closed_as) == (Status.STAFF, "Bruno", None)
    assert (await last_of(office)).event == "open_again"


@pytest.mark.parametrize(
    ("step", "details"),
    [
        pytest.param("let_go", (), id="let-go"),
        pytest.param("transfer", ("Bruno", "nota"), id="transfer"),
        pytest.param("snooze", (IN_AN_HOUR,), id="snooze"),
        pytest.param("give_back", (), id="give-back"),
        pytest.param("close", (ClosingReason.SOLVED,), id="close"),
    ],
)
async def test_a_step_pressed_in_two_tabs_at_once_is_made_once(
    office: Office, desk: Desk, step: str, details: tuple[object, ...]
) -> None:
    async def press() -> None:
        await getattr(desk, step)(CHAT, "Anna", *details)

    pressed = await asyncio.gather(press(), press(), press(), return_exceptions=True)
    again = await asyncio.gather(press(), return_exceptions=True)

    assert [one for one in pressed if one is not None] == [one for one in pressed if one]
    assert [type(one) for one in [*pressed, *again] if one is not None] == [WrongStatus] * 3
    assert await events(office) in (
        ["claim", step],
        ["claim", step, "note"],
    )


async def test_the_bot_and_the_alarm_never_both_bring_a_chat_back(office: Office) -> None:
    await office.desk.snooze(CHAT, "Anna", IN_AN_HOUR)
    await passes(HOUR)
    await office.store.accept([an_inbound("Ci siete?", received_at=office.clock.now())])
    office.intake.wake(CHAT)

    await asyncio.gather(office.waking.look(), office.idle())

    assert (await events(office)).count("woken") == 1
    assert await office.store.unanswered() == []


async def test_a_step_that_came_too_late_for_the_epoch_is_refused(office: Office) -> None:
    before = await chat_of(office)
    await office.desk.transfer(CHAT, "Anna", "Bruno")

    with pytest.raises(StaleEpoch):
        await office.store.commit(a_turn(before))
