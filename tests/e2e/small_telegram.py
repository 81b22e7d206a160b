"""The smallest Telegram: it takes messages, or refuses those to which it was told to say no."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

BLOCKED = (403, "Forbidden: bot was blocked by the user")
"""What Telegram says for ever; https://core.telegram.org/bots/api#making-requests"""
TAKEN: dict[str, Any] = {"ok": True, "result": True}


class SmallTelegram:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.refusals: list[tuple[int, str]] = []
        self.down = False

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Yield the address it answers at."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()

    def answer(self, order: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return the status and the body for a message that is to be sent."""
        if self.down:
            return 502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}
        if self.refusals:
            code, words = self.refusals.pop(0)
            return code, {"ok": False, "error_code": code, "description": words}
        self.sent.append(order["text"])
        chat = {"id": int(order["chat_id"]), "type": "private"}
        result = {"message_id": len(self.sent), "date": 1764583200, "chat": chat}
        return 200, {"ok": True, "result": result | {"text": order["text"]}}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        telegram = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                form = _read(self.rfile.read(length), self.headers["Content-Type"])
                is_reply = self.path.endswith("/sendMessage")  # Else it is the menu.
                status, body = telegram.answer(form) if is_reply else (200, TAKEN)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        return Handler


def _read(body: bytes, kind: str) -> dict[str, Any]:
    if "json" in kind:
        found: dict[str, Any] = json.loads(body)
        return found
    return dict(parse_qsl(body.decode()))
