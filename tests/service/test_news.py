"""A change that a billing system reports is told to the customer who waits for it."""

from datetime import date, timedelta

import pytest

from bot.domain.contract import ContractRecord, Invoice
from bot.domain.conversation import Status
from bot.domain.messages import ChannelLimits
from bot.ports import Author
from tests.builders import CHAT, PHONE, a_contract, an_inbound
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.meanwhile import meanwhile
from tests.service.office import Office

DUE = Invoice(number="7", due_on=date(2026, 10, 20))
ACTIVE = a_contract("C1", PHONE)
SUSPENDED = a_contract("C1", PHONE, invoice=DUE)
NEWS = "attivo fino al 30 giugno 2027"
DAY = timedelta(hours=24)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel(limits=ChannelLimits(text=1600, buttons=3, button_text=20, window=DAY))


@pytest.fixture(autouse=True)
async def _suspended(office: Office) -> None:
    await office.source.put(SUSPENDED)


async def waiting(office: Office, phone: str | None = PHONE) -> None:
    """Have a customer ask for a person."""
    await office.intake.accept([an_inbound("Voglio un operatore", phone=phone)])
    await office.idle()


async def report(office: Office, record: ContractRecord = ACTIVE) -> list[str]:
    """Take a contract in, and return what the customer has heard of it."""
    await office.importer.put(record)
    await office.idle()
    return heard(office)


def heard(office: Office) -> list[str]:
    """Return all that was sent after the answer to the customer's message."""
    return office.channel.sent[1:]


async def events(office: Office) -> list[tuple[str, str]]:
    found = await office.store.transcript(CHAT)
    return [(one.event, one.text) for one in found if one.author is Author.EVENT][1:]


async def test_who_waits_hears_what_has_changed_and_staff_see_it(office: Office) -> None:
    await waiting(office)

    assert await report(office) == [NEWS]
    assert await events(office) == [("news", "C1 suspended active")]
    chat = await office.store.conversation(CHAT)
    assert chat is not None
    assert chat.status is Status.WAITING


async def test_staff_see_why_the_bot_wrote_that(office: Office) -> None:
    await waiting(office)
    await report(office)

    (said,) = [one for one in await office.store.transcript(CHAT) if one.text == NEWS]
    assert said.evidence is not None
    assert said.evidence.contract_id == "C1"
    assert said.evidence.disclosed == ("dates", "standing")


async def test_the_same_change_is_told_once(office: Office) -> None:
    await waiting(office)
    await report(office)
    await report(office, SUSPENDED)

    assert await report(office) == [NEWS]


async def test_a_whole_import_tells_as_well(office: Office) -> None:
    await waiting(office)

    await office.importer.bring([ACTIVE])
    await office.idle()

    assert heard(office) == [NEWS]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(a_contract("C1", PHONE, invoice=DUE, language="en"), id="no-other-standing"),
        pytest.param(a_contract("C1", PHONE, ended_on=date(2026, 11, 1)), id="no-news"),
        pytest.param(a_contract("C1", "+390000000077"), id="no-longer-theirs"),
        pytest.param(a_contract("C2", PHONE), id="a-new-contract"),
    ],
)
async def test_what_is_no_news_to_them_is_not_told(office: Office, after: ContractRecord) -> None:
    await waiting(office)

    assert await report(office, after) == []
    assert await events(office) == []


async def test_a_stranger_hears_nothing(office: Office) -> None:
    await waiting(office, phone="+390000000099")

    assert await report(office) == []
    assert await events(office) == []


async def test_a_number_that_two_customers_have_hears_nothing(office: Office) -> None:
    await office.source.put(a_contract("C9", PHONE, customer_id="K9"))
    await waiting(office)

    assert await report(office) == []


async def test_who_waits_for_nobody_is_not_written_to(office: Office) -> None:
    await office.intake.accept([an_inbound("Come apro la webmail?", phone=PHONE)])
    await office.idle()

    assert await report(office) == []


async def test_while_a_colleague_speaks_only_they_see_it(office: Office) -> None:
    await waiting(office)
    await office.desk.claim(CHAT, "Anna")

    assert await report(office) == []
    assert ("news_for_staff", "C1 suspended active") in await events(office)


async def test_where_the_channel_no_longer_lets_us_write_only_staff_see_it(
    office: Office,
) -> None:
    await waiting(office)
    await passes(DAY)

    assert await report(office) == []
    assert await events(office) == [("news_for_staff", "C1 suspended active")]


async def test_who_cannot_be_reached_is_not_written_to_and_staff_see_it(office: Office) -> None:
    await waiting(office)
    await office.store.bar(CHAT, "opted_out")

    assert await report(office) == []
    assert await events(office) == [("news_for_staff", "C1 suspended active")]


async def test_a_colleague_who_takes_the_chat_meanwhile_is_the_one_to_speak(
    office: Office,
) -> None:
    await waiting(office)
    meanwhile(office.store, "commit", lambda: office.desk.claim(CHAT, "Anna"))

    assert await report(office) == []


async def test_what_goes_wrong_with_telling_does_not_keep_the_data_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(office.store, "summaries", broken)

    assert await report(office) == []
    assert await office.source.by_id("C1") == ACTIVE
