"""What was done at the desk, and by whom: the statements, within a transaction."""

from dataclasses import replace

from bot.ports import Noted, Turn
from bot.store.codec import micros, moment
from bot.store.database import Connection, Row

REPLY = "reply"
"""What staff do when they write to the customer, perhaps along with something else."""

_TOLD = frozenset({"transfer", "close"})
"""Of these it is told to whom, or why; of others the details may be words."""


def note(db: Connection, noted: Noted) -> None:
    """Note what was done, in the transaction in which it is."""
    db.execute(
        "INSERT INTO audit (at, who, who_key, action, target, detail) VALUES (?, ?, ?, ?, ?, ?)",
        (
            micros(noted.at),
            noted.who,
            noted.who.casefold(),
            noted.action,
            noted.target,
            noted.detail,
        ),
    )


def note_turn(db: Connection, turn: Turn) -> None:
    """Note what staff do in a chat; what the bot does is told by the chat itself."""
    if not turn.colleague:
        return
    noted = Noted(at=turn.at, who=turn.colleague, action=REPLY, target=turn.conversation.id)
    if turn.event:
        detail = turn.note if turn.event in _TOLD else ""
        note(db, replace(noted, action=turn.event, detail=detail))
    if turn.replies and turn.said_by:
        note(db, noted)


def noted(db: Connection, who: str, before: int, most: int) -> list[Noted]:
    """Return what was done, the newest first; by one colleague, or by all."""
    asked, values = ["1 = 1"], list[object]()
    if who:
        asked, values = [*asked, "who_key = ?"], [*values, who.casefold()]
    if before:
        asked, values = [*asked, "id < ?"], [*values, before]
    rows = db.execute(
        f"SELECT * FROM audit WHERE {' AND '.join(asked)} ORDER BY id DESC LIMIT ?",  # noqa: S608
        [*values, most],
    )
    return [_noted(row) for row in rows]


def forget_target(db: Connection, target: str) -> None:
    """Leave of what was done only who did what and when, not in whose chat."""
    db.execute("UPDATE audit SET target = '', detail = '' WHERE target = ?", (target,))


def _noted(row: Row) -> Noted:
    return Noted(
        id=row["id"],
        at=moment(row["at"]),
        who=row["who"],
        action=row["action"],
        target=row["target"],
        detail=row["detail"],
    )
