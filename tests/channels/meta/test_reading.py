import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.channels.meta import Meta
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import (
    MAX_INBOUND_CHARS,
    Address,
    Attachment,
    InboundMessage,
    MessageKind,
)
from bot.ports import DeliveryReport, Told, WebhookCall
from tests.builders import messages_in
from tests.channels.meta.calls import (
    NOW,
    PAYLOADS,
    VERIFY,
    a_body,
    a_call,
    a_meta,
    saved_call,
    signature_of,
)

ANNA, USER = Address(channel="meta", id="+390000000001"), "IT.1000000000000001"


def said(number: int, text: str = "", **more: object) -> InboundMessage:
    """Return a text of the customer in the payloads, whose ids are counted."""
    usual = InboundMessage(
        vendor_id=f"wamid.HBgM{number:04}",
        sender=ANNA,
        text=text,
        received_at=NOW,
        phone="+390000000001",
        name="Cliente Prova",
        user_id=USER,
    )
    return replace(usual, **more)  # type: ignore[arg-type] # fields by name


def sent_file(
    number: int, last: int, media_type: str, text: str = "", *, name: str = "", **more: object
) -> InboundMessage:
    file = Attachment(media_type=media_type, url=f"10033834213872{last}", name=name)
    usual: dict[str, object] = {"kind": MessageKind.MEDIA, "attachments": (file,)}
    return said(number, text, **usual | more)


def tapped(number: int, text: str, payload: str) -> InboundMessage:
    return said(number, text, kind=MessageKind.BUTTON, payload=payload, refers_to="wamid.SENT1")


def edited(number: int, text: str, original: int, **more: object) -> InboundMessage:
    name = f"wamid.HBgM{original:04}"
    return said(number, text, kind=MessageKind.EDIT, message_id=name, refers_to=name, **more)


def unreadable(number: int, details: str = "") -> InboundMessage:
    return said(number, kind=MessageKind.UNREADABLE, details=details)


def reported(status: str, error: str = "", sent: int = 1) -> DeliveryReport:
    return DeliveryReport(
        channel="meta", vendor_id=f"wamid.SENT{sent}", status=status, error=error
    )


BECOMES: dict[str, Sequence[Told]] = {
    "text": [said(1, "Buongiorno, come entro nella webmail?")],
    "image": [sent_file(2, 56, "image/jpeg", "ecco lo schermo")],
    "voice": [sent_file(3, 57, "audio/ogg", kind=MessageKind.VOICE)],
    "audio": [sent_file(4, 58, "audio/mpeg")],
    "video": [sent_file(5, 59, "video/mp4")],
    "document": [sent_file(6, 60, "application/pdf", "la ricevuta", name="bonifico.pdf")],
    "sticker": [sent_file(7, 61, "image/webp", kind=MessageKind.STICKER)],
    "location": [said(8, kind=MessageKind.LOCATION, details="37.8, 12.43 Ufficio Via Prova 1")],
    "contacts": [
        said(
            9,
            kind=MessageKind.CONTACT,
            phone=None,
            details="Mario Prova +39 000 000 0002; Senza Numero",
        )
    ],
    "template_button": [tapped(10, "Webmail", "intent:webmail_access")],
    "button_reply": [tapped(11, "Webmail", "intent:webmail_access")],
    "list_reply": [tapped(12, "studio-verdi.example", "contract:c1")],
    "form_reply": [unreadable(13)],
    "reaction": [said(14, "👍", kind=MessageKind.REACTION, refers_to="wamid.SENT1")],
    "reaction_taken_back": [said(15, kind=MessageKind.REACTION, refers_to="wamid.SENT1")],
    "unsupported": [
        unreadable(16, "131051 Message type unknown: Message type is currently not supported.")
    ],
    "unavailable": [
        unreadable(
            17, "131060 This message is unavailable: This message is currently unavailable."
        )
    ],
    "order": [unreadable(18)],
    "unknown_type": [unreadable(19)],
    "edit": [edited(20, "Buongiorno, come entro nella PEC?", 1)],
    "edit_of_a_caption": [
        edited(
            21,
            "lo schermo di ieri",
            2,
            attachments=(Attachment(media_type="image/jpeg", url="1003383421387256"),),
        )
    ],
    "revoke": [edited(22, "", 1)],
    "quoted": [said(23, "e questo?", refers_to="wamid.SENT1")],
    "forwarded": [said(24, "guarda", forwarded=True)],
    "often_forwarded": [said(25, "guarda", forwarded=True)],
    "from_an_advertisement": [
        said(26, "Ciao", details="Registra un dominio https://fb.me/3cr4Wqqkv")
    ],
    "new_fields": [said(27, "Ciao")],
    "control_characters": [said(28, "Ciao mondo[31m\nriga due")],
    "emoji": [said(29, "👨‍👩‍👧 ❤️ città")],
    "user_id_only": [
        said(30, "Sono senza numero", sender=Address(channel="meta", id=USER), phone=None)
    ],
    "without_user_id": [said(31, "Di prima del 2026", user_id="")],
    "number_changed": [
        said(
            32,
            kind=MessageKind.BLOCKED,
            details="+390000000001 → +390000000003",
            phone=None,
            name="",
            user_id="",
        )
    ],
    "user_id_changed": [],
    "chat_opened": [],
    "in_a_group": [],
    "for_another_number": [],
    "another_field": [],
    "wrong_content": [unreadable(37)],
    "status_sent": [reported("sent")],
    "status_delivered": [reported("delivered")],
    "status_read": [reported("read")],
    "status_outside_the_window": [
        reported(
            "failed",
            "131047 Re-engagement message: Message failed to send because more than 24 hours"
            " have passed since the customer last replied to this number.",
        )
    ],
    "status_not_on_whatsapp": [
        reported("failed", "131026 Message undeliverable: Message Undeliverable.")
    ],
    "status_opted_out": [reported("failed", "131050 User has stopped marketing messages")],
    "batch": [
        said(40, "uno"),
        said(
            41,
            "due",
            sender=Address(channel="meta", id="+390000000002"),
            phone="+390000000002",
            user_id="IT.2",
            name="Altra Prova",
        ),
        reported("delivered"),
        reported("read", sent=2),
        said(42, "tre"),
    ],
}


