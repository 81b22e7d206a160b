"""What colleagues think of the bot's replies."""

import pytest

from bot.ports import Author, LiveEvent, Mark
from bot.service.marking import Marking, NothingToMark, Verdict
from tests.builders import an_inbound
from tests.fake_marks import FakeMarks
from tests.service.office import Office

CHAT = "web:1"


@pytest.fixture
def marking(office: Office) -> Marking:
    return Marking(FakeMarks(office.store), office.rules, office.feed)


@pytest.fixture
async def reply(office: Office) -> str:
    """The entry of what the bot said."""
    await office.intake.accept([an_inbound("Che orari fate?", CHAT)])
    await office.idle()
    entries = await office.store.transcript(CHAT)
    return next(one.id for one in entries if one.author is Author.BOT)


async def test_a_verdict_is_kept_and_open_screens_hear_of_it(
    office: Office, marking: Marking, reply: str
) -> None:
    verdict = Verdict(is_right=False, intent="webmail_access", note="chiedeva la posta")

    async with office.feed.subscribe() as live:
        await marking.mark(CHAT, "anna", reply, verdict)
        assert await live.next() == LiveEvent(conversation_id=CHAT, kind="mark")

    assert await marking.of(CHAT) == {
        reply: Mark(
            conversation_id=CHAT,
            entry=reply,
            is_right=False,
            intent="webmail_access",
            note="chiedeva la posta",
            colleague="anna",
            at=office.clock.now(),
        )
    }


async def test_a_right_answer_needs_no_other_intent(marking: Marking, reply: str) -> None:
    await marking.mark(
        CHAT, "anna", reply, Verdict(is_right=True, intent="webmail_access", note="x")
    )

    mark = (await marking.of(CHAT))[reply]
    assert (mark.is_right, mark.intent, mark.note) == (True, "", "")


async def test_a_note_holds_no_number_of_a_card(marking: Marking, reply: str) -> None:
    card = Verdict(is_right=False, note="ha scritto la carta 4111 1111 1111 1111")

    await marking.mark(CHAT, "anna", reply, card)

    assert "4111 1111" not in (await marking.of(CHAT))[reply].note


@pytest.mark.parametrize("entry", ["i1", "o99", ""])
async def test_only_replies_of_the_bot_can_be_judged(
    marking: Marking, reply: str, entry: str
) -> None:
    with pytest.raises(NothingToMark):
        await marking.mark(CHAT, "anna", entry, Verdict(is_right=True))


async def test_an_intent_that_does_not_exist_is_refused(marking: Marking, reply: str) -> None:
    with pytest.raises(NothingToMark):
        await marking.mark(CHAT, "anna", reply, Verdict(is_right=False, intent="nothing"))

    assert await marking.of(CHAT) == {}
