"""The desk: calls to those on duty, ratings of customers, chats put off, files sent."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _alerts()
    _ratings()
    _steps()
    _enclosures()


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation"),
    )


def _ratings() -> None:
    op.create_table(
        "rating",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("closing", sa.Integer(), nullable=False),
        sa.Column("colleague", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.String(), server_default="", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation", "closing"),
    )
    op.create_index("rating_by_time", "rating", ["asked_at"])


def _steps() -> None:
    op.add_column("conversation", sa.Column("snoozed_until", sa.BigInteger()))


def _enclosures() -> None:
    op.create_table(
        "enclosure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("enclosure_by_conversation", "enclosure", ["conversation"])
