"""Nothing a vendor may ever send, signed as it signs, stops the program or is lost."""

import copy
import gzip
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import InboundMessage
from bot.ports import Channel, Told, WebhookCall
from tests.builders import NOW
from tests.channels.meta import calls as meta_calls
from tests.channels.telegram import bot_api
from tests.channels.whatsapp import calls as twilio_calls
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, Program, until
from tests.e2e.words import question

NOBODY = "http://127.0.0.1:9"  # So that replies are put off.
SETTINGS = {
    "TWILIO_ACCOUNT_SID": twilio_calls.ACCOUNT,
    "TWILIO_AUTH_TOKEN": twilio_calls.TOKEN,
    "TWILIO_WHATSAPP_FROM": "whatsapp:+390000000900",
    "TWILIO_API_BASE": NOBODY,
    "TELEGRAM_BOT_TOKEN": "123456789:AAExampleToken_of_35_chars_abcdefgh",
    "TELEGRAM_WEBHOOK_SECRET": bot_api.SECRET,
    "TELEGRAM_API_BASE": NOBODY,
    "META_ACCESS_TOKEN": meta_calls.TOKEN,
    "META_APP_SECRET": meta_calls.SECRET,
    "META_PHONE_NUMBER_ID": meta_calls.NUMBER,
    "META_API_BASE": NOBODY,
}
fuzzed = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # What is found is written down as a test of its own.
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

NASTY = [
    "\0",
    "\ud800",
    "\u202e\u2066evil\u2069",
    "\u200f\ufeff",
    "\x1b[31m",
    "👨‍👩‍👧" * 10_000,
    "Z̸̰̎" * 500,
    "' OR 1=1 --",
    "{{ 7*7 }}<script>alert(1)</script>",
    "%00%s%n",
    "1" * 5000,
    "\r\nSet-Cookie: a=b",
    "٣٩٠٠٠٠٠٠٠٠٠١",
]
NUMBERS = [0, -1, 2**31, 2**63, 2**64, 10**30, -(10**30), 1e308, float("nan"), float("inf")]
Payload = Any


def values() -> st.SearchStrategy[Payload]:
    """Return any JSON, and what only looks like it."""
    plain = st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.integers() | texts()
    nested = st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts(), inner),
        max_leaves=8,
    )
    return plain | nested


def texts() -> st.SearchStrategy[str]:
    return st.sampled_from(NASTY) | st.text(max_size=40)


def places(value: Payload) -> list[tuple[Any, Any]]:
    """Return every place in a payload: what holds it, and by which key."""
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        return [(value, key) for key in keys] + [
            place for key in keys for place in places(value[key])
        ]
    return []


@st.composite
def changed(draw: st.DrawFn, payloads: Sequence[Payload]) -> Payload:
    """Return a genuine payload in which something is another, is missing, or is there twice."""
    payload = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(0, 3))):
        if not (found := places(payload)):
            break
        holder, key = draw(st.sampled_from(found))
        match draw(st.sampled_from(["other", "other", "gone", "twice"])):
            case "gone":
                del holder[key]
            case "twice" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case _:
                holder[key] = draw(values())
    return payload


@st.composite
def bodies(draw: st.DrawFn, payloads: Sequence[Payload]) -> bytes:
    """Return what may be the body of a call."""
    whole = draw(changed(payloads) if draw(st.integers(0, 3)) else values())
    text = json.dumps(whole, ensure_ascii=draw(st.booleans()))
    body = text.encode("utf-8", "surrogatepass")
    match draw(st.sampled_from([*["as it is"] * 9, "deep", "twice", "packed", "cut", "noise"])):
        case "deep":
            return draw(st.sampled_from([b"[", b'{"entry":', b'{"a":['])) * 50_000
        case "twice":
            return body.replace(b"{", b'{"entry":1,"message":{},', 1)
        case "packed":
            return gzip.compress(body, mtime=0)
        case "cut":
            return body[: len(body) // 2]
        case "noise":
            return draw(st.binary(max_size=200))
        case _:
            return body


@st.composite
def forms(draw: st.DrawFn, payloads: Sequence[bytes]) -> bytes:
    """Return what may be a form of Twilio's."""
    fields = parse_qsl(draw(st.sampled_from(payloads)).decode(), keep_blank_values=True)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(fields) - 1))
        name = draw(st.sampled_from([fields[at][0]] * 3 + NASTY))
        pair = (name, str(draw(values())))
        fields[at : at + draw(st.integers(0, 1))] = [pair]
    body = urlencode(fields, errors="surrogatepass").encode()
    match draw(st.sampled_from([*["as it is"] * 9, "raw", "packed", "many", "noise"])):
        case "raw":
            return body + b"&x=\xff\xfe&=&&&%zz"
        case "packed":
            return gzip.compress(body, mtime=0)
        case "many":
            return body + b"&a=1" * 600
        case "noise":
            return draw(st.binary(max_size=200))
        case _:
            return body


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(
            ["text/plain", "application/json; charset=utf-16", "multipart/form-data", ""]
        ),
        "Content-Encoding": st.sampled_from(["gzip", "br", "identity"]),
        "Accept": st.just("application/xml"),
    },
)


