"""Starting and stopping: what an operator sees, and what is left behind."""

import signal
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Twilio
from tests.e2e.test_crash import rows
from tests.e2e.words import question


def complaints(program: Program) -> list[str]:
    """Return what a program complained of; the line on its progress is no complaint."""
    return [line for line in program.errors.splitlines() if not line.startswith("Reading the")]


def test_a_second_program_on_the_same_folder_says_so_and_ends(
    start: Start, tmp_path: Path
) -> None:
    first = start()
    second = Program(tmp_path / "second", {"SPORTELLO_HOME": str(first.home)}).start_soon()

    assert second.ended() == 2
    (line,) = complaints(second)
    assert "Another sportello is already running" in line


def test_a_database_of_a_newer_version_is_left_alone_with_a_line_on_what_to_do(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path, {})
    tmp_path.mkdir(exist_ok=True)
    assert program.run("db", "upgrade").returncode == 0
    file = program.home / "sportello.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()

    assert program.start_soon().ended() == 2
    (line,) = complaints(program)
    assert "made by a newer version (revision 9999). Install that version" in line
    assert rows(program, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_port_that_is_taken_is_named_and_nothing_is_begun(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        program = Program(tmp_path, {"SPORTELLO_PORT": port}).start_soon()

        assert program.ended() == 2
    (line,) = complaints(program)
    assert port in line
    assert not program.home.exists()


def test_of_two_that_start_at_once_on_one_port_one_ends_with_a_line(tmp_path: Path) -> None:
    first = Program(tmp_path / "first", {}).start_soon()
    port = {"SPORTELLO_PORT": str(first.port)}
    second = Program(tmp_path / "second", port).start_soon()
    both = (first, second)
    try:
        until(lambda: any(not program.runs for program in both))
        loser = next(program for program in both if not program.runs)
        assert loser.ended() == 2
        assert len(complaints(loser)) == 1
    finally:
        for program in both:
            program.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "systemd"])
def test_stopping_waits_for_a_reply_on_its_way(
    start: Start, twilio: Twilio, stranger: str, how: signal.Signals
) -> None:
    desk = start(twilio)
    twilio.tell("fault", match={"path": "Messages.json"}, action={"delay": 1})
    twilio.write(f"{desk.base}/webhooks/twilio", stranger, question("greeting"))
    until(lambda: twilio.attempts(stranger))

    desk.stop(how)

    assert rows(desk, "SELECT state FROM outbox") == [("sent",)]


def test_an_open_page_does_not_keep_the_program_from_stopping(start: Start) -> None:
    desk = start()
    with httpx.Client(base_url=desk.base, trust_env=False) as browser:
        token = browser.post("/chat/sessions").json()["token"]
        headers = {"X-Chat-Token": token}
        with browser.stream("GET", "/chat/events", headers=headers, timeout=None) as events:
            assert "event: state" in next(events.iter_text())
            desk.stop()
    assert complaints(desk) == ["Stopped; everything is stored."]
