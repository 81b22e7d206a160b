"""What one step changes, committed together: the statements, within a transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Status
from bot.domain.errors import StaleEpoch
from bot.domain.messages import Reply
from bot.ports import Author, Committed, OutboxReply, Turn
from bot.store import audit, enclosures, inbox, outbox, ratings, said
from bot.store.codec import CONVERSATION, EVIDENCE, REPLY, micros, moment
from bot.store.database import Connection, Dialect, Row
from bot.store.nodes import Node, held

_BOT_SPEAKS = frozenset({Status.BOT, Status.WAITING})
_FOUND = (
    "epoch, node, updated_at, heard_at, EXISTS (SELECT 1 FROM outbox o"
    " WHERE o.conversation = conversation.id AND o.state IN ('waiting', 'sending')) AS busy"
)
_ONCE = frozenset({"news", "news_for_staff"})
"""Events of which a chat has one for each text."""


def commit(db: Connection, dialect: Dialect, node: Node, turn: Turn) -> Committed:
    """Store all of a turn; return what is to be done next in its chat, if it is this node's.

    Raises:
        StaleEpoch: Who speaks has changed, the message has been answered, or another node
            answers this chat now.
    """
    chat = _locked(db, dialect, node, turn)
    if micros(turn.at) < chat["updated_at"]:  # The clock was set back; the order stays.
        turn = replace(turn, at=moment(chat["updated_at"] + 1))
    ours = held(db, dialect, node, (turn.conversation.id, chat["node"]))
    busy = chat["busy"]
    for inbox_id in turn.inbox_ids:
        _answer(db, inbox_id)
    if turn.changes_chat:
        _save_conversation(db, turn)
        if turn.conversation.epoch != turn.epoch_before:
            _carry_over(db, turn)
            outbox.drop_outdated(db, turn.conversation.id)
            busy = outbox.has_open(db, turn.conversation.id)
    enclosures.keep(db, turn.conversation.id, turn.files)
    numbers = [_queue(db, turn, reply) for reply in turn.replies]
    _note_what_happened(db, turn, numbers)
    if not turn.inbox_ids or not ours:
        return Committed()
    return Committed(
        message=inbox.oldest_open(db, turn.conversation),
        reply=None if busy else _first(turn, numbers, outbox.heard_at(chat)),
    )


def _note_what_happened(db: Connection, turn: Turn, numbers: Sequence[int]) -> None:
    _note_disclosure(db, turn)
    audit.note_turn(db, turn)
    if turn.rating is not None:
        ratings.save(db, turn.conversation.id, turn.rating)
    event = _note_event(db, turn) if turn.event else 0
    if turn.remark:
        _note(db, turn, "note", turn.remark)
    if turn.word:
        own = numbers if turn.said_by else []  # Of what the bot says along with it they are told.
        _note_word(db, turn, [*(f"o{one}" for one in own), f"e{event}"])


def _locked(db: Connection, dialect: Dialect, node: Node, turn: Turn) -> Row:
    """Lock the chat and return its row; the bot's turns are made by its node only."""
    statement = f"SELECT {_FOUND} FROM conversation WHERE id = ?{dialect.locking}"  # noqa: S608
    row = db.execute(statement, (turn.conversation.id,)).fetchone()
    if row is None or row["epoch"] != turn.epoch_before:
        raise StaleEpoch("Who speaks has changed meanwhile.")
    if turn.inbox_ids and row["node"] != node.id:
        raise StaleEpoch("Another node answers this chat now.")
    return row


def _answer(db: Connection, inbox_id: int) -> None:
    marked = db.execute("UPDATE inbox SET done = 1 WHERE id = ? AND done = 0", (inbox_id,))
    if marked.rowcount == 0:
        raise StaleEpoch("This message has been answered already.")


