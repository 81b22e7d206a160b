"""The desk: accounts, sessions, and who did what."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema.columns import ID, metadata

staff = Table(
    "staff",
    metadata,
    Column("key", String, primary_key=True),  # the name in lower case
    Column("name", String, nullable=False),
    Column("password_hash", String, nullable=False),
    # Who had access before there were roles could do everything.
    Column("role", String, nullable=False, server_default="admin"),
    Column("email", String, nullable=False, server_default=""),
    Column("telegram", String, nullable=False, server_default=""),
    Column("on_duty", Integer, nullable=False, server_default="0"),
    Column("active", Integer, nullable=False, server_default="1"),
    Column("totp", String, nullable=False, server_default=""),
    Column("totp_pending", String, nullable=False, server_default=""),
    Column("totp_step", BigInteger, nullable=False, server_default="0"),
    Column("recovery", Text, nullable=False, server_default=""),  # hashes, with blanks between
    Column("since", BigInteger),
    Column("signed_in_at", BigInteger),
)

session = Table(
    "session",
    metadata,
    Column("id", String, primary_key=True),  # digest of what the browser keeps
    Column("staff", String, ForeignKey("staff.key"), nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("agent", String, nullable=False, server_default=""),
    Index("session_by_staff", "staff"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("id", String, primary_key=True),  # digest of the token in the link
    Column("key", String, nullable=False),  # the name in lower case
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("email", String, nullable=False),
    Column("made_by", String, nullable=False),
    Column("until", BigInteger, nullable=False),
    UniqueConstraint("key", name="invitation_once"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("key", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String, nullable=False),
    Column("who_key", String, nullable=False),  # in lower case
    Column("action", String, nullable=False),
    Column("target", String, nullable=False),
    Column("detail", String, nullable=False),
    Index("audit_by_who", "who_key", "id"),
    Index("audit_by_target", "target"),
    Index("audit_by_age", "at"),
)
