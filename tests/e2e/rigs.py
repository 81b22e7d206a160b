"""The rigs: stand-ins of Twilio and Telegram, judged by the vendors' published schemas."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.program import HTTP, free_port, until

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sportello-rigs"
"""Where setup.sh puts the rigs and axe-core."""

Json = Any  # What a rig answers; each test looks at what it needs.

_PRISMS = 3
_PRISM_AFTER = 100


def missing(what: str) -> None:
    """Skip the test that needs an outside program; in CI nothing is skipped."""
    reason = f"{what} is missing: run sh tests/e2e/setup.sh, which says how to get it."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class Rig:
    """A stand-in of a vendor, told over HTTP what to do.

    Args:
        settings: What the program needs to take the rig for its vendor.
    """

    def __init__(self, name: str, folder: Path, port: int, *options: str) -> None:
        if not (CACHE / "ready").exists():
            missing(f"The rig for {name}")
        self.base = f"http://127.0.0.1:{port}"
        self.settings: Mapping[str, str] = {}
        self._output = folder / f"{name}.txt"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    CACHE / name / ".venv/bin/python",
                    CACHE / name / "rig.py",
                    "serve",
                    f"--port={port}",
                    f"--log={folder / name}.jsonl",
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | {"PATH": f"{CACHE}/node/bin:{os.environ['PATH']}"},
            )
        try:
            until(self._ready)
        except BaseException:
            self.stop()
            raise

    def tell(self, command: str, **order: object) -> Json:
        """Have the rig do something and return its answer."""
        answer = HTTP.post(f"{self.base}/_rig/{command}", json=order)
        assert answer.is_success, answer.text
        return answer.json()

    def ask(self, command: str, **what: str | int) -> Json:
        """Return what the rig has recorded."""
        answer = HTTP.get(f"{self.base}/_rig/{command}", params=what)
        assert answer.is_success, answer.text
        return answer.json()

    def stop(self) -> None:
        """End the rig and what it has started."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def _ready(self) -> bool:
        said = self._output.read_text(encoding="utf-8")
        assert self._process.poll() is None, said
        return " ready" in said


class Twilio(Rig):
    """WhatsApp through Twilio: Prism judges what the program sends."""

    account = "AC" + 32 * "a"
    token = "rig_auth_token"
    sender = "whatsapp:+14155238886"

    def __init__(self, folder: Path) -> None:
        super().__init__("twilio", folder, _port_with_room(), "--window")
        self.settings = {
            "TWILIO_ACCOUNT_SID": self.account,
            "TWILIO_AUTH_TOKEN": self.token,
            "TWILIO_WHATSAPP_FROM": self.sender,
            "TWILIO_API_BASE": self.base,
        }

    def reset(self) -> None:
        """Forget everything, as at the start."""
        self.tell("reset")
        self.tell("flow", steps=["sent", "delivered", "read"], delay=0.05, dup=1)

    def write(self, url: str, sender: str, text: str = "", **order: object) -> Json:
        """Have a customer write to the program and return how the signed webhook went."""
        # WhatsApp's id of the person, which stays when they hide their number.
        user_id = f"IT.{sender.lstrip('+')}" if sender.startswith("+") else sender
        customer = {"from": f"whatsapp:{sender}", "bsuid": f"whatsapp:{user_id}", "body": text}
        return self.tell("inbound", url=url, **customer | order)

    def attempts(self, to: str = "") -> list[Json]:
        """Return the calls with which the program tried to send to a customer, oldest first."""
        return [
            call
            for call in self.ask("requests")
            if call["dir"] == "api" and call["form"].get("To", [""])[0].endswith(to)
        ]

    def accepted(self, to: str = "") -> list[str]:
        """Return the texts to a customer that Twilio's schema and rules accepted."""
        return [call["form"]["Body"][0] for call in self.attempts(to) if call.get("status") == 201]


UPDATES = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
"""What the program wants to be told of."""


class Telegram(Rig):
    """Telegram: the documented schema and TDLib judge what the program sends."""

    token = "123456789:AAExampleToken_of_35_chars_abcdefgh"
    secret = "only-telegram_knows"

    def __init__(self, folder: Path) -> None:
        super().__init__("telegram", folder, free_port(), "--scale=0.05", "--utf16")
        self.settings = {
            "TELEGRAM_BOT_TOKEN": self.token,
            "TELEGRAM_WEBHOOK_SECRET": self.secret,
            "TELEGRAM_API_BASE": self.base,
        }

    def reset(self) -> None:
        """Forget everything, as at the start."""
        self.tell("reset")
        self.call("deleteWebhook", drop_pending_updates=True)

    def stop(self) -> None:
        """End the rig at once; else it waits for the end of a long poll nobody listens to."""
        self._process.kill()
        self._process.wait()

    def call(self, method: str, **arguments: object) -> Json:
        """Call a method of the Bot API, as the operator does when setting up."""
        answer = HTTP.post(f"{self.base}/bot{self.token}/{method}", json=arguments).json()
        assert answer["ok"], answer
        return answer["result"]

    def register(self, base: str) -> None:
        """Tell Telegram where the program is, as an operator does."""
        hook = {
            "url": f"{base}/webhooks/telegram",
            "secret_token": self.secret,
            "allowed_updates": UPDATES,
        }
        # Telegram takes one a second; the rig as many as its scale allows.
        until(lambda: HTTP.post(f"{self.base}/bot{self.token}/setWebhook", json=hook).is_success)

    def write(self, customer: int, **what: object) -> Json:
        """Have a customer write: text="…", contact="own", edit=ID and so on."""
        return self.tell("message", user_id=customer, token=self.token, **what)

    def calls(self, method: str = "sendMessage") -> list[Json]:
        """Return the program's calls of a method, oldest first."""
        return [call for call in self.ask("calls") if call["method"] == method]

    def read(self, chat: int) -> list[Json]:
        """Return the messages of the program that a customer sees."""
        seen = self.ask("transcript", chat_id=chat)
        return [message for message in seen if message["from"].get("is_bot")]

    def accepted(self, to: int) -> list[str]:
        """Return the texts to a customer that Telegram's schema and rules accepted."""
        mine = (call for call in self.calls() if call.get("status") == 200)
        return [call["p"]["text"] for call in mine if call["p"]["chat_id"] == to]


def _port_with_room() -> int:
    """Return a free port with as many free ones for Prism behind it."""
    return until(lambda: _has_room(free_port()))


def _has_room(port: int) -> int:
    """Return the port if those the rig takes for Prism are free as well, else 0."""
    for at in range(port + _PRISM_AFTER, port + _PRISM_AFTER + _PRISMS):
        with socket.socket() as probe:
            if at > 65535 or probe.connect_ex(("127.0.0.1", at)) == 0:
                return 0
    return port