def _save_conversation(db: Connection, turn: Turn) -> None:
    after = turn.conversation
    waiting = micros(after.waiting_since) if after.waiting_since else None
    snoozed = micros(after.snoozed_until) if after.snoozed_until else None
    if waiting is None and after.status is Status.WAITING:
        waiting = micros(turn.at)  # The list of who waits has everybody.
    db.execute(
        "UPDATE conversation SET status = ?, owner = ?, epoch = ?, state = ?, updated_at = ?,"
        " waiting_since = ?, snoozed_until = ?, language = ?, reason = ? WHERE id = ?",
        (
            after.status,
            after.owner,
            after.epoch,
            CONVERSATION.text(after),
            micros(turn.at),
            waiting,
            snoozed,
            after.language,
            after.reason or "",
            after.id,
        ),
    )
    said.note_who(db, after, micros(turn.at))


def _carry_over(db: Connection, turn: Turn) -> None:
    """Keep what the bot still has to say when it is not staff who speak now.

    A bot that hands over has answered what came before; only a takeover silences it.
    """
    if turn.conversation.status in _BOT_SPEAKS:
        db.execute(
            "UPDATE outbox SET epoch = ? WHERE conversation = ? AND author = ? AND epoch = ?"
            " AND state IN ('waiting', 'sending')",
            (turn.conversation.epoch, turn.conversation.id, Author.BOT, turn.epoch_before),
        )


def _first(turn: Turn, numbers: Sequence[int], heard_at: datetime | None) -> OutboxReply | None:
    """Return the first reply of a turn, by the numbers under which they are queued."""
    if not numbers:
        return None
    to = turn.conversation.address
    return OutboxReply(id=numbers[0], to=to, reply=turn.replies[0], attempts=0, heard_at=heard_at)


def _queue(db: Connection, turn: Turn, reply: Reply) -> int:
    evidence = EVIDENCE.text(turn.evidence) if turn.evidence else None
    row = db.execute(
        "INSERT INTO outbox (conversation, body, author, colleague, evidence, epoch, state,"
        " next_try, channel, created_at)"
        # Due at once, also if the clock is set back before it is sent.
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, ?) RETURNING id",
        (
            turn.conversation.id,
            REPLY.text(reply),
            turn.author,
            turn.said_by,
            evidence,
            turn.conversation.epoch,
            turn.conversation.address.channel,
            micros(turn.at),
        ),
    ).fetchone()
    number = int(row["id"]) if row else 0
    contract = turn.evidence.contract_id if turn.evidence else ""
    place = (turn.conversation.id, f"o{number}", micros(turn.at))
    said.note(db, place, reply.text, contract)
    return number


def _note_disclosure(db: Connection, turn: Turn) -> None:
    """Note what a turn tells of a contract, by ids and classes only."""
    if turn.evidence is not None and turn.evidence.disclosed and turn.replies:
        db.execute(
            "INSERT INTO disclosure (at, conversation, contract, assurance, classes)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                micros(turn.at),
                turn.conversation.id,
                turn.evidence.contract_id,
                turn.evidence.assurance,
                " ".join(turn.evidence.disclosed),
            ),
        )


def _note_word(db: Connection, turn: Turn, entries: Sequence[str]) -> None:
    """Note what a colleague's word became; an event that came along with it is told as any."""
    own = entries if turn.event == "note" else entries[:-1]
    noted = db.execute(
        "INSERT INTO word (key, conversation, entries) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (turn.word, turn.conversation.id, " ".join(own)),
    )
    if noted.rowcount == 0:
        raise StaleEpoch("This has been carried out already.")


def _note_event(db: Connection, turn: Turn) -> int:
    if turn.event in _ONCE:
        told = db.execute(
            "SELECT 1 FROM event WHERE conversation = ? AND text = ?"
            " AND name IN ('news', 'news_for_staff') LIMIT 1",
            (turn.conversation.id, turn.note),
        ).fetchone()
        if told is not None:
            raise StaleEpoch("This has been told already.")
    return _note(db, turn, turn.event, turn.note)


def _note(db: Connection, turn: Turn, event: str, text: str) -> int:
    row = db.execute(
        "INSERT INTO event (conversation, at, name, colleague, text) VALUES (?, ?, ?, ?, ?)"
        " RETURNING id",
        (turn.conversation.id, micros(turn.at), event, turn.colleague, text),
    ).fetchone()
    number = int(row["id"]) if row else 0
    if turn.event == "note":
        said.note(db, (turn.conversation.id, f"e{number}", micros(turn.at)), turn.note)
    return number
