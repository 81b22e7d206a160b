"""WhatsApp, from Twilio's signed webhook to a reply that Twilio's own schema accepts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Twilio
from tests.e2e.words import DEMO, answer, in_days, question, sentence

OWNER = "+390000000001"  # of studio-verdi.example, active, 200 days before it ends
WITHOUT_NUMBER = "IT.1000000000000001"

MESSAGES: dict[str, dict[str, Any]] = {
    "text": {},
    "no words": {"body": " "},
    "ten thousand characters": {"body": "a" * 10_000},
    "image": {"kind": "image"},
    "ten images": {"media": [{"type": "image/jpeg"}] * 10},
    "document": {"kind": "document"},
    "audio": {"kind": "audio"},
    "video": {"kind": "video"},
    "sticker": {"kind": "sticker"},
    "contacts": {"kind": "contacts"},
    "location": {"kind": "location"},
    "location with a name": {"kind": "location", "label": "Ufficio"},
    "unknown button": {"kind": "button"},
    "unknown row of a list": {"kind": "list"},
    "answer to a message": {"kind": "reply", "body": "sì"},
    "from an advertisement": {"kind": "referral"},
    "forwarded": {"forwarded": True},
    "emoji": {"body": "👍🏽"},
    "unknown kind": {"set": {"MessageType": "poll", "Body": ""}},
    "new fields": {"set": {"SomethingNew": "x"}},
}


@pytest.fixture(scope="module")
def desk(start_shared: Start, twilio_rig: Twilio) -> Program:
    """The program with the demo contracts."""
    return start_shared(twilio_rig, command=("serve", "--demo"))


@pytest.fixture(scope="module")
def colleague(desk: Program) -> Iterator[Colleague]:
    with Colleague(desk) as signed_in:
        yield signed_in


def hook(desk: Program) -> str:
    return f"{desk.base}/webhooks/twilio"


def replies(twilio: Twilio, to: str, count: int = 1) -> list[str]:
    """Return what a customer has read once it is as much as that."""
    until(lambda: len(twilio.accepted(to)) >= count)
    return twilio.accepted(to)


def test_a_question_is_answered_with_the_words_of_the_knowledge(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, question("webmail_access"))

    (reply,) = replies(twilio, stranger)
    assert sentence("introduction") in reply
    assert answer("webmail_access") in reply


@pytest.mark.parametrize("parallel", [False, True], ids=["one-after-another", "at-once"])
def test_a_repeated_webhook_is_answered_once(
    desk: Program, twilio: Twilio, parallel: bool, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, question("webmail_access"), dup=8, parallel=parallel)
    twilio.write(hook(desk), stranger, question("contact_hours"))

    first, second = replies(twilio, stranger, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


@pytest.mark.parametrize("signature", ["bad", "none"])
def test_a_forged_webhook_is_refused_and_leaves_nothing(
    desk: Program, twilio: Twilio, colleague: Colleague, signature: str, stranger: str
) -> None:
    went = twilio.write(hook(desk), stranger, "operatore", signature=signature)

    assert went["attempts"][0]["status"] == 403
    assert stranger not in colleague.queue("all")


def test_behind_a_proxy_the_signature_is_that_of_the_public_address(
    start: Start, twilio: Twilio, stranger: str
) -> None:
    desk = start(twilio, SPORTELLO_PUBLIC_URL="https://desk.example.org")

    signed = "https://desk.example.org/webhooks/twilio"
    twilio.write(hook(desk), stranger, question("webmail_access"), sign_url=signed)

    assert answer("webmail_access") in replies(twilio, stranger)[0]


def test_every_kind_of_message_is_answered(desk: Program, twilio: Twilio, stranger: str) -> None:
    numbers = {kind: f"{stranger}{at:02}" for at, kind in enumerate(MESSAGES)}

    for kind, order in MESSAGES.items():
        went = twilio.write(hook(desk), numbers[kind], question("greeting"), **order)
        assert went["attempts"][0]["status"] == 200, kind

    for kind, number in numbers.items():
        assert replies(twilio, number), kind


def test_a_sender_who_hides_their_number_is_answered(desk: Program, twilio: Twilio) -> None:
    text = question("contract_status")
    twilio.write(hook(desk), WITHOUT_NUMBER, text, unset=["WaId"])

    assert answer("contract_status") in replies(twilio, WITHOUT_NUMBER)[0]


def test_a_genuine_call_that_cannot_be_read_is_taken_and_the_chat_goes_on(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    went = twilio.write(hook(desk), stranger, "Ciao", unset=["MessageSid"])
    twilio.write(hook(desk), stranger, question("webmail_access"))

    assert went["attempts"][0]["status"] == 200
    assert answer("webmail_access") in replies(twilio, stranger)[0]


def test_reports_in_any_order_and_twice_end_as_read(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.tell("flow", steps=["delivered", "read", "sent", "delivered"], dup=2, delay=0.3)

    twilio.write(hook(desk), stranger, question("webmail_access"))

    until(lambda: len(reports(twilio, stranger)) == 8)
    assert colleague.deliveries(f"whatsapp:{stranger}") == ["read"]


def test_too_many_requests_means_trying_again_later(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    too_many = {"http": 429, "headers": {"Retry-After": "1"}}
    twilio.tell("fault", match={"path": "Messages.json"}, times=1, action=too_many)

    twilio.write(hook(desk), stranger, question("webmail_access"))

    assert answer("webmail_access") in replies(twilio, stranger)[0]
    refused, accepted = twilio.attempts(stranger)
    assert accepted["t"] - refused["t"] >= 1
    until(lambda: colleague.deliveries(f"whatsapp:{stranger}") == ["read"])


@pytest.mark.parametrize(
    "action",
    [
        pytest.param({"http": 502, "raw": "<html>Bad Gateway</html>"}, id="page-instead-of-json"),
        pytest.param({"http": 503}, id="out-of-service"),
    ],
)
def test_a_passing_failure_delays_a_reply_and_loses_none(
    desk: Program, twilio: Twilio, action: dict[str, object], stranger: str
) -> None:
    twilio.tell("fault", match={"path": "Messages.json"}, times=1, action=action)

    twilio.write(hook(desk), stranger, question("webmail_access"))
    twilio.write(hook(desk), stranger, question("contact_hours"))

    first, second = replies(twilio, stranger, 2)
    assert answer("webmail_access") in first
    assert answer("contact_hours") in second


def test_a_reply_that_may_have_arrived_is_shown_to_staff_and_not_repeated(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.tell("fault", match={"path": "Messages.json"}, times=1, action={"drop": True})

    twilio.write(hook(desk), stranger, question("webmail_access"))
    twilio.write(hook(desk), stranger, question("contact_hours"))

    assert answer("contact_hours") in replies(twilio, stranger)[0]
    assert len(twilio.attempts(stranger)) == 2
    assert colleague.deliveries(f"whatsapp:{stranger}")[0] == "uncertain"


def test_a_reply_refused_for_ever_is_shown_to_staff_and_not_repeated(
    desk: Program, twilio: Twilio, colleague: Colleague
) -> None:
    opted_out = "+15005550004"  # Twilio's own magic number.

    twilio.write(hook(desk), opted_out, question("webmail_access"))
    chat = f"whatsapp:{opted_out}"
    until(lambda: colleague.deliveries(chat) == ["failed"])

    assert "21610" in colleague.chat(chat)
    assert len(twilio.attempts(opted_out)) == 1


def test_a_reply_that_fails_after_it_was_accepted_is_shown_to_staff(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    """Outside the 24 hours Twilio says 201 first and reports the error later."""
    twilio.write(hook(desk), stranger, question("webmail_access"), age_h=25)

    chat = f"whatsapp:{stranger}"
    until(lambda: colleague.deliveries(chat) == ["failed"])
    assert "63016" in colleague.chat(chat)


def test_a_known_number_hears_the_dates_of_its_contract(desk: Program, twilio: Twilio) -> None:
    twilio.write(hook(desk), OWNER, question("contract_status"))
    twilio.write(hook(desk), OWNER, question("cancellation"))

    status, cancellation = replies(twilio, OWNER, 2)
    assert "studio-verdi.example è attivo fino al" in status
    assert in_days(200) in status
    assert in_days(200 - 15) in cancellation


def test_imported_contracts_count_without_a_restart(start: Start, twilio: Twilio) -> None:
    desk = start(twilio)

    imported = desk.run("contracts", "import", str(DEMO))
    twilio.write(hook(desk), OWNER, question("contract_status"))

    assert imported.returncode == 0, imported.stderr
    assert in_days(200) in replies(twilio, OWNER)[0]


def test_a_stranger_hears_the_same_whether_a_contract_exists_or_not(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, "Quando scade il contratto di studio-verdi.example?")
    another = stranger.replace("+39333", "+39334")
    twilio.write(hook(desk), another, "Quando scade il contratto di inventato.example?")

    (existing,) = replies(twilio, stranger)
    (invented,) = replies(twilio, another)
    assert existing == invented
    assert in_days(200) not in existing


def test_a_colleague_answers_on_whatsapp(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.write(hook(desk), stranger, "operatore")
    replies(twilio, stranger)

    colleague.reply(f"whatsapp:{stranger}", "Buongiorno, come posso aiutarla?")

    assert replies(twilio, stranger, 2)[1] == "Buongiorno, come posso aiutarla?"


def reports(twilio: Twilio, to: str) -> list[object]:
    """Return the status callbacks about a customer that the program has answered."""
    return [
        call
        for call in twilio.ask("requests")
        if call["dir"] == "webhook"
        and call["form"].get("To") == f"whatsapp:{to}"
        and "MessageStatus" in call["form"]
    ]
