"""What channels tell of people: by what else they are known, and whether anything reaches them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("conversation", sa.Column("heard_at", sa.BigInteger()))
    op.add_column(
        "conversation", sa.Column("barred", sa.String(), server_default="", nullable=False)
    )
    op.execute(
        "UPDATE conversation SET heard_at ="
        " (SELECT max(received_at) FROM inbox WHERE inbox.conversation = conversation.id)"
    )
    op.add_column("inbox", sa.Column("token", sa.String()))
    op.add_column("inbox", sa.Column("message_id", sa.String(), server_default="", nullable=False))
    op.execute("UPDATE inbox SET message_id = vendor_id")
    op.create_index("inbox_once_by_token", "inbox", ["channel", "token"], unique=True)
    op.create_index("inbox_by_message", "inbox", ["conversation", "message_id"])
    op.create_table(
        "alias",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("channel", "user_id"),
    )
    op.create_index("alias_by_conversation", "alias", ["conversation"])
