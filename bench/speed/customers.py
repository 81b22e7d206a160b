"""What customers of the bench write, and as which signed request it arrives."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from bot.domain.messages import Address, InboundMessage
from tests.e2e.test_crash import TOPICS
from tests.e2e.words import question

ACCOUNT, TOKEN, DESK = "ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a secret", "+390000000900"
HOOK = "/webhooks/twilio"
_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_validator = RequestValidator(TOKEN)


def number(chat: int) -> str:
    """Return the phone number of a customer."""
    return f"+3933{chat:08}"


def topic(at: int) -> str:
    """Return what the next message is about; never the same thing twice in a row."""
    return TOPICS[at % len(TOPICS)]


def words(at: int) -> str:
    """Return a sentence that surely means the topic."""
    return question(topic(at))


def message(sender: str, at: int, text: str) -> InboundMessage:
    """Return a customer's next message as the channel reads it."""
    return InboundMessage(
        vendor_id=f"SM{sender[1:]}{at:06}",
        sender=Address(channel="whatsapp", id=sender),
        text=text,
        received_at=_NOON,
        phone=sender,
    )


def request(base: str, sender: str, at: int, text: str) -> bytes:
    """Return the whole HTTP request by which Twilio brings a message, signed."""
    sid = f"SM{sender[1:]}{at:06}"
    form = {
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ProfileName": "Mario Rossi",
        "MessageType": "text",
        "SmsSid": sid,
        "WaId": sender[1:],
        "SmsStatus": "received",
        "Body": text,
        "To": f"whatsapp:{DESK}",
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": f"whatsapp:{sender}",
        "ApiVersion": "2010-04-01",
    }
    body = urlencode(form).encode()
    head = (
        f"POST {HOOK} HTTP/1.1\r\nHost: {base.removeprefix('http://')}\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {_validator.compute_signature(base + HOOK, form)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def first_requests(base: str, chats: int) -> Iterator[bytes]:
    """Yield the first request of each of some customers, in words of theirs."""
    return (request(base, number(chat), 0, words(chat)) for chat in range(chats))


def requests(base: str, chats: int, count: int) -> Iterator[bytes]:
    """Yield requests of customers who write in turn, each text the name of its topic."""
    for at in range(count):
        turn, chat = divmod(at, chats)
        yield request(base, number(chat), turn, topic(turn))
