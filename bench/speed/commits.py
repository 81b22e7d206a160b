"""Limits of a database: one bare commit after another, each with a row as long as a message."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import asyncpg

from bench.speed.places import Place

_BODY = "x" * 400
_CREATE = "CREATE TABLE bare (id {} PRIMARY KEY, body TEXT NOT NULL)"
_DROP = "DROP TABLE bare"


def bare_commits(where: Place, seconds: float) -> float:
    """Return commits a second of one connection that does nothing else."""
    if where.url:
        return asyncio.run(_postgresql(where.url, seconds))
    return _sqlite(where.home / "bare.db", seconds)


def _sqlite(path: Path, seconds: float) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        db.execute(_CREATE.format("INTEGER"))
        began, count = time.perf_counter(), 0
        while (took := time.perf_counter() - began) < seconds:
            db.execute("INSERT INTO bare (body) VALUES (?)", (_BODY,))
            count += 1
        db.execute(_DROP)
        return count / took


async def _postgresql(url: str, seconds: float) -> float:
    db = await asyncpg.connect(url)
    try:
        await db.execute(_CREATE.format("BIGSERIAL"))
        insert = await db.prepare("INSERT INTO bare (body) VALUES ($1)")
        began, count = time.perf_counter(), 0
        while (took := time.perf_counter() - began) < seconds:
            await insert.fetch(_BODY)
            count += 1
        await db.execute(_DROP)
        return count / took
    finally:
        await db.close()
