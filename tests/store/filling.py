"""Much in a database, written straight by SQL: through the program it would take minutes."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import psycopg

from bot.domain.conversation import Conversation, HandoverReason, hand_over
from bot.domain.messages import Address, InboundMessage, Reply
from bot.store.codec import CONVERSATION, MESSAGE, REPLY, micros
from tests.builders import NOW, later

Row = Sequence[object]

_CHATS = (
    "INSERT INTO conversation (id, status, owner, epoch, state, updated_at, waiting_since, node,"
    " heard_at, channel, language, reason) VALUES (?, ?, '', ?, ?, ?, ?, 1, ?, ?, 'it', ?)"
)
_RECEIVED = (
    "INSERT INTO inbox (channel, vendor_id, conversation, body, received_at, done, message_id)"
    " VALUES (?, ?, ?, ?, ?, 1, ?)"
)
_SENT = (
    "INSERT INTO outbox (conversation, body, author, colleague, epoch, state, next_try, channel,"
    " vendor_id, created_at, sent_at) VALUES (?, ?, 'bot', '', 0, 'sent', 0, ?, ?, ?, ?)"
)
_SAID = (
    "INSERT INTO said (conversation, entry, at, words) SELECT conversation,"
    " 'i' || CAST(id AS text), received_at, 'messaggio sulla posta ' || CAST(id AS text)"
    " FROM inbox WHERE conversation = ?"
)


def write(place: Path | str, statement: str, rows: Sequence[Row]) -> None:
    """Run a statement for each row, in a file of SQLite or a PostgreSQL database."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as db, db:
            db.executemany(statement, rows)
        return
    with psycopg.connect(place) as connection, connection.cursor() as cursor:
        cursor.executemany(statement.replace("?", "%s"), rows)


def a_long_chat(place: Path | str, chat: str, count: int) -> None:
    """Put a chat there in which ``count`` messages were sent, every second one by the bot."""
    write(place, _CHATS, [_row(Conversation(id=chat, address=Address.read(chat)))])
    write(place, _RECEIVED, [_received(chat, number) for number in range(0, count, 2)])
    write(place, _SENT, [_sent(chat, number) for number in range(1, count, 2)])
    write(place, _SAID, [(chat,)])


def many_waiting(place: Path | str, count: int, channel: str = "whatsapp") -> None:
    """Put so many chats there that wait for a person, each with one message."""
    chats = [_waiting(channel, number) for number in range(count)]
    write(place, _CHATS, [_row(chat) for chat in chats])
    write(place, _RECEIVED, [_received(chat.id, 0) for chat in chats])


def _waiting(channel: str, number: int) -> Conversation:
    address = Address(channel=channel, id=f"+39320{number:07}")
    chat = Conversation(id=str(address), address=address, phone=address.id, name=f"C. {number}")
    return hand_over(chat, HandoverReason.ASKED, later(-number))


def _row(chat: Conversation) -> Row:
    since = micros(chat.waiting_since) if chat.waiting_since else None
    return (
        chat.id,
        chat.status.value,
        chat.epoch,
        CONVERSATION.text(chat),
        micros(NOW),
        since,
        micros(NOW),
        chat.address.channel,
        chat.reason.value if chat.reason else "",
    )


def _received(chat: str, number: int) -> Row:
    address = Address.read(chat)
    name = f"{chat} {number}"
    message = InboundMessage(
        vendor_id=name,
        sender=address,
        text=f"Messaggio numero {number} sulla posta",
        received_at=later(number),
    )
    body = MESSAGE.text(message)
    return address.channel, name, chat, body, micros(message.received_at), name


def _sent(chat: str, number: int) -> Row:
    at = micros(later(number))
    body = REPLY.text(Reply(text=f"Risposta numero {number} sulla posta"))
    return chat, body, Address.read(chat).channel, f"{chat} {number}", at, at
