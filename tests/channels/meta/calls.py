"""Webhook calls as Meta makes them: a body in JSON, and its HMAC with the secret of the app."""

import hmac
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.channels.meta import Meta
from bot.ports import Enclosures, Pictures, WebhookCall

PAYLOADS = Path(__file__).parent / "payloads"
NUMBER, TOKEN, SECRET, VERIFY = "106540352242922", "EAAtoken", "app secret", "città-word"
BASE = "https://graph.test:4443/v25.0"
URL = "https://help.example/webhooks/meta"
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def a_meta(
    transport: httpx.AsyncBaseTransport | None = None,
    pictures: Pictures | None = None,
    verify: str = VERIFY,
    enclosures: Enclosures | None = None,
) -> Meta:
    """Return the channel; without a transport it can only read."""
    http = httpx.AsyncClient(transport=transport or httpx.MockTransport(_no_network))
    secrets = (TOKEN, SECRET, verify)
    return Meta(NUMBER, secrets, BASE, http, pictures=pictures, enclosures=enclosures)


def a_call(body: bytes, signature: str | None = None) -> WebhookCall:
    """Return a call with the right signature, or with the one given."""
    given = signature_of(body) if signature is None else signature
    headers = {"x-hub-signature-256": given}
    return WebhookCall(url=URL, headers=headers, body=body, received_at=NOW)


def saved_call(name: str) -> WebhookCall:
    return a_call((PAYLOADS / f"{name}.json").read_bytes())


def signature_of(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"


def a_body(**message: object) -> dict[str, object]:
    """Return a call with one message; what is None is left out."""
    usual = {"from": "390000000001", "id": "wamid.1", "type": "text", "text": {"body": "Ciao"}}
    fields = {name: value for name, value in (usual | message).items() if value is not None}
    value = {"metadata": {"phone_number_id": NUMBER}, "messages": [fields]}
    return {"entry": [{"changes": [{"field": "messages", "value": value}]}]}


def _no_network(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"Reading a webhook must not call {request.url}.")
