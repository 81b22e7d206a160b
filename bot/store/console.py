"""What the console reads: the list of chats and their transcripts."""

from collections.abc import Iterator

from bot.domain.conversation import Status
from bot.ports import Author, ConversationSummary, Entry, ReplyState
from bot.store.codec import CONVERSATION, EVIDENCE, MESSAGE, REPLY, moment
from bot.store.database import Connection, Row

_LAST = """
SELECT c.state, c.updated_at,
  (SELECT body FROM inbox WHERE conversation = c.id ORDER BY id DESC LIMIT 1) AS last_in,
  (SELECT max(received_at) FROM inbox WHERE conversation = c.id) AS last_in_at,
  (SELECT body FROM outbox WHERE conversation = c.id ORDER BY id DESC LIMIT 1) AS last_out,
  (SELECT author FROM outbox WHERE conversation = c.id ORDER BY id DESC LIMIT 1) AS out_author,
  (SELECT max(created_at) FROM outbox WHERE conversation = c.id) AS last_out_at
FROM conversation c
"""
_WITH_STATUS = "WHERE c.status = ?"
_IN_ORDER = """
ORDER BY CASE c.status WHEN 'waiting' THEN c.waiting_since END NULLS LAST,
  c.updated_at DESC, c.id
"""


def summaries(db: Connection, status: Status | None) -> list[ConversationSummary]:
    """Return conversations: those waiting longest first, then the latest activity."""
    if status is None:
        return [_summary(row) for row in db.execute(f"{_LAST} {_IN_ORDER}")]
    found = db.execute(f"{_LAST} {_WITH_STATUS} {_IN_ORDER}", (status,))
    return [_summary(row) for row in found]


def transcript(db: Connection, conversation_id: str) -> list[Entry]:
    """Return all that was said and done, oldest first."""
    entries = [
        *_inbound(db, conversation_id),
        *_outbound(db, conversation_id),
        *_events(db, conversation_id),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _summary(row: Row) -> ConversationSummary:
    conversation = CONVERSATION.value(row["state"])
    received, sent = row["last_in_at"] or 0, row["last_out_at"] or 0
    if sent and sent >= received:
        text, author, at = REPLY.value(row["last_out"]).text, Author(row["out_author"]), sent
    elif row["last_in"] is not None:
        text, author, at = MESSAGE.value(row["last_in"]).text, Author.CUSTOMER, received
    else:
        text, author, at = "", Author.CUSTOMER, row["updated_at"]
    return ConversationSummary(
        conversation=conversation, last_text=text, last_at=moment(at), last_author=author
    )


def _inbound(db: Connection, conversation_id: str) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT id, body, received_at, error, done FROM inbox WHERE conversation = ? ORDER BY id",
        (conversation_id,),
    )
    for row in rows:
        message = MESSAGE.value(row["body"])
        yield Entry(
            id=f"i{row['id']}",
            at=moment(row["received_at"]),
            author=Author.CUSTOMER,
            text=message.text or message.payload,
            name=message.name,
            error="" if row["done"] else row["error"],
            attachments=message.attachments,
        )


def _outbound(db: Connection, conversation_id: str) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT * FROM outbox WHERE conversation = ? ORDER BY id", (conversation_id,)
    )
    for row in rows:
        reply = REPLY.value(row["body"])
        yield Entry(
            id=f"o{row['id']}",
            at=moment(row["created_at"]),
            author=Author(row["author"]),
            text=reply.text,
            name=row["colleague"],
            buttons=reply.buttons,
            state=ReplyState(row["state"]),
            error=row["error"],
            evidence=EVIDENCE.value(row["evidence"]) if row["evidence"] else None,
            picture=reply.picture,
        )


def _events(db: Connection, conversation_id: str) -> Iterator[Entry]:
    rows = db.execute("SELECT * FROM event WHERE conversation = ? ORDER BY id", (conversation_id,))
    for row in rows:
        yield Entry(
            id=f"e{row['id']}",
            at=moment(row["at"]),
            author=Author.NOTE if row["name"] == "note" else Author.EVENT,
            text=row["text"],
            name=row["colleague"],
            event=row["name"],
        )
