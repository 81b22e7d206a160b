"""What goes out: the statements, each within a transaction."""

from datetime import datetime

from bot.ports import LONGEST_WAIT, Author, DeliveryReport, OutboxReply, ReplyState
from bot.store.codec import CONVERSATION, REPLY, micros, moment
from bot.store.database import Connection, Dialect, Row
from bot.store.nodes import Node

HEADS = """
SELECT conversation, next_try FROM outbox AS head WHERE state = 'waiting' AND NOT EXISTS
  (SELECT 1 FROM outbox WHERE conversation = head.conversation AND id < head.id
   AND state IN ('waiting', 'sending'))
  AND EXISTS (SELECT 1 FROM conversation WHERE id = head.conversation AND node = ?)
"""
"""The first open reply of each chat of a node; those behind it wait for it, due or not."""

_ORDER = (
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.FAILED,  # What arrived has arrived, whatever else is reported of it.
    ReplyState.DELIVERED,
    ReplyState.READ,
)
_REPORTED = {
    "delivered": ReplyState.DELIVERED,
    "read": ReplyState.READ,
    "failed": ReplyState.FAILED,
    "undelivered": ReplyState.FAILED,
}


def due(now: datetime) -> tuple[int, int]:
    """Return until when a reply is due, and after when it is because the clock was set back."""
    return micros(now), micros(now + LONGEST_WAIT)


def has_open(db: Connection, conversation_id: str) -> bool:
    """Tell whether something of a chat has not left yet."""
    row = db.execute(
        "SELECT 1 FROM outbox WHERE conversation = ? AND state IN ('waiting', 'sending') LIMIT 1",
        (conversation_id,),
    ).fetchone()
    return row is not None


def next_reply(db: Connection, node: Node, asked: tuple[str, datetime]) -> OutboxReply | None:
    """Return a chat's oldest open reply if it is due, and if the chat is this node's."""
    conversation_id, now = asked
    chat = db.execute(
        "SELECT state, heard_at FROM conversation WHERE id = ? AND node = ?",
        (conversation_id, node.id),
    ).fetchone()
    if chat is None:
        return None
    drop_outdated(db, conversation_id)
    row = db.execute(
        "SELECT id, body, attempts, next_try, state FROM outbox"
        " WHERE conversation = ? AND state IN ('waiting', 'sending') ORDER BY id LIMIT 1",
        (conversation_id,),
    ).fetchone()
    by, again = due(now)
    if row is None or row["state"] == ReplyState.SENDING or by < row["next_try"] <= again:
        return None
    return OutboxReply(
        id=row["id"],
        to=CONVERSATION.value(chat["state"]).address,
        reply=REPLY.value(row["body"]),
        attempts=row["attempts"],
        heard_at=heard_at(chat),
    )


def heard_at(chat: Row) -> datetime | None:
    """Return when the customer of a chat wrote last."""
    return moment(chat["heard_at"]) if chat["heard_at"] is not None else None


def leave(db: Connection, dialect: Dialect, node: Node, reply_id: int) -> bool:
    """Mark a reply as being sent; tell whether it may be: it is open, and the chat this node's."""
    marked = db.execute(
        f"UPDATE outbox SET state = 'sending', node = ?, marked_at = {dialect.now}"  # noqa: S608
        " WHERE id = ? AND state = 'waiting' AND EXISTS (SELECT 1 FROM conversation c"
        " WHERE c.id = outbox.conversation AND c.node = ?"
        " AND (outbox.author <> 'bot' OR outbox.epoch >= c.epoch))",
        (node.id, reply_id, node.id),
    )
    return marked.rowcount == 1


def drop_outdated(db: Connection, conversation_id: str) -> None:
    """Drop what the bot wanted to say before who speaks changed."""
    db.execute(
        "UPDATE outbox SET state = 'dropped' WHERE conversation = ? AND state = 'waiting'"
        " AND author = ? AND epoch < (SELECT epoch FROM conversation WHERE id = ?)",
        (conversation_id, Author.BOT, conversation_id),
    )


