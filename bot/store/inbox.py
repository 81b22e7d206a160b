"""What arrives: the statements, each within a transaction."""

from bot.domain.conversation import Conversation
from bot.domain.messages import InboundMessage
from bot.ports import StoredMessage
from bot.store.codec import CONVERSATION, MESSAGE, micros
from bot.store.database import Connection, Dialect, Row
from bot.store.nodes import Node, held

_OLDEST_OPEN = (
    "SELECT id, body, attempts FROM inbox WHERE conversation = ? AND done = 0 ORDER BY id LIMIT 1"
)
_FOUND = (
    "node, state, updated_at, EXISTS (SELECT 1 FROM inbox i"
    " WHERE i.conversation = conversation.id AND i.done = 0) AS busy"
)
_TOUCH = (
    "UPDATE conversation SET updated_at = CASE WHEN updated_at > ? THEN updated_at + 1 ELSE ? END"
    " WHERE id = ?"
)
_OPEN = (
    "INSERT INTO conversation (id, status, owner, epoch, state, updated_at, node)"
    " VALUES (?, ?, '', 0, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at"
)
NEXT = (
    "SELECT i.id, i.body, i.attempts, c.state FROM inbox i"
    " JOIN conversation c ON c.id = i.conversation"
    " WHERE i.conversation = ? AND i.done = 0 AND c.node = ? ORDER BY i.id LIMIT 1"
)
"""The next message to be answered by a node, with its conversation."""


def accept(
    db: Connection, dialect: Dialect, node: Node, message: InboundMessage
) -> StoredMessage | None:
    """Store a message unless it is there, and see who answers its chat.

    The chat's row is locked first: messages of one chat are numbered in the order in which they
    are committed, whichever node takes them.
    """
    conversation_id = str(message.sender)
    chat = _touched(db, node, message)
    ours = held(db, dialect, node, (conversation_id, chat["node"]))
    stored = db.execute(
        "INSERT INTO inbox (channel, vendor_id, conversation, body, received_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (channel, vendor_id) DO NOTHING RETURNING id",
        (
            message.sender.channel,
            message.vendor_id,
            conversation_id,
            MESSAGE.text(message),
            chat["updated_at"],
        ),
    ).fetchone()
    if stored is None:
        return None
    is_next = ours and not chat["busy"]
    return StoredMessage(
        id=stored["id"],
        message=message,
        chat=CONVERSATION.value(chat["state"]) if is_next else None,
    )


def oldest_open(db: Connection, chat: Conversation) -> StoredMessage | None:
    """Return the next message to be answered in a chat that is as given."""
    row = db.execute(_OLDEST_OPEN, (chat.id,)).fetchone()
    return None if row is None else _stored(row, chat)


def read(row: Row) -> StoredMessage:
    """Return what was found by ``NEXT``."""
    return _stored(row, CONVERSATION.value(row["state"]))


def _touched(db: Connection, node: Node, message: InboundMessage) -> Row:
    """Return the row of a message's chat, locked; made if nobody wrote from there before.

    No chat goes back in time, even if the clock does.
    """
    conversation_id, at = str(message.sender), micros(message.received_at)
    known = db.execute(
        f"{_TOUCH} RETURNING {_FOUND}",
        (at, at, conversation_id),
    ).fetchone()
    if known is not None:
        return known
    new = Conversation(id=conversation_id, address=message.sender)
    made = db.execute(
        f"{_OPEN} RETURNING {_FOUND}",
        (conversation_id, new.status, CONVERSATION.text(new), at, node.id),
    ).fetchone()
    assert made is not None  # noqa: S101 - it was inserted or updated
    return made


def _stored(row: Row, chat: Conversation) -> StoredMessage:
    return StoredMessage(
        id=row["id"], message=MESSAGE.value(row["body"]), attempts=row["attempts"], chat=chat
    )
