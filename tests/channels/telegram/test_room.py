"""The staff's group: topics that are made, written into, closed, and lost."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.telegram.reading import Group
from bot.domain.errors import DeliveryError, TopicGone
from bot.ports import StaffRoom
from tests.channels.telegram.bot_api import SENT, FakeBotApi, a_telegram, ok, refused

GROUP = -1007
TOPIC = {"message_thread_id": 7, "name": "Mario", "icon_color": 7322096}
MADE = {"createForumTopic": ok(TOPIC), "pinChatMessage": ok(True), "closeForumTopic": ok(True)}


@pytest.fixture
def api() -> FakeBotApi:
    return FakeBotApi(answer=ok(SENT), answers={**MADE, "reopenForumTopic": ok(True)})


@pytest.fixture
def room(api: FakeBotApi) -> StaffRoom:
    found = a_telegram(api, group=Group(id=GROUP)).room
    assert found
    return found


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []

    async def pause(seconds: float) -> None:
        made.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", pause)
    return made


def test_without_a_group_there_is_no_room(api: FakeBotApi) -> None:
    assert a_telegram(api).room is None


async def test_a_topic_has_a_name_telegram_takes(room: StaffRoom, api: FakeBotApi) -> None:
    assert await room.begin("Mario " * 40) == 7

    (asked,) = api.asked("createForumTopic")
    assert (asked["chat_id"], len(asked["name"])) == (GROUP, 128)


async def test_what_is_said_stands_in_its_topic_as_it_is(room: StaffRoom, api: FakeBotApi) -> None:
    await room.say(7, "Mario: <b>ciao</b> & grazie")

    (asked,) = api.asked("sendMessage")
    assert (asked["chat_id"], asked["message_thread_id"]) == (GROUP, 7)
    assert (asked["text"], "parse_mode" in asked) == ("Mario: <b>ciao</b> & grazie", False)
    assert api.asked("pinChatMessage") == []


async def test_a_card_is_pinned_without_a_sound(room: StaffRoom, api: FakeBotApi) -> None:
    await room.say(7, "scheda", pinned=True)

    assert api.asked("pinChatMessage") == [
        {"chat_id": GROUP, "message_id": 77, "disable_notification": True}
    ]


@pytest.mark.parametrize(
    "words", ["Bad Request: message thread not found", "Bad Request: TOPIC_ID_INVALID"]
)
async def test_a_deleted_topic_is_gone(room: StaffRoom, api: FakeBotApi, words: str) -> None:
    api.refusals = [refused(400, words)] * 2

    with pytest.raises(TopicGone):
        await room.say(7, "ciao")
    with pytest.raises(TopicGone):
        await room.shut(7)


async def test_a_topic_somebody_closed_is_opened_to_write(
    room: StaffRoom, api: FakeBotApi
) -> None:
    api.refusals = [refused(400, "Bad Request: TOPIC_CLOSED")]

    await room.say(7, "ciao")

    assert [call.method for call in api.calls] == [
        "sendMessage",
        "reopenForumTopic",
        "sendMessage",
    ]


async def test_what_is_so_already_is_well(room: StaffRoom, api: FakeBotApi) -> None:
    api.refusals = [refused(400, "Bad Request: TOPIC_NOT_MODIFIED")] * 2

    await room.shut(7)
    await room.reopen(7)


@pytest.mark.parametrize("step", ["say", "shut"])
async def test_other_refusals_are_told(room: StaffRoom, api: FakeBotApi, step: str) -> None:
    api.refusals = [refused(400, "Bad Request: not enough rights")]

    with pytest.raises(DeliveryError, match="ot enough rights"):
        await (room.say(7, "ciao") if step == "say" else room.shut(7))


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_a_flood_limit_is_waited_for(
    room: StaffRoom, api: FakeBotApi, pauses: list[float]
) -> None:
    flood: Mapping[str, Any] = refused(429, "Too Many Requests: retry after 9", retry_after=9)
    api.refusals = [flood]

    await room.say(7, "ciao")

    assert pauses == [9.0]
    assert len(api.asked("sendMessage")) == 2
