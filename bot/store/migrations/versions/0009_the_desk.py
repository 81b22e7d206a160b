"""The desk: accounts, calls to those on duty, chats put off, files sent, ratings, verdicts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _alerts()
    _ratings()
    _steps()
    _enclosures()
    _accounts()
    _marks()


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


def _accounts() -> None:
    _widen_staff()
    op.create_table(
        "session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("staff", sa.String(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.String(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("session_by_staff", "session", ["staff"])
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="invitation_once"),
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    _make_audit()


def _widen_staff() -> None:
    words = {"role": "admin", "email": "", "telegram": "", "totp": "", "totp_pending": ""}
    for name, default in words.items():
        column = sa.Column(name, sa.String(), server_default=default, nullable=False)
        op.add_column("staff", column)
    op.add_column("staff", sa.Column("recovery", sa.Text(), server_default="", nullable=False))
    for name, count in {"on_duty": "0", "active": "1"}.items():
        op.add_column("staff", sa.Column(name, sa.Integer(), server_default=count, nullable=False))
    step = sa.Column("totp_step", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("staff", step)
    for name in ("since", "signed_in_at"):
        op.add_column("staff", sa.Column(name, sa.BigInteger()))


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("who_key", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_by_who", "audit", ["who_key", "id"])
    op.create_index("audit_by_target", "audit", ["target"])
    op.create_index("audit_by_age", "audit", ["at"])


def _marks() -> None:
    op.create_table(
        "mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("outbox", sa.BigInteger(), nullable=False),
        sa.Column("is_right", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("colleague", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("outbox", name="mark_once"),
    )
    op.create_index("mark_by_conversation", "mark", ["conversation"])
