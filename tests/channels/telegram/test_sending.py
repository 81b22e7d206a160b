from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.channels.telegram import Telegram
from bot.clock import SetClock
from bot.domain.conversation import Option
from bot.domain.errors import DeliveryError, FileUnavailable
from bot.domain.messages import SHARE_CONTACT, Address, Attachment, Button, Reply
from bot.domain.taps import whole
from bot.drawing.gallery import Gallery
from bot.drawing.timeline import timeline_png
from tests.builders import NOW, a_picture, an_inbound
from tests.channels.telegram.bot_api import FakeBotApi, a_telegram, ok, refused

ANNA = Address(channel="telegram", id="1001")


@pytest.fixture
def api() -> FakeBotApi:
    return FakeBotApi()


@pytest.fixture
def telegram(api: FakeBotApi) -> Telegram:
    return a_telegram(api)


def keyboard(api: FakeBotApi) -> Any:  # noqa: ANN401 - JSON of one of several shapes
    return api.asked("sendMessage")[0]["reply_markup"]


async def test_a_reply_is_one_message(telegram: Telegram, api: FakeBotApi) -> None:
    sent_as = await telegram.send(ANNA, Reply(text="Certo, è così: *città* <b> l'& 🌷"))

    assert sent_as == "77"
    assert api.asked("sendMessage") == [
        {
            "chat_id": 1001,
            "text": "Certo, è così: *città* &lt;b&gt; l'&amp; 🌷",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"remove_keyboard": True},
        }
    ]


async def test_what_telegram_cannot_parse_is_sent_once_more_as_it_is(
    telegram: Telegram, api: FakeBotApi
) -> None:
    api.refusals = [refused(400, "Bad Request: can't parse entities: unsupported start tag")]

    assert await telegram.send(ANNA, Reply(text="Certo <b>")) == "77"

    marked, bare = api.asked("sendMessage")
    assert (marked["text"], marked["parse_mode"]) == ("Certo &lt;b&gt;", "HTML")
    assert (bare["text"], "parse_mode" in bare) == ("Certo <b>", False)


async def test_a_customer_who_has_blocked_the_bot_is_barred(
    telegram: Telegram, api: FakeBotApi
) -> None:
    api.answer = refused(403, "Forbidden: bot was blocked by the user")

    with pytest.raises(DeliveryError) as failed:
        await telegram.send(ANNA, Reply(text="Ciao"))

    assert failed.value.barred == "blocked"


async def test_typing_is_shown_in_the_chat(telegram: Telegram, api: FakeBotApi) -> None:
    api.answer = ok(result=True)

    await telegram.show_typing(ANNA, an_inbound())

    assert api.asked("sendChatAction") == [{"chat_id": 1001, "action": "typing"}]
    assert telegram.typing_lasts == timedelta(seconds=5)


async def test_buttons_stand_below_one_another(telegram: Telegram, api: FakeBotApi) -> None:
    buttons = (
        Button(text="Password persa", payload="intent:webmail_password"),
        Button(text="Operatore", payload="intent:human_handoff"),
    )

    await telegram.send(ANNA, Reply(text="Che cosa Le serve?", buttons=buttons))

    assert keyboard(api) == {
        "inline_keyboard": [
            [{"text": "Password persa", "callback_data": "intent:webmail_password"}],
            [{"text": "Operatore", "callback_data": "intent:human_handoff"}],
        ]
    }


@pytest.mark.parametrize(
    ("payload", "as_it_is"),
    [
        pytest.param("a" * 64, True, id="just-fits"),
        pytest.param("a" * 65, False, id="one-byte-too-long"),
        pytest.param("à" * 33, False, id="bytes-not-characters"),
    ],
)
async def test_what_is_too_long_for_a_button_is_stood_for(
    telegram: Telegram, api: FakeBotApi, payload: str, as_it_is: bool
) -> None:
    await telegram.send(ANNA, Reply(text="Ecco", buttons=(Button(text="Qui", payload=payload),)))

    ((button,),) = keyboard(api)["inline_keyboard"]
    assert (button["callback_data"] == payload) is as_it_is
    assert len(button["callback_data"].encode()) <= 64
    assert whole(button["callback_data"], [Option(text="Qui", payload=payload)]) == payload


async def test_a_reply_may_ask_for_the_senders_own_contact(
    telegram: Telegram, api: FakeBotApi
) -> None:
    buttons = (
        Button(text="Condividi il numero", payload=SHARE_CONTACT),
        Button(text="Operatore", payload="intent:human_handoff"),
    )

    await telegram.send(ANNA, Reply(text="Chi scrive?", buttons=buttons))

    asking, other = keyboard(api)["keyboard"]
    assert asking == [{"text": "Condividi il numero", "request_contact": True}]
    assert other[0]["text"] == "Operatore"
    assert not other[0].get("request_contact")


