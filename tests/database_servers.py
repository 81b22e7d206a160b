"""Real database servers, each in a folder of its own and reached by a socket in it only."""

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.e2e.rigs import missing

_PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.1


@contextmanager
def postgresql(
    folder: Path, *, new: bool = True, durable: bool = False, host: str = ""
) -> Iterator[str]:
    """Run PostgreSQL, on new data or those it had; yield its address for SQLAlchemy.

    Args:
        folder: Where it keeps them.
        new: Whether there are none yet.
        durable: Whether a commit waits for the disk, which tests need not.
        host: An address at which it is to be reached as well.
    """
    user = _unprivileged("postgres", folder)
    options = ("--username", "owner", "--encoding", "UTF8", "--locale", "C", "--no-sync")
    if new:
        _run("initdb", "--pgdata", folder / "data", *options, user=user)
        if host:
            with (folder / "data" / "pg_hba.conf").open("a", encoding="ascii") as rules:
                rules.write("host all all samenet trust\n")
    command = (
        *(_program("postgres"), "-D", folder / "data", "-k", folder),
        *("-c", f"listen_addresses={host}", "-c", f"fsync={'on' if durable else 'off'}"),
    )
    with _running(command, user, lambda: _is_up(folder), signal.SIGINT):
        yield f"postgresql+psycopg://owner@/postgres?host={folder}"


def _is_up(folder: Path) -> bool:
    """Tell whether the server takes connections; its socket is there a little earlier."""
    try:
        psycopg.connect(user="owner", dbname="postgres", host=str(folder)).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    """Run MariaDB; yield the address of its database for SQLAlchemy."""
    user = _unprivileged("mysql", folder)
    here = (f"--datadir={folder / 'data'}", "--auth-root-authentication-method=normal")
    _run("mariadb-install-db", "--no-defaults", *here, user=user)
    socket = folder / "socket"
    command = (
        *(_program("mariadbd"), "--no-defaults", here[0], f"--socket={socket}"),
        *("--skip-networking", "--innodb-flush-log-at-trx-commit=0"),
    )
    with _running(command, user, socket.exists):
        yield f"mariadb+pymysql://root@localhost/test?unix_socket={socket}&charset=utf8mb4"


SERVERS = {"postgresql": postgresql, "mariadb": mariadb}


def _unprivileged(account: str, folder: Path) -> str | None:
    """Return who is to run a server, or None for ourselves: neither runs as root."""
    if getpass.getuser() != "root":
        return None
    found = pwd.getpwnam(account)
    os.chown(folder, found.pw_uid, found.pw_gid)
    for above in (folder, *folder.parents):
        if str(above).startswith("/tmp/"):  # noqa: S108 - where pytest makes its folders
            above.chmod(above.stat().st_mode | 0o011)
    return account


def _program(name: str) -> Path:
    """Return where a program is; Debian keeps PostgreSQL's out of the path."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    places = [Path(found)] if found else sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not places:
        missing(name)
    return places[-1]


def _run(name: str, *arguments: str | Path, user: str | None) -> None:
    command = [_program(name), *arguments]
    subprocess.run(command, check=True, capture_output=True, user=user, cwd="/")  # noqa: S603 - ours


@contextmanager
def _running(
    command: Sequence[str | Path],
    user: str | None,
    ready: Callable[[], bool],
    end: signal.Signals = signal.SIGTERM,
) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - ours
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd="/"
    )
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not ready():
            assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
            assert time.monotonic() < until, f"{command[0]} is not ready"
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        process.send_signal(end)  # PostgreSQL would wait for its clients to go.
        process.wait(_PATIENCE_SECONDS)
