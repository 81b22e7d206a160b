"""Posting messages as fast as they are taken, by wrk."""

import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click
import httpx

from bench.speed.children import Child
from bench.speed.customers import requests
from bench.speed.desk import SENT

_SCRIPT = Path(__file__).with_name("post.lua")
_CONNECTIONS = 50
_CHATS = 500
_MOST_PER_SECOND = 8_000
"""More than any server here takes, so that no request is sent twice."""
_QUIET_SECONDS, _PATIENCE_SECONDS, _PAUSE_SECONDS = 0.5, 10.0, 0.02


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What came of it.

    Args:
        taken: Answered with success.
        median_ms: Of the time until the answer; ``slow_ms`` is what 99 of 100 do not exceed.
    """

    taken: int
    per_second: float
    median_ms: float
    slow_ms: float


def post(server: Child, seconds: int) -> Posted:
    """Post different messages of many chats for some seconds.

    Raises:
        RuntimeError: Some were refused, or not answered.
        ClickException: There is no wrk.
    """
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk, which posts messages, is missing: apt-get install wrk")
    with tempfile.NamedTemporaryFile() as file:
        for one in requests(server.base, _CHATS, (seconds + 1) * _MOST_PER_SECOND):
            file.write(b"%d\n%s" % (len(one), one))
        file.flush()
        options = (f"-c{_CONNECTIONS}", f"-d{seconds}s", "-t1", "-s", str(_SCRIPT))
        said = subprocess.run(  # noqa: S603 - ours
            ["wrk", *options, server.base, "--", file.name],  # noqa: S607 - Debian's
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    return read(said)


def drained(server: Child, posted: Posted, began: float) -> float:
    """Return replies a second since the posting began, once all messages have been answered.

    Raises:
        RuntimeError: Some never were.
    """
    with httpx.Client(base_url=server.base, trust_env=False) as http:
        count, at = 0, time.perf_counter()
        while True:
            sent, now = int(http.get(SENT).text), time.perf_counter()
            if sent > count:
                count, at = sent, now
            elif now - at > _QUIET_SECONDS and count >= posted.taken:
                return count / (at - began)
            elif now - at > _PATIENCE_SECONDS:
                raise RuntimeError(f"Of {posted.taken} messages {count} were answered.")
            time.sleep(_PAUSE_SECONDS)


def read(said: str) -> Posted:
    """Read what wrk says in the end.

    Raises:
        RuntimeError: Some were refused, or not answered.
    """
    last = next(line for line in said.splitlines() if line.startswith("result "))
    count, took_us, refused, failed, median_us, slow_us = map(int, last.split()[1:])
    if refused or failed:
        raise RuntimeError(f"{refused} of {count} were refused, {failed} not answered.")
    return Posted(
        taken=count,
        per_second=count / took_us * 1e6,
        median_ms=median_us / 1000,
        slow_ms=slow_us / 1000,
    )
