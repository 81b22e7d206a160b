"""What is counted of the desk's work; the same statements in every database.

A chat is found by its last activity, which is never before what is counted of it: so only
recent chats are looked at, by the indexes they have, and messages need none by time.
"""

import asyncio
from datetime import datetime, timedelta

from bot.domain.rating import Rating
from bot.ports.numbers import Comment, Numbers
from bot.store.codec import micros, moment
from bot.store.database import Connection, Database

MOST_COMMENTS = 50
_Period = tuple[int, int]

_CHATS = """
SELECT count(*) AS chats,
  coalesce(sum(CASE WHEN handed > 0 THEN 1 ELSE 0 END), 0) AS handed_over,
  coalesce(sum(CASE WHEN handed = 0 AND helped = 0 AND told > 0 THEN 1 ELSE 0 END), 0) AS bot_alone
FROM (
  SELECT
    (SELECT count(*) FROM event e WHERE e.conversation = c.id AND e.name = 'handover'
      AND e.at >= ? AND e.at < ?) AS handed,
    (SELECT count(*) FROM outbox o WHERE o.conversation = c.id AND o.author = 'staff'
      AND o.created_at >= ? AND o.created_at < ?) AS helped,
    (SELECT count(*) FROM outbox o WHERE o.conversation = c.id AND o.author = 'bot'
      AND o.created_at >= ? AND o.created_at < ?) AS told
  FROM conversation c WHERE c.updated_at >= ? AND EXISTS (
    SELECT 1 FROM inbox i WHERE i.conversation = c.id AND i.received_at >= ? AND i.received_at < ?)
) AS chat
"""
_EVENTS = """
SELECT e.text, count(*) AS count FROM conversation c JOIN event e ON e.conversation = c.id
WHERE c.updated_at >= ? AND e.name = ? AND e.at >= ? AND e.at < ?
GROUP BY e.text ORDER BY count(*) DESC, e.text
"""
_WAITS = """
SELECT count(*) AS replied, max(wait) AS longest,
  avg(CASE WHEN place IN ((all_of_them + 1) / 2, (all_of_them + 2) / 2) THEN wait END) AS median
FROM (
  SELECT wait, row_number() OVER (ORDER BY wait) AS place, count(*) OVER () AS all_of_them
  FROM (
    SELECT max(h.reply - h.at) AS wait FROM (
      SELECT e.conversation, e.at,
        (SELECT min(o.created_at) FROM outbox o WHERE o.conversation = e.conversation
          AND o.author = 'staff' AND o.created_at >= e.at) AS reply,
        (SELECT min(x.at) FROM event x WHERE x.conversation = e.conversation
          AND x.name IN ('close', 'give_back') AND x.at >= e.at) AS left_at
      FROM conversation c JOIN event e ON e.conversation = c.id
      WHERE c.updated_at >= ? AND e.name = 'handover' AND e.at >= ? AND e.at < ?
    ) AS h
    WHERE h.reply IS NOT NULL AND (h.left_at IS NULL OR h.reply <= h.left_at)
    GROUP BY h.conversation, h.reply
  ) AS waited
) AS placed
"""
_RATINGS = """
SELECT value, count(*) AS count FROM rating WHERE asked_at >= ? AND asked_at < ? GROUP BY value
"""
_COMMENTS = """
SELECT conversation, value, comment, at FROM rating
WHERE asked_at >= ? AND asked_at < ? AND comment <> '' AND value <> '' AND at IS NOT NULL
ORDER BY at DESC, conversation LIMIT ?
"""


class SqlNumbers:
    """Counts what is kept in a database, without reading any of it whole."""

    def __init__(self, database: Database) -> None:
        self._reading = database.reading

    async def numbers(self, since: datetime, until: datetime) -> Numbers:
        """Return the numbers of a period, which ends before ``until``."""

        def run() -> Numbers:
            with self._reading() as db:
                return _numbers(db, since, until)

        return await asyncio.to_thread(run)


def _numbers(db: Connection, since: datetime, until: datetime) -> Numbers:
    period = (micros(since), micros(until))
    chats = db.execute(_CHATS, (*period * 3, period[0], *period)).fetchall()[0]
    waits = db.execute(_WAITS, (period[0], *period)).fetchall()[0]
    rated = db.execute(_RATINGS, period).fetchall()
    values = {row["value"]: row["count"] for row in rated}
    return Numbers(
        since=since,
        until=until,
        chats=chats["chats"],
        bot_alone=int(chats["bot_alone"]),
        handed_over=int(chats["handed_over"]),
        handovers=_events(db, "handover", period),
        replied=waits["replied"],
        median_wait=_span(waits["median"]),
        longest_wait=_span(waits["longest"]),
        closings=_events(db, "close", period),
        asked=sum(values.values()),
        ratings={value: values.get(value, 0) for value in Rating},
        comments=_comments(db, period),
    )


def _events(db: Connection, name: str, period: _Period) -> dict[str, int]:
    """Return how often something happened, by its details, most often first."""
    rows = db.execute(_EVENTS, (period[0], name, *period)).fetchall()
    return {row["text"]: row["count"] for row in rows}


def _comments(db: Connection, period: _Period) -> list[Comment]:
    rows = db.execute(_COMMENTS, (*period, MOST_COMMENTS)).fetchall()
    return [
        Comment(
            conversation_id=row["conversation"],
            rating=Rating(row["value"]),
            text=row["comment"],
            at=moment(row["at"]),
        )
        for row in rows
    ]


def _span(count: object) -> timedelta | None:
    """Return a number of microseconds as a time; databases disagree on the type of an average."""
    return None if count is None else timedelta(microseconds=int(str(count).partition(".")[0]))
