"""No call that a browser, a vendor or a stranger can make is answered with an error of ours."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, GenerationMode
from schemathesis import Case as AnyCase
from schemathesis.core.result import Ok

from tests.channels.meta import calls as meta_calls
from tests.contracts.api_document import FOLDER
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, Program, until
from tests.e2e.words import answer, question

Case = AnyCase[Any]
SCHEMA = schemathesis.openapi.from_path(FOLDER / "http.yaml")
OPERATIONS = {
    found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)
}
ROUTES = yaml.safe_load((FOLDER / "http.yaml").read_text("utf-8"))["paths"]
TOKEN = "a-token-of-the-billing-system"
SETTINGS = {
    "SPORTELLO_PUSH_TOKEN": TOKEN,
    "TELEGRAM_BOT_TOKEN": "1:token",
    "TELEGRAM_WEBHOOK_SECRET": "secret",
    "META_ACCESS_TOKEN": meta_calls.TOKEN,
    "META_APP_SECRET": meta_calls.SECRET,
    "META_PHONE_NUMBER_ID": meta_calls.NUMBER,
}
_FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass(frozen=True)
class Insider:
    """What somebody knows who is signed in and has a chat: all that opens doors."""

    chat: str
    chat_token: str
    form_token: str
    cookie: str

    def let_in(self, case: Case) -> None:
        """Make a call one of somebody who may call."""
        own = {"X-Chat-Token": self.chat_token, "Cookie": self.cookie}
        for name, value in (own | {"Authorization": f"Bearer {TOKEN}"}).items():
            case.headers[name] = value
        if isinstance(case.body, dict) and "token" in case.body:
            case.body["token"] = self.form_token
        if case.path_parameters and "id" in case.path_parameters:
            case.path_parameters["id"] = self.chat


@pytest.fixture(scope="module")
def desk(start_shared: Start) -> Program:
    return start_shared(command=("serve", "--demo"), **SETTINGS)


@pytest.fixture(scope="module")
def insider(desk: Program) -> Iterator[Insider]:
    with httpx.Client(base_url=desk.base, trust_env=False) as http:
        chat_token = http.post("/chat/sessions").json()["token"]
        said = {"id": "0c6e4f0e-9d3c-4a39-8a73-3d6f0a3f1a10", "text": "Buongiorno"}
        http.post("/chat/messages", json=said, headers={"X-Chat-Token": chat_token})
        form = {"token": _token(http.get("/desk/login")), "name": "desk"}
        http.post("/desk/login", data=form | {"password": desk.password})
        page = http.get("/desk?tab=all")
        chat = re.search(r"/desk/chats/(web%3A\w+|web:\w+)", page.text)
        assert chat
        cookie = f"sportello_desk={http.cookies['sportello_desk']}"
        yield Insider(chat.group(1).replace("%3A", ":"), chat_token, _token(page), cookie)


def _token(page: httpx.Response) -> str:
    found = _FORM_TOKEN.search(page.text)
    assert found, page.text
    return found.group(1)


@pytest.fixture(scope="module", autouse=True)
def _all_goes_on(desk: Program) -> Iterator[None]:
    """After it all a visitor is answered, and the log has no error."""
    yield
    token = HTTP.post(f"{desk.base}/chat/sessions").json()["token"]
    said = {"id": "7d1f5b1e-3a0d-4f39-9a73-3d6f0a3f1a11", "text": question("contact_hours")}
    head = {"X-Chat-Token": token}
    assert HTTP.post(f"{desk.base}/chat/messages", json=said, headers=head).status_code == 202
    until(lambda: answer("contact_hours")[:30] in _heard(desk, head))
    assert "Traceback" not in desk.errors, desk.errors[-3000:]


def _heard(desk: Program, head: dict[str, str]) -> str:
    with HTTP.stream("GET", f"{desk.base}/chat/events", headers=head) as events:
        lines = events.iter_lines()
        heard = ""
        while "event: state" not in heard:
            heard += next(lines) + "\n"
    return heard.encode().decode("unicode_escape")


def cases(label: str) -> st.SearchStrategy[Case]:
    """Return calls as the document has them, and calls as it does not."""
    operation = OPERATIONS[label]
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    wrong = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return right | wrong if _can_be_wrong(operation) else right


def _can_be_wrong(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    return bool(
        operation.body or operation.query or operation.headers or operation.path_parameters
    )


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_call_is_answered_as_the_document_says(
    label: str, desk: Program, insider: Insider
) -> None:
    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(label), inside=st.booleans())
    def each(case: Case, *, inside: bool) -> None:
        if inside:
            insider.let_in(case)
        wanted = case.as_transport_kwargs(base_url=desk.base)
        with requests.Session() as session:
            session.trust_env = False
            with session.request(**wanted, stream=True, allow_redirects=False, timeout=20) as got:
                told = got.status_code
        assert told < 500, (wanted, told)
        documented = {*ROUTES[case.path][case.method.lower()]["responses"]}
        assert str(told) in documented | {"404", "405"}, (wanted, told)

    each()


LONG = "a" * 5000
DEEP = b'{"a":' * 50_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _multipart(charset: str, body: bytes) -> tuple[dict[str, str], bytes]:
    head = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    part = b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + body + b"\r\n--x--\r\n"
    return head, part


ODD: dict[str, tuple[str, str, dict[str, str], bytes]] = {
    "page-with-nul": ("GET", "/docs/%00", {}, b""),
    "page-with-a-long-name": ("GET", f"/docs/{LONG}", {}, b""),
    "page-that-is-no-utf-8": ("GET", "/docs/%ff%fe.md", {}, b""),
    "page-outside": ("GET", "/docs/..%2f..%2fetc%2fpasswd", {}, b""),
    "file-with-nul": ("GET", "/static/%00", {}, b""),
    "file-with-a-long-name": ("GET", f"/static/{LONG}", {}, b""),
    "picture-with-nul": ("GET", "/pictures/%00%ff.png", {}, b""),
    "chat-with-nul": ("GET", "/desk/chats/%00", {}, b""),
    "chat-that-is-no-utf-8": ("GET", "/desk/chats/%ed%a0%80", {}, b""),
    "attachment-beyond-counting": ("GET", f"/desk/chats/web:1/files/1/{'9' * 4000}", {}, b""),
    "entry-that-is-no-number": ("GET", "/desk/chats/web:1/files/%00/0", {}, b""),
    "sign-of-a-host": ("GET", "/desk", {"Host": "["}, b""),
    "sign-of-a-host-unknown": ("GET", "/desk", {"Host": "[", "Cookie": "sportello_desk=x"}, b""),
    "origin-that-is-none": ("POST", "/desk/login", FORM | {"Origin": "http://["}, b"token=x"),
    "form-in-idna": ("POST", "/desk/login", *_multipart("idna", b"xn--\xff..")),
    "form-in-utf-7": ("POST", "/desk/login", *_multipart("utf-7", b"+2AA-")),
    "form-in-escapes": ("POST", "/desk/login", *_multipart("unicode_escape", b"\\ud800")),
    "form-in-punycode": ("POST", "/desk/login", *_multipart("punycode", b"\xff-9999999999")),
    "form-in-hex": ("POST", "/desk/login", *_multipart("hex", b"zz")),
    "form-without-end": ("POST", "/desk/login", _multipart("utf-8", b"")[0], b"--x\r\nA"),
    "form-of-percents": ("POST", "/desk/login", FORM, b"token=%ed%a0%80&%&%zz&name=%00"),
    "session-of-noise": ("GET", "/desk", {"Cookie": "sportello_desk=e30=.x.y; ; =;a"}, b""),
    "contract-too-deep": ("PUT", "/api/contracts/C-1", {}, DEEP),
    "contract-with-nul": ("PUT", "/api/contracts/%00", {}, b'{"contract_id":"\\u0000"}'),
    "contract-that-is-no-text": ("PUT", "/api/contracts/C-1", {}, b'{"contract_id":"\\ud800"}'),
    "contract-beyond-counting": ("PUT", "/api/contracts/C-1", {}, b'{"a":' + b"9" * 5000 + b"}"),
    "contract-of-no-number": ("PUT", "/api/contracts/C-1", {}, b'{"as_of":NaN,"x":1e999}'),
    "contract-in-utf-16": ("PUT", "/api/contracts/C-1", {}, '{"a":1}'.encode("utf-16")),
    "message-too-deep": ("POST", "/chat/messages", {}, DEEP[:60_000]),
    "message-that-is-no-text": ("POST", "/chat/messages", {}, b'{"text":"\\ud800"}'),
    "query-of-noise": ("GET", "/webhooks/meta?hub.verify_token=%ed%a0%80&hub.mode=%00", {}, b""),
    "hook-of-noise": ("POST", "/webhooks/%00%2f..%2f", {}, b""),
    "events-since-noise": ("GET", "/chat/events", {"Last-Event-ID": LONG}, b""),
    "nothing-known": ("PROPFIND", "/desk", {}, b""),
}


@pytest.mark.parametrize("inside", [False, True], ids=["stranger", "insider"])
@pytest.mark.parametrize("name", ODD)
def test_what_no_schema_thinks_of_is_no_error_of_ours(
    name: str, inside: bool, desk: Program, insider: Insider
) -> None:
    method, path, headers, body = ODD[name]
    if inside:
        headers = {"Cookie": insider.cookie, "Authorization": f"Bearer {TOKEN}"} | headers
        headers |= {"X-Chat-Token": insider.chat_token}
    url = httpx.URL(desk.base).copy_with(raw_path=path.encode())

    with HTTP.stream(method, url, headers=headers, content=body) as answer:
        assert answer.status_code < 500
