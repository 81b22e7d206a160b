"""Choices and notices as Twilio's content templates, and their way there."""

import json
from typing import Any

import httpx
import pytest

from bot.channels.whatsapp import WhatsApp
from bot.domain.errors import DeliveryError
from bot.domain.messages import Address, Button, FilledTemplate, Reply
from bot.ports import Blueprint, KeepsTemplates, VendorTemplate
from tests.builders import a_picture
from tests.channels.whatsapp.calls import a_whatsapp
from tests.channels.whatsapp.twilio import FakeTwilio, accepted, refused
from tests.fakes import KnownTemplates

ANNA = Address(channel="whatsapp", id="+390000000001")
NAMES = ("hello_it", "quick_1", "quick_2", "list_2", "list_4", "rows_1")
KNOWN = KnownTemplates(
    {
        f"sportello_{name}": VendorTemplate(
            name=f"sportello_{name}", vendor_id=f"HXsportello_{name}", digest="d"
        )
        for name in NAMES
    }
)


@pytest.fixture
def twilio() -> FakeTwilio:
    return FakeTwilio()


@pytest.fixture
def whatsapp(twilio: FakeTwilio) -> WhatsApp:
    return a_whatsapp(httpx.MockTransport(twilio.handle), templates=KNOWN)


def a_question(*texts: str) -> Reply:
    buttons = tuple(Button(text=text, payload=f"intent:{at}") for at, text in enumerate(texts))
    return Reply(
        text="Quale  dei\tdue?",
        buttons=buttons,
        by_number="Con un numero:",
        open_list="Vedi le scelte",
    )


def variables(twilio: FakeTwilio) -> list[str]:
    """Return the values a template was sent with, in their order."""
    given: dict[str, str] = json.loads(twilio.form["ContentVariables"][0])
    return [given[str(number)] for number in range(1, len(given) + 1)]


async def test_few_short_choices_are_buttons(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    await whatsapp.send(ANNA, a_question("Sì", "x" * 20))

    assert twilio.form["ContentSid"] == ["HXsportello_quick_2"]
    assert "Body" not in twilio.form
    assert variables(twilio) == ["Quale dei due?", "Sì", "intent:0", "x" * 20, "intent:1"]


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        pytest.param(["Sì", "x" * 21], "sportello_list_2", id="too-long-for-a-button"),
        pytest.param(["1", "2", "3", "4"], "sportello_list_4", id="too-many-for-buttons"),
    ],
)
async def test_other_choices_are_a_list(
    whatsapp: WhatsApp, twilio: FakeTwilio, texts: list[str], name: str
) -> None:
    await whatsapp.send(ANNA, a_question(*texts))

    assert twilio.form["ContentSid"] == [f"HX{name}"]
    rows = [word for at, text in enumerate(texts) for word in (text, f"intent:{at}")]
    assert variables(twilio) == ["Quale dei due?", "Vedi le scelte", *rows]


async def test_a_choice_too_long_for_a_row_stands_whole_below_it(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    long = "contratto di studio-verdi.example"

    await whatsapp.send(ANNA, a_question(long))

    assert twilio.form["ContentSid"] == ["HXsportello_rows_1"]
    row = ["contratto di studio-ver…", "intent:0", long]
    assert variables(twilio) == ["Quale dei due?", "Vedi le scelte", *row]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(a_question("1", "2", "3"), id="a-template-that-is-not-there"),
        pytest.param(
            Reply(text="Ecco", buttons=(Button(text="Sì", payload=""),)), id="an-empty-variable"
        ),
        pytest.param(
            Reply(text="Ecco", buttons=(Button(text="Sì", payload="y"),), picture=a_picture()),
            id="a-picture",
        ),
    ],
)
async def test_what_no_template_holds_is_a_numbered_list(
    whatsapp: WhatsApp, twilio: FakeTwilio, reply: Reply
) -> None:
    await whatsapp.send(ANNA, reply)

    assert f"1. {reply.buttons[0].text}" in twilio.form["Body"][0]
    assert "ContentSid" not in twilio.form


@pytest.mark.parametrize("code", [21655, 21656, 63021, 63027])
async def test_choices_whose_template_is_refused_are_a_numbered_list(
    whatsapp: WhatsApp, twilio: FakeTwilio, code: int
) -> None:
    twilio.answers = [refused(400, code), accepted("SM7")]

    assert await whatsapp.send(ANNA, a_question("Sì", "No")) == "SM7"

    assert twilio.form["Body"] == ["Quale  dei\tdue?\n\nCon un numero:\n1. Sì\n2. No"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(400, 21610), id="opted-out"),
        pytest.param(refused(429, 20429), id="too-many"),
        pytest.param(httpx.ReadTimeout("slow"), id="perhaps-arrived"),
    ],
)
async def test_what_else_goes_wrong_is_not_said_in_another_way(
    whatsapp: WhatsApp, twilio: FakeTwilio, answer: httpx.Response | httpx.TransportError
) -> None:
    twilio.answers = [answer]

    with pytest.raises(DeliveryError):
        await whatsapp.send(ANNA, a_question("Sì", "No"))

    assert len(twilio.requests) == 1


async def test_a_notice_leaves_as_its_template(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    template = FilledTemplate(name="sportello_hello_it", values=("Anna",))

    await whatsapp.send(ANNA, Reply(text="Sono Anna", template=template))

    assert twilio.form["ContentSid"] == ["HXsportello_hello_it"]
    assert variables(twilio) == ["Anna"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param("sportello_hello_it", refused(400, 63027), id="refused"),
        pytest.param("sportello_bye_it", accepted("SM1"), id="never-synced"),
    ],
)
async def test_a_notice_never_leaves_as_text(
    whatsapp: WhatsApp, twilio: FakeTwilio, name: str, answer: httpx.Response
) -> None:
    twilio.answers = [answer]

    with pytest.raises(DeliveryError) as failed:
        await whatsapp.send(ANNA, Reply(text="Ciao", template=FilledTemplate(name=name)))

    assert failed.value.permanent
    assert all("Body" not in form for form in twilio.forms)


