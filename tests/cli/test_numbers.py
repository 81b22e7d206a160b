"""`sportello numbers`: on a real file, with one chat that was rated."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import Choices, running
from bot.channels.terminal import Terminal
from bot.domain.messages import Address, InboundMessage, MessageKind
from bot.ports import Channels
from bot.settings import AllSettings
from tests.cli.console import sportello

CHAT = "telegram:1001"


@pytest.fixture
def rated(home: Path) -> Path:
    """A customer was helped by a colleague, and says how it went."""
    asyncio.run(_a_day())
    return home


async def _a_day() -> None:
    channels = Channels(by_name={"telegram": Terminal(lambda _: None, name="telegram")})
    async with running(AllSettings(), Choices(channels=channels)) as app:
        asks = InboundMessage(
            vendor_id="1",
            sender=Address.read(CHAT),
            text="vorrei parlare con un operatore",
            received_at=app.clock.now(),
        )
        await app.intake.receive(asks)
        await app.desk.reply(CHAT, "Anna", "Ecco fatto")
        await app.desk.close(CHAT, "Anna")
        chat = await app.store.conversations.conversation(CHAT)
        assert chat
        tap = replace(
            asks,
            vendor_id="2",
            text="",
            kind=MessageKind.BUTTON,
            payload=f"rating:{chat.epoch}:good",
            received_at=app.clock.now(),
        )
        await app.intake.receive(tap)
        words = replace(tap, vendor_id="3", text="Zzyx qwvt brrf", payload="")
        await app.intake.receive(replace(words, kind=MessageKind.TEXT))


def test_the_numbers_of_a_day_as_json(rated: Path) -> None:
    numbers = json.loads(sportello("numbers", "--days", "1", "--json").stdout)

    assert {name: numbers[name] for name in ("chats", "bot_alone", "handed_over", "replied")} == {
        "chats": 1,
        "bot_alone": 0,
        "handed_over": 1,
        "replied": 1,
    }
    assert numbers["handovers"] == {"asked": 1}
    assert numbers["closings"] == {"": 1}
    assert (numbers["asked"], numbers["ratings"]) == (1, {"good": 1, "fair": 0, "bad": 0})
    assert 0 <= numbers["median_wait_seconds"] <= numbers["longest_wait_seconds"]
    (comment,) = numbers["comments"]
    assert (comment["chat"], comment["rating"], comment["text"]) == (
        CHAT,
        "good",
        "Zzyx qwvt brrf",
    )


def test_the_numbers_of_a_day_as_lines(rated: Path) -> None:
    lines = [line.split() for line in sportello("numbers").stdout.splitlines()]

    for line in ("chats 1", "handed over 1", "asked 1", "without a reason 1", "good 1", "bad 0"):
        assert line.split() in lines
    assert ["good:", "Zzyx", "qwvt", "brrf", f"({CHAT})"] in lines


def test_nothing_is_counted_where_nothing_happened(home: Path) -> None:
    shown = sportello("numbers")

    assert shown.exit_code == 0
    assert "median" not in shown.stdout


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_odd_periods_are_refused(home: Path, days: str) -> None:
    assert sportello("numbers", "--days", days).exit_code == 2
