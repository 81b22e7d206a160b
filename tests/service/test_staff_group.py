"""A topic for each chat that waits: told once, in order, and all of it through the desk."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.conversation import Status
from bot.domain.errors import DatabaseUnavailable, DeliveryError, StaleEpoch
from bot.ports import (
    Author,
    Committed,
    DeliveryReport,
    StaffWord,
    Told,
    Turn,
    WebhookCall,
)
from bot.service.intake import Beside, Intake
from bot.service.staff_group import MOST_CHARS, MOST_LINES, SWEEP, TRIES, StaffGroup
from bot.service.workers import Spawn
from tests.builders import CHAT, NOW, an_inbound
from tests.fake_topics import FakeRoom, FakeTopics, PlainBoard
from tests.fakes import FakeChannel
from tests.service.hurried import passes
from tests.service.office import Office

HELP = "Voglio un operatore"
OTHER = "whatsapp:2"


@dataclass
class Group:
    """The group at work, and a customer who may write."""

    office: Office
    room: FakeRoom
    topics: FakeTopics
    service: StaffGroup

    async def settled(self) -> None:
        """Let all be answered, sent and told."""
        for _ in range(3):
            await passes(timedelta(seconds=0.1))
            await self.office.idle()
            await self.service.idle()

    async def customer(self, text: str, chat: str = CHAT, **facts: object) -> None:
        usual = {"vendor_id": f"{chat} {text} {len(self.office.channel.sent)}"}
        message = an_inbound(text, chat, **(usual | facts))
        await self.office.intake.accept([replace(message, received_at=self.office.clock.now())])
        await self.settled()

    async def colleague(self, text: str, key: str = "g:1", name: str = "Bruno") -> None:
        await self.service.hear(StaffWord(key=key, topic=100, colleague=name, text=text))
        await self.settled()

    async def status(self) -> Status:
        chat = await self.office.store.conversation(CHAT)
        assert chat
        return chat.status

    @property
    def said(self) -> list[str]:
        return self.room.topics[max(self.room.topics)]


@pytest.fixture
def group(office: Office, spawn: Spawn) -> Group:
    room, topics = FakeRoom(), FakeTopics(office.store)
    service = StaffGroup(
        room,
        PlainBoard(),
        topics,
        office.store,
        (office.desk, office.overview),
        office.feed,
        spawn,
    )
    spawn(service.keep_telling())
    return Group(office, room, topics, service)


async def test_a_chat_the_bot_answers_has_no_topic(group: Group) -> None:
    await group.customer("Buongiorno")

    assert group.room.topics == {}


async def test_a_chat_that_waits_gets_a_topic_with_a_card_and_what_was_said(group: Group) -> None:
    await group.customer("Buongiorno")
    await group.customer(HELP)

    assert group.room.names == {100: f"chat {CHAT}"}
    assert group.room.pinned == [f"card of {CHAT}"]
    card, told = group.said
    assert card == f"card of {CHAT}"
    lines = told.split("\n\n")
    assert lines[0] == "customer Buongiorno"
    assert f"customer {HELP}" in lines
    assert any(line.startswith("event handover") for line in lines)


async def test_what_the_customer_adds_is_told_in_the_topic_once(group: Group) -> None:
    await group.customer(HELP)
    await group.customer("Ci siete?")
    await passes(5 * SWEEP)

    assert sum("Ci siete?" in text for text in group.said) == 1
    assert len(group.room.topics) == 1


async def test_a_colleague_in_the_topic_answers_the_customer_once(group: Group) -> None:
    await group.customer(HELP)
    for _ in range(3):
        await group.colleague("Eccomi")

    assert group.office.channel.sent.count("Eccomi") == 1
    assert await group.status() is Status.STAFF
    assert "event claim Bruno" in group.said
    assert not any("staff Bruno Eccomi" in text for text in group.said)


async def test_what_colleagues_do_in_the_console_is_seen_in_the_topic(group: Group) -> None:
    await group.customer(HELP)
    await group.office.desk.reply(CHAT, "Anna", "Arrivo")
    await group.settled()

    assert "staff Anna Arrivo" in "\n\n".join(group.said)


async def test_lines_of_two_strokes_stay_internal(group: Group) -> None:
    await group.customer(HELP)
    for _ in range(2):
        await group.colleague("// cliente difficile\nEccomi")

    transcript = await group.office.store.transcript(CHAT)
    notes = [one.text for one in transcript if one.author is Author.NOTE]
    assert notes == ["cliente difficile"]
    assert group.office.channel.sent.count("Eccomi") == 1
    assert not any("difficile" in text for text in group.office.channel.sent + group.said)


@pytest.mark.parametrize(
    ("command", "status"), [("/chiudi", Status.CLOSED), ("/bot@desk_bot", Status.BOT)]
)
@pytest.mark.parametrize("answers_first", [True, False])
async def test_a_command_ends_the_chat_and_closes_its_topic(
    group: Group, command: str, status: Status, *, answers_first: bool
) -> None:
    await group.customer(HELP)
    if answers_first:
        await group.colleague("Eccomi")

    for _ in range(2):
        await group.colleague(command, key="g:2")

    assert await group.status() is status
    assert group.room.shut_ones == {100}
    asked = status is Status.CLOSED and answers_first
    assert group.office.channel.sent.count("<rating_ask>") == int(asked)
    assert any("<rating_ask>" in text for text in group.said) is asked
    event = "close" if status is Status.CLOSED else "give_back"
    assert group.said[-1].endswith(f"event {event} Bruno")
    assert not any("refused" in text for text in group.said)


async def test_a_chat_that_waits_again_gets_its_topic_back_with_a_new_card(group: Group) -> None:
    await group.customer(HELP)
    await group.colleague("/bot")
    assert group.room.shut_ones == {100}

    await group.customer("Che orari fate?")
    assert group.room.shut_ones == {100}
    await group.customer(HELP)

    assert group.room.shut_ones == set()
    assert len(group.room.pinned) == 2
    assert sum("Che orari fate?" in text for text in group.said) == 1


async def test_a_colleague_can_take_a_chat_back_from_the_bot(group: Group) -> None:
    await group.customer(HELP)
    await group.colleague("/bot")

    await group.colleague("Ancora una cosa", key="g:2")

    assert await group.status() is Status.STAFF
    assert group.room.shut_ones == set()
    assert "Ancora una cosa" in group.office.channel.sent


async def test_a_chat_somebody_else_holds_is_not_answered(group: Group) -> None:
    await group.customer(HELP)
    await group.office.desk.claim(CHAT, "Anna")

    await group.colleague("Eccomi")
    await group.colleague("/chiudi", key="g:2")

    assert "Eccomi" not in group.office.channel.sent
    assert group.said[-2:] == ["refused: held Anna", "refused: held Anna"]


async def test_a_closed_chat_is_not_answered(group: Group) -> None:
    await group.customer(HELP)
    await group.colleague("/chiudi")

    await group.colleague("Eccomi", key="g:2")

    assert group.said[-1] == "refused: closed"


async def test_what_nobody_holds_cannot_be_given_back(group: Group) -> None:
    await group.customer(HELP)
    await group.colleague("/bot")

    await group.colleague("/chiudi", key="g:2")

    assert group.said[-1] == "refused: free"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        pytest.param("", "refused: only_text", id="a-picture"),
        pytest.param("/altro", "refused: command altro", id="unknown-command"),
    ],
)
async def test_what_cannot_be_carried_out_says_so(group: Group, text: str, refusal: str) -> None:
    await group.customer(HELP)
    sent = len(group.office.channel.sent)

    await group.colleague(text)

    assert group.said[-1] == refusal
    assert len(group.office.channel.sent) == sent


async def test_a_refusal_that_cannot_be_told_is_let_go(group: Group) -> None:
    await group.customer(HELP)
    group.room.failures = [DeliveryError("away")]

    await group.colleague("")

    assert not any("refused" in text for text in group.said)


@pytest.mark.parametrize("times", [2, 3])
async def test_a_step_that_somebody_was_faster_in_is_done_again(
    group: Group, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    await group.customer(HELP)
    commit, stale = group.office.store.commit, [StaleEpoch("meanwhile")] * times

    async def late(turn: Turn) -> Committed:
        if turn.word and stale:
            raise stale.pop()
        return await commit(turn)

    monkeypatch.setattr(group.office.store, "commit", late)
    await group.colleague("Eccomi")

    assert ("Eccomi" in group.office.channel.sent) is (times < TRIES)
    assert ("refused: free" in group.said) is (times == TRIES)


async def test_a_word_that_fails_holds_up_no_other(
    group: Group, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await group.customer(HELP)

    async def broken(word: str) -> bool:
        raise RuntimeError(word)

    with monkeypatch.context() as patch:
        patch.setattr(group.topics, "is_done", broken)
        await group.colleague("Eccomi")
    await group.colleague("Di nuovo", key="g:2")

    assert "refused: failed" in group.said
    assert "word_failed" in caplog.text
    assert "Di nuovo" in group.office.channel.sent


async def test_while_the_database_is_away_the_vendor_hears_of_it(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    await group.customer(HELP)

    async def away(word: str) -> bool:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(group.topics, "is_done", away)
    with pytest.raises(DatabaseUnavailable):
        await group.colleague("Eccomi")


async def test_a_strange_topic_does_nothing(group: Group) -> None:
    await group.customer(HELP)
    sent = len(group.office.channel.sent)

    await group.service.hear(StaffWord(key="g:1", topic=7, colleague="Bruno", text="Eccomi"))
    await group.settled()

    assert len(group.office.channel.sent) == sent


async def test_a_deleted_topic_is_made_anew(group: Group) -> None:
    await group.customer(HELP)
    del group.room.topics[100]

    await group.customer("Ci siete?")

    assert [*group.room.topics] == [101]
    assert group.said[0] == f"card of {CHAT}"
    assert "Ci siete?" in group.said[1]


async def test_a_topic_deleted_when_the_chat_is_done_stays_away(group: Group) -> None:
    await group.customer(HELP)
    del group.room.topics[100]

    await group.office.desk.claim(CHAT, "Anna")
    await group.settled()
    del group.room.topics[101]
    await group.office.desk.close(CHAT, "Anna")
    await group.settled()

    assert group.room.topics == {}


async def test_what_could_not_be_told_is_told_by_the_next_sweep(group: Group) -> None:
    group.room.failures = [DeliveryError("away")] * 9

    await group.customer(HELP)
    assert group.said == []
    await passes(SWEEP * 10)

    assert group.said[0] == f"card of {CHAT}"
    assert len(group.room.topics) == 1


async def test_a_send_of_which_nobody_knows_is_the_only_one_told_twice(group: Group) -> None:
    group.room.after = [DeliveryError("lost", uncertain=True)]

    await group.customer(HELP)
    await passes(SWEEP * 2)

    assert group.said[:2] == [f"card of {CHAT}"] * 2
    assert sum(HELP in text for text in group.said) == 1


async def test_another_node_that_tells_a_topic_is_left_alone(group: Group) -> None:
    group.topics.held_elsewhere = {CHAT}

    await group.customer(HELP)
    assert group.room.topics == {}

    group.topics.held_elsewhere = set()
    await passes(SWEEP * 2)
    assert len(group.room.topics) == 1


async def test_of_a_long_chat_only_the_end_is_told(group: Group) -> None:
    for number in range(MOST_LINES):
        await group.customer("Buongiorno", vendor_id=f"v{number}")
    await group.customer(HELP)

    told = "\n\n".join(group.said[1:]).split("\n\n")
    assert sum(line.startswith(("customer", "bot", "event")) for line in told) == MOST_LINES
    assert any(line.startswith("event handover") for line in told)


async def test_long_words_are_told_in_parts(group: Group) -> None:
    await group.customer(HELP)
    before = len(group.said)
    await group.customer("a b " * MOST_CHARS)

    parts = group.said[before:]
    assert len(parts) > 4
    assert all(len(part) <= MOST_CHARS for part in parts)


async def test_many_words_are_gathered_into_few_messages(group: Group) -> None:
    await group.customer(HELP)
    before = len(group.said)
    messages = [
        an_inbound(
            f"{number} {'x' * 500}", vendor_id=f"v{number}", received_at=group.office.clock.now()
        )
        for number in range(6)
    ]
    await group.office.intake.accept(messages)
    await group.settled()

    assert len(group.said) - before <= 3


async def test_each_chat_has_a_topic_of_its_own(group: Group) -> None:
    await group.customer(HELP)
    await group.customer(HELP, OTHER)

    assert [*group.room.names.values()] == [f"chat {CHAT}", f"chat {OTHER}"]


class Teller(FakeChannel):
    """A channel whose calls tell what the test wants."""

    def parse(self, call: WebhookCall) -> list[Told]:
        word = StaffWord(key="g:1", topic=100, colleague="Bruno", text=call.body.decode())
        report = DeliveryReport(channel=self.name, vendor_id="none", status="read")
        return [word, report]


@pytest.mark.parametrize("has_group", [True, False])
async def test_what_colleagues_write_comes_by_the_calls_of_a_channel(
    group: Group, spawn: Spawn, *, has_group: bool
) -> None:
    await group.customer(HELP)
    office = group.office
    beside = Beside(staff=group.service.hear) if has_group else None
    intake = Intake(office.store, None, office.outbox, office.feed, spawn, beside)  # type: ignore[arg-type] # nothing is answered
    call = WebhookCall(url="", headers={}, body=b"Eccomi", received_at=NOW)

    await intake.take(Teller(), call)
    await group.settled()

    assert ("Eccomi" in office.channel.sent) is has_group