def test_choices_are_buttons_only_once_templates_are_synced() -> None:
    rich, plain = a_whatsapp(templates=KNOWN).limits, a_whatsapp().limits

    assert (rich.buttons, rich.rows, rich.row_text) == (3, 10, 72)
    assert (plain.buttons, plain.rows, plain.text) == (0, 0, 1600)


QUICK = Blueprint(name="sportello_quick_2", kind="quick", count=2)
LIST = Blueprint(name="sportello_list_1", kind="list", count=1)
ROWS = Blueprint(name="sportello_rows_2", kind="rows", count=2)
NOTICE = Blueprint(
    name="sportello_hello_it",
    kind="text",
    body="Sono {{1}} .",
    samples=("Anna",),
    category="UTILITY",
)


@pytest.mark.parametrize(
    ("blueprint", "types", "variable_count"),
    [
        pytest.param(
            QUICK,
            {
                "twilio/quick-reply": {
                    "body": "{{1}}",
                    "actions": [
                        {"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"},
                        {"type": "QUICK_REPLY", "title": "{{4}}", "id": "{{5}}"},
                    ],
                }
            },
            5,
            id="buttons",
        ),
        pytest.param(
            LIST,
            {
                "twilio/list-picker": {
                    "body": "{{1}}",
                    "button": "{{2}}",
                    "items": [{"item": "{{3}}", "id": "{{4}}"}],
                }
            },
            4,
            id="list",
        ),
        pytest.param(
            ROWS,
            {
                "twilio/list-picker": {
                    "body": "{{1}}",
                    "button": "{{2}}",
                    "items": [
                        {"item": "{{3}}", "id": "{{4}}", "description": "{{5}}"},
                        {"item": "{{6}}", "id": "{{7}}", "description": "{{8}}"},
                    ],
                }
            },
            8,
            id="list-with-descriptions",
        ),
        pytest.param(NOTICE, {"twilio/text": {"body": "Sono {{1}} ."}}, 1, id="notice"),
    ],
)
async def test_a_template_is_made_with_a_sample_for_each_variable(
    whatsapp: WhatsApp,
    twilio: FakeTwilio,
    blueprint: Blueprint,
    types: dict[str, Any],
    variable_count: int,
) -> None:
    twilio.answers = [httpx.Response(201, json={"sid": "HX1"})]

    assert await whatsapp.vendor_templates.create(blueprint) == "HX1"

    request = twilio.requests[-1]
    asked = json.loads(request.content)
    assert request.url.path == "/v1/Content"
    assert (asked["friendly_name"], asked["language"]) == (blueprint.name, "it")
    assert asked["types"] == types
    assert list(asked["variables"]) == [str(number + 1) for number in range(variable_count)]
    assert all(asked["variables"].values())


def test_another_definition_has_another_digest(whatsapp: WhatsApp) -> None:
    contents = whatsapp.vendor_templates

    digests = {contents.digest(one) for one in (QUICK, LIST, ROWS, NOTICE)}
    assert len(digests) == 4
    assert contents.digest(QUICK) in digests


async def test_approval_is_asked_for_under_a_name_that_was_never_used(
    whatsapp: WhatsApp, twilio: FakeTwilio
) -> None:
    twilio.answers = [httpx.Response(201, json={"status": "received"})]

    assert await whatsapp.vendor_templates.submit("HX1", NOTICE) == "received"

    digest = whatsapp.vendor_templates.digest(NOTICE)
    request = twilio.requests[-1]
    assert request.url.path == "/v1/Content/HX1/ApprovalRequests/whatsapp"
    assert json.loads(request.content) == {
        "name": f"sportello_hello_it_{digest[:8]}",
        "category": "UTILITY",
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(
            {"whatsapp": {"status": "rejected", "rejection_reason": "too vague"}},
            ("rejected", "too vague"),
            id="rejected",
        ),
        pytest.param({"whatsapp": {"status": "approved"}}, ("approved", ""), id="approved"),
        pytest.param({}, ("", ""), id="never-asked-for"),
    ],
)
async def test_it_is_told_how_far_an_approval_is(
    whatsapp: WhatsApp, twilio: FakeTwilio, body: dict[str, Any], told: tuple[str, str]
) -> None:
    twilio.answers = [httpx.Response(200, json=body)]

    assert await whatsapp.vendor_templates.approval("HX1") == told


async def test_a_template_that_is_gone_is_no_error(whatsapp: WhatsApp, twilio: FakeTwilio) -> None:
    contents = whatsapp.vendor_templates
    twilio.answers = [httpx.Response(200, json={"sid": "HX1"}), httpx.Response(204)]
    assert await contents.exists("HX1")
    await contents.delete("HX1")

    twilio.answers = [refused(404, 20404), refused(404, 20404)]
    assert not await contents.exists("HX1")
    await contents.delete("HX1")


@pytest.mark.parametrize("method", ["exists", "delete"])
async def test_any_other_answer_is_an_error(
    whatsapp: WhatsApp, twilio: FakeTwilio, method: str
) -> None:
    twilio.answers = [refused(500, 20500)]

    with pytest.raises(DeliveryError):
        await getattr(whatsapp.vendor_templates, method)("HX1")


def test_whatsapp_is_a_channel_whose_vendor_keeps_templates(whatsapp: WhatsApp) -> None:
    assert isinstance(whatsapp, KeepsTemplates)
