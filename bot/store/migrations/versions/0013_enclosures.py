"""Files that colleagues send to customers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0008"


def upgrade() -> None:
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
