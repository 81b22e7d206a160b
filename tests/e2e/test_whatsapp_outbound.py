"""What leaves by WhatsApp: choices, notices and reports, judged by Twilio's own schemas."""

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.whatsapp import WhatsApp
from bot.clock import SetClock
from tests.builders import NOW, an_inbound
from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Twilio
from tests.e2e.words import answer, knowledge, question, sentence
from tests.learning import learnt

DAY_MICROS = 24 * 3600 * 1_000_000
MANY = "+390000000028"  # a contact of several demo contracts
CONTENTS = 3 + 10 + 10 + 2 * 3


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, twilio_rig: Twilio) -> Iterator[Program]:
    """The program with the demo contracts; all templates were there before it started."""
    folder = tmp_path_factory.mktemp("outbound")
    program = Program(folder, twilio_rig.settings, ("serve", "--demo"))
    shutil.copytree(learnt(), program.home / "cache")
    twilio_rig.reset()
    went = program.run("channels", "sync", "twilio")
    assert went.returncode == 0, went.stderr
    try:
        yield program.start()
        program.stop()
    finally:
        program.kill()


@pytest.fixture(scope="module")
def colleague(desk: Program) -> Iterator[Colleague]:
    with Colleague(desk) as signed_in:
        yield signed_in


def hook(desk: Program) -> str:
    return f"{desk.base}/webhooks/twilio"


def sent(twilio: Twilio, to: str, count: int = 1) -> list[dict[str, Any]]:
    """Return the forms of messages to a customer that Twilio accepted, once there are so many."""

    def accepted() -> list[dict[str, Any]]:
        return [call["form"] for call in twilio.attempts(to) if call.get("status") == 201]

    until(lambda: len(accepted()) >= count)
    return accepted()


