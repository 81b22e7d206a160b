"""What Telegram is told once, and what the doctor hears from it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.network import VendorClock
from bot.channels.telegram.reading import Group
from bot.domain.errors import DeliveryError
from bot.domain.knowledge import Bilingual, Command
from tests.channels.telegram.bot_api import FakeBotApi, a_telegram, ok, refused

PUBLIC = "https://help.example"
ME = {"id": 900, "is_bot": True, "first_name": "Sportello", "username": "sportello_bot"}
KINDS = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
HOOK: Mapping[str, Any] = {
    "url": f"{PUBLIC}/webhooks/telegram",
    "has_custom_certificate": False,
    "pending_update_count": 0,
    "allowed_updates": KINDS,
}
MENU = [Command(name="stato", words=Bilingual(it="Il contratto", en="The contract"))]


def an_api(**hook: object) -> FakeBotApi:
    answers = {"getMe": ok(ME), "getWebhookInfo": ok({**HOOK, **hook}), "setWebhook": ok(True)}
    return FakeBotApi(answer=ok(True), answers={**answers})


async def findings(api: FakeBotApi, public: str = PUBLIC, **more: Any) -> list[tuple[bool, str]]:  # noqa: ANN401 - of the builder
    found = await a_telegram(api, **more).findings(public)
    return [(one.is_well, one.words) for one in found]


async def test_all_is_well() -> None:
    assert await findings(an_api()) == [
        (True, "the bot is @sportello_bot"),
        (True, "Telegram calls https://help.example/webhooks/telegram"),
        (True, "0 updates wait"),
        (True, "clock: the vendor does not tell the time"),
    ]


@pytest.mark.parametrize(
    ("hook", "words"),
    [
        pytest.param(
            {"url": "https://old.example/x"}, "not https://help.example/", id="elsewhere"
        ),
        pytest.param({"url": ""}, "no webhook is set", id="none"),
        pytest.param(
            {"allowed_updates": KINDS[:3]}, "message_reaction, my_chat_member", id="not-all"
        ),
        pytest.param({"allowed_updates": None}, "does not tell message,", id="the-usual"),
        pytest.param(
            {"pending_update_count": 4, "last_error_message": "Connection refused"},
            "4 updates wait; its last call failed: Connection refused",
            id="cannot-reach-us",
        ),
    ],
)
async def test_a_wrong_webhook_is_found(hook: dict[str, object], words: str) -> None:
    wrong = [said for is_well, said in await findings(an_api(**hook)) if not is_well]

    assert len(wrong) == 1
    assert words in wrong[0]


async def test_who_polls_needs_no_webhook() -> None:
    assert all(is_well for is_well, _ in await findings(an_api(url=""), public=""))


async def test_a_failure_of_long_ago_is_told_but_nothing_is_wrong() -> None:
    found = await findings(an_api(last_error_message="Connection refused"))

    assert found[-2] == (True, "0 updates wait; its last call failed: Connection refused")


async def test_a_missing_secret_is_found() -> None:
    wrong = [said for is_well, said in await findings(an_api(), secret="") if not is_well]

    assert "TELEGRAM_WEBHOOK_SECRET is empty" in wrong[0]


@pytest.mark.parametrize(("seconds", "is_well"), [(59, True), (61, False), (-61, False)])
async def test_a_clock_that_is_wrong_is_found(seconds: int, is_well: bool) -> None:
    clock = VendorClock()
    clock.skew = timedelta(seconds=seconds)

    found = await findings(an_api(), vendor_clock=clock)

    assert found[-1][0] is is_well
    assert is_well or found[-1][1].startswith("clock: 61 seconds off")


async def test_a_token_that_is_refused_is_found() -> None:
    api = an_api()
    api.answers["getMe"] = refused(401, "Unauthorized")

    ((is_well, words),) = await findings(api)
    assert not is_well
    assert "TELEGRAM_BOT_TOKEN" in words


async def test_telegram_is_told_where_to_call_and_of_what() -> None:
    api = an_api()

    found = await a_telegram(api).sync(PUBLIC)

    assert all(one.is_well for one in found)
    assert api.asked("setWebhook") == [
        {
            "url": "https://help.example/webhooks/telegram",
            "secret_token": "a-secret",
            "allowed_updates": KINDS,
        }
    ]


@pytest.mark.parametrize(
    ("public", "secret", "words"),
    [
        pytest.param("", "a-secret", "SPORTELLO_PUBLIC_URL", id="no-address"),
        pytest.param(PUBLIC, "", "TELEGRAM_WEBHOOK_SECRET", id="no-secret"),
    ],
)
async def test_without_address_or_secret_nothing_is_set(
    public: str, secret: str, words: str
) -> None:
    api = an_api()

    (found,) = await a_telegram(api, secret).sync(public)

    assert (found.is_well, words in found.words) == (False, True)
    assert api.calls == []


async def test_a_webhook_telegram_refuses_is_told() -> None:
    api = an_api()
    api.answers["setWebhook"] = refused(400, "Bad Request: bad webhook")

    (found,) = await a_telegram(api).sync(PUBLIC)

    assert (found.is_well, "Bad webhook" in found.words) == (False, True)


async def test_the_menu_is_shown_in_each_language() -> None:
    api = an_api()

    await a_telegram(api).show_menu(MENU)

    shown = [
        (one.get("language_code"), one["commands"][0]["description"])
        for one in api.asked("setMyCommands")
    ]
    assert shown == [(None, "The contract"), ("it", "Il contratto"), ("en", "The contract")]
    assert api.asked("setMyCommands")[0]["scope"] == {"type": "all_private_chats"}
    assert api.asked("setChatMenuButton") == [{"menu_button": {"type": "commands"}}]


async def test_a_menu_telegram_does_not_take_says_so() -> None:
    api = FakeBotApi(answer=refused(400, "Bad Request: BOT_COMMAND_INVALID"))

    with pytest.raises(DeliveryError, match=r"(?i)bot_command_invalid"):
        await a_telegram(api).show_menu(MENU)


FORUM = {
    "id": -1007,
    "type": "supergroup",
    "is_forum": True,
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}
OWNER = {"status": "creator", "user": ME, "is_anonymous": False}
RIGHTS = dict.fromkeys(
    [
        "can_be_edited",
        "is_anonymous",
        "can_manage_chat",
        "can_delete_messages",
        "can_manage_video_chats",
        "can_restrict_members",
        "can_promote_members",
        "can_change_info",
        "can_invite_users",
        "can_post_stories",
        "can_edit_stories",
        "can_delete_stories",
    ],
    False,
)
ADMINISTRATOR = {"status": "administrator", "user": ME, "can_manage_topics": True, **RIGHTS}


@pytest.mark.parametrize(
    ("group", "member", "words"),
    [
        pytest.param(ok(FORUM), ok(ADMINISTRATOR), "", id="ready"),
        pytest.param(ok(FORUM), ok(OWNER), "may not manage topics", id="no-right"),
        pytest.param(
            ok({**FORUM, "is_forum": False}), ok(ADMINISTRATOR), "has no topics", id="no-forum"
        ),
        pytest.param(
            refused(400, "Bad Request: chat not found"), ok(OWNER), "cannot be seen", id="away"
        ),
    ],
)
async def test_a_group_in_which_no_topics_can_be_made_is_found(
    group: Mapping[str, Any], member: Mapping[str, Any], words: str
) -> None:
    api = an_api()
    api.answers |= {"getChat": group, "getChatMember": member}

    found = await findings(api, group=Group(id=-1007))

    assert ((True, "the staff group is ready") in found) is (not words)
    assert [words in said for is_well, said in found if not is_well] == ([True] if words else [])
