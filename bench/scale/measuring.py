"""What a write, a commit and a notice cost PostgreSQL on this machine."""

import time
from dataclasses import dataclass

import asyncpg

_FEW, _MANY = 1, 400
_LISTENERS = 8
_COMMITS = 300
_BODY = "x" * 400


@dataclass(frozen=True, kw_only=True)
class DatabaseCosts:
    """Milliseconds; see `bench.scale.plan.Costs`. Commit and flush were measured as one."""

    row_ms: float
    commit_ms: float
    wake_ms: float


async def measured(url: str) -> DatabaseCosts:
    """Return what they cost, seen from one connection that does nothing else."""
    db = await asyncpg.connect(url)
    listeners = [await asyncpg.connect(url) for _ in range(_LISTENERS)]
    try:
        await db.execute("CREATE TABLE written (id BIGSERIAL PRIMARY KEY, body TEXT)")
        few, many = await _commit_ms(db, _FEW, ""), await _commit_ms(db, _MANY, "")
        noticed = await _commit_ms(db, _FEW, "node")
        for one in listeners:
            await one.add_listener("node", _ignore)
        woken = await _commit_ms(db, _FEW, "node")
    finally:
        for one in (db, *listeners):
            await one.close()
    row_ms = (many - few) / (_MANY - _FEW)
    wake_ms = max(woken - noticed, 0.0) / _LISTENERS
    return DatabaseCosts(row_ms=row_ms, commit_ms=few - row_ms, wake_ms=wake_ms)


async def _commit_ms(db: asyncpg.Connection, rows: int, channel: str) -> float:
    """Return how long a commit of so many rows takes, with a notice if there is a channel."""
    bodies = [_BODY] * rows
    insert = (
        "WITH made AS (INSERT INTO written (body) SELECT unnest($1::text[]) RETURNING id)"
        " SELECT count(*), CASE WHEN $2 <> '' THEN pg_notify($2, 'chat') END FROM made"
    )
    statement = await db.prepare(insert)
    began = time.perf_counter()
    for _ in range(_COMMITS):
        await statement.fetch(bodies, channel)
    return (time.perf_counter() - began) / _COMMITS * 1000


def _ignore(*_: object) -> None:
    """A notice is only to arrive."""