def values(form: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = json.loads(form["ContentVariables"][0])
    return found


def created(twilio: Twilio) -> list[dict[str, Any]]:
    """Return the contents that were made and that Twilio's schema accepted."""
    return [
        json.loads(call["body"])
        for call in twilio.ask("requests")
        if call["dir"] == "api" and call["method"] == "POST" and call["path"] == "/v1/Content"
        if call.get("status") == 201
    ]


def test_sync_makes_all_templates_once_and_says_how_far_their_approval_is(
    tmp_path: Path, twilio: Twilio
) -> None:
    desk = Program(tmp_path, twilio.settings)

    first = desk.run("channels", "sync", "twilio")
    made = created(twilio)
    second = desk.run("channels", "sync", "twilio")

    assert first.returncode == 0, first.stderr
    assert len(made) == CONTENTS
    lines = first.stdout.splitlines()[1:]
    assert len(lines) == CONTENTS
    assert all(line.split()[1] == "created" for line in lines)
    notice = next(line for line in lines if line.startswith("sportello_answer_ready_it"))
    assert notice.split()[2] == "approved"
    assert len(created(twilio)) == CONTENTS
    assert all(line.split()[1] == "unchanged" for line in second.stdout.splitlines()[1:])


def test_a_changed_template_takes_the_place_of_the_old_one(tmp_path: Path, twilio: Twilio) -> None:
    desk = Program(tmp_path, twilio.settings)
    desk.run("channels", "sync", "twilio")
    with closing(sqlite3.connect(desk.home / "sportello.db")) as db, db:
        db.execute("UPDATE template SET digest = 'old' WHERE name = 'sportello_quick_1'")

    went = desk.run("channels", "sync", "twilio")

    changed = [line for line in went.stdout.splitlines()[1:] if "unchanged" not in line]
    assert [line.split()[:2] for line in changed] == [["sportello_quick_1", "updated"]]
    deleted = [call for call in twilio.ask("requests") if call.get("method") == "DELETE"]
    assert [call["status"] for call in deleted] == [204]


def test_what_is_not_approved_yet_is_submitted(tmp_path: Path, twilio: Twilio) -> None:
    never = {"sid": "HX" + 32 * "a", "whatsapp": None}
    path = {"path": "ApprovalRequests$", "method": "GET"}
    raw = {"raw": json.dumps(never), "http": 200, "ct": "application/json"}
    twilio.tell("fault", match=path, times=-1, action=raw)
    desk = Program(tmp_path, twilio.settings)

    went = desk.run("channels", "sync", "twilio")

    assert went.returncode == 0, went.stderr
    submitted = [
        json.loads(call["body"])
        for call in twilio.ask("requests")
        if call.get("path", "").endswith("ApprovalRequests/whatsapp") and call["status"] == 201
    ]
    assert len(submitted) == 6
    assert {one["category"] for one in submitted} == {"UTILITY"}


def test_what_whatsapp_rejects_is_told_with_its_reason(tmp_path: Path, twilio: Twilio) -> None:
    answer = {"whatsapp": {"status": "rejected", "rejection_reason": "too vague"}}
    match = {"path": "ApprovalRequests$", "method": "GET"}
    action = {"raw": json.dumps(answer), "http": 200, "ct": "application/json"}
    twilio.tell("fault", match=match, times=-1, action=action)
    desk = Program(tmp_path, twilio.settings)

    went = desk.run("channels", "sync", "twilio")

    assert went.returncode == 1
    assert went.stdout.count("rejected too vague") == 6
    assert "FIX  templates: not approved: sportello_answer_ready_en" in desk.run("doctor").stdout


def choices(twilio: Twilio, to: str) -> dict[str, str]:
    """Return the variables of the template that showed choices to a customer last."""
    until(lambda: "ContentVariables" in sent(twilio, to)[-1])
    return values(sent(twilio, to)[-1])


def hears(twilio: Twilio, to: str, text: str) -> None:
    """Wait until a customer has read a text, perhaps in more than one message."""
    wanted = " ".join(text.split())
    until(lambda: wanted in words(sent(twilio, to)))


def words(forms: list[dict[str, Any]]) -> str:
    """Return all that a customer reads of some messages, on one line."""
    texts = (form["Body"][0] if "Body" in form else values(form)["1"] for form in forms)
    return " ".join(" ".join(texts).split())


def test_choices_are_buttons_and_a_tap_or_a_number_is_understood(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    offered = knowledge().faq["webmail_access"].buttons
    twilio.write(hook(desk), stranger, question("webmail_access"))
    hears(twilio, stranger, answer("webmail_access"))
    given = choices(twilio, stranger)
    assert [given["2"], given["4"], given["6"]] == [one.text.it for one in offered]
    assert "Body" not in sent(twilio, stranger)[-1]

    twilio.write(hook(desk), stranger, "2")
    hears(twilio, stranger, answer(offered[1].intent))

    tapped = stranger.replace("+39333", "+39334")
    twilio.write(hook(desk), tapped, question("webmail_access"))
    given = choices(twilio, tapped)
    twilio.write(hook(desk), tapped, kind="button", text=given["2"], payload=given["3"])
    hears(twilio, tapped, answer(offered[0].intent))


def test_who_was_helped_says_how_it_went_with_one_tap(
    desk: Program, twilio: Twilio, stranger: str, colleague: Colleague
) -> None:
    chat = f"whatsapp:{stranger}"
    twilio.write(hook(desk), stranger, "operatore")
    hears(twilio, stranger, answer("human_handoff"))
    colleague.reply(chat, "Ecco fatto.")
    colleague.step(chat, "close", reason="solved")
    hears(twilio, stranger, sentence("rating_ask"))
    given = choices(twilio, stranger)
    assert [given["2"], given["4"], given["6"]] == [
        sentence(f"rating_{value}") for value in ("good", "fair", "bad")
    ]

    twilio.write(hook(desk), stranger, kind="button", text=given["6"], payload=given["7"])

    hears(twilio, stranger, sentence("rating_thanks"))
    page = colleague.chat(chat)
    assert "Il cliente ha valutato: male" in " ".join(page.split())
    assert "chip state-closed" in page


def test_many_choices_are_a_list_whose_rows_are_understood(desk: Program, twilio: Twilio) -> None:
    owner = MANY
    twilio.write(hook(desk), owner, question("contract_status"))

    given = choices(twilio, owner)
    assert given["2"] == "Vedi le scelte"
    title, payload = given["3"], given["4"]
    assert payload.startswith("contract:")
    twilio.write(hook(desk), owner, kind="list", text=title, payload=payload)

    hears(twilio, owner, f"contratto {title}")


def test_choices_whose_template_is_refused_are_numbered(
    desk: Program, twilio: Twilio, stranger: str
) -> None:
    refused = {"code": 63027, "http": 400}
    match = {"form": {"ContentSid": "HX", "To": stranger[1:]}}
    twilio.tell("fault", match=match, times=1, action=refused)

    twilio.write(hook(desk), stranger, question("webmail_access"))

    hears(twilio, stranger, "1. Password persa 2. Avviso non sicuro 3. Operatore")


def test_without_templates_choices_are_numbered_in_one_message(
    start: Start, twilio: Twilio, stranger: str
) -> None:
    desk = start(twilio)

    twilio.write(hook(desk), stranger, question("webmail_access"))
    (form,) = sent(twilio, stranger)
    twilio.write(hook(desk), stranger, "la seconda")

    assert "\n2. " in form["Body"][0]
    second = knowledge().faq["webmail_access"].buttons[1].intent
    hears(twilio, stranger, answer(second))


def test_reports_that_come_before_the_answer_count(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    twilio.tell("flow", steps=["delivered", "read", "sent"], dup=2, delay=0)

    twilio.write(hook(desk), stranger, question("contact_hours"))

    until(lambda: set(colleague.deliveries(f"whatsapp:{stranger}")) == {"read"})


def test_a_report_of_a_message_nobody_knows_yet_is_kept(desk: Program, twilio: Twilio) -> None:
    early = "SM" + "e" * 32

    went = twilio.tell("status", url=f"{hook(desk)}/status", sid=early, status="read")

    assert went["attempts"][0]["status"] == 200
    with closing(sqlite3.connect(desk.home / "sportello.db")) as db:
        asked = "SELECT status FROM report WHERE vendor_id = ?"
        assert db.execute(asked, (early,)).fetchall() == [("read",)]


def last(colleague: Colleague, chat: str) -> str:
    """Return what became of the last reply of a chat, if there is one."""
    return next(reversed(colleague.deliveries(chat)), "")


def silent_for(desk: Program, chat: str, micros: int) -> None:
    """Have a customer have written so long ago."""
    with closing(sqlite3.connect(desk.home / "sportello.db", timeout=20)) as db, db:
        at = time.time_ns() // 1000 - micros
        changed = db.execute("UPDATE conversation SET heard_at = ? WHERE id = ?", (at, chat))
        assert changed.rowcount == 1


def test_after_a_day_nothing_free_leaves_and_an_approved_message_does(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    chat = f"whatsapp:{stranger}"
    twilio.write(hook(desk), stranger, question("contact_hours"))
    hears(twilio, stranger, answer("contact_hours"))
    until(lambda: set(colleague.deliveries(chat)) == {"read"})
    before = len(twilio.attempts(stranger))
    assert "ancora 23 ore e" in colleague.chat(chat)
    silent_for(desk, chat, DAY_MICROS)

    page = colleague.refused(chat, "Eccomi, un po' tardi.")
    assert len(twilio.attempts(stranger)) == before
    assert ">Eccomi, un po&#39; tardi.</textarea>" in page
    assert "finestra di 24 ore chiusa" in page
    assert "più di 24 ore" in page

    colleague.step(chat, "notice", name="question_left")
    form = sent(twilio, stranger, before + 1)[-1]
    assert form["ContentSid"] == ["HX" + 32 * "a"]
    assert values(form) == {"1": "desk"}
    until(lambda: last(colleague, chat) == "read")
    assert "sono desk del nostro help desk" in colleague.chat(chat)


def test_what_twilio_finds_too_late_opens_the_choice_of_messages(
    desk: Program, twilio: Twilio, colleague: Colleague, stranger: str
) -> None:
    """Its clock may say so although ours does not: a 201 first, and error 63016 later."""
    chat = f"whatsapp:{stranger}"

    twilio.write(hook(desk), stranger, question("contact_hours"), age_h=25)

    until(lambda: "failed" in colleague.deliveries(chat))
    page = colleague.chat(chat)
    assert "messaggio del cliente (Twilio 63016)" in page
    assert 'name="name" value="answer_ready"' in page


def test_who_has_opted_out_is_shown_as_out_of_reach(
    desk: Program, twilio: Twilio, colleague: Colleague
) -> None:
    opted_out = "+15005550004"  # Twilio's own magic number.

    twilio.write(hook(desk), opted_out, question("contact_hours"))

    chat = f"whatsapp:{opted_out}"
    until(lambda: set(colleague.deliveries(chat)) == {"failed"})
    page = colleague.chat(chat)
    assert "(Twilio 21610)" in page
    until(lambda: "non ricevere più messaggi (STOP)." in colleague.chat(chat))


@pytest.mark.parametrize("status", [429, 503])
def test_twilio_may_name_a_moment_to_come_back(
    desk: Program, twilio: Twilio, stranger: str, status: int
) -> None:
    at = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 4))
    action = {"http": status, "headers": {"Retry-After": at}}
    match = {"path": "Messages.json", "form": {"To": stranger[1:]}}
    twilio.tell("fault", match=match, times=1, action=action)

    twilio.write(hook(desk), stranger, question("contact_hours"))

    sent(twilio, stranger)
    refused, accepted, *_ = twilio.attempts(stranger)
    assert accepted["t"] - refused["t"] >= 2.5


async def test_somebody_is_seen_typing(twilio: Twilio) -> None:
    account = (twilio.account, twilio.token)
    heard = an_inbound(vendor_id="SM" + 32 * "b")
    async with httpx.AsyncClient(trust_env=False) as http:
        channel = WhatsApp(
            account, twilio.sender, "https://x.example", http, twilio.base, clock=SetClock(NOW)
        )
        await channel.show_typing(heard.sender, heard)

    (call,) = [one for one in twilio.ask("requests") if "Indicators" in one.get("path", "")]
    assert call["status"] == 200
    assert call["form"] == {"messageId": ["SM" + 32 * "b"], "channel": ["whatsapp"]}


def test_doctor_asks_twilio(tmp_path: Path, twilio: Twilio) -> None:
    desk = Program(tmp_path, twilio.settings)

    before = desk.run("doctor").stdout
    desk.run("channels", "sync", "twilio")
    after = desk.run("doctor").stdout

    assert "ok   whatsapp: account: active" in before
    assert "ok   whatsapp: clock: right" in before
    assert "ok   whatsapp: sender: Twilio's sandbox" in before
    assert f"FIX  templates: {CONTENTS} of {CONTENTS} are missing" in before
    assert f"ok   templates: {CONTENTS}" in after


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("TWILIO_AUTH_TOKEN", "wrong", r"FIX  whatsapp: Twilio refuses", id="token"),
        pytest.param(
            "TWILIO_WHATSAPP_FROM", "+390000000900", r"FIX  whatsapp: .*not among", id="sender"
        ),
    ],
)
def test_doctor_says_what_is_wrong(
    tmp_path: Path, twilio: Twilio, name: str, value: str, expected: str
) -> None:
    went = Program(tmp_path, {**twilio.settings, name: value}).run("doctor")

    assert went.returncode == 1
    assert re.search(expected, went.stdout), went.stdout


def test_doctor_compares_the_webhook_of_the_sender(tmp_path: Path, twilio: Twilio) -> None:
    sender = {
        "sid": "XE" + 32 * "a",
        "status": "ONLINE",
        "sender_id": "whatsapp:+390000000900",
        "webhook": {"callback_url": "https://old.example/webhooks/twilio"},
    }
    action = {"raw": json.dumps({"senders": [sender]}), "http": 200, "ct": "application/json"}
    twilio.tell("fault", match={"path": "Channels/Senders"}, times=-1, action=action)
    settings = {
        "TWILIO_WHATSAPP_FROM": "+390000000900",
        "SPORTELLO_PUBLIC_URL": "https://desk.example.org",
    }
    desk = Program(tmp_path, {**twilio.settings, **settings})

    went = desk.run("doctor").stdout

    assert (
        "FIX  whatsapp: sender: Twilio calls https://old.example/webhooks/twilio;"
        " set its webhook to https://desk.example.org/webhooks/twilio" in went
    )
