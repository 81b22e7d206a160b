"""Inbox, conversations and outbox in a database, behind the port."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.conversation import Conversation, Status
from bot.domain.messages import InboundMessage
from bot.ports import (
    ChannelActivity,
    Committed,
    ConversationSummary,
    DeliveryReport,
    Entry,
    Hit,
    Listing,
    ListPage,
    OutboxReply,
    Part,
    Reach,
    Search,
    StoredMessage,
    Stretch,
    Tab,
    Turn,
    Unattended,
    WebhookCall,
)
from bot.store import console, inbox, outbox, pages, parts, said, turns
from bot.store.codec import CALL, CONVERSATION, micros, moment
from bot.store.database import Connection, Database, Row
from bot.store.nodes import Node
from bot.store.writer import Writer

T = TypeVar("T")


class SqlConversations:
    """Keeps conversations, inbox and outbox in a database, and answers those of its node."""

    def __init__(self, writer: Writer, database: Database, node: Node) -> None:
        self._writer = writer
        self._reading, self._dialect = database.reading, database.dialect
        self._node = node

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[StoredMessage]:
        """Store each message once, by channel and vendor id, and return the new ones."""

        def work(db: Connection) -> list[StoredMessage]:
            found = (inbox.accept(db, self._dialect, self._node, one) for one in messages)
            return [stored for stored in found if stored]

        senders = sorted({str(one.sender) for one in messages})
        return await self._writer.run(work, key=senders[0] if senders else "")

    async def keep_unreadable(self, call: WebhookCall, channel: str, reason: str) -> None:
        """Keep a genuine call that could not be read, for staff."""
        # Vendors send bytes of any kind; as Latin-1 every byte can be stored and read back.
        text = CALL.text(replace(call, body=call.body.decode("latin-1").encode()))
        statement = "INSERT INTO unreadable (channel, reason, call, at) VALUES (?, ?, ?, ?)"
        await self._writer.execute(statement, channel, reason, text, micros(call.received_at))

    async def unanswered(self) -> Sequence[str]:
        """Return the ids of this node's conversations that have unanswered messages."""
        rows = await self._read(
            "SELECT DISTINCT i.conversation FROM inbox i JOIN conversation c"
            " ON c.id = i.conversation WHERE i.done = 0 AND c.node = ?",
            self._node.id,
        )
        return [str(row["conversation"]) for row in rows]

    async def next_message(self, conversation_id: str) -> StoredMessage | None:
        """Return the oldest unanswered message of a conversation, if this node answers it."""
        rows = await self._read(inbox.NEXT, conversation_id, self._node.id)
        return next((inbox.read(row) for row in rows), None)

    async def following(self, stored: StoredMessage) -> StoredMessage | None:
        """Return the next unanswered message of a chat after one, or None."""
        rows = await self._read(inbox.FOLLOWING, str(stored.message.sender), stored.id)
        return next((inbox.read(row) for row in rows), None)

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None if nobody ever wrote from there."""
        rows = await self._read("SELECT state FROM conversation WHERE id = ?", conversation_id)
        return next((CONVERSATION.value(row["state"]) for row in rows), None)

    async def commit(self, turn: Turn) -> Committed:
        """Store all of a turn; raise StaleEpoch if who speaks has changed since it began."""
        return await self._writer.run(
            lambda db: turns.commit(db, self._dialect, self._node, turn),
            key=turn.conversation.id,
        )

    async def unattended(self) -> Sequence[Unattended]:
        """Return chats that are put off, and those held by who may sign in no more."""
        rows = await self._read(
            "SELECT id, owner, snoozed_until FROM conversation"
            " WHERE status = 'snoozed' AND snoozed_until IS NOT NULL OR status = 'staff'"
            " AND owner IN (SELECT name FROM staff WHERE active = 0) ORDER BY snoozed_until, id"
        )
        return [
            Unattended(
                conversation_id=row["id"],
                owner=row["owner"],
                until=None if row["snoozed_until"] is None else moment(row["snoozed_until"]),
            )
            for row in rows
        ]

    async def note_failure(self, inbox_id: int, error: str) -> None:
        """Count a failed attempt at answering a message."""
        statement = "UPDATE inbox SET attempts = attempts + 1, error = ? WHERE id = ?"
        await self._writer.execute(statement, error, inbox_id)

    async def undelivered(self, now: datetime) -> Sequence[str]:
        """Return the ids of this node's conversations whose first open reply is due by now."""
        statement = f"{outbox.HEADS} AND (next_try <= ? OR next_try > ?)"
        rows = await self._read(statement, self._node.id, *outbox.due(now))
        return [str(row["conversation"]) for row in rows]

    async def next_attempt_at(self) -> datetime | None:
        """Return when the earliest of those that were put off is due, or None if there is none."""
        statement = (
            f"SELECT min(next_try) AS due FROM ({outbox.HEADS}) AS heads WHERE next_try > 0"  # noqa: S608
        )
        rows = await self._read(statement, self._node.id)
        return moment(rows[0]["due"]) if rows[0]["due"] is not None else None

    async def next_reply(self, conversation_id: str, now: datetime) -> OutboxReply | None:
        """Return the oldest open reply if it is due; drop what is out of date."""
        asked = (conversation_id, now)
        return await self._writer.run(
            lambda db: outbox.next_reply(db, self._node, asked), key=conversation_id
        )

    async def leave(self, reply: OutboxReply) -> OutboxReply | None:
        """Mark a reply as being sent, by this node; return None if it may not be sent any more."""

        def work(db: Connection) -> OutboxReply | None:
            may = outbox.leave(db, self._dialect, self._node, reply.id)
            return replace(reply, node=self._node.id) if may else None

        return await self._writer.run(work)

    def may_send(self, reply: OutboxReply) -> bool:
        """Tell whether nobody else can have taken the conversation since the reply was marked."""
        return self._node.is_sure_of(reply.node)

    async def mark_sent(self, reply_id: int, vendor_id: str, now: datetime) -> bool:
        """Record that the vendor accepted a reply; tell whether more of its chat is open."""
        return await self._writer.run(lambda db: outbox.mark_sent(db, reply_id, vendor_id, now))

    async def mark_failed(self, reply_id: int, error: str, next_try: datetime | None) -> None:
        """Record a failure; without ``next_try`` it is for ever."""
        await self._writer.run(lambda db: outbox.mark_failed(db, reply_id, error, next_try))

    async def mark_doubtful(self, reply_id: int, error: str) -> None:
        """Record that a reply may or may not have arrived; it is not sent again."""
        statement = (
            "UPDATE outbox SET state = 'uncertain', error = ?, attempts = attempts + 1"
            " WHERE id = ?"
        )
        await self._writer.execute(statement, error, reply_id)

    async def record_report(self, report: DeliveryReport) -> str | None:
        """Record a vendor's report; return the conversation, or None if we never sent that."""
        return await self._writer.run(lambda db: outbox.record_report(db, self._dialect, report))

    async def reach(self, conversation_id: str) -> Reach:
        """Return whether and until when the customer of a conversation can be reached."""
        statement = "SELECT heard_at, barred FROM conversation WHERE id = ?"
        rows = await self._read(statement, conversation_id)
        return next((console.reach(row) for row in rows), Reach())

    async def bar(self, conversation_id: str, why: str) -> None:
        """Record that nothing reaches a customer, until they write again."""
        statement = "UPDATE conversation SET barred = ? WHERE id = ?"
        await self._writer.execute(statement, why, conversation_id)

    async def activity(self) -> Sequence[ChannelActivity]:
        """Return what went by each channel last, by name."""
        return await self._with_reader(console.activity)

    async def summaries(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        """Return conversations for the console: those waiting longest first."""
        return await self._with_reader(lambda db: console.summaries(db, status))

    async def transcript(self, conversation_id: str) -> Sequence[Entry]:
        """Return all that was said and done in a conversation, oldest first."""
        return await self._with_reader(lambda db: console.transcript(db, conversation_id))

    async def counts(self, colleague: str) -> Mapping[Tab, int]:
        """Return how many chats each tab of the list has for a colleague."""
        return await self._with_reader(lambda db: pages.counts(db, colleague))

    async def page(self, listing: Listing) -> ListPage:
        """Return a page of the list: of who waits the longest wait first, else the latest."""
        return await self._with_reader(lambda db: pages.page(db, listing))

    async def search(self, search: Search) -> Sequence[Hit]:
        """Return who and what has all the words looked for: people first, then the newest."""
        return await self._with_reader(lambda db: said.search(db, self._dialect, search))

    async def part(self, conversation_id: str, stretch: Stretch) -> Part:
        """Return a part of a transcript; its end, if no such entry as is asked for is there."""
        return await self._with_reader(lambda db: parts.part(db, conversation_id, stretch))

    async def _read(self, statement: str, *values: object) -> list[Row]:
        return await self._with_reader(lambda db: db.execute(statement, values).fetchall())

    async def _with_reader(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._reading() as db:
                return work(db)

        return await asyncio.to_thread(run)
