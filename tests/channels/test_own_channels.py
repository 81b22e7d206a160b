from datetime import UTC, datetime

import pytest

from bot.channels.terminal import Terminal
from bot.channels.web import Web
from bot.domain.errors import BadPayload
from bot.domain.messages import Address, Reply
from bot.ports import Channel, WebhookCall

CALL = WebhookCall(
    url="https://help.example/webhooks/web",
    headers={},
    body=b"",
    received_at=datetime(2026, 11, 26, tzinfo=UTC),
)


def _show_nothing(reply: Reply) -> None:
    """Nobody looks."""


@pytest.mark.parametrize(
    "channel",
    [pytest.param(Web(), id="web"), pytest.param(Terminal(_show_nothing), id="terminal")],
)
def test_nobody_calls_a_channel_of_our_own(channel: Channel) -> None:
    with pytest.raises(BadPayload, match="no webhook"):
        channel.parse(CALL)


async def test_a_web_reply_is_sent_once_it_is_stored() -> None:
    assert await Web().send(Address(channel="web", id="1"), Reply(text="Ciao")) == ""


async def test_a_terminal_reply_is_shown() -> None:
    shown: list[Reply] = []

    sent_as = await Terminal(shown.append).send(
        Address(channel="terminal", id="me"), Reply(text="Ciao")
    )

    assert shown == [Reply(text="Ciao")]
    assert sent_as == ""


def test_a_terminal_can_play_another_channel() -> None:
    assert Terminal(_show_nothing).name == "terminal"
    assert Terminal(_show_nothing, "whatsapp").name == "whatsapp"
