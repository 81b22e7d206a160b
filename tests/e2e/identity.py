"""An identity provider: one that others wrote, in a process of its own."""

import subprocess
import sys
from pathlib import Path

import httpx

from tests.e2e.program import HTTP, free_port, until


class Identity:
    """Lets anybody in as whoever they say; what it knows of them is set beforehand."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.settings = {
            "SPORTELLO_OIDC_ISSUER": self.base,
            "SPORTELLO_OIDC_CLIENT_ID": "sportello",
            "SPORTELLO_OIDC_CLIENT_SECRET": "s3cret",
            "SPORTELLO_OIDC_LABEL": "account aziendale",
        }
        self._output = folder / "identity.txt"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "oidc_provider_mock", f"--port={port}"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        until(self._answers)

    def knows(self, subject: str, **claims: object) -> None:
        """Have it tell this of somebody."""
        assert HTTP.put(f"{self.base}/users/{subject}", json=claims).is_success

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self._output.read_text(encoding="utf-8")
        try:
            return HTTP.get(f"{self.base}/jwks").is_success
        except httpx.TransportError:
            return False
