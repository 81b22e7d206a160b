"""How often those on duty have been called to a chat that nobody takes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("waiting_since", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("conversation"),
    )
