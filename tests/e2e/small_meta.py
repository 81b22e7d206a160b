"""The smallest Meta: it takes what its documentation lets it take, signs webhooks and reports."""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.channels.meta.schema import faults
from tests.e2e.program import HTTP

NUMBER, TOKEN, SECRET, VERIFY = "106540352242922", "EAAtoken", "app-secret", "a-word"
_PROOF = hmac.digest(SECRET.encode(), TOKEN.encode(), "sha256").hex()
Json = dict[str, Any]


class SmallMeta:
    """Remembers what was sent, and tells a program what customers write and read."""

    def __init__(self) -> None:
        self.sent: list[Json] = []
        self.seen: list[str] = []
        self.faults: list[str] = []
        self.refusals: list[tuple[int, int]] = []
        self.files: dict[str, bytes] = {}
        self.base = ""
        self.hook = ""
        self._numbers = count(1)

    @property
    def settings(self) -> dict[str, str]:
        """What the program needs to take this for Meta."""
        return {
            "META_ACCESS_TOKEN": TOKEN,
            "META_APP_SECRET": SECRET,
            "META_PHONE_NUMBER_ID": NUMBER,
            "META_VERIFY_TOKEN": VERIFY,
            "META_API_BASE": self.base,
        }

    @contextmanager
    def listening(self) -> Iterator["SmallMeta"]:
        """Answer while this lasts."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()

    def subscribe(self, hook: str) -> str:
        """Make sure of an address as Meta does, then call there; return what was read back."""
        query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "4711"}
        answer = HTTP.get(hook, params=query)
        self.hook = hook
        return answer.text

    def call(self, *values: Json, **headers: str) -> httpx.Response:
        """Tell the program of several things in one call."""
        about = {"display_phone_number": "390000000900", "phone_number_id": NUMBER}
        common = {"messaging_product": "whatsapp", "metadata": about}
        changes = [{"field": "messages", "value": common | value} for value in values]
        account = {"id": "102290129340398", "changes": changes}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [account]}).encode()
        signed = f"sha256={hmac.digest(SECRET.encode(), body, 'sha256').hex()}"
        known = {"X-Hub-Signature-256": signed, "Content-Type": "application/json"}
        return HTTP.post(self.hook, content=body, headers=known | headers)

    def message(self, sender: str, **content: object) -> Json:
        """Return what a customer writes, who has a number or only Meta's id."""
        by_number = sender.isdigit()
        whom = {"from": sender} if by_number else {"from_user_id": sender}
        known = {"wa_id": sender} if by_number else {"user_id": sender}
        (kind,) = content
        body = whom | {"id": f"wamid.{next(self._numbers)}", "timestamp": "1", "type": kind}
        person = known | {"profile": {"name": "Lucia"}}
        return {"contacts": [person], "messages": [body | content]}

    def write(self, sender: str, text: str) -> None:
        """Have a customer write a text."""
        assert self.call(self.message(sender, text={"body": text})).status_code == 200

    def report(self, message_id: str, status: str, *errors: Json) -> None:
        """Tell what became of a reply."""
        told = {"id": message_id, "status": status, "timestamp": "1", "errors": [*errors]}
        assert self.call({"statuses": [told]}).status_code == 200

    def read_by(self, customer: str) -> list[Json]:
        """Return what a customer has been sent, oldest first."""
        whom = {customer, f"+{customer}"}
        return [one for one in self.sent if whom & {one.get("to"), one.get("recipient")}]

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Json | bytes]:
        """Return what a GET is answered."""
        *_, last = path.split("/")
        if path.startswith("/files/"):
            return 200, self.files[last]
        if last in self.files:
            return 200, {"url": f"{self.base}/files/{last}", "id": last}
        if last != NUMBER or query.get("appsecret_proof") != [_PROOF]:
            return _refused(400, 100)
        hook = {"application": self.hook}
        return 200, {"verified_name": "Help Desk", "webhook_configuration": hook, "id": NUMBER}

    def take(self, order: Json) -> tuple[int, Json]:
        """Return the status and the body for what is to be sent."""
        wrong = faults(order)
        if wrong:
            self.faults += wrong
            return _refused(400, 100)
        if "status" in order:
            self.seen.append(order["message_id"])
            return 200, {"success": True}
        if self.refusals:
            return _refused(*self.refusals.pop(0))
        self.sent.append(order)
        found = {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.S{len(self.sent)}"}]}
        return 200, found

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        meta = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                self._say(*meta.answer(asked.path, parse_qs(asked.query)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._say(*meta.take(json.loads(body)))

            def _say(self, status: int, body: Json | bytes) -> None:
                if self.headers["Authorization"] != f"Bearer {TOKEN}":
                    status, body = _refused(401, 190)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        return Handler


def _refused(status: int, code: int) -> tuple[int, Json]:
    return status, {"error": {"message": f"(#{code}) no", "code": code}}
