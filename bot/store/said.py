"""What can be searched for: noted with what it belongs to, in the same transaction."""

from collections.abc import Sequence

from bot.domain.conversation import Conversation
from bot.domain.messages import InboundMessage
from bot.domain.searching import folded
from bot.ports import Entry, Hit, Search
from bot.store.codec import CONVERSATION
from bot.store.console import entries
from bot.store.database import Connection, Dialect, Row
from bot.store.pages import conditions

Place = tuple[str, str, int]
"""A chat, an entry of its transcript, and when that was."""

_OURS = "+39"
"""Colleagues type Italian numbers without it."""
_NOTE = "INSERT INTO said (conversation, entry, at, words) VALUES (?, ?, ?, ?)"
_WHO = (
    f"{_NOTE} ON CONFLICT (conversation, entry) DO UPDATE SET words = excluded.words"
    " WHERE said.words <> excluded.words"
)
_MORE = (
    "UPDATE said SET words = words || ' ' || ? WHERE conversation = ? AND entry = ? RETURNING id"
)
_OUT_OF_DATE = (
    "DELETE FROM said WHERE conversation = ? AND entry IN (SELECT 'i' || CAST(id AS text)"
    " FROM inbox WHERE conversation = ? AND message_id = ? AND vendor_id <> ?)"
)
_FIRST = (
    "SELECT s.conversation, s.entry, c.state FROM said s"
    " JOIN conversation c ON c.id = s.conversation"
)
_IN_ORDER = "ORDER BY CASE s.entry WHEN '' THEN 0 ELSE 1 END, s.at DESC, s.id DESC LIMIT ?"


def note(db: Connection, place: Place, *texts: str) -> None:
    """Note the words of an entry, if it has some."""
    words = folded(" ".join(texts))
    if words:
        db.execute(_NOTE, (*place, words))


def note_who(db: Connection, chat: Conversation, at: int) -> None:
    """Note by what else than words a chat is found: who writes, and of which contract."""
    phone = chat.phone or ""
    known = (chat.name, phone, phone.removeprefix(_OURS), chat.contract_id, chat.vouched_for)
    words = folded(" ".join((*known, chat.address.id)))
    db.execute(_WHO, (chat.id, "", at, words))


def note_more(db: Connection, place: Place, text: str) -> None:
    """Add the words of a file to those of its entry."""
    words, (chat, entry, _) = folded(text), place
    if words and db.execute(_MORE, (words, chat, entry)).fetchone() is None:
        db.execute(_NOTE, (*place, words))


def forget_before(db: Connection, edit: InboundMessage) -> None:
    """Let an edited message be found by its new words only."""
    chat = str(edit.sender)
    db.execute(_OUT_OF_DATE, (chat, chat, edit.id_in_chat, edit.vendor_id))


def search(db: Connection, dialect: Dialect, asked: Search) -> list[Hit]:
    """Return who and what has all the words looked for: people first, then the newest."""
    if not asked.terms.words:
        return []
    filters, values = conditions(asked.filters)
    statement = f"{_FIRST} WHERE {dialect.finds}{filters} {_IN_ORDER}"
    rows = db.execute(statement, (dialect.query(asked.terms), *values, asked.limit)).fetchall()
    found = [(row, _entry(db, row)) for row in rows]
    return [
        Hit(conversation=CONVERSATION.value(row["state"]), entry=next(iter(said), None))
        for row, said in found
        if said or not row["entry"]
    ]


def _entry(db: Connection, row: Row) -> Sequence[Entry]:
    return entries(db, row["conversation"], [row["entry"]]) if row["entry"] else ()
