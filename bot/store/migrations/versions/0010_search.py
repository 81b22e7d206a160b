"""What the list of chats is sorted and filtered by, and what can be searched for."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from bot.domain.searching import folded

revision = "0010"
down_revision = "0009"

_BATCH = 1_000
_ADD = "INSERT INTO said_words (rowid, words) VALUES (new.id, new.words)"
_TAKE = "INSERT INTO said_words (said_words, rowid, words) VALUES ('delete', old.id, old.words)"
_INDEX = (
    # With no positions kept: nobody looks for words in a row.
    "CREATE VIRTUAL TABLE said_words USING fts5("
    "words, content='said', content_rowid='id', tokenize='ascii', detail='none', columnsize=0)"
)
_ON_SQLITE = (
    _INDEX,
    f"CREATE TRIGGER said_is_new AFTER INSERT ON said BEGIN {_ADD}; END",
    f"CREATE TRIGGER said_is_gone AFTER DELETE ON said BEGIN {_TAKE}; END",
    f"CREATE TRIGGER said_is_other AFTER UPDATE ON said BEGIN {_TAKE}; {_ADD}; END",
)
_ON_POSTGRESQL = (
    "CREATE INDEX said_words ON said USING gin (array_to_tsvector(string_to_array(words, ' ')))",
)


def upgrade() -> None:
    for name in ("channel", "language", "reason"):
        column = sa.Column(name, sa.String(), server_default="", nullable=False)
        op.add_column("conversation", column)
    op.create_index("conversation_by_wait", "conversation", ["status", "waiting_since"])
    op.create_index("inbox_by_time", "inbox", ["conversation", "received_at"])
    op.create_index("outbox_by_time", "outbox", ["conversation", "created_at"])
    op.create_index("event_by_time", "event", ["conversation", "at"])
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    said = op.create_table(
        "said",
        sa.Column("id", number, nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation", "entry", name="said_once"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _ON_SQLITE if is_sqlite else _ON_POSTGRESQL:
        op.execute(statement)
    _fill_columns()
    _note(said, "SELECT id, conversation, received_at AS at, body FROM inbox", "i", _received)
    _note(
        said, "SELECT id, conversation, created_at AS at, body, evidence FROM outbox", "o", _sent
    )
    notes = "SELECT id, conversation, at, text FROM (SELECT * FROM event WHERE name = 'note') AS n"
    _note(said, notes, "e", lambda row: row["text"])
    _note(
        said, "SELECT id AS conversation, updated_at AS at, state, id FROM conversation", "", _who
    )


def _fill_columns() -> None:
    """Note of each chat what was known only from its state."""
    update = sa.text(
        "UPDATE conversation SET channel = :channel, language = :language, reason = :reason"
        " WHERE id = :id"
    )
    op.execute(
        "UPDATE conversation SET waiting_since = updated_at"
        " WHERE status = 'waiting' AND waiting_since IS NULL"
    )
    for rows in _batches("SELECT id, state FROM conversation", ""):
        states = [json.loads(row["state"]) | {"id": row["id"]} for row in rows]
        values = [
            {
                "id": state["id"],
                "channel": state["id"].partition(":")[0],
                "language": state.get("language") or "",
                "reason": state.get("reason") or "",
            }
            for state in states
        ]
        op.get_bind().execute(update, values)


def _note(
    said: sa.Table, query: str, kind: str, text_of: Callable[[Mapping[str, Any]], str]
) -> None:
    for rows in _batches(query, 0 if kind else ""):
        noted = [
            {
                "conversation": row["conversation"],
                "entry": f"{kind}{row['id']}" if kind else "",
                "at": row["at"],
                "words": words,
            }
            for row in rows
            if (words := folded(text_of(row)))
        ]
        if noted:
            op.bulk_insert(said, noted)


def _batches(query: str, after: object) -> Iterator[list[Mapping[str, Any]]]:
    statement = sa.text(f"{query} WHERE id > :after ORDER BY id LIMIT {_BATCH}")
    while rows := op.get_bind().execute(statement, {"after": after}).mappings().all():
        yield [dict(row) for row in rows]
        after = rows[-1]["id"]


def _received(row: Mapping[str, Any]) -> str:
    message = json.loads(row["body"])
    return f"{message['text']} {message.get('details', '')}"


def _sent(row: Mapping[str, Any]) -> str:
    evidence = json.loads(row["evidence"]) if row["evidence"] else {}
    return f"{json.loads(row['body'])['text']} {evidence.get('contract_id', '')}"


def _who(row: Mapping[str, Any]) -> str:
    state = json.loads(row["state"])
    known = [state.get(name) or "" for name in ("name", "phone", "contract_id", "vouched_for")]
    return " ".join(
        [*known, (state.get("phone") or "").removeprefix("+39"), row["id"].partition(":")[2]]
    )
