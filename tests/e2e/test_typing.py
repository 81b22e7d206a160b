"""Customers see that an answer is being written, as their vendor's own schema has it."""

import socket
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.colleague import Colleague
from tests.e2e.conftest import Start
from tests.e2e.program import Program, until
from tests.e2e.rigs import Json, Rig, Telegram, Twilio
from tests.e2e.words import question

OWNER = "+390000000001"


@pytest.fixture
def start_slow(start: Start) -> Iterator[Callable[[Rig], Program]]:
    """Start a program whose contracts are behind an API that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        yield lambda *rigs: start(
            *rigs,
            SPORTELLO_CONTRACTS="api",
            SPORTELLO_API_URL=f"http://127.0.0.1:{port}",
            SPORTELLO_API_TOKEN="of the provider",
        )


def test_whatsapp_shows_it_until_the_answer_is_there_and_not_while_staff_hold_the_chat(
    start_slow: Callable[[Rig], Program], twilio: Twilio
) -> None:
    desk = start_slow(twilio)
    hook = f"{desk.base}/webhooks/twilio"

    asked = twilio.write(hook, OWNER, question("contract_status"))
    until(lambda: twilio.accepted(OWNER))

    (shown,) = indicators(twilio)
    assert shown["form"]["messageId"] == [asked["sent"]["MessageSid"]]
    assert 200 <= shown["status"] < 300
    with Colleague(desk) as colleague:
        colleague.reply(f"whatsapp:{OWNER}", "Eccomi.")
    twilio.write(hook, OWNER, question("contract_status"))
    until(lambda: twilio.accepted(OWNER)[-1] == "Eccomi.")
    assert len(indicators(twilio)) == 1


def test_telegram_shows_it_until_the_answer_is_there(
    start_slow: Callable[[Rig], Program], telegram: Telegram
) -> None:
    telegram.register(start_slow(telegram).base)
    telegram.write(7101, contact="own")
    until(lambda: telegram.accepted(7101))

    telegram.write(7101, text=question("contract_status"))
    until(lambda: len(telegram.accepted(7101)) > 1)

    shown = telegram.calls("sendChatAction")
    assert [call["p"] for call in shown[-1:]] == [{"chat_id": 7101, "action": "typing"}]


def indicators(twilio: Twilio) -> list[Json]:
    """Return the calls by which the program showed that it writes."""
    return [call for call in twilio.ask("requests") if "Indicators/Typing" in call.get("path", "")]
