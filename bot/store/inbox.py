"""What arrives: the statements, each within a transaction."""

from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.messages import NEVER_ANSWERED, Address, InboundMessage, MessageKind
from bot.ports import StoredMessage
from bot.store import said
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
    "UPDATE conversation SET updated_at = CASE WHEN updated_at > ? THEN updated_at + 1 ELSE ? END,"
    " heard_at = coalesce(?, heard_at), barred = coalesce(?, barred) WHERE id = ?"
)
_OPEN = (
    "INSERT INTO conversation"
    " (id, status, owner, epoch, state, updated_at, node, heard_at, barred, channel)"
    " VALUES (?, ?, '', 0, ?, ?, ?, ?, coalesce(?, ''), ?)"
    " ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at"
)
_KNOWN = (
    "SELECT c.id FROM alias a JOIN conversation c ON c.id = a.conversation"
    " WHERE a.channel = ? AND a.user_id = ?"
)
NEXT = (
    "SELECT i.id, i.body, i.attempts, c.state FROM inbox i"
    " JOIN conversation c ON c.id = i.conversation"
    " WHERE i.conversation = ? AND i.done = 0 AND c.node = ? ORDER BY i.id LIMIT 1"
)
"""The next message to be answered by a node, with its conversation."""
FOLLOWING = (
    "SELECT i.id, i.body, i.attempts, c.state FROM inbox i"
    " JOIN conversation c ON c.id = i.conversation"
    " WHERE i.conversation = ? AND i.done = 0 AND i.id > ? ORDER BY i.id LIMIT 1"
)
"""The next message to be answered after another."""


def accept(
    db: Connection, dialect: Dialect, node: Node, message: InboundMessage
) -> StoredMessage | None:
    """Store a message unless it is there, and see who answers its chat.

    The chat's row is locked first: messages of one chat are numbered in the order in which they
    are committed, whichever node takes them.
    """
    message = _in_its_chat(db, message)
    conversation_id = str(message.sender)
    chat = _touched(db, node, message)
    ours = held(db, dialect, node, (conversation_id, chat["node"]))
    number = _inserted(db, message, chat["updated_at"])
    if number is None:
        return None
    _note_alias(db, message)
    _note_files(db, number, message)
    _note_words(db, number, message, chat["updated_at"])
    answered = message.kind in NEVER_ANSWERED or (
        message.kind is MessageKind.EDIT and not _replaced(db, message)
    )
    if answered:
        db.execute("UPDATE inbox SET done = 1 WHERE id = ?", (number,))
    is_next = ours and not chat["busy"] and not answered
    return StoredMessage(
        id=number,
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


def _in_its_chat(db: Connection, message: InboundMessage) -> InboundMessage:
    """Return a message as one of the chat in which its sender is known already."""
    if not message.user_id:
        return message
    known = db.execute(_KNOWN, (message.sender.channel, message.user_id)).fetchone()
    has_own = db.execute(
        "SELECT 1 FROM conversation WHERE id = ?", (str(message.sender),)
    ).fetchone()
    if known is None or has_own is not None:
        return message
    # A vendor that gave two numbers one user id would let a person read the chat of another.
    before, now = Address.read(known["id"]), message.sender
    if message.user_id not in {before.id, now.id}:
        return message
    return replace(message, sender=before, answer_at=now)


def _inserted(db: Connection, message: InboundMessage, at: int) -> int | None:
    """Store a message and return its number, or None if it is there."""
    stored = db.execute(
        "INSERT INTO inbox"
        " (channel, vendor_id, conversation, body, received_at, token, message_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        (
            message.sender.channel,
            message.vendor_id,
            str(message.sender),
            MESSAGE.text(message),
            at,
            message.token or None,
            message.id_in_chat,
        ),
    ).fetchone()
    return int(stored["id"]) if stored else None


def _note_alias(db: Connection, message: InboundMessage) -> None:
    """Note by what else the sender is known."""
    if message.user_id:
        db.execute(
            "INSERT INTO alias (channel, user_id, conversation) VALUES (?, ?, ?)"
            " ON CONFLICT (channel, user_id) DO UPDATE SET conversation = excluded.conversation",
            (message.sender.channel, message.user_id, str(message.sender)),
        )


def _note_files(db: Connection, number: int, message: InboundMessage) -> None:
    """Note which files are to be fetched, with the message that brings them."""
    for place, _ in enumerate(message.attachments):
        db.execute(
            "INSERT INTO file (conversation, inbox, place, state) VALUES (?, ?, ?, 'waiting')",
            (str(message.sender), number, place),
        )


def _note_words(db: Connection, number: int, message: InboundMessage, at: int) -> None:
    """Note what can be searched for; of an edited message only its new words."""
    if message.kind is MessageKind.EDIT:
        said.forget_before(db, message)
    place = (str(message.sender), f"i{number}", at)
    said.note(db, place, message.text, message.details)


def _replaced(db: Connection, edit: InboundMessage) -> bool:
    """Let an edit stand for the message it changes; tell whether that was unanswered."""
    # The message itself, or an earlier edit of it: both carry its name.
    changed = db.execute(
        "UPDATE inbox SET done = 1 WHERE conversation = ? AND message_id = ? AND done = 0"
        " AND vendor_id <> ?",
        (str(edit.sender), edit.id_in_chat, edit.vendor_id),
    )
    return changed.rowcount > 0


def _touched(db: Connection, node: Node, message: InboundMessage) -> Row:
    """Return the row of a message's chat, locked; made if nobody wrote from there before.

    No chat goes back in time, even if the clock does.
    """
    conversation_id, at = str(message.sender), micros(message.received_at)
    heard_at = None if message.kind in NEVER_ANSWERED else at
    known = db.execute(
        f"{_TOUCH} RETURNING {_FOUND}", (at, at, heard_at, _bar(message), conversation_id)
    ).fetchone()
    if known is not None:
        return known
    new = Conversation(id=conversation_id, address=message.sender)
    made = db.execute(
        f"{_OPEN} RETURNING {_FOUND}",
        (
            conversation_id,
            new.status,
            CONVERSATION.text(new),
            at,
            node.id,
            heard_at,
            _bar(message),
            message.sender.channel,
        ),
    ).fetchone()
    assert made is not None  # noqa: S101 - it was inserted or updated
    said.note_who(db, new, at)
    return made


def _bar(message: InboundMessage) -> str | None:
    """Return why nothing reaches the sender from now on, or None if that is as it was."""
    if message.kind is MessageKind.REACTION:
        return None
    return "blocked" if message.kind is MessageKind.BLOCKED else ""


def _stored(row: Row, chat: Conversation) -> StoredMessage:
    return StoredMessage(
        id=row["id"], message=MESSAGE.value(row["body"]), attempts=row["attempts"], chat=chat
    )
