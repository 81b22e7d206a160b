"""Inbox, conversations and outbox in a database: the hot statements, as bare SQL."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.conversation import Conversation, Status
from bot.domain.errors import StaleEpoch
from bot.domain.messages import InboundMessage
from bot.ports import (
    LONGEST_WAIT,
    Author,
    ConversationSummary,
    DeliveryReport,
    Entry,
    OutboxReply,
    ReplyState,
    StoredMessage,
    Turn,
    WebhookCall,
)
from bot.store import console
from bot.store.codec import CALL, CONVERSATION, EVIDENCE, MESSAGE, REPLY, micros, moment
from bot.store.database import Connection, Database, Row
from bot.store.writer import Writer

T = TypeVar("T")
_ORDER = (ReplyState.SENDING, ReplyState.SENT, ReplyState.DELIVERED, ReplyState.READ)
_REPORTED = {
    "delivered": ReplyState.DELIVERED,
    "read": ReplyState.READ,
    "failed": ReplyState.FAILED,
    "undelivered": ReplyState.FAILED,
}
_BOT_SPEAKS = frozenset({Status.BOT, Status.WAITING})
_HEADS = """
SELECT conversation, next_try FROM outbox AS head WHERE state = 'waiting' AND NOT EXISTS
  (SELECT 1 FROM outbox WHERE conversation = head.conversation AND id < head.id
   AND state IN ('waiting', 'sending'))
