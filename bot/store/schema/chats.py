"""Chats, their messages, and what programs share."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.schema.columns import ID, metadata

conversation = Table(
    "conversation",
    metadata,
    Column("id", String, primary_key=True),
    Column("status", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("waiting_since", BigInteger),
    Column("node", BigInteger, nullable=False, server_default="0"),
    Column("heard_at", BigInteger),  # when the customer wrote last
    Column("barred", String, nullable=False, server_default=""),  # why nothing reaches them
    Column("snoozed_until", BigInteger),  # when its owner has it again
    Column("channel", String, nullable=False, server_default=""),
    Column("language", String, nullable=False, server_default=""),
    Column("reason", String, nullable=False, server_default=""),  # of the handover
    Index("conversation_by_status", "status", "updated_at"),
    Index("conversation_by_wait", "status", "waiting_since"),
)

alias = Table(
    "alias",
    metadata,
    Column("channel", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Index("alias_by_conversation", "conversation"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("channel", String, nullable=False),
    Column("vendor_id", String, nullable=False),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("token", String),  # of the vendor's delivery; none where there is none
    Column("message_id", String, nullable=False, server_default=""),  # by which others refer to it
    UniqueConstraint("channel", "vendor_id", name="inbox_once"),
    Index("inbox_once_by_token", "channel", "token", unique=True),
    Index("inbox_by_message", "conversation", "message_id"),
    Index("inbox_by_time", "conversation", "received_at"),
    Index("inbox_by_conversation", "conversation", "done", "id"),
    Index("inbox_open", "done", "conversation"),
)

file = Table(
    "file",
    metadata,
    Column("id", ID, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("inbox", BigInteger, ForeignKey("inbox.id"), nullable=False),
    Column("place", Integer, nullable=False),  # among the files of its message, from 0
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try", BigInteger, nullable=False, server_default="0"),
    Column("error", String, nullable=False, server_default=""),
    Column("media_type", String, nullable=False, server_default=""),  # by its content
    Column("words", Text, nullable=False, server_default=""),  # what it says, for staff
    Column("content", LargeBinary),
    UniqueConstraint("inbox", "place", name="file_once"),
    Index("file_due", "state", "next_try"),
    Index("file_by_conversation", "conversation"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("author", String, nullable=False),
    Column("colleague", String, nullable=False),
    Column("evidence", Text),
    Column("epoch", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try", BigInteger, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("channel", String, nullable=False),
    Column("vendor_id", String, nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("node", BigInteger, nullable=False, server_default="0"),  # that marked it as being sent
    Column("marked_at", BigInteger),  # by the clock of the database
    Index("outbox_by_conversation", "conversation", "state", "id"),
    Index("outbox_by_time", "conversation", "created_at"),
    Index("outbox_due", "state", "next_try"),
    Index("outbox_by_vendor", "channel", "vendor_id"),
)

enclosure = Table(
    "enclosure",
    metadata,
    Column("id", String, primary_key=True),  # random; replies name it
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),  # by its content
    Column("content", LargeBinary, nullable=False),
    Index("enclosure_by_conversation", "conversation"),
)

mark = Table(
    "mark",
    metadata,
    Column("id", ID, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("outbox", BigInteger, ForeignKey("outbox.id"), nullable=False),
    Column("is_right", Integer, nullable=False),
    Column("intent", String, nullable=False, server_default=""),  # that would have been right
    Column("note", Text, nullable=False, server_default=""),
    Column("colleague", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("outbox", name="mark_once"),
    Index("mark_by_conversation", "conversation"),
)

topic = Table(
    "topic",
    metadata,
    Column("conversation", String, ForeignKey("conversation.id"), primary_key=True),
    Column("number", BigInteger, nullable=False, server_default="0"),
    Column("told", String, nullable=False, server_default=""),  # the last entry, by its id
    Column("is_open", Integer, nullable=False, server_default="0"),
    Column("owes_card", Integer, nullable=False, server_default="1"),
    Column("node", BigInteger, nullable=False, server_default="0"),  # that tells it at the moment
    Index("topic_by_number", "number"),
)

word = Table(
    "word",
    metadata,
    Column("key", String, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("entries", String, nullable=False),  # that it became, by their ids
    Index("word_by_conversation", "conversation"),
)

report = Table(
    "report",  # of messages that nobody knows yet
    metadata,
    Column("channel", String, primary_key=True),
    Column("vendor_id", String, primary_key=True),
    Column("status", String, primary_key=True),
    Column("error", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # by the clock of the database
)

template = Table(
    "template",
    metadata,
    Column("channel", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("vendor_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("approval", String, nullable=False),
    Column("reason", Text, nullable=False),
)

disclosure = Table(
    "disclosure",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("contract", String, nullable=False),
    Column("assurance", String, nullable=False),
    Column("classes", String, nullable=False),
    Index("disclosure_by_conversation", "conversation"),
    Index("disclosure_by_contract", "contract", "at"),
)

event = Table(
    "event",
    metadata,
    Column("id", ID, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("name", String, nullable=False),
    Column("colleague", String, nullable=False),
    Column("text", Text, nullable=False),
    Index("event_by_conversation", "conversation", "id"),
    Index("event_by_time", "conversation", "at"),
)

said = Table(
    "said",  # what can be searched for; each database has an index of its own over the words
    metadata,
    Column("id", ID, primary_key=True),
    Column("conversation", String, ForeignKey("conversation.id"), nullable=False),
    Column("entry", String, nullable=False),  # of the transcript; none for who writes
    Column("at", BigInteger, nullable=False),
    Column("words", Text, nullable=False),  # folded, separated by spaces
    UniqueConstraint("conversation", "entry", name="said_once"),
)

rating = Table(
    "rating",
    metadata,
    Column("conversation", String, ForeignKey("conversation.id"), primary_key=True),
    Column("closing", Integer, primary_key=True, autoincrement=False),  # the epoch it began
    Column("colleague", String, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("value", String, nullable=False, server_default=""),
    Column("comment", Text, nullable=False, server_default=""),
    Column("at", BigInteger),  # of the last answer
    Index("rating_by_time", "asked_at"),
)

unreadable = Table(
    "unreadable",
    metadata,
    Column("id", ID, primary_key=True),
    Column("channel", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("call", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

contract = Table(
    "contract",
    metadata,
    Column("id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

contact = Table(
    "contact",
    metadata,
    Column("contract", String, ForeignKey("contract.id"), primary_key=True),
    Column("phone", String, primary_key=True),
    Index("contact_by_phone", "phone"),
)

contact_email = Table(
    "contact_email",
    metadata,
    Column("contract", String, ForeignKey("contract.id"), primary_key=True),
    Column("email", String, primary_key=True),  # in lower case
    Index("contact_by_email", "email"),
)

node = Table(
    "node",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
    Column("until", BigInteger, nullable=False),  # by the clock of the database
)

job = Table(
    "job",
    metadata,
    Column("name", String, primary_key=True),
    Column("due", BigInteger, nullable=False),  # by the clock of the database
)

secret = Table(
    "secret",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("conversation", String, ForeignKey("conversation.id"), primary_key=True),
    Column("waiting_since", BigInteger, nullable=False),
    Column("calls", Integer, nullable=False),  # to those on duty, since then
    Column("at", BigInteger, nullable=False),
)
