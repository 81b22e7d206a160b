"""What staff see and do where a customer can no longer be written to freely."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversation import Status
from bot.domain.errors import WrongStatus
from bot.domain.knowledge import Notice
from bot.domain.messages import FilledTemplate
from bot.ports import DeliveryReport, ReplyState, Stretch, VendorTemplate
from bot.service.desk import NoticeUnavailable
from bot.service.overview import ChatView
from tests.builders import CHAT, an_inbound
from tests.fakes import FakeChannel
from tests.knowledge_sample import same
from tests.service.hurried import passes
from tests.service.office import Office

DAY = timedelta(hours=24)
NOTICES = {
    "who": Notice(name="who", text=same("Sono {colleague} e rispondo"), category="UTILITY"),
    "on": Notice(name="on", text=same("Su {topic} rispondo"), category="UTILITY"),
    "new": Notice(name="new", text=same("Non ancora approvato"), category="UTILITY"),
    "unsynced": Notice(name="unsynced", text=same("Mai inviato a Twilio"), category="UTILITY"),
}
WHO = "Sono Anna e rispondo"


def kept(name: str, approval: str = "approved") -> dict[str, VendorTemplate]:
    key = f"sportello_{name}_it"
    return {key: VendorTemplate(name=key, vendor_id="HX1", digest="d", approval=approval)}


@pytest.fixture(autouse=True)
async def _wrote(office: Office) -> None:
    """A customer wrote on a channel with a window; some notices are approved."""
    office.channel.limits = replace(office.channel.limits, window=DAY)
    office.rules.knowledge = replace(office.rules.knowledge, notices=NOTICES)
    office.templates.by_name = kept("who") | kept("on") | kept("new", "pending")
    await office.intake.accept([an_inbound("Voglio un operatore")])
    await office.idle()


async def view(office: Office) -> ChatView:
    return await office.overview.view(CHAT, "Anna")


async def test_staff_see_how_long_they_may_write(office: Office) -> None:
    await passes(timedelta(hours=20))

    chat = await view(office)

    assert chat.time_left is not None
    assert timedelta(hours=3, minutes=59) < chat.time_left <= timedelta(hours=4)
    assert (chat.needs_notice, chat.notices) == (False, {})


async def test_without_a_rule_nothing_is_shown(office: Office, channel: FakeChannel) -> None:
    channel.limits = replace(channel.limits, window=None)
    await passes(DAY * 3)

    chat = await view(office)

    assert (chat.time_left, chat.needs_notice) == (None, False)


async def test_a_channel_that_is_off_shows_nothing(office: Office) -> None:
    await office.store.accept([an_inbound("Ciao", "telegram:1")])

    assert (await office.overview.view("telegram:1", "Anna")).time_left is None


async def test_once_it_is_too_late_approved_messages_that_can_be_filled_are_shown(
    office: Office,
) -> None:
    await passes(DAY)

    chat = await view(office)

    assert (chat.time_left, chat.needs_notice) == (timedelta(0), True)
    assert {name: reply.text for name, reply in chat.notices.items()} == {
        "who": WHO,
        "on": "Su human handoff rispondo",
    }


async def test_a_chat_about_nothing_has_no_message_that_names_its_topic(office: Office) -> None:
    await office.store.accept([an_inbound("Ciao", "whatsapp:9")])
    await passes(DAY)

    assert list((await office.overview.view("whatsapp:9", "Anna")).notices) == ["who"]


async def test_a_notice_is_sent_and_takes_the_chat(office: Office) -> None:
    await passes(DAY)

    await office.desk.send_notice(CHAT, "Anna", "who")
    await office.idle()

    _, reply = office.channel.accepted[-1]
    assert reply.text == WHO
    assert reply.template == FilledTemplate(name="sportello_who_it", values=("Anna",))
    chat = await office.store.conversation(CHAT)
    assert chat is not None
    assert (chat.status, chat.owner) == (Status.STAFF, "Anna")


@pytest.mark.parametrize("name", ["new", "unsynced", "nonsense"])
async def test_no_other_notice_is_sent(office: Office, name: str) -> None:
    await passes(DAY)

    with pytest.raises(NoticeUnavailable):
        await office.desk.send_notice(CHAT, "Anna", name)


async def test_a_notice_is_not_sent_in_a_chat_that_another_colleague_holds(office: Office) -> None:
    await office.desk.claim(CHAT, "Bruno")

    with pytest.raises(WrongStatus, match="Bruno"):
        await office.desk.send_notice(CHAT, "Anna", "who")


async def fails(office: Office, error: str) -> ChatView:
    """Have the last reply fail after it was accepted."""
    vendor_id = f"whatsapp-{len(office.channel.accepted)}"
    report = DeliveryReport(
        channel="whatsapp", vendor_id=vendor_id, status="undelivered", error=error
    )
    await office.intake.report(report)
    return await view(office)


async def test_what_the_vendor_finds_too_late_shows_them_as_well(office: Office) -> None:
    chat = await fails(office, "63016 outside")

    assert chat.needs_notice
    assert WHO in {reply.text for reply in chat.notices.values()}


async def test_whichever_part_of_the_chat_staff_look_at(office: Office) -> None:
    await fails(office, "63016 outside")
    last = (await view(office)).transcript[-1]

    earlier = await office.overview.view(CHAT, "Anna", Stretch(before=last.id))

    assert earlier.has_later
    assert last not in earlier.transcript
    assert earlier.needs_notice


async def test_another_failure_does_not(office: Office) -> None:
    assert not (await fails(office, "63024 invalid")).needs_notice


async def test_nor_does_one_after_which_the_customer_wrote(office: Office) -> None:
    await fails(office, "63016 outside")
    await passes(timedelta(seconds=1))
    await office.store.accept([an_inbound("Sono qui", received_at=office.clock.now())])

    assert not (await view(office)).needs_notice


async def test_in_a_chat_without_words_there_is_nothing_too_late(office: Office) -> None:
    """A note is nobody's word."""
    await office.desk.note(CHAT, "Anna", "chiamato")

    assert not (await view(office)).needs_notice


async def test_a_reply_too_late_is_shown_as_failed(office: Office) -> None:
    await passes(DAY)

    await office.desk.reply(CHAT, "Anna", "Eccomi")
    await office.idle()

    (late,) = [one for one in (await view(office)).transcript if one.text == "Eccomi"]
    assert (late.state, late.error) == (ReplyState.FAILED, "window")


async def test_a_report_that_somebody_has_opted_out_puts_them_out_of_reach(
    office: Office,
) -> None:
    report = DeliveryReport(
        channel="whatsapp", vendor_id="whatsapp-1", status="failed", barred="opted_out"
    )

    await office.intake.report(report)

    assert (await view(office)).barred == "opted_out"


async def test_free_text_is_taken_until_the_window_shuts_by_either_clock(office: Office) -> None:
    assert await office.overview.takes_free_text(CHAT)

    await fails(office, "63016 outside")
    assert not await office.overview.takes_free_text(CHAT)


async def test_a_day_after_the_last_word_no_free_text_is_taken(office: Office) -> None:
    await passes(DAY)

    assert not await office.overview.takes_free_text(CHAT)