def mark_sent(db: Connection, reply_id: int, vendor_id: str, now: datetime) -> bool:
    """Record that the vendor accepted a reply; tell whether more of its chat is open.

    What the vendor has reported of it before takes effect now.
    """
    row = db.execute(
        "UPDATE outbox SET state = 'sent', vendor_id = ?, sent_at = ?, error = ''"
        " WHERE id = ? AND state IN ('waiting', 'sending', 'uncertain')"
        " RETURNING channel, EXISTS (SELECT 1 FROM outbox later"
        " WHERE later.conversation = outbox.conversation AND later.id > outbox.id"
        " AND later.state IN ('waiting', 'sending')) AS more",
        (vendor_id, micros(now), reply_id),
    ).fetchone()
    if row is None:
        return False
    for early in _early(db, row["channel"], vendor_id):
        _take(db, early)
    return bool(row["more"])


def mark_failed(db: Connection, reply_id: int, error: str, next_try: datetime | None) -> None:
    """Record a failure; without ``next_try`` it is for ever.

    Where another node has taken the chat meanwhile and said something later, it is too late to
    try again: what is said comes in order or not at all, and staff see it.
    """
    if next_try is not None:
        tried_again = db.execute(
            "UPDATE outbox SET state = 'waiting', error = ?, next_try = ?, attempts = attempts + 1"
            " WHERE id = ? AND (state IN ('waiting', 'sending') OR state = 'uncertain'"
            " AND NOT EXISTS (SELECT 1 FROM outbox AS later"
            " WHERE later.conversation = outbox.conversation AND later.id > outbox.id"
            " AND later.state NOT IN ('waiting', 'dropped')))",
            (error, micros(next_try), reply_id),
        )
        if tried_again.rowcount:
            return
    db.execute(
        "UPDATE outbox SET state = 'failed', error = ?, attempts = attempts + 1"
        " WHERE id = ? AND state IN ('waiting', 'sending', 'uncertain')",
        (error, reply_id),
    )


def record_report(db: Connection, dialect: Dialect, report: DeliveryReport) -> str | None:
    """Record a vendor's report; return the conversation, or None if we never sent that.

    The report may come before the answer to our request: it is kept until that is stored.
    """
    conversation = _take(db, report)
    if conversation is None and report.status in _REPORTED:
        db.execute(
            "INSERT INTO report (channel, vendor_id, status, error, at)"  # noqa: S608 - ours
            f" VALUES (?, ?, ?, ?, {dialect.now}) ON CONFLICT DO NOTHING",
            (report.channel, report.vendor_id, report.status, report.error),
        )
    return conversation


def _take(db: Connection, report: DeliveryReport) -> str | None:
    """Let a report take effect, if the reply is known."""
    row = db.execute(
        "SELECT id, conversation, state FROM outbox WHERE channel = ? AND vendor_id = ?",
        (report.channel, report.vendor_id),
    ).fetchone()
    if row is None:
        return None
    state, before = _REPORTED.get(report.status), ReplyState(row["state"])
    if state in _ORDER and before in _ORDER[: _ORDER.index(state)]:
        db.execute(
            "UPDATE outbox SET state = ?, error = ? WHERE id = ?", (state, report.error, row["id"])
        )
    return str(row["conversation"])


def _early(db: Connection, channel: str, vendor_id: str) -> list[DeliveryReport]:
    """Return the reports of a message that came before it was known, which are then done with."""
    rows = db.execute(
        "DELETE FROM report WHERE channel = ? AND vendor_id = ? RETURNING status, error",
        (channel, vendor_id),
    ).fetchall()
    return [
        DeliveryReport(
            channel=channel, vendor_id=vendor_id, status=row["status"], error=row["error"]
        )
        for row in rows
    ]
