"""WhatsApp straight from Meta, from its signed webhook to a reply its documentation allows."""

import json
import re
from collections.abc import Iterator
from itertools import count

import pytest

from tests.builders import messages_in
from tests.channels.meta.calls import PAYLOADS
from tests.channels.meta.test_reading import BECOMES
from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import HTTP, Program, until
from tests.e2e.small_meta import NUMBER, SmallMeta
from tests.e2e.test_crash import rows
from tests.e2e.words import answer, in_days, knowledge, question

OWNER = "390000000001"  # of studio-verdi.example, active, 200 days before it ends
_customers = count(1)


@pytest.fixture(scope="module")
def meta() -> Iterator[SmallMeta]:
    with SmallMeta().listening() as small:
        yield small


@pytest.fixture(scope="module")
def desk(start_shared: Start, meta: SmallMeta) -> Program:
    """The program with the demo contracts, at an address of which Meta has made sure."""
    desk = start_shared(command=("serve", "--demo"), **meta.settings)
    assert meta.subscribe(f"{desk.base}/webhooks/meta") == "4711"
    return desk


@pytest.fixture
def anna(desk: Program) -> str:
    """The number of a customer who never wrote before."""
    return next_customer()


def next_customer() -> str:
    return f"39333{next(_customers):07}"


@pytest.fixture(scope="module")
def colleague(desk: Program) -> Iterator[Colleague]:
    with Colleague(desk) as signed_in:
        yield signed_in


@pytest.fixture(autouse=True)
def _nothing_but_what_the_documentation_allows(meta: SmallMeta) -> Iterator[None]:
    yield
    assert meta.faults == []


def words(meta: SmallMeta, customer: str, number: int = 1) -> list[str]:
    """Return what a customer has read once it is as much as that."""
    until(lambda: len(meta.read_by(customer)) >= number)
    return [_words(order) for order in meta.read_by(customer)]


def _words(order: dict[str, dict[str, dict[str, str]]]) -> str:
    if "interactive" in order:
        return order["interactive"]["body"]["text"]
    return str(order.get("text", {}).get("body") or order.get("image", {}).get("caption"))


def test_a_question_is_answered_with_the_words_of_the_knowledge(
    meta: SmallMeta, anna: str
) -> None:
    meta.write(anna, question("webmail_access"))

    assert answer("webmail_access") in words(meta, anna)[0]


def test_the_number_opens_the_contract(desk: Program, meta: SmallMeta) -> None:
    meta.write(OWNER, question("contract_status"))

    own = words(meta, OWNER)[-1]
    assert "studio-verdi.example è attivo fino al" in own
    assert in_days(200) in own


def test_a_tap_on_what_is_offered_is_answered(meta: SmallMeta, anna: str) -> None:
    meta.write(anna, question("webmail_access"))
    words(meta, anna)
    (sent,) = meta.read_by(anna)
    offered = json.dumps(sent["interactive"], ensure_ascii=False)
    button = knowledge().answer_to("webmail_access").buttons[0]
    assert button.text.it in offered

    tap = {"id": f"intent:{button.intent}", "title": button.text.it}
    meta.call(meta.message(anna, interactive={"type": "button_reply", "button_reply": tap}))

    assert answer(button.intent) in words(meta, anna, 2)[1]


def test_who_hides_their_number_is_answered_by_their_id(desk: Program, meta: SmallMeta) -> None:
    meta.write("IT.1000000000000009", question("contact_hours"))

    assert answer("contact_hours") in words(meta, "IT.1000000000000009")[0]


def test_what_comes_in_one_call_is_answered_and_what_comes_twice_once(
    meta: SmallMeta, anna: str, desk: Program
) -> None:
    other = next_customer()
    both = [
        meta.message(anna, text={"body": question("webmail_access")}),
        meta.message(other, text={"body": question("contact_hours")}),
    ]
    assert meta.call(*both).status_code == 200
    assert meta.call(*both).status_code == 200
    meta.write(anna, question("contact_hours"))

    assert answer("contact_hours") in words(meta, other)[0]
    first, second = words(meta, anna, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def test_what_became_of_a_reply_is_shown_to_staff(
    meta: SmallMeta, anna: str, colleague: Colleague
) -> None:
    meta.write(anna, question("contact_hours"))
    words(meta, anna)
    meta.write(anna, question("webmail_access"))
    words(meta, anna, 2)
    chat = f"meta:+{anna}"
    first, second = (f"wamid.S{meta.sent.index(one) + 1}" for one in meta.read_by(anna)[:2])
    until(lambda: colleague.deliveries(chat)[:2] == ["sent", "sent"])

    meta.report(first, "delivered")
    meta.report(second, "failed", {"code": 131047, "title": "Re-engagement message"})

    until(lambda: colleague.deliveries(chat)[:2] == ["delivered", "failed"])
    assert "131047 Re-engagement message" in colleague.chat(chat)
    assert "WhatsApp (Meta)" in colleague.queue("all")


def test_a_limit_for_one_person_means_waiting(meta: SmallMeta, anna: str) -> None:
    meta.refusals.append((400, 131056))

    meta.write(anna, question("contact_hours"))

    assert answer("contact_hours") in words(meta, anna)[0]


def test_a_reply_that_is_refused_for_ever_does_not_hold_up_the_chat(
    meta: SmallMeta, anna: str, colleague: Colleague
) -> None:
    meta.refusals.append((400, 131026))
    meta.write(anna, question("webmail_access"))
    until(lambda: colleague.deliveries(f"meta:+{anna}") == ["failed"])
    meta.write(anna, question("contact_hours"))

    assert answer("contact_hours") in words(meta, anna)[0]


def test_everything_documented_is_stored_and_nothing_is_unreadable(
    meta: SmallMeta, desk: Program, anna: str
) -> None:
    for path in PAYLOADS.iterdir():
        for entry in json.loads(path.read_text("utf-8").replace("390000000001", anna))["entry"]:
            values = [one["value"] for one in entry["changes"] if one["field"] == "messages"]
            ours = [one for one in values if one["metadata"]["phone_number_id"] == NUMBER]
            assert meta.call(*ours).status_code == 200
    meta.write(next_customer(), question("contact_hours"))

    expected = {one.vendor_id for told in BECOMES.values() for one in messages_in(told)}
    stored = {vendor_id for (vendor_id,) in rows(desk, "SELECT vendor_id FROM inbox")}
    assert expected <= stored
    assert rows(desk, "SELECT * FROM unreadable") == []


def test_a_picture_a_customer_sent_is_shown_to_staff(
    meta: SmallMeta, anna: str, desk: Program, colleague: Colleague
) -> None:
    meta.files["100338"] = b"a picture"
    meta.call(meta.message(anna, image={"id": "100338", "mime_type": "image/png"}))
    chat = f"meta:+{anna}"
    until(lambda: "/files/" in colleague.chat(chat))

    found = re.search(r"/desk/chats/[^\"]+/files/[^\"]+", colleague.chat(chat))
    assert found
    assert colleague.content(found.group()) == b"a picture"


def test_a_forged_call_is_refused(meta: SmallMeta, desk: Program) -> None:
    forged = {"X-Hub-Signature-256": "sha256=" + 64 * "0"}

    assert meta.call({}, **forged).status_code == 403
    assert HTTP.get(meta.hook, params={"hub.verify_token": "guessed"}).status_code == 403


def test_the_doctor_asks_meta(meta: SmallMeta, desk: Program) -> None:
    said = desk.run("doctor").stdout

    assert "ok   meta: token and secret are right; number" in said
    assert "webhook" in said
