"""What the console reads: the list of chats and their transcripts."""

from collections.abc import Iterator, Sequence
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
SELECT c.id, c.state, c.updated_at, c.heard_at, i.body AS last_in, i.received_at AS last_in_at,
  o.body AS last_out, o.author AS out_author, o.created_at AS last_out_at,
  (SELECT max(at) FROM event WHERE conversation = c.id AND name = 'file_failed') AS failed_at,
  (SELECT max(at) FROM event WHERE conversation = c.id AND colleague <> '') AS seen_at
FROM conversation c
  LEFT JOIN inbox i ON i.id = (SELECT id FROM inbox WHERE conversation = c.id
    ORDER BY received_at DESC, id DESC LIMIT 1)
  LEFT JOIN outbox o ON o.id = (SELECT id FROM outbox WHERE conversation = c.id
    ORDER BY created_at DESC, id DESC LIMIT 1)
"""
_LAST_ERRORS = """
SELECT channel, error, created_at FROM outbox WHERE id IN
  (SELECT max(id) FROM outbox WHERE error <> '' GROUP BY channel)
"""
_AT_ONCE = 100
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


def summaries_of(db: Connection, chats: Sequence[str]) -> list[ConversationSummary]:
    """Return some conversations, in this order."""
    if not chats:
        return []
    rows = db.execute(f"{_LAST} WHERE c.id IN ({_places(chats)})", chats)
    found = {row["id"]: _summary(row) for row in rows}
    return [found[chat] for chat in chats if chat in found]


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
    said = [
        *_inbound(db, conversation_id),
        *_outbound(db, conversation_id),
        *_events(db, conversation_id),
    ]
    return sorted(said, key=in_order)


def entries(db: Connection, conversation_id: str, ids: Sequence[str]) -> list[Entry]:
    """Return some entries of a transcript by their ids, oldest first."""
    found: list[Entry] = []
    for kind, read in (("i", _inbound), ("o", _outbound), ("e", _events)):
        numbers = sorted(int(one[1:]) for one in ids if one[0] == kind)
        for start in range(0, len(numbers), _AT_ONCE):
            found.extend(read(db, conversation_id, numbers[start : start + _AT_ONCE]))
    return sorted(found, key=in_order)


def _only(column: str, numbers: Sequence[int] | None) -> str:
    """Return the SQL that keeps only some rows of a chat, or all."""
    return "" if numbers is None else f" AND {column} IN ({_places(numbers)})"


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


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
        heard_at=None if row["heard_at"] is None else moment(row["heard_at"]),
    )


def _inbound(
    db: Connection, conversation_id: str, numbers: Sequence[int] | None = None
) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT id, body, received_at, error, done FROM inbox"  # noqa: S608 - ours
        f" WHERE conversation = ?{_only('id', numbers)} ORDER BY id",
        (conversation_id, *(numbers or ())),
    )
    files = _files(db, conversation_id, numbers)
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


def _files(
    db: Connection, conversation_id: str, numbers: Sequence[int] | None
) -> dict[int, list[FileNote]]:
    """Return how far the files of a chat have come, by the number of their message."""
    rows = db.execute(
        "SELECT inbox, state, error, media_type, words, length(content) AS size FROM file"  # noqa: S608 - ours
        f" WHERE conversation = ?{_only('inbox', numbers)} ORDER BY inbox, place",
        (conversation_id, *(numbers or ())),
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


def _outbound(
    db: Connection, conversation_id: str, numbers: Sequence[int] | None = None
) -> Iterator[Entry]:
    only = _only("id", numbers)
    rows = db.execute(
        f"SELECT * FROM outbox WHERE conversation = ?{only} ORDER BY id",  # noqa: S608 - ours
        (conversation_id, *(numbers or ())),
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
            enclosures=reply.enclosures,
            id_in_chat=row["vendor_id"],
        )


def _events(
    db: Connection, conversation_id: str, numbers: Sequence[int] | None = None
) -> Iterator[Entry]:
    only = _only("id", numbers)
    rows = db.execute(  # A mark stands beside its reply; as an event it is only kept.
        f"SELECT * FROM event WHERE conversation = ? AND name <> 'marked'{only} ORDER BY id",  # noqa: S608 - ours
        (conversation_id, *(numbers or ())),
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
