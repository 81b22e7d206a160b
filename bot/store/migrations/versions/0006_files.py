"""The files that customers send, kept with their messages."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_BATCH = 1_000


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    file = op.create_table(
        "file",
        sa.Column("id", number, nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("inbox", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.String(), server_default="", nullable=False),
        sa.Column("media_type", sa.String(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("inbox", "place", name="file_once"),
    )
    op.create_index("file_due", "file", ["state", "next_try"])
    op.create_index("file_by_conversation", "file", ["conversation"])
    _note_older_files(file)


def _note_older_files(file: sa.Table) -> None:
    """Note the files of older messages as never asked for: staff can have each of them fetched."""
    db = op.get_bind()
    found = sa.text(
        "SELECT id, conversation, body FROM inbox"
        " WHERE id > :after AND body LIKE :with_files ORDER BY id LIMIT :most"
    )
    after = 0
    while rows := db.execute(
        found, {"after": after, "with_files": '%"attachments":[{%', "most": _BATCH}
    ).all():
        noted = [
            {
                "conversation": row.conversation,
                "inbox": row.id,
                "place": place,
                "state": "failed",
                "error": "never_asked",
            }
            for row in rows
            for place, _ in enumerate(json.loads(row.body)["attachments"])
        ]
        if noted:
            op.bulk_insert(file, noted)
        after = rows[-1].id
