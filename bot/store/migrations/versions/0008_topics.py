"""Topics of the staff's group, and what has been carried out of what was written there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "topic",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("told", sa.String(), server_default="", nullable=False),
        sa.Column("is_open", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owes_card", sa.Integer(), server_default="1", nullable=False),
        sa.Column("node", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation"),
    )
    op.create_index("topic_by_number", "topic", ["number"])
    op.create_table(
        "word",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("entries", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("word_by_conversation", "word", ["conversation"])
