"""The program as an operator runs it: a process with a folder, a port and an environment."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx

T = TypeVar("T")
PATIENCE = timedelta(seconds=45)
"""Far more than a step takes; machines that run tests are busy."""

HTTP = httpx.Client(
    trust_env=False,  # No proxy of the machine comes between.
    timeout=PATIENCE.total_seconds(),
    limits=httpx.Limits(max_keepalive_connections=0),
)

_COMMAND = Path(sys.executable).with_name("sportello")
_OURS = ("SPORTELLO_", "TWILIO_", "TELEGRAM_", "META_")
_FIRST_PASSWORD = re.compile(r"password: (\S+)")


class Program:
    """One `sportello serve`, or another command that serves."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        command: Sequence[str] = ("serve",),
        executable: Sequence[str | Path] = (_COMMAND,),
        host: str = "127.0.0.1",
    ) -> None:
        self.port = free_port()
        self.base = f"http://{host}:{self.port}"
        self._host = host
        self.home = folder / "home"
        self._folder = folder
        self._settings = settings
        self._command = command
        self._executable = executable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """What it has printed since its first start."""
        return (self._folder / "stdout").read_text(encoding="utf-8")

    @property
    def errors(self) -> str:
        """What it has complained of since its first start."""
        return (self._folder / "stderr").read_text(encoding="utf-8")

    @property
    def password(self) -> str:
        """The password of the first account, shown once."""
        found = _FIRST_PASSWORD.search(self.output)
        assert found, self.output
        return found.group(1)

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process
        return self._process.pid

    def start(self) -> "Program":
        """Start it and wait until it answers."""
        self.start_soon()
        until(self._answers)
        return self

    def start_soon(self) -> "Program":
        """Start it without waiting."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (
            (self._folder / "stdout").open("ab") as out,
            (self._folder / "stderr").open("ab") as err,
        ):
            self._process = subprocess.Popen(
                [*self._executable, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self._folder,
                env=self._environment(),
            )
        return self

    def ended(self) -> int:
        """Wait for it to end by itself and return its exit status."""
        assert self._process
        return self._process.wait(PATIENCE.total_seconds())

    def send(self, how: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process
        self._process.send_signal(how)

    def kill(self) -> None:
        """Have it end at once, as in a power cut; nothing if it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it as an operator does, and see that it ends well."""
        assert self._process
        self._process.send_signal(how)
        assert self.ended() == 0, self.errors
        assert "Traceback" not in self.errors, self.errors

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same folder and settings; return how it went."""
        return subprocess.run(
            [_COMMAND, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE.total_seconds(),
            check=False,
            cwd=self._folder,
            env=self._environment(),
        )

    @property
    def runs(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def _environment(self) -> dict[str, str]:
        """Return the machine's environment with none of our settings but those of the test."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        own = {
            "SPORTELLO_HOME": str(self.home),
            "SPORTELLO_HOST": self._host,
            "SPORTELLO_PORT": str(self.port),
        }
        return kept | own | dict(self._settings)

    def _answers(self) -> bool:
        assert self.runs, f"It ended:\n{self.errors}"
        try:
            return HTTP.get(f"{self.base}/healthz").is_success
        except httpx.TransportError:
            return False


def until(look: Callable[[], T], patience: timedelta = PATIENCE) -> T:
    """Return what ``look`` sees once it is true; fail with the last sight when patience ends."""
    end = time.monotonic() + patience.total_seconds()
    while not (seen := look()):
        assert time.monotonic() < end, f"Still {seen!r} after {patience.total_seconds():.0f} s."
        time.sleep(0.05)
    return seen


def free_port() -> int:
    """Return a port nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