@dataclass(frozen=True)
class Vendor:
    """How a vendor calls."""

    path: str
    channel: Channel
    sign: Callable[[bytes, str], dict[str, str]]


TWILIO = Vendor(
    "/webhooks/twilio",
    twilio_calls.a_whatsapp(),
    lambda body, url: {"X-Twilio-Signature": twilio_calls.signature_of(body, url)},
)
TELEGRAM = Vendor(
    "/webhooks/telegram",
    bot_api.a_telegram(bot_api.FakeBotApi()),
    lambda _, __: {"X-Telegram-Bot-Api-Secret-Token": bot_api.SECRET},
)
META = Vendor(
    "/webhooks/meta",
    meta_calls.a_meta(),
    lambda body, _: {"X-Hub-Signature-256": meta_calls.signature_of(body)},
)


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    return start_shared(command=("serve",), **SETTINGS)


@pytest.fixture(scope="module")
def database(desk: Program) -> Iterator[sqlite3.Connection]:
    file = f"file:{desk.home / 'sportello.db'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True, timeout=10)) as connection:
        yield connection


@pytest.fixture(autouse=True)
def _all_goes_on(desk: Program, database: sqlite3.Connection) -> Iterator[None]:
    """After it all a customer is answered, and nobody has seen an error."""
    yield
    number = database.execute("SELECT count(*) FROM inbox").fetchone()[0]
    text = {"MessageSid": f"SMlast{number}", "From": f"whatsapp:+39333{number:07}"}
    body = urlencode(text | {"Body": question("contact_hours")}).encode()
    assert call(desk, TWILIO, body, {}, chunked=False).status_code == 200
    chat = f"whatsapp:+39333{number:07}"
    said = "SELECT 1 FROM outbox WHERE conversation = ?"
    until(lambda: database.execute(said, (chat,)).fetchone())
    assert "Traceback" not in desk.errors, desk.errors[-3000:]


def call(
    desk: Program, vendor: Vendor, body: bytes, headers: dict[str, str], *, chunked: bool
) -> httpx.Response:
    """Call as the vendor does, whole or in pieces."""
    url = desk.base + vendor.path
    content = iter([body[:7], body[7:]]) if chunked else body
    return HTTP.post(url, content=content, headers=headers | vendor.sign(body, url))


def is_taken_well(
    desk: Program,
    database: sqlite3.Connection,
    vendor: Vendor,
    sent: tuple[bytes, dict[str, str], bool],
) -> None:
    """See that a call is stored or kept, and answered so that it is not sent again."""
    body, headers, chunked = sent
    kept = "SELECT count(*) FROM unreadable"
    before = database.execute(kept).fetchone()[0]
    url = desk.base + vendor.path
    signed = {name.lower(): value for name, value in vendor.sign(body, url).items()}
    here = WebhookCall(url=url, headers=signed, body=body, received_at=NOW)

    answer = call(desk, vendor, body, headers, chunked=chunked)

    try:
        told = vendor.channel.parse(here)
    except BadSignature:  # No vendor signs what cannot be read as a form of its own.
        assert answer.status_code == 403
    except BadPayload:
        assert answer.status_code == 200
        assert database.execute(kept).fetchone()[0] == before + 1
    else:
        assert answer.status_code == 200
        if database.execute(kept).fetchone()[0] == before:  # Else it holds what is no text.
            assert stored_of(database, told) == [one for one in told if is_message(one)]


def is_message(one: Told) -> bool:
    return isinstance(one, InboundMessage)


def stored_of(database: sqlite3.Connection, told: Sequence[Told]) -> list[Told]:
    """Return those messages that are in the inbox."""
    found = "SELECT 1 FROM inbox WHERE channel = ? AND vendor_id = ?"
    return [
        one
        for one in told
        if isinstance(one, InboundMessage)
        and database.execute(found, (one.sender.channel, one.vendor_id)).fetchone()
    ]


def read(folder: str, pattern: str) -> list[bytes]:
    here = Path(__file__).parents[1] / "channels" / folder / "payloads"
    return [path.read_bytes() for path in sorted(here.glob(pattern))]


@fuzzed
@given(body=forms(read("whatsapp", "*.txt")), headers=HEADERS, chunked=st.booleans())
def test_twilio(
    desk: Program,
    database: sqlite3.Connection,
    body: bytes,
    headers: dict[str, str],
    chunked: bool,
) -> None:
    is_taken_well(desk, database, TWILIO, (body, headers, chunked))


@fuzzed
@given(
    body=bodies([json.loads(one) for one in read("telegram", "*.json")]),
    headers=HEADERS,
    chunked=st.booleans(),
)
def test_telegram(
    desk: Program,
    database: sqlite3.Connection,
    body: bytes,
    headers: dict[str, str],
    chunked: bool,
) -> None:
    is_taken_well(desk, database, TELEGRAM, (body, headers, chunked))


@fuzzed
@given(
    body=bodies([json.loads(one) for one in read("meta", "*.json")]),
    headers=HEADERS,
    chunked=st.booleans(),
)
def test_meta(
    desk: Program,
    database: sqlite3.Connection,
    body: bytes,
    headers: dict[str, str],
    chunked: bool,
) -> None:
    is_taken_well(desk, database, META, (body, headers, chunked))
