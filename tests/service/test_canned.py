from dataclasses import replace

import pytest

from bot.domain.canned import Blank, Gap
from bot.domain.knowledge import Bilingual, CannedReply
from bot.service.canned import CannedReplies
from bot.service.overview import UnknownConversation
from tests.builders import PHONE, an_inbound
from tests.service.office import Office

CANNED = CannedReply(
    name="expiry",
    title="Scadenza",
    text=Bilingual(it="Da {colleague}: scade il {expires_on}, importo {amount}", en="-"),
)


@pytest.fixture
def replies(office: Office) -> CannedReplies:
    office.rules.knowledge = replace(office.rules.knowledge, canned={"expiry": CANNED})
    return CannedReplies(office.overview, office.finder, office.rules)


async def test_replies_are_filled_with_what_the_sender_may_hear(
    office: Office, replies: CannedReplies
) -> None:
    await office.intake.accept([an_inbound("Buongiorno", "web:1", phone=PHONE)])
    await office.idle()

    (reply,) = await replies.ready("web:1", "Anna")

    assert reply.text == "Da Anna: scade il 30 giugno 2027, importo […]"
    assert reply.gaps == (Gap(placeholder="amount", why=Blank.UNVERIFIED),)


async def test_there_are_none_for_a_chat_that_does_not_exist(replies: CannedReplies) -> None:
    with pytest.raises(UnknownConversation):
        await replies.ready("web:nobody", "Anna")