"""
"""The first open reply of each conversation; those behind it wait for it, due or not."""


class SqlConversations:
    """Keeps conversations, inbox and outbox in a database."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._reading = database.reading

    async def accept(self, messages: Sequence[InboundMessage]) -> Sequence[StoredMessage]:
        """Store each message once, by channel and vendor id, and return the new ones."""
        return await self._writer.run(
            lambda db: [stored for one in messages if (stored := _accept(db, one))]
        )

    async def keep_unreadable(self, call: WebhookCall, channel: str, reason: str) -> None:
        """Keep a genuine call that could not be read, for staff."""
        # Vendors send bytes of any kind; as Latin-1 every byte can be stored and read back.
        text = CALL.text(replace(call, body=call.body.decode("latin-1").encode()))
        statement = "INSERT INTO unreadable (channel, reason, call, at) VALUES (?, ?, ?, ?)"
        await self._writer.execute(statement, channel, reason, text, micros(call.received_at))

    async def unanswered(self) -> Sequence[str]:
        """Return the ids of conversations that have unanswered messages."""
        rows = await self._read("SELECT DISTINCT conversation FROM inbox WHERE done = 0")
        return [str(row["conversation"]) for row in rows]

    async def next_message(self, conversation_id: str) -> StoredMessage | None:
        """Return the oldest unanswered message of a conversation."""
        rows = await self._read(
            "SELECT id, body, attempts FROM inbox"
            " WHERE conversation = ? AND done = 0 ORDER BY id LIMIT 1",
            conversation_id,
        )
        return next((_stored(row) for row in rows), None)

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, or None if nobody ever wrote from there."""
        rows = await self._read("SELECT state FROM conversation WHERE id = ?", conversation_id)
        return next((CONVERSATION.value(row["state"]) for row in rows), None)

    async def commit(self, turn: Turn) -> None:
        """Store all of a turn; raise StaleEpoch if who speaks has changed since it began."""
        await self._writer.run(lambda db: _commit(db, turn))

    async def note_failure(self, inbox_id: int, error: str) -> None:
        """Count a failed attempt at answering a message."""
        statement = "UPDATE inbox SET attempts = attempts + 1, error = ? WHERE id = ?"
        await self._writer.execute(statement, error, inbox_id)

    async def undelivered(self, now: datetime) -> Sequence[str]:
        """Return the ids of conversations whose first open reply is due by now."""
        rows = await self._read(f"{_HEADS} AND (next_try <= ? OR next_try > ?)", *_due(now))
        return [str(row["conversation"]) for row in rows]

    async def next_attempt_at(self) -> datetime | None:
        """Return when the earliest of those first replies is due, or None if there is none."""
        rows = await self._read(f"SELECT min(next_try) AS due FROM ({_HEADS}) AS heads")  # noqa: S608 - no input
        return moment(rows[0]["due"]) if rows[0]["due"] is not None else None

    async def next_reply(self, conversation_id: str, now: datetime) -> OutboxReply | None:
        """Mark the oldest due reply as being sent and return it; drop what is out of date."""
        return await self._writer.run(lambda db: _next_reply(db, conversation_id, now))

    async def mark_sent(self, reply_id: int, vendor_id: str, now: datetime) -> None:
        """Record that the vendor accepted a reply."""
        statement = (
            "UPDATE outbox SET state = 'sent', vendor_id = ?, sent_at = ?, error = ''"
            " WHERE id = ? AND state IN ('sending', 'uncertain')"
        )
        await self._writer.execute(statement, vendor_id, micros(now), reply_id)

    async def mark_failed(self, reply_id: int, error: str, next_try: datetime | None) -> None:
        """Record a failure; without ``next_try`` it is for ever."""
        state = ReplyState.WAITING if next_try else ReplyState.FAILED
        due = micros(next_try) if next_try else 0
        statement = (
            "UPDATE outbox SET state = ?, error = ?, next_try = ?, attempts = attempts + 1"
            " WHERE id = ?"
        )
        await self._writer.execute(statement, state, error, due, reply_id)

    async def mark_doubtful(self, reply_id: int, error: str) -> None:
        """Record that a reply may or may not have arrived; it is not sent again."""
        statement = (
            "UPDATE outbox SET state = 'uncertain', error = ?, attempts = attempts + 1"
            " WHERE id = ?"
        )
        await self._writer.execute(statement, error, reply_id)

    async def mark_uncertain(self) -> Sequence[str]:
        """Mark replies found half sent after a crash; return their conversations."""
        return await self._writer.run(_mark_uncertain)

    async def record_report(self, report: DeliveryReport) -> str | None:
        """Record a vendor's report; return the conversation, or None if we never sent that."""
        return await self._writer.run(lambda db: _record_report(db, report))

    async def summaries(self, status: Status | None = None) -> Sequence[ConversationSummary]:
        """Return conversations for the console: those waiting longest first."""
        return await self._with_reader(lambda db: console.summaries(db, status))

    async def transcript(self, conversation_id: str) -> Sequence[Entry]:
        """Return all that was said and done in a conversation, oldest first."""
        return await self._with_reader(lambda db: console.transcript(db, conversation_id))

    async def _read(self, statement: str, *values: object) -> list[Row]:
        return await self._with_reader(lambda db: db.execute(statement, values).fetchall())

    async def _with_reader(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._reading() as db:
                return work(db)

        return await asyncio.to_thread(run)


def _stored(row: Row) -> StoredMessage:
    return StoredMessage(
        id=row["id"], message=MESSAGE.value(row["body"]), attempts=row["attempts"]
    )


def _accept(db: Connection, message: InboundMessage) -> StoredMessage | None:
    conversation_id, at = str(message.sender), micros(message.received_at)
    new = Conversation(id=conversation_id, address=message.sender)
    db.execute(
        "INSERT INTO conversation (id, status, owner, epoch, state, updated_at)"
        " VALUES (?, ?, '', 0, ?, ?) ON CONFLICT (id) DO NOTHING",
        (conversation_id, new.status, CONVERSATION.text(new), at),
    )
    sender = message.sender
    row = (sender.channel, message.vendor_id, MESSAGE.text(message), at, at, conversation_id)
    stored = db.execute(
        "INSERT INTO inbox (channel, vendor_id, body, received_at, conversation)"
        " SELECT ?, ?, ?, CASE WHEN updated_at > ? THEN updated_at + 1 ELSE ? END, id"
        " FROM conversation WHERE id = ?"  # No chat goes back in time, even if the clock does.
        " ON CONFLICT (channel, vendor_id) DO NOTHING RETURNING id, received_at",
        row,
    ).fetchone()
    if stored is None:
        return None
    last = stored["received_at"]
    db.execute("UPDATE conversation SET updated_at = ? WHERE id = ?", (last, conversation_id))
    return StoredMessage(id=stored["id"], message=message)


def _commit(db: Connection, turn: Turn) -> None:
    if turn.inbox_id is not None:
        marked = db.execute(
            "UPDATE inbox SET done = 1 WHERE id = ? AND done = 0", (turn.inbox_id,)
        )
        if marked.rowcount == 0:
            raise StaleEpoch("This message has been answered already.")
    last = _check_epoch(db, turn)
    if micros(turn.at) < last:  # The clock was set back; the chat goes on in its order.
        turn = replace(turn, at=moment(last + 1))
    if turn.changes_chat:
        _save_conversation(db, turn)
        _carry_over(db, turn)
        _drop_outdated(db, turn.conversation.id)
    for reply in turn.replies:
        _queue(db, turn, REPLY.text(reply))
    _note_disclosure(db, turn)
    if turn.event:
        db.execute(
            "INSERT INTO event (conversation, at, name, colleague, text) VALUES (?, ?, ?, ?, ?)",
            (turn.conversation.id, micros(turn.at), turn.event, turn.colleague, turn.note),
        )


def _check_epoch(db: Connection, turn: Turn) -> int:
    """Return when something last happened in the chat; raise StaleEpoch."""
    found = db.execute(
        "SELECT epoch, updated_at FROM conversation WHERE id = ?", (turn.conversation.id,)
    ).fetchone()
    if found is None or found["epoch"] != turn.epoch_before:
        raise StaleEpoch("Who speaks has changed meanwhile.")
    return int(found["updated_at"])


def _save_conversation(db: Connection, turn: Turn) -> None:
    after = turn.conversation
    waiting = micros(after.waiting_since) if after.waiting_since else None
    db.execute(
        "UPDATE conversation SET status = ?, owner = ?, epoch = ?, state = ?, updated_at = ?,"
        " waiting_since = ? WHERE id = ?",
        (
            after.status,
            after.owner,
            after.epoch,
            CONVERSATION.text(after),
            micros(turn.at),
            waiting,
            after.id,
        ),
    )


def _queue(db: Connection, turn: Turn, body: str) -> None:
    evidence = EVIDENCE.text(turn.evidence) if turn.evidence else None
    db.execute(
        # Due at once, also if the clock is set back before it is sent.
        "INSERT INTO outbox (conversation, body, author, colleague, evidence, epoch, state,"
        " next_try, channel, created_at) VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?)",
        (
            turn.conversation.id,
            body,
            turn.author,
            turn.colleague,
            evidence,
            turn.conversation.epoch,
            turn.conversation.address.channel,
            micros(turn.at),
        ),
    )


def _note_disclosure(db: Connection, turn: Turn) -> None:
    """Note what a turn tells of a contract, by ids and classes only."""
    if turn.evidence is not None and turn.evidence.disclosed and turn.replies:
        db.execute(
            "INSERT INTO disclosure (at, conversation, contract, assurance, classes)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                micros(turn.at),
                turn.conversation.id,
                turn.evidence.contract_id,
                turn.evidence.assurance,
                " ".join(turn.evidence.disclosed),
            ),
        )


