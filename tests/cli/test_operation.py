import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.parts import CHANNELS
from tests.cli.console import complaint, sportello
from tests.cli.contract_files import a_contract, a_file

binds_a_port = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Return the port of the settings, on which another program listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port: int = other.getsockname()[1]
        monkeypatch.setenv("SPORTELLO_PORT", str(port))
        yield port


def test_a_database_is_made_and_may_be_made_again(home: Path) -> None:
    said = f"{home}/sportello.db is up to date.\n"

    assert sportello("db", "upgrade").stdout == said
    assert sportello("db", "upgrade").stdout == said
    assert (home / "sportello.db").is_file()


def test_a_database_elsewhere_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTELLO_DATABASE_URL", "sqlite:///other/desk.db")

    assert sportello("db", "upgrade").exit_code == 0
    assert (tmp_path / "other/desk.db").is_file()


def test_an_account_is_added_or_gets_a_new_password() -> None:
    typed = "correct horse\ncorrect horse\n"

    assert sportello("staff", "add", "anna", given=typed).stdout.endswith(
        "anna can sign in now.\n"
    )
    assert sportello("staff", "add", "anna", "--password", "battery staple").exit_code == 0
    assert "ok   staff accounts: 1\n" in sportello("doctor").stdout


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("anna", "too short", "The password needs at least 10 characters."),
        (" ", "correct horse", "The name is empty."),
    ],
)
def test_an_account_nobody_could_use_is_refused(name: str, password: str, said: str) -> None:
    result = sportello("staff", "add", name, "--password", password)

    assert result.exit_code == 2
    assert said in result.stderr
    assert "FIX  staff accounts: 0" in sportello("doctor").stdout


def test_a_fresh_home_needs_contracts_and_an_account(home: Path) -> None:
    result = sportello("doctor")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "ok   knowledge: 37 intents",
        f"ok   database: {home}/sportello.db",
        "FIX  contracts: 0; run: sportello contracts import FILE",
        "FIX  staff accounts: 0; run: sportello staff add NAME",
        *(
            f"ok   {name}: off: set the {plan.settings}… settings to switch it on"
            for name, plan in CHANNELS.items()
            if name != "web"
        ),
        "ok   web: on",
    ]


def test_with_all_in_place_nothing_is_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sportello("contracts", "import", a_file(tmp_path, a_contract()))
    sportello("staff", "add", "anna", "--password", "correct horse")
    monkeypatch.setenv("SPORTELLO_PUBLIC_URL", "https://desk.example")

    result = sportello("doctor")

    assert result.exit_code == 0
    assert all(line.startswith("ok   ") for line in result.stdout.splitlines())
    assert "web: on" in result.stdout


def test_webhooks_need_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:token")

    assert "FIX  webhooks: set SPORTELLO_PUBLIC_URL" in sportello("doctor").stdout


def test_each_part_out_of_order_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPORTELLO_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("SPORTELLO_INTENTS", str(tmp_path / "nowhere"))

    knowledge, database, *_ = sportello("doctor").stdout.splitlines()

    assert knowledge.startswith("FIX  knowledge: ")
    assert knowledge.endswith(" faults; run: sportello kb check")
    assert database.startswith(f"FIX  database: Cannot write to {tmp_path}/file/home: ")


def test_without_a_token_telegram_is_not_polled(home: Path) -> None:
    said = complaint(sportello("poll", "telegram"))

    assert said == "Telegram is off: set TELEGRAM_BOT_TOKEN in .env."
    assert not home.exists()


@binds_a_port
def test_a_port_that_is_taken_is_named_with_the_cure(taken: int) -> None:
    said = complaint(sportello("serve"))

    assert said == (
        f"Cannot listen on 127.0.0.1:{taken}: Address already in use. "
        "Stop the other program, or set SPORTELLO_PORT to another port."
    )


@binds_a_port
def test_a_home_that_cannot_be_written_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SPORTELLO_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.setenv("SPORTELLO_PORT", str(unused_tcp_port))

    said = complaint(sportello("serve"))

    assert said.startswith(f"Cannot write to {tmp_path}/file/home: ")


def test_doctor_asks_the_source_of_contracts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("by_phone: SELECT 1 AS contratto\nby_id: SELECT 1 AS contratto\n")
    monkeypatch.setenv("SPORTELLO_CONTRACTS", "sql")
    monkeypatch.setenv("SPORTELLO_SQL_MAPPING", str(mapping))
    monkeypatch.setenv("SPORTELLO_SQL_URL", "sqlite://")

    assert "ok   source of contracts sql: answers" in sportello("doctor").stdout

    monkeypatch.setenv("SPORTELLO_SQL_URL", f"sqlite:///{tmp_path}/no/such/folder.db")

    result = sportello("doctor")

    assert "FIX  source of contracts sql: The database of contracts does not" in result.stdout
    assert result.exit_code == 1