@pytest.fixture
def meta() -> Meta:
    return a_meta()


@pytest.mark.parametrize("name", BECOMES)
def test_what_meta_tells_is_read(meta: Meta, name: str) -> None:
    assert list(meta.parse(saved_call(name))) == BECOMES[name]


def test_no_saved_payload_is_left_out() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == BECOMES.keys()


GENUINE = saved_call("text")


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(a_call(GENUINE.body, "sha256=" + 64 * "0"), id="wrong"),
        pytest.param(a_call(GENUINE.body, "città"), id="not-ascii"),
        pytest.param(a_call(GENUINE.body, signature_of(GENUINE.body)[7:]), id="without-its-name"),
        pytest.param(a_call(GENUINE.body, signature_of(GENUINE.body, "else")), id="other-secret"),
        pytest.param(replace(GENUINE, headers={}), id="missing"),
        pytest.param(replace(GENUINE, body=GENUINE.body + b" "), id="for-another-body"),
        pytest.param(a_call(b"\xff", "no"), id="unreadable-as-well"),
    ],
)
def test_a_forged_call_is_refused(meta: Meta, forged: WebhookCall) -> None:
    with pytest.raises(BadSignature):
        meta.parse(forged)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"{}", id="no-entry"),
        pytest.param(b"\xff\xfe", id="not-utf-8"),
        pytest.param(b"[" * 100_000, id="nested-too-deep"),
        pytest.param(b"1" * 5000, id="huge-number"),
        pytest.param(json.dumps(a_body(id=None)).encode(), id="no-id"),
        pytest.param(json.dumps(a_body(id="\ud800")).encode(), id="id-that-is-no-text"),
        pytest.param(json.dumps(a_body(id="w" * 300)).encode(), id="id-without-end"),
        pytest.param(json.dumps(a_body(**{"from": None})).encode(), id="no-sender"),
        pytest.param(json.dumps(a_body(context="?")).encode(), id="context-is-a-word"),
    ],
)
def test_a_genuine_call_that_cannot_be_read_says_so(meta: Meta, body: bytes) -> None:
    with pytest.raises(BadPayload):
        meta.parse(a_call(body))


def test_an_edit_without_the_name_of_what_it_changes_is_unreadable(meta: Meta) -> None:
    body = a_body(type="edit", edit={"message": {"type": "text", "text": {"body": "x"}}})

    (message,) = messages_in(meta.parse(a_call(json.dumps(body).encode())))

    assert message.kind is MessageKind.UNREADABLE


def test_a_very_long_text_is_cut(meta: Meta) -> None:
    body = a_body(text={"body": "a" * 100_000})

    (message,) = messages_in(meta.parse(a_call(json.dumps(body).encode())))

    assert message.text == "a" * MAX_INBOUND_CHARS


def test_meta_reads_its_own_word_back_when_it_makes_sure_of_the_address(meta: Meta) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}

    assert meta.challenge(query) == "1158201444"


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        pytest.param({"hub.verify_token": "guessed"}, VERIFY, id="other-word"),
        pytest.param({"hub.verify_token": "\ud800"}, VERIFY, id="no-text"),
        pytest.param({"hub.verify_token": ""}, "", id="none-set"),
        pytest.param({"hub.mode": "unsubscribe"}, VERIFY, id="other-mode"),
    ],
)
def test_nobody_else_is_answered(changes: dict[str, str], known: str) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1"}

    with pytest.raises(BadSignature):
        a_meta(verify=known).challenge(query | changes)


def test_the_answer_to_a_call_is_empty(meta: Meta) -> None:
    assert meta.answer_to(GENUINE).body == ""
