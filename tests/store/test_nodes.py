"""Several programs on one database: each chat is answered by one, or by who takes over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bot.domain.errors import StaleEpoch, StartError
from bot.ports import PRESENCE, LiveEvent, OutboxReply, ReplyState
from bot.store import nodes
from bot.store.postgresql import PostgresStore
from tests.builders import CHAT, NOW, a_conversation, a_staff_turn, an_answer, an_inbound, later
from tests.store import postgresql
from tests.store.backends import Backend

HOUR = timedelta(hours=1)


class Nodes:
    """Programs on one database."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url = url
        self._stack = stack

    async def start(self, home: Path | None = None) -> PostgresStore:
        """Start another one."""
        store = PostgresStore.open(self.url, owner=True, home=home)
        self._stack.push_async_callback(store.close)
        await store.nodes.take_over()
        return store

    def run(self, statement: str) -> None:
        """Run a statement beside them."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)

    def pass_leases(self) -> None:
        """Let all leases end, as if each node had been frozen."""
        self.run("UPDATE node SET until = 0")

    def cut(self) -> None:
        """Cut all connections; who does not come back in time counts as gone."""
        self.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'sportello'"
        )


@pytest.fixture
async def group() -> AsyncIterator[Nodes]:
    async with AsyncExitStack() as stack:
        yield Nodes(postgresql.new_database(), stack)


async def marked(store: PostgresStore) -> OutboxReply:
    """Have a node answer a message and mark its first reply as being sent."""
    (stored,) = await store.conversations.accept([an_inbound()])
    reply = (await store.conversations.commit(an_answer(stored, "one", "two"))).reply
    assert reply is not None
    left = await store.conversations.leave(reply)
    assert left is not None
    return left


async def states(store: PostgresStore) -> list[tuple[str, ReplyState]]:
    entries = await store.conversations.transcript(CHAT)
    return [(entry.text, entry.state) for entry in entries if entry.state]


async def test_a_chat_is_answered_by_the_node_that_took_it(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    await first.conversations.accept([an_inbound("A")])

    (stored,) = await second.conversations.accept([an_inbound("B")])

    assert stored.chat is None
    assert await second.conversations.next_message(CHAT) is None
    assert await second.conversations.unanswered() == []
    assert await second.nodes.take_over() == []
    assert await first.conversations.unanswered() == [CHAT]
    with pytest.raises(StaleEpoch, match="Another node"):
        await second.conversations.commit(an_answer(stored))


async def test_the_node_of_a_chat_hears_what_came_elsewhere(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    await first.conversations.accept([an_inbound("A")])
    heard: asyncio.Queue[str] = asyncio.Queue()
    assert first.notices is not None
    hearing = asyncio.ensure_future(first.notices.keep_hearing(heard.put_nowait, lambda _: None))
    await asyncio.sleep(0.3)

    await second.conversations.accept([an_inbound("B")])
    async with asyncio.timeout(5):
        assert await heard.get() == CHAT
    await second.conversations.commit(a_staff_turn(a_conversation(), "Eccomi", event="claim"))
    async with asyncio.timeout(5):
        assert await heard.get() == CHAT

    hearing.cancel()


async def test_screens_on_every_node_hear_of_events(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    heard: asyncio.Queue[LiveEvent] = asyncio.Queue()
    assert first.notices is not None
    assert second.notices is not None
    tasks = [
        asyncio.ensure_future(work)
        for work in (
            first.notices.keep_telling(),
            first.notices.keep_hearing(lambda _: None, lambda _: pytest.fail("its own")),
            second.notices.keep_hearing(lambda _: None, heard.put_nowait),
        )
    ]
    await asyncio.sleep(0.3)
    many = [LiveEvent(conversation_id=f"whatsapp:+39{n:012}", kind="reply") for n in range(300)]
    many.append(LiveEvent(conversation_id="web:1", kind=PRESENCE, details="typing Anna Verdi"))

    for event in [*many, *many]:
        first.notices.tell(event)
    async with asyncio.timeout(5):
        got = [await heard.get() for _ in many]

    assert got == many
    assert heard.empty()
    for task in tasks:
        task.cancel()


async def test_of_a_frozen_node_the_chats_are_taken_and_it_finds_that_it_is_late(
    group: Nodes,
) -> None:
    frozen, other = await group.start(), await group.start()
    reply = await marked(frozen)
    (later_message,) = await frozen.conversations.accept([an_inbound("And?")])
    group.pass_leases()

    assert await other.nodes.take_over() == [CHAT]

    with pytest.raises(StaleEpoch):
        await frozen.conversations.commit(an_answer(later_message))
    assert await frozen.conversations.next_reply(CHAT, NOW) is None
    assert await frozen.nodes.take_over() == []
    assert not frozen.conversations.may_send(reply)


async def test_a_node_is_not_sure_of_its_chats_when_it_could_not_renew_its_lease(
    group: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = await group.start()
    reply = await marked(node)
    assert node.conversations.may_send(reply)

    usual = nodes.uptime
    monkeypatch.setattr(nodes, "uptime", lambda: usual() + nodes.LEASE.total_seconds())

    assert not node.conversations.may_send(reply)


async def test_what_a_late_node_was_sending_is_uncertain_if_it_never_tells(
    group: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen, other = await group.start(), await group.start()
    await marked(frozen)
    group.pass_leases()
    await other.nodes.take_over()
    assert await states(other) == [("one", ReplyState.SENDING), ("two", ReplyState.WAITING)]
    assert await other.conversations.next_reply(CHAT, NOW) is None

    monkeypatch.setattr(nodes, "_TELLS", timedelta(0))

    assert await other.nodes.take_over() == [CHAT]
    assert await states(other) == [("one", ReplyState.UNCERTAIN), ("two", ReplyState.WAITING)]


async def test_what_a_dead_node_was_sending_is_uncertain_at_once(
    group: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead, other = await group.start(), await group.start()
    await marked(dead)
    group.pass_leases()
    group.cut()

    await other.nodes.take_over()

    assert (await states(other))[0] == ("one", ReplyState.UNCERTAIN)


async def test_what_a_late_node_knows_of_a_reply_counts(group: Nodes) -> None:
    frozen, other = await group.start(), await group.start()
    reply = await marked(frozen)
    group.pass_leases()
    await other.nodes.take_over()

    await frozen.conversations.mark_sent(reply.id, "v1", NOW)

    assert (await states(other))[0] == ("one", ReplyState.SENT)


async def test_what_a_late_node_did_not_send_is_sent_by_the_other_in_order(group: Nodes) -> None:
    frozen, other = await group.start(), await group.start()
    reply = await marked(frozen)
    group.pass_leases()
    await other.nodes.take_over()

    await frozen.conversations.mark_failed(reply.id, "late", NOW)

    again = await other.conversations.next_reply(CHAT, NOW)
    assert again is not None
    assert again.reply.text == "one"


async def test_what_a_late_node_did_not_send_fails_if_more_has_been_said(
    group: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "_TELLS", timedelta(0))
    frozen, other = await group.start(), await group.start()
    reply = await marked(frozen)
    group.pass_leases()
    await other.nodes.take_over()
    second = await other.conversations.next_reply(CHAT, NOW)
    assert second is not None
    assert await other.conversations.leave(second) is not None

    await frozen.conversations.mark_failed(reply.id, "late", NOW)

    assert (await states(other))[0] == ("one", ReplyState.FAILED)


async def test_a_node_that_lost_its_connection_for_good_is_gone_before_its_lease(
    group: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nodes, "_SILENCE", timedelta(seconds=1))
    gone, other = await group.start(), await group.start()
    await gone.conversations.accept([an_inbound()])
    group.cut()

    assert await other.nodes.take_over() == []  # It has just come back itself.
    await asyncio.sleep(1.5)

    assert await other.nodes.take_over() == [CHAT]


async def test_a_node_that_comes_back_in_time_keeps_its_chats(group: Nodes) -> None:
    first, other = await group.start(), await group.start()
    await first.conversations.accept([an_inbound()])
    group.cut()

    assert await first.nodes.take_over() == []
    assert await other.nodes.take_over() == []

    assert await first.conversations.unanswered() == [CHAT]


async def test_a_node_that_ends_leaves_its_chats_at_once(group: Nodes) -> None:
    first, other = await group.start(), await group.start()
    await first.conversations.accept([an_inbound()])

    await first.close()

    assert await other.nodes.take_over() == [CHAT]


async def test_a_node_started_again_at_home_takes_its_chats_back_at_once(
    group: Nodes, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = PostgresStore.open(group.url, owner=True, home=home)
    await before.conversations.accept([an_inbound()])
    with pytest.raises(StartError, match="already running"):
        PostgresStore.open(group.url, owner=True, home=home)
    group.run("ALTER TABLE node RENAME TO hidden")  # So that it cannot say that it leaves.
    await before.close()
    group.run("ALTER TABLE hidden RENAME TO node")

    after = PostgresStore.open(group.url, owner=True, home=home)

    assert await after.nodes.take_over() == [CHAT]
    await after.close()


async def test_messages_of_one_chat_that_come_by_many_nodes_are_in_one_order(
    group: Nodes,
) -> None:
    several = [await group.start() for _ in range(3)]
    texts = [f"Messaggio {number}" for number in range(60)]

    stored = await asyncio.gather(
        *(
            node.conversations.accept([an_inbound(text)])
            for text in texts
            for node in several  # A vendor that repeats itself reaches another node.
        )
    )

    (owner,) = [node for node in several if await node.conversations.unanswered()]
    seen = []
    while one := await owner.conversations.next_message(CHAT):
        seen.append(one.message.text)
        await owner.conversations.commit(an_answer(one))
    new = [one.message.text for some in stored for one in some]
    assert sorted(seen) == sorted(texts)
    assert sorted(new) == sorted(texts)


async def test_nodes_that_lock_each_others_chats_do_not_wait_for_ever(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    chats = [f"whatsapp:{number}" for number in range(20)]

    async def write(node: PostgresStore, order: list[str], times: int) -> None:
        for number in range(times):
            some = [an_inbound(f"{id(node)} {number}", chat) for chat in order]
            await node.conversations.accept(some)

    async with asyncio.timeout(60):
        await asyncio.gather(write(first, chats, 5), write(second, chats[::-1], 5))

    entries = [await first.conversations.transcript(chat) for chat in chats]
    assert [len(one) for one in entries] == [10] * len(chats)


async def test_scheduled_work_is_done_by_one(backend: Backend) -> None:
    assert await backend.nodes.claim("retention", HOUR)
    assert not await backend.nodes.claim("retention", HOUR)
    assert await backend.nodes.claim("sync", timedelta(0))
    assert await backend.nodes.claim("sync", HOUR)


async def test_of_many_nodes_one_does_scheduled_work(group: Nodes) -> None:
    several = [await group.start() for _ in range(4)]

    claims = await asyncio.gather(*(node.nodes.claim("sync", HOUR) for node in several))

    assert sorted(claims) == [False, False, False, True]


async def test_news_is_told_once_whichever_node_hears_of_it(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    await first.conversations.accept([an_inbound()])
    news = a_staff_turn(a_conversation(), event="news", note="C1 active", at=later(1))

    results = await asyncio.gather(
        *(node.conversations.commit(news) for node in (first, second)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in results) == ["Committed", "StaleEpoch"]


async def test_nodes_share_their_secrets(group: Nodes) -> None:
    first, second = await group.start(), await group.start()

    secret = await first.nodes.secret("sessions")

    assert await second.nodes.secret("sessions") == secret
    assert await first.nodes.secret("pictures") != secret


async def test_one_node_at_a_time_tells_a_topic(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    await first.conversations.accept([an_inbound()])
    assert await first.topics.hold(CHAT)

    assert await second.topics.hold(CHAT) is None
    assert await first.topics.hold(CHAT)

    await second.topics.let_go(CHAT)  # It does not hold it.
    assert await second.topics.hold(CHAT) is None
    await first.topics.let_go(CHAT)
    assert await second.topics.hold(CHAT)


async def test_a_topic_of_a_node_that_is_gone_is_told_by_another(group: Nodes) -> None:
    first, second = await group.start(), await group.start()
    await first.conversations.accept([an_inbound()])
    await first.topics.hold(CHAT)

    group.pass_leases()
    await second.nodes.take_over()

    assert await second.topics.hold(CHAT)
