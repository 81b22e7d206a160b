"""Until when a chat is put off."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("conversation", sa.Column("snoozed_until", sa.BigInteger()))