@pytest.mark.parametrize(
    "as_timedelta",
    [
        pytest.param("true", id="as-the-library-will-say-it"),
        pytest.param(
            "false",
            id="as-it-says-it-today",
            marks=pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning"),
        ),
    ],
)
async def test_a_flood_limit_says_how_long_to_wait(
    telegram: Telegram, api: FakeBotApi, as_timedelta: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", as_timedelta)
    api.answer = refused(429, "Too Many Requests: retry after 7", retry_after=7)

    with pytest.raises(DeliveryError) as failed:
        await telegram.send(ANNA, Reply(text="Ciao"))

    assert not failed.value.permanent
    assert failed.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(NetworkError("unreachable"), id="not-reached"),
        pytest.param(TimedOut(), id="no-answer-in-time"),
        pytest.param(refused(500, "Internal Server Error"), id="server-error"),
        pytest.param(refused(502, "Bad Gateway"), id="a-gateway-in-between"),
    ],
)
async def test_a_passing_failure_may_be_tried_again(
    telegram: Telegram, api: FakeBotApi, answer: Mapping[str, Any] | TelegramError
) -> None:
    api.answer = answer

    with pytest.raises(DeliveryError) as failed:
        await telegram.send(ANNA, Reply(text="Ciao"))

    assert (failed.value.permanent, failed.value.uncertain) == (False, False)
    assert failed.value.retry_after is None


@pytest.mark.parametrize(
    ("cause", "uncertain"),
    [
        pytest.param(httpx.ReadTimeout("slow"), True, id="no-answer-in-time"),
        pytest.param(httpx.ReadError("cut"), True, id="answer-cut-off"),
        pytest.param(httpx.ConnectError("refused"), False, id="not-reached"),
        pytest.param(httpx.PoolTimeout("busy"), False, id="no-connection-free"),
    ],
)
async def test_what_may_have_been_sent_is_uncertain(
    telegram: Telegram, api: FakeBotApi, cause: httpx.RequestError, *, uncertain: bool
) -> None:
    api.answer = TimedOut()
    api.answer.__cause__ = cause

    with pytest.raises(DeliveryError) as failed:
        await telegram.send(ANNA, Reply(text="Ciao"))

    assert failed.value.uncertain is uncertain


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(400, "Bad Request: chat not found"), id="unknown-chat"),
        pytest.param(refused(403, "Forbidden: bot was blocked by the user"), id="blocked"),
        pytest.param(refused(401, "Unauthorized"), id="wrong-token"),
        pytest.param(refused(409, "Conflict"), id="conflict"),
    ],
)
async def test_a_permanent_failure_is_not_tried_again(
    telegram: Telegram, api: FakeBotApi, answer: Mapping[str, Any]
) -> None:
    api.answer = answer

    with pytest.raises(DeliveryError) as failed:
        await telegram.send(ANNA, Reply(text="Ciao"))

    assert failed.value.permanent


async def test_an_address_that_is_no_chat_is_never_tried(
    telegram: Telegram, api: FakeBotApi
) -> None:
    with pytest.raises(DeliveryError, match="no Telegram chat") as failed:
        await telegram.send(Address(channel="telegram", id="anna"), Reply(text="Ciao"))

    assert failed.value.permanent
    assert api.calls == []


RECEIPT = Attachment(media_type="image/jpeg", url="file-7")


async def test_a_file_is_fetched_by_telegrams_id(telegram: Telegram, api: FakeBotApi) -> None:
    api.answer = ok({"file_id": "file-7", "file_unique_id": "u", "file_path": "photos/7.jpg"})
    api.files["7.jpg"] = b"a picture"

    assert await telegram.fetch(RECEIPT) == b"a picture"
    assert api.asked("getFile") == [{"file_id": "file-7"}]


async def test_a_file_telegram_no_longer_has_is_not_to_be_had(
    telegram: Telegram, api: FakeBotApi
) -> None:
    api.answer = refused(400, "Bad Request: file is temporarily unavailable")

    with pytest.raises(FileUnavailable, match="temporarily unavailable"):
        await telegram.fetch(RECEIPT)


async def test_a_picture_is_sent_as_a_photo_with_its_words(api: FakeBotApi) -> None:
    telegram = a_telegram(api, pictures=Gallery("https://desk.example", "a secret", SetClock(NOW)))

    await telegram.send(ANNA, Reply(text="Le fasi di c1.it", picture=a_picture()))

    (call,) = api.calls
    assert call.method == "sendPhoto"
    assert call.parameters["caption"] == "Le fasi di c1.it"
    ((name, png, kind),) = call.files.values()
    assert (name, kind) == ("picture.png", "image/png")
    assert png == timeline_png(a_picture())


async def test_without_a_gallery_the_words_of_a_picture_are_sent(
    telegram: Telegram, api: FakeBotApi
) -> None:
    await telegram.send(ANNA, Reply(text="Le fasi di c1.it", picture=a_picture()))

    (asked,) = api.asked("sendMessage")
    assert asked["text"] == "Le fasi di c1.it"