def _due(now: datetime) -> tuple[int, int]:
    """Return until when a reply is due, and after when it is because the clock was set back."""
    return micros(now), micros(now + LONGEST_WAIT)


def _next_reply(db: Connection, conversation_id: str, now: datetime) -> OutboxReply | None:
    _drop_outdated(db, conversation_id)
    row = db.execute(
        "SELECT o.id, o.body, o.attempts, o.next_try, o.state, c.state AS chat"
        " FROM outbox o JOIN conversation c ON c.id = o.conversation"
        " WHERE o.conversation = ? AND o.state IN ('waiting', 'sending') ORDER BY o.id LIMIT 1",
        (conversation_id,),
    ).fetchone()
    due, again = _due(now)
    if row is None or row["state"] == ReplyState.SENDING or due < row["next_try"] <= again:
        return None
    db.execute("UPDATE outbox SET state = 'sending' WHERE id = ?", (row["id"],))
    address = CONVERSATION.value(row["chat"]).address
    return OutboxReply(
        id=row["id"], to=address, reply=REPLY.value(row["body"]), attempts=row["attempts"]
    )


def _carry_over(db: Connection, turn: Turn) -> None:
    """Keep what the bot still has to say when it is not staff who speak now.

    A bot that hands over has answered what came before; only a takeover silences it.
    """
    if turn.conversation.status in _BOT_SPEAKS:
        db.execute(
            "UPDATE outbox SET epoch = ? WHERE conversation = ? AND author = ? AND epoch = ?"
            " AND state IN ('waiting', 'sending')",
            (turn.conversation.epoch, turn.conversation.id, Author.BOT, turn.epoch_before),
        )


def _drop_outdated(db: Connection, conversation_id: str) -> None:
    """Drop what the bot wanted to say before who speaks changed."""
    db.execute(
        "UPDATE outbox SET state = 'dropped' WHERE conversation = ? AND state = 'waiting'"
        " AND author = ? AND epoch < (SELECT epoch FROM conversation WHERE id = ?)",
        (conversation_id, Author.BOT, conversation_id),
    )


def _mark_uncertain(db: Connection) -> list[str]:
    rows = db.execute(
        "UPDATE outbox SET state = 'uncertain',"
        " error = 'The program stopped while this was being sent.'"
        " WHERE state = 'sending' RETURNING conversation"
    ).fetchall()
    return list(dict.fromkeys(str(row["conversation"]) for row in rows))


def _record_report(db: Connection, report: DeliveryReport) -> str | None:
    row = db.execute(
        "SELECT id, conversation, state FROM outbox WHERE channel = ? AND vendor_id = ?",
        (report.channel, report.vendor_id),
    ).fetchone()
    if row is None:
        return None
    state, before = _REPORTED.get(report.status), ReplyState(row["state"])
    if state is ReplyState.FAILED or (state in _ORDER and before in _ORDER[: _ORDER.index(state)]):
        db.execute(
            "UPDATE outbox SET state = ?, error = ? WHERE id = ?", (state, report.error, row["id"])
        )
    return str(row["conversation"])
