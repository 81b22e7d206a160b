from dataclasses import replace
from urllib.parse import urlencode

import pytest

from bot.channels.whatsapp import WhatsApp
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import (
    MAX_INBOUND_CHARS,
    Address,
    Attachment,
    InboundMessage,
    MessageKind,
)
from bot.ports import DeliveryReport, WebhookCall
from tests.builders import messages_in
from tests.channels.whatsapp.calls import (
    NOW,
    PAYLOADS,
    REPORT_URL,
    TOKEN,
    URL,
    a_call,
    a_call_by_key,
    a_whatsapp,
    saved_call,
)

MEDIA = "https://api.twilio.com/2010-04-01/Accounts/ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/Messages"
SENT = "SMbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"


def said(number: int, text: str = "", **more: object) -> InboundMessage:
    """Return a text of the customer in the payloads, whose ids are counted."""
    usual = InboundMessage(
        vendor_id=f"SM{number:032x}",
        sender=Address(channel="whatsapp", id="+390000000001"),
        text=text,
        received_at=NOW,
        phone="+390000000001",
        name="Cliente Prova",
        user_id="IT.1000000000000001",
    )
    return replace(usual, **more)  # type: ignore[arg-type] # fields by name


def sent_files(number: int, *media_types: str, name: str = "", **more: object) -> InboundMessage:
    files = tuple(
        Attachment(
            media_type=kind, url=f"{MEDIA}/MM{number:032x}/Media/ME{number + at:032x}", name=name
        )
        for at, kind in enumerate(media_types, start=1)
    )
    usual: dict[str, object] = {"vendor_id": f"MM{number:032x}", "kind": MessageKind.MEDIA}
    return said(number, **(usual | {"attachments": files} | more))  # type: ignore[arg-type]


BECOMES: dict[str, InboundMessage] = {
    "text": said(0x01, "Buongiorno, come entro nella webmail?"),
    "image": sent_files(0x02, "image/jpeg", text="ecco lo schermo"),
    "two_images": sent_files(0x04, "image/jpeg", "image/png"),
    "document": sent_files(0x07, "application/pdf", name="fattura.pdf"),
    "document_with_words": sent_files(0x07, "application/pdf", text="guardate esempio.it"),
    "audio": sent_files(0x09, "audio/ogg", kind=MessageKind.VOICE),
    "audio_of_unknown_kind": sent_files(0x09, "audio/mpeg", kind=MessageKind.VOICE),
    "video": sent_files(0x0B, "video/mp4"),
    "sticker": sent_files(0x0D, "image/webp", kind=MessageKind.STICKER),
    "contacts": sent_files(0x0F, "text/vcard", kind=MessageKind.CONTACT, phone=None),
    "contacts_of_unknown_kind": sent_files(
        0x0F, "text/x-vcard", kind=MessageKind.CONTACT, phone=None
    ),
    "location": said(0x11, kind=MessageKind.LOCATION, details="Ufficio, Via Esempio 1, 37.8 12.4"),
    "location_without_name": said(0x11, kind=MessageKind.LOCATION, details="45.46 9.18"),
    "button": said(
        0x12,
        "Operatore",
        kind=MessageKind.BUTTON,
        payload="intent:human_handoff",
        refers_to=f"MM{0x13:032x}",
    ),
    "list": said(
        0x14,
        "Password persa",
        kind=MessageKind.BUTTON,
        payload="intent:webmail_password",
        refers_to=f"MM{0x15:032x}",
    ),
    "reply": said(0x16, "la prima", refers_to=f"SM{0x17:032x}"),
    "referral": said(0x18, "Quanto costa?", details="Promo, Offerta, https://fb.me/xyz"),
    "forwarded": said(0x19, "guardate qui", forwarded=True),
    "often_forwarded": said(0x19, "guardate qui", forwarded=True),
    "unknown_kind": said(0x1D, kind=MessageKind.UNREADABLE),
    "user_id_only": said(
        0x1A,
        "Sono senza numero",
        sender=Address(channel="whatsapp", id="IT.1000000000000001"),
        phone=None,
    ),
    "new_fields": said(0x1B, "Ciao"),
    "repeated_fields": said(0x1C, "seconda"),
    "empty": said(0x1D),
    "control_characters": said(0x1E, "Ciao mondo[31m\nriga due", name="Cliente\nProva"),
    "emoji": said(0x1F, "👨‍👩‍👧 ❤️ città", name="Ànna 🌷"),
    "plus_as_space": said(0x20, "Ciao"),
    "without_plus": said(0x21, "Ciao"),
}

REPORTS: dict[str, DeliveryReport | None] = {
    "status_sent": DeliveryReport(channel="whatsapp", vendor_id=SENT, status="sent"),
    "status_delivered": DeliveryReport(channel="whatsapp", vendor_id=SENT, status="delivered"),
    "status_read": DeliveryReport(channel="whatsapp", vendor_id=SENT, status="read"),
    "status_undelivered": DeliveryReport(
        channel="whatsapp",
        vendor_id=SENT,
        status="undelivered",
        error="63016 Outside the allowed window",
    ),
    "status_failed": DeliveryReport(
        channel="whatsapp", vendor_id=SENT, status="failed", error="63018"
    ),
    "status_without_sid": None,
    "status_without_status": None,
}


@pytest.fixture
def whatsapp() -> WhatsApp:
    return a_whatsapp()


