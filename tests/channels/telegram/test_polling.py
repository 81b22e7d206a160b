import asyncio
import logging

import pytest
from telegram.error import NetworkError

from bot.channels.telegram.polling import by_chat
from bot.domain.errors import BadPayload
from bot.ports import WebhookCall
from tests.builders import messages_in
from tests.channels.telegram.bot_api import FakeBotApi, a_telegram, refused


class Store:
    """Stores what it is handed, unless it is out of order."""

    def __init__(self, api: FakeBotApi) -> None:
        self._api = api
        self.telegram = a_telegram(api)
        self.texts: list[str] = []
        self.unreadable: list[bytes] = []
        self.fetches_before: list[int] = []
        self.out_of_order = False

    async def handle(self, call: WebhookCall) -> None:
        if self.out_of_order:
            raise OSError("disk full")
        try:
            self.texts += [message.text for message in messages_in(self.telegram.parse(call))]
        except BadPayload:
            self.unreadable.append(call.body)
        self.fetches_before.append(len(self._api.asked("getUpdates")))


@pytest.fixture
def api() -> FakeBotApi:
    return FakeBotApi()


@pytest.fixture
def store(api: FakeBotApi) -> Store:
    return Store(api)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses made, none of which takes any time."""
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    return made


PERSON = {"id": 1001, "is_bot": False, "first_name": "Anna"}
CHAT = {"id": 1001, "type": "private", "first_name": "Anna"}


def an_update(update_id: int, text: object, chat_id: int = 1001) -> dict[str, object]:
    chat = CHAT | {"id": chat_id}
    message = {"message_id": 1, "date": 1795600000, "from": PERSON, "chat": chat, "text": text}
    return {"update_id": update_id, "message": message}


async def poll(store: Store) -> None:
    with pytest.raises(asyncio.CancelledError):
        await store.telegram.poll(store.handle)


async def test_updates_are_confirmed_once_they_are_stored(api: FakeBotApi, store: Store) -> None:
    api.updates = [[an_update(7, "uno"), an_update(8, "due")], [], [an_update(9, "tre")]]

    await poll(store)

    assert store.texts == ["uno", "due", "tre"]
    assert store.fetches_before == [1, 1, 3]
    assert [asked["offset"] for asked in api.asked("getUpdates")] == [0, 9, 9, 10]


async def test_updates_that_could_not_be_stored_are_never_confirmed(
    api: FakeBotApi, store: Store
) -> None:
    api.updates = [[an_update(7, "uno")]]
    store.out_of_order = True

    with pytest.raises(OSError, match="disk full"):
        await store.telegram.poll(store.handle)

    assert [asked["offset"] for asked in api.asked("getUpdates")] == [0]


async def test_an_unreadable_update_is_handed_over_and_does_not_stop_those_behind_it(
    api: FakeBotApi, store: Store
) -> None:
    broken = {"update_id": 8, "message": {"text": "segreto", "chat": CHAT}}
    api.updates = [[an_update(7, "uno"), broken, an_update(9, 5), an_update(10, "due")]]

    await poll(store)

    assert store.texts == ["uno", "due"]
    assert api.asked("getUpdates")[-1]["offset"] == 11
    assert len(store.unreadable) == 2
    assert b"segreto" in store.unreadable[0]


async def test_a_tapped_button_stops_spinning_even_if_telegram_refuses(
    api: FakeBotApi, store: Store
) -> None:
    tap = {"id": "4", "from": PERSON, "chat_instance": "1", "data": "intent:greeting"}
    api.updates = [[{"update_id": 7, "callback_query": tap}, an_update(8, "uno")]]
    api.answer = refused(400, "Bad Request: query is too old")

    await poll(store)

    assert api.asked("answerCallbackQuery") == [{"callback_query_id": "4"}]
    assert store.texts == ["", "uno"]


async def test_a_webhook_still_set_is_removed_before_the_first_fetch(
    api: FakeBotApi, store: Store, pauses: list[float]
) -> None:
    api.deletions = [NetworkError("unreachable"), NetworkError("still unreachable")]

    await poll(store)

    assert [call.method for call in api.calls] == [*["deleteWebhook"] * 3, "getUpdates"]
    assert pauses == [3.0, 3.0]


async def test_a_failed_fetch_is_tried_again_after_a_pause(
    api: FakeBotApi, store: Store, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    api.updates = [[an_update(7, "uno")], NetworkError("unreachable"), [an_update(8, "due")]]

    with caplog.at_level(logging.WARNING):
        await poll(store)

    assert store.texts == ["uno", "due"]
    assert pauses == [3.0]
    assert [asked["offset"] for asked in api.asked("getUpdates")] == [0, 8, 8, 9]
    assert "telegram_poll_failed" in caplog.text


async def test_chats_do_not_wait_for_each_other_and_each_is_in_order(
    api: FakeBotApi, store: Store
) -> None:
    api.updates = [[an_update(7, "uno"), an_update(8, "due"), an_update(9, "altrui", 1002)]]
    arrived = asyncio.Event()

    async def handle(call: WebhookCall) -> None:
        (message,) = messages_in(store.telegram.parse(call))
        if message.text == "uno":
            await arrived.wait()
        if message.text == "altrui":
            arrived.set()
        store.texts.append(message.text)

    with pytest.raises(asyncio.CancelledError):
        await store.telegram.poll(handle)

    assert store.texts == ["altrui", "uno", "due"]
    assert api.asked("getUpdates")[-1]["offset"] == 10


async def test_what_has_no_chat_is_handed_over_as_well() -> None:
    odd: list[dict[str, object]] = [
        {"update_id": 1},
        {"update_id": 2, "poll": {"chat": None, "from": 4}},
    ]

    assert by_chat([*odd, an_update(3, "uno")]) == [odd, [an_update(3, "uno")]]


async def test_only_what_matters_is_asked_for_and_the_answer_may_take_its_time(
    api: FakeBotApi, store: Store
) -> None:
    await poll(store)

    (asked,) = [call for call in api.calls if call.method == "getUpdates"]
    assert asked.parameters["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "message_reaction",
        "my_chat_member",
    ]
    assert asked.parameters["timeout"] == 25
    assert asked.read_timeout == 30
