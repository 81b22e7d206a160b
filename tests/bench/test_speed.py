"""The bench of the core: that it runs, and that its arithmetic is right; never how fast."""

import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bench.speed.bare import CHECKS
from bench.speed.customers import HOOK, requests
from bench.speed.growth import grow
from bench.speed.places import Place
from bench.speed.posting import read
from bench.speed.table import Aim, Figure, percentile, row
from tests.house.repository import ROOT

WRK = "  5648 requests in 2.00s\n\nresult {} 2000000 {} {} 15006 27647\n"


@pytest.mark.parametrize(
    ("value", "limit", "aim", "shown"),
    [
        pytest.param(50, 200, Aim(value=0.25), "| 0.25 | >= 0.25: yes |", id="of-a-limit"),
        pytest.param(49, 200, Aim(value=0.25), "| 0.24 | >= 0.25: NO |", id="too-slow"),
        pytest.param(1234.5, 100, None, "| 1,234 unit | 100 | 12.35 |  |", id="no-aim"),
        pytest.param(99, None, Aim(value=120, at_most=True), "<= 120: yes |", id="at-most"),
        pytest.param(
            121, None, Aim(value=120, at_most=True, unit="MB"), "<= 120 MB: NO |", id="too-much"
        ),
    ],
)
def test_a_figure_is_judged_by_its_ratio_where_it_has_a_limit(
    value: float, limit: float | None, aim: Aim | None, shown: str
) -> None:
    assert shown in row(Figure(what="x", value=value, unit="unit", limit=limit, aim=aim))


@pytest.mark.parametrize(
    ("share", "value"),
    [(0.5, 50), (0.99, 99), (1.0, 100)],
)
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(share: float, value: float) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_what_wrk_says_is_read() -> None:
    posted = read(WRK.format(5648, 0, 0))

    assert posted.taken == 5648
    assert posted.per_second == 2824
    assert (posted.median_ms, posted.slow_ms) == (15.006, 27.647)


@pytest.mark.parametrize("faults", [(3, 0), (0, 1)])
def test_refused_requests_are_no_result(faults: tuple[int, int]) -> None:
    with pytest.raises(RuntimeError):
        read(WRK.format(5648, *faults))


@pytest.mark.parametrize("kind", list(CHECKS))
def test_signatures_made_beforehand_are_genuine(kind: str) -> None:
    base = "http://127.0.0.1:8080"

    head, _, body = next(requests(base, 1, 1)).partition(b"\r\n\r\n")
    form = dict(pair.split("=") for pair in _plain(body).split("&"))
    signature = head.partition(b"X-Twilio-Signature: ")[2].split(b"\r\n")[0].decode()

    assert CHECKS[kind](base + HOOK, form, signature)
    assert not CHECKS[kind](base + HOOK, form | {"Body": "another"}, signature)


def test_each_request_is_another_message() -> None:
    assert len(set(requests("http://127.0.0.1:8080", 3, 20))) == 20


def test_the_core_is_measured() -> None:
    said = bench("core", "--seconds", "1", "--chats", "2")

    assert "| core, chats at once: 2 |" in said
    assert "- processor" in said


def test_stored_chats_are_whole(tmp_path: Path) -> None:
    where = Place(home=tmp_path)

    grow(where, 0, 20)
    grow(where, 20, 50)

    with closing(sqlite3.connect(where.database)) as db:
        chats = {str(row[0]) for row in db.execute("SELECT id FROM conversation")}
        inbox = Counter(str(row[0]) for row in db.execute("SELECT conversation FROM inbox"))
        outbox = Counter(str(row[0]) for row in db.execute("SELECT conversation FROM outbox"))
        left = db.execute("SELECT COUNT(*) FROM inbox WHERE done = 0").fetchone()
    assert len(chats) == 51  # The model and its copies.
    assert inbox == outbox == dict.fromkeys(chats, 3)
    assert left == (0,)


@pytest.mark.gate
def test_customers_are_answered_all_the_way() -> None:
    said = bench("path", "--seconds", "1", "--chats", "2")

    assert "| POST to vendor's API, chats at once: 2 |" in said


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not there")
@pytest.mark.gate
def test_webhooks_are_acknowledged_and_answered() -> None:
    said = bench("webhook", "--seconds", "1")

    assert "| durable webhook, acknowledged |" in said
    assert "| POST to Channel.send" in said


def bench(*words: str) -> str:
    """Run it in a process of its own, since it opens sockets."""
    command = [sys.executable, "-m", "bench.speed", *words]
    went = subprocess.run(  # noqa: S603 - ours
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert went.returncode == 0, went.stderr
    return went.stdout


def _plain(body: bytes) -> str:
    return body.decode().replace("%3A", ":").replace("%2B", "+").replace("+Rossi", " Rossi")