@pytest.mark.parametrize("name", BECOMES)
def test_what_customers_send_becomes_a_message(whatsapp: WhatsApp, name: str) -> None:
    assert whatsapp.parse(saved_call(name)) == [BECOMES[name]]


@pytest.mark.parametrize("name", REPORTS)
def test_a_status_callback_becomes_a_report(whatsapp: WhatsApp, name: str) -> None:
    report = REPORTS[name]

    assert list(whatsapp.parse(saved_call(name, REPORT_URL))) == ([report] if report else [])


def test_no_saved_payload_is_left_out() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.txt")} == BECOMES.keys() | REPORTS.keys()


def form(**changes: str) -> bytes:
    fields = {"MessageSid": "SM1", "From": "whatsapp:+390000000001", "Body": "Ciao"} | changes
    return urlencode({name: value for name, value in fields.items() if value}).encode()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(URL, id="plain"),
        pytest.param(URL + "?shop=1&x=a%20b", id="with-a-query"),
        pytest.param("https://help.example:8443/webhooks/twilio", id="with-a-port"),
        pytest.param("http://127.0.0.1:8080/webhooks/twilio", id="without-tls"),
    ],
)
def test_the_signature_is_checked_over_the_public_address(whatsapp: WhatsApp, url: str) -> None:
    assert whatsapp.parse(a_call(form(), url))


@pytest.mark.parametrize("signed", [URL, URL.replace("example", "example:443")])
def test_twilio_signs_with_the_usual_port_or_without(whatsapp: WhatsApp, signed: str) -> None:
    assert whatsapp.parse(replace(a_call(form(), signed), url=URL))


@pytest.mark.parametrize("secret", ["", "a secret of a shared key"])
def test_a_shared_key_signs_by_another_algorithm(secret: str) -> None:
    whatsapp = a_whatsapp(webhook_secret=secret)

    assert whatsapp.parse(a_call_by_key(form(), secret or TOKEN))
    assert whatsapp.parse(a_call(form()))
    with pytest.raises(BadSignature):
        whatsapp.parse(a_call_by_key(form(), "another one"))


def test_an_algorithm_nobody_knows_is_refused(whatsapp: WhatsApp) -> None:
    with pytest.raises(BadSignature):
        whatsapp.parse(a_call_by_key(form(), TOKEN, algorithm="HMAC_MD5"))


def test_each_try_of_twilio_at_a_message_carries_its_token(whatsapp: WhatsApp) -> None:
    call = a_call(form())
    headers = {**call.headers, "i-twilio-idempotency-token": "a-b-c"}

    (message,) = messages_in(whatsapp.parse(replace(call, headers=headers)))

    assert message.token == "a-b-c"


def test_who_gives_no_user_id_and_no_number_is_known_by_where_they_write_from(
    whatsapp: WhatsApp,
) -> None:
    (message,) = messages_in(whatsapp.parse(a_call(form(From="whatsapp:IT.77"))))

    assert (message.user_id, message.sender.id, message.phone) == ("IT.77", "IT.77", None)


GENUINE = a_call(form())


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(a_call(form(), signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA="), id="wrong"),
        pytest.param(a_call(form(), signature="città"), id="not-ascii"),
        pytest.param(replace(GENUINE, headers={}), id="missing"),
        pytest.param(replace(GENUINE, url=URL + "?x=1"), id="for-another-address"),
        pytest.param(replace(GENUINE, body=form(Body="Ciao!")), id="for-another-body"),
        pytest.param(a_call(b"\xff\xfe", signature="no"), id="unreadable-as-well"),
        pytest.param(a_call(form(), REPORT_URL, signature="no"), id="of-a-report"),
        pytest.param(a_call(b"a=1&" * 501), id="too-many-fields-to-check"),
    ],
)
def test_a_forged_call_is_refused(whatsapp: WhatsApp, forged: WebhookCall) -> None:
    with pytest.raises(BadSignature):
        whatsapp.parse(forged)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(form(MessageSid=""), id="no-message-sid"),
        pytest.param(form(From=""), id="no-sender"),
        pytest.param(form(NumMedia="many"), id="count-of-files-is-no-number"),
        pytest.param(form(NumMedia="-1"), id="fewer-than-no-files"),
        pytest.param(form(NumMedia="1000000"), id="absurdly-many-files"),
        pytest.param(form() + b"&x=\xff", id="not-utf-8"),
        pytest.param(b'{"MessageSid": "SM1"}', id="json"),
    ],
)
def test_a_genuine_call_that_cannot_be_read_says_so(whatsapp: WhatsApp, body: bytes) -> None:
    with pytest.raises(BadPayload):
        whatsapp.parse(a_call(body))


def test_a_very_long_text_is_cut(whatsapp: WhatsApp) -> None:
    (message,) = messages_in(whatsapp.parse(a_call(form(Body="a" * 100_000))))

    assert message.text == "a" * MAX_INBOUND_CHARS


def test_a_very_long_name_is_cut(whatsapp: WhatsApp) -> None:
    (message,) = messages_in(whatsapp.parse(a_call(form(ProfileName="n" * 5000))))

    assert message.name == "n" * 100


def test_files_that_are_announced_but_missing_stay_without_an_address(
    whatsapp: WhatsApp,
) -> None:
    (message,) = messages_in(whatsapp.parse(a_call(form(NumMedia="1"))))

    assert message.attachments == (Attachment(media_type="", url=""),)
