from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import (
    MAX_INBOUND_CHARS,
    Address,
    Attachment,
    InboundMessage,
    MessageKind,
)
from bot.ports import WebhookCall
from tests.builders import messages_in
from tests.channels.telegram.bot_api import SECRET, FakeBotApi, a_telegram

PAYLOADS = Path(__file__).parent / "payloads"
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def said(update: int, text: str = "", **more: object) -> InboundMessage:
    """Return a text of the customer in the payloads, whose updates are counted."""
    usual = InboundMessage(
        vendor_id=str(update),
        sender=Address(channel="telegram", id="1001"),
        text=text,
        received_at=NOW,
        name="Anna Prova",
    )
    return replace(usual, **more)  # type: ignore[arg-type] # fields by name


def sent_file(update: int, media_type: str, file: str, text: str = "") -> InboundMessage:
    attachment = Attachment(media_type=media_type, url=file)
    return said(update, text, kind=MessageKind.MEDIA, attachments=(attachment,))


def tapped(update: int) -> InboundMessage:
    return said(update, kind=MessageKind.BUTTON, payload="intent:human_handoff")


BECOMES: dict[str, InboundMessage] = {
    "text": said(701, "Buongiorno, come entro nella webmail?"),
    "command": said(702, "/start"),
    "photo_with_caption": sent_file(703, "image/jpeg", "file-large", "ecco lo schermo"),
    "document": said(
        704,
        kind=MessageKind.MEDIA,
        attachments=(
            Attachment(media_type="application/pdf", url="file-doc", name="fattura.pdf"),
        ),
    ),
    "bare_document": sent_file(705, "", "file-doc"),
    "voice": sent_file(706, "audio/ogg", "file-voice"),
    "audio": sent_file(707, "audio/*", "file-audio"),
    "video": sent_file(708, "video/*", "file-video"),
    "sticker": sent_file(709, "image/webp", "file-sticker"),
    "location": said(710, kind=MessageKind.LOCATION),
    "dice": said(711, kind=MessageKind.UNREADABLE),
    "own_contact": said(712, kind=MessageKind.CONTACT, phone="+390000000001"),
    "somebody_elses_contact": said(713, kind=MessageKind.CONTACT),
    "contact_without_account": said(714, kind=MessageKind.CONTACT),
    "forwarded_contact": said(715, kind=MessageKind.CONTACT),
    "control_characters": said(716, "Ciao mondo[31m\nriga due", name="Anna\n Prova"),
    "tap": tapped(717),
    "tap_on_old_message": tapped(718),
    "tap_without_message": tapped(719),
    "unknown_fields": said(727, "Ciao"),
}
SAY_NOTHING = {
    "channel_post",
    "edited_message",
    "group_message",
    "my_chat_member",
    "tap_in_group",
    "tap_without_data",
    "unknown_kind",
    "without_sender",
}
BROKEN = {
    "broken_list",
    "broken_null",
    "broken_photo_is_a_word",
    "broken_text_is_a_number",
    "broken_without_chat",
    "broken_without_date",
    "broken_without_update_id",
}


@pytest.fixture
def telegram() -> Telegram:
    return a_telegram(FakeBotApi())


def a_call(body: bytes, secret: str = SECRET) -> WebhookCall:
    headers = {"x-telegram-bot-api-secret-token": secret}
    url = "https://help.example/webhooks/telegram"
    return WebhookCall(url=url, headers=headers, body=body, received_at=NOW)


def saved_call(name: str) -> WebhookCall:
    return a_call((PAYLOADS / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", BECOMES)
def test_what_customers_send_becomes_a_message(telegram: Telegram, name: str) -> None:
    assert telegram.parse(saved_call(name)) == (BECOMES[name],)


@pytest.mark.parametrize("name", sorted(SAY_NOTHING))
def test_other_events_are_accepted_and_say_nothing(telegram: Telegram, name: str) -> None:
    assert telegram.parse(saved_call(name)) == ()


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_genuine_update_that_cannot_be_read_says_so(telegram: Telegram, name: str) -> None:
    with pytest.raises(BadPayload):
        telegram.parse(saved_call(name))


def test_no_saved_payload_is_left_out() -> None:
    known = BECOMES.keys() | SAY_NOTHING | BROKEN

    assert {path.stem for path in PAYLOADS.glob("*.json")} == known


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"message":' * 50_000, id="nested-too-deep"),
        pytest.param(b"9" * 5000, id="number-beyond-counting"),
        pytest.param(b"update_id=1", id="a-form"),
        pytest.param(b'{"update_id": 1', id="cut-off"),
        pytest.param(b"\xff\x00", id="not-utf-8"),
    ],
)
def test_a_body_that_is_no_json_says_so(telegram: Telegram, body: bytes) -> None:
    with pytest.raises(BadPayload):
        telegram.parse(a_call(body))


@pytest.mark.parametrize(
    ("ours", "headers"),
    [
        pytest.param(SECRET, {"x-telegram-bot-api-secret-token": "a-secre"}, id="wrong"),
        pytest.param(SECRET, {"x-telegram-bot-api-secret-token": "città"}, id="not-ascii"),
        pytest.param(SECRET, {}, id="missing"),
        pytest.param("", {"x-telegram-bot-api-secret-token": ""}, id="none-set-none-given"),
        pytest.param("", {}, id="none-set"),
    ],
)
def test_without_the_secret_token_a_call_is_forged(ours: str, headers: Mapping[str, str]) -> None:
    call = replace(saved_call("text"), headers=headers)

    with pytest.raises(BadSignature):
        a_telegram(FakeBotApi(), ours).parse(call)


def test_a_very_long_text_is_cut(telegram: Telegram) -> None:
    body = saved_call("text").body.replace(b"Buongiorno", b"a" * 100_000)

    (message,) = messages_in(telegram.parse(a_call(body)))

    assert message.text == "a" * MAX_INBOUND_CHARS


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param(
            "tap", '{"method": "answerCallbackQuery", "callback_query_id": "4382"}', id="tap"
        ),
        pytest.param("text", "", id="text"),
        pytest.param("unknown_kind", "", id="event"),
    ],
)
def test_only_a_tapped_button_is_answered_at_once(
    telegram: Telegram, name: str, answer: str
) -> None:
    assert telegram.answer_to(saved_call(name)).body == answer


@pytest.mark.parametrize("body", [b"not json", b"null", b"[]", b'{"callback_query": {"id": 4}}'])
def test_what_cannot_be_read_is_answered_with_nothing(telegram: Telegram, body: bytes) -> None:
    assert telegram.answer_to(a_call(body)).body == ""


def test_what_is_nested_too_deep_names_no_tap(telegram: Telegram) -> None:
    assert telegram.answer_to(a_call(b'{"a":' * 50_000)).body == ""
