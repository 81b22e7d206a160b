from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.channels.telegram.reading import Group
from bot.domain.errors import BadPayload, BadSignature
from bot.domain.messages import (
    MAX_INBOUND_CHARS,
    Address,
    Attachment,
    InboundMessage,
    MessageKind,
)
from bot.ports import StaffWord, WebhookCall
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
        message_id="5",
    )
    return replace(usual, **more)  # type: ignore[arg-type] # fields by name


def sent_file(
    update: int, media_type: str, file: str, text: str = "", **more: object
) -> InboundMessage:
    attachment = Attachment(media_type=media_type, url=file)
    usual = {"kind": MessageKind.MEDIA, "attachments": (attachment,)}
    return said(update, text, **(usual | more))


def tapped(update: int, offered_at: datetime | None, on: str = "4") -> InboundMessage:
    return said(
        update,
        kind=MessageKind.BUTTON,
        payload="intent:human_handoff",
        message_id="",
        refers_to=on,
        offered_at=offered_at,
    )


def done(update: int, kind: MessageKind, text: str = "", **more: object) -> InboundMessage:
    """Return what a customer did without writing a message."""
    return said(update, text, **({"kind": kind, "message_id": ""} | more))


def named(file: str, media_type: str, name: str) -> tuple[Attachment, ...]:
    return (Attachment(media_type=media_type, url=file, name=name),)


CONTACT, LOCATION = MessageKind.CONTACT, MessageKind.LOCATION
BECOMES: dict[str, InboundMessage] = {
    "text": said(701, "Buongiorno, come entro nella webmail?"),
    "command": said(702, "/start"),
    "photo_with_caption": sent_file(703, "image/jpeg", "file-large", "ecco lo schermo"),
    "document": sent_file(
        704, "", "", attachments=named("file-doc", "application/pdf", "fattura.pdf")
    ),
    "bare_document": sent_file(705, "", "file-doc"),
    "voice": sent_file(706, "audio/ogg", "file-voice", kind=MessageKind.VOICE),
    "video_note": sent_file(743, "video/mp4", "file-note", kind=MessageKind.VOICE),
    "audio": sent_file(707, "", "", attachments=named("file-audio", "audio/mpeg", "x.mp3")),
    "video": sent_file(708, "video/mp4", "file-video"),
    "animation": sent_file(744, "", "", attachments=named("file-gif", "video/mp4", "ciao.mp4")),
    "sticker": sent_file(709, "image/webp", "file-sticker", kind=MessageKind.STICKER),
    "album": sent_file(742, "image/jpeg", "file-large", album="13579"),
    "location": said(710, kind=LOCATION, details="37.80000, 12.40000"),
    "venue": said(745, kind=LOCATION, details="Bar Centrale, Via Roma 1, 37.80000, 12.40000"),
    "dice": said(711, kind=MessageKind.UNREADABLE, details="🎲 4"),
    "poll": said(752, kind=MessageKind.UNREADABLE, details="Va bene?"),
    "own_contact": said(712, kind=CONTACT, phone="+390000000001"),
    "somebody_elses_contact": said(713, kind=CONTACT, details="Altro +390000000002"),
    "contact_without_account": said(714, kind=CONTACT, details="Altro +390000000003"),
    "contact_with_two_names": said(746, kind=CONTACT, details="Mario Rossi +390000000002"),
    "contact_without_country": said(747, kind=CONTACT, details="Mario 12"),
    "forwarded_contact": said(
        715, kind=CONTACT, details="Anna +390000000001\nAltro", forwarded=True
    ),
    "forwarded_text": said(748, "leggi", details="Mario Rossi", forwarded=True),
    "forwarded_of_nobody": said(749, "leggi", details="Bianchi", forwarded=True),
    "forwarded_of_group": said(750, "leggi", details="Ufficio", forwarded=True),
    "forwarded_of_channel": said(751, "leggi", details="Notizie", forwarded=True),
    "quoting": said(741, "e questo?", refers_to="3"),
    "control_characters": said(716, "Ciao mondo[31m\nriga due", name="Anna\n Prova"),
    "tap": tapped(717, datetime.fromtimestamp(1795599970, UTC)),
    "tap_on_old_message": tapped(718, datetime.fromtimestamp(0, UTC)),
    "tap_without_message": tapped(719, None, on=""),
    "unknown_fields": said(727, "Ciao"),
    "edited_message": said(723, "corretto", kind=MessageKind.EDIT, refers_to="5"),
    "edited_caption": sent_file(
        754, "image/jpeg", "file-large", "la ricevuta", kind=MessageKind.EDIT, refers_to="5"
    ),
    "reaction": done(757, MessageKind.REACTION, "👍", refers_to="4"),
    "reaction_taken_back": done(758, MessageKind.REACTION, refers_to="4"),
    "reaction_of_their_own": done(759, MessageKind.REACTION, refers_to="4"),
    "blocked": done(725, MessageKind.BLOCKED),
    "unblocked": done(762, MessageKind.UNBLOCKED),
}
SAY_NOTHING = {
    "added_to_group",
    "channel_post",
    "edited_in_group",
    "edited_live_location",
    "group_message",
    "pinned",
    "reaction_in_group",
    "reaction_of_nobody",
    "staff_as_group",
    "staff_channel",
    "staff_elsewhere",
    "staff_event",
    "staff_general",
    "staff_of_a_bot",
    "staff_of_nobody",
    "staff_picture",
    "staff_word",
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


GROUP = Group(id=-1007, names={2002: "Bruno"})
WORDS: dict[str, StaffWord] = {
    "staff_word": StaffWord(
        key="telegram:-1007:31", topic=7, colleague="Bruno Neri", text="Eccomi"
    ),
    "staff_picture": StaffWord(key="telegram:-1007:31", topic=7, colleague="Bruno Neri", text=""),
    "staff_as_group": StaffWord(key="telegram:-1007:31", topic=7, colleague="Capo", text="Eccomi"),
}


@pytest.mark.parametrize("name", sorted(name for name in SAY_NOTHING if "staff" in name))
def test_only_what_members_write_in_a_topic_of_the_group_counts(name: str) -> None:
    telegram = a_telegram(FakeBotApi(), group=GROUP)

    expected = (WORDS[name],) if name in WORDS else ()
    assert telegram.parse(saved_call(name)) == expected


def test_a_colleague_may_have_another_name_at_the_desk() -> None:
    telegram = a_telegram(FakeBotApi(), group=replace(GROUP, names={2001: "Bruno"}))

    (word,) = telegram.parse(saved_call("staff_word"))

    assert isinstance(word, StaffWord)
    assert word.colleague == "Bruno"


def test_with_a_group_customers_are_heard_as_before() -> None:
    telegram = a_telegram(FakeBotApi(), group=GROUP)

    assert telegram.parse(saved_call("text")) == (BECOMES["text"],)
    assert telegram.parse(saved_call("group_message")) == ()
