"""What the console reads: the list of chats and their transcripts."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.conversation import Status
from bot.domain.files import FileState
from bot.domain.messages import MessageKind
from bot.ports import (
    Author,
    ChannelActivity,
    ConversationSummary,
    Entry,
    FileNote,
    Reach,
    ReplyState,
    in_order,
)
from bot.store.codec import CONVERSATION, EVIDENCE, MESSAGE, REPLY, moment
from bot.store.database import Connection, Row

_LAST = """
SELECT c.state, c.updated_at,
  (SELECT body FROM inbox WHERE conversation = c.id ORDER BY id DESC LIMIT 1) AS last_in,
  (SELECT max(received_at) FROM inbox WHERE conversation = c.id) AS last_in_at,
  (SELECT body FROM outbox WHERE conversation = c.id ORDER BY id DESC LIMIT 1) AS last_out,
  (SELECT author FROM outbox WHERE conversation = c.id ORDER BY id DESC LIMIT 1) AS out_author,
  (SELECT max(created_at) FROM outbox WHERE conversation = c.id) AS last_out_at,
  (SELECT max(at) FROM event WHERE conversation = c.id AND name = 'file_failed') AS failed_at,
  (SELECT max(at) FROM event WHERE conversation = c.id AND colleague <> '') AS seen_at
FROM conversation c
"""
_LAST_ERRORS = """
SELECT channel, error, created_at FROM outbox WHERE id IN
  (SELECT max(id) FROM outbox WHERE error <> '' GROUP BY channel)
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


def reach(row: Row) -> Reach:
    """Return whether and until when a customer can be reached."""
    heard = moment(row["heard_at"]) if row["heard_at"] is not None else None
    return Reach(heard_at=heard, barred=row["barred"])


def activity(db: Connection) -> list[ChannelActivity]:
    """Return what went by each channel last, by name."""
    inbound = _by_channel(db, "SELECT channel, max(received_at) AS at FROM inbox GROUP BY channel")
    outbound = _by_channel(db, "SELECT channel, max(sent_at) AS at FROM outbox GROUP BY channel")
    errors = {row["channel"]: row for row in db.execute(_LAST_ERRORS).fetchall()}
    return [
        ChannelActivity(
            channel=name,
            last_in=_moment_or_none(inbound.get(name)),
            last_out=_moment_or_none(outbound.get(name)),
            last_error_at=moment(errors[name]["created_at"]) if name in errors else None,
            last_error=errors[name]["error"] if name in errors else "",
        )
        for name in sorted({*inbound, *outbound})
    ]


def _by_channel(db: Connection, statement: str) -> dict[str, int | None]:
    return {row["channel"]: row["at"] for row in db.execute(statement).fetchall()}


def _moment_or_none(micros: int | None) -> datetime | None:
    return None if micros is None else moment(micros)


def transcript(db: Connection, conversation_id: str) -> list[Entry]:
    """Return all that was said and done, oldest first."""
    entries = [
        *_inbound(db, conversation_id),
        *_outbound(db, conversation_id),
        *_events(db, conversation_id),
    ]
    return sorted(entries, key=in_order)


def _summary(row: Row) -> ConversationSummary:
    conversation = CONVERSATION.value(row["state"])
    received, sent = row["last_in_at"] or 0, row["last_out_at"] or 0
    kind = MessageKind.TEXT
    if sent and sent >= received:
        text, author, at = REPLY.value(row["last_out"]).text, Author(row["out_author"]), sent
    elif row["last_in"] is not None:
        last = MESSAGE.value(row["last_in"])
        text, author, at, kind = last.text, Author.CUSTOMER, received, last.kind
    else:
        text, author, at = "", Author.CUSTOMER, row["updated_at"]
    return ConversationSummary(
        conversation=conversation,
        last_text=text,
        last_at=moment(at),
        last_author=author,
        last_kind=kind,
        lacks_file=(row["failed_at"] or 0) > (row["seen_at"] or 0),
    )


def _inbound(db: Connection, conversation_id: str) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT id, body, received_at, error, done FROM inbox WHERE conversation = ? ORDER BY id",
        (conversation_id,),
    )
    files = _files(db, conversation_id)
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
            kind=message.kind,
            details=message.details,
            forwarded=message.forwarded,
            id_in_chat=message.id_in_chat,
            refers_to=message.refers_to,
            files=tuple(files.get(row["id"], ())),
        )


def _files(db: Connection, conversation_id: str) -> dict[int, list[FileNote]]:
    """Return how far the files of a chat have come, by the number of their message."""
    rows = db.execute(
        "SELECT inbox, state, error, media_type, words, length(content) AS size FROM file"
        " WHERE conversation = ? ORDER BY inbox, place",
        (conversation_id,),
    )
    notes: dict[int, list[FileNote]] = {}
    for row in rows:
        note = FileNote(
            state=FileState(row["state"]),
            trouble=row["error"],
            media_type=row["media_type"],
            size=row["size"] or 0,
            words=row["words"],
        )
        notes.setdefault(row["inbox"], []).append(note)
    return notes


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
            id_in_chat=row["vendor_id"],
        )


def _events(db: Connection, conversation_id: str) -> Iterator[Entry]:
    rows = db.execute(  # A mark stands beside its reply; as an event it is only kept.
        "SELECT * FROM event WHERE conversation = ? AND name <> 'marked' ORDER BY id",
        (conversation_id,),
    )
    for row in rows:
        yield Entry(
            id=f"e{row['id']}",
            at=moment(row["at"]),
            author=Author.NOTE if row["name"] == "note" else Author.EVENT,
            text=row["text"],
            name=row["colleague"],
            event=row["name"],
        )
