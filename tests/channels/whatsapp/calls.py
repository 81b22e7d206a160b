"""Webhook calls as Twilio makes them, signed by Twilio's rule for forms."""

import base64
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import httpx

from bot.channels.whatsapp import WhatsApp
from bot.clock import SetClock
from bot.ports import Enclosures, Pictures, Templates, WebhookCall

PAYLOADS = Path(__file__).parent / "payloads"
ACCOUNT, TOKEN = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a secret of the account"
URL = "https://help.example/webhooks/twilio"
REPORT_URL = "https://help.example/webhooks/twilio/status"
API_BASE = "https://twilio.test:4020"
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def a_whatsapp(  # noqa: PLR0913, PLR0917 - each test names what it needs
    transport: httpx.AsyncBaseTransport | None = None,
    sender: str = "+390000000900",
    pictures: Pictures | None = None,
    templates: Templates | None = None,
    webhook_secret: str = "",
    enclosures: Enclosures | None = None,
) -> WhatsApp:
    """Return the channel; without a transport it can only read."""
    http = httpx.AsyncClient(transport=transport or httpx.MockTransport(_no_network))
    account = (ACCOUNT, TOKEN)
    return WhatsApp(
        account,
        sender,
        REPORT_URL,
        http,
        API_BASE,
        clock=SetClock(NOW),
        pictures=pictures,
        enclosures=enclosures,
        templates=templates,
        webhook_secret=webhook_secret,
    )


def a_call(body: bytes, url: str = URL, signature: str | None = None) -> WebhookCall:
    """Return a call with the right signature, or with the one given."""
    given = signature_of(body, url) if signature is None else signature
    headers = {"x-twilio-signature": given}
    return WebhookCall(url=url, headers=headers, body=body, received_at=NOW)


def a_call_by_key(body: bytes, secret: str, algorithm: str = "HMAC_SHA256") -> WebhookCall:
    """Return a call that a shared key has signed."""
    settings = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    call = a_call(body, signature=signature_of(body, URL, secret, "sha256"))
    headers = {**call.headers, "x-twilio-webhooks-signature-settings": settings}
    return replace(call, headers=headers)


def saved_call(name: str, url: str = URL) -> WebhookCall:
    return a_call((PAYLOADS / f"{name}.txt").read_bytes(), url)


def signature_of(body: bytes, url: str, secret: str = TOKEN, by: str = "sha1") -> str:
    """Return the signature of a form: the URL and every name and value, sorted, each once."""
    fields = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
    signed = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields[name]))
    )
    return base64.b64encode(hmac.digest(secret.encode(), signed.encode(), by)).decode()


def _no_network(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"Reading a webhook must not call {request.url}.")
