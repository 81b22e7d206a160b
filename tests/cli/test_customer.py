import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.app import Choices, running
from bot.channels.terminal import Terminal
from bot.domain.messages import Address, InboundMessage
from bot.ports import Channels
from bot.settings import AllSettings
from tests.builders import NOW
from tests.cli.console import sportello
from tests.cli.contract_files import a_contract, a_file

PHONE = "+390000000001"
OTHER = "+390000000002"


@pytest.fixture
def chats(home: Path, tmp_path: Path) -> Path:
    """Two people have written on WhatsApp, and one of them on Telegram."""
    contact = {"name": "Lucia", "phone": PHONE, "email": ""}
    result = sportello("contracts", "import", a_file(tmp_path, a_contract(contacts=[contact])))
    assert result.exit_code == 0
    asyncio.run(_written())
    return home


async def _written() -> None:
    channels = Channels(
        by_name={name: Terminal(lambda _: None, name=name) for name in ("whatsapp", "telegram")}
    )
    async with running(AllSettings(), Choices(channels=channels)) as app:
        for number, (channel, name, phone) in enumerate(
            [("whatsapp", PHONE, PHONE), ("whatsapp", OTHER, OTHER), ("telegram", "1001", PHONE)]
        ):
            await app.intake.receive(
                InboundMessage(
                    vendor_id=str(number),
                    sender=Address(channel=channel, id=name),
                    text=f"segreto di {channel} {name}",
                    received_at=NOW,
                    phone=phone,
                )
            )


def exported(*words: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(sportello("customer", "export", *words).stdout)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["--phone", PHONE], [f"whatsapp:{PHONE}", "telegram:1001"], id="phone"),
        pytest.param(["--phone", OTHER], [f"whatsapp:{OTHER}"], id="somebody-else"),
        pytest.param(["--telegram", "1001"], ["telegram:1001"], id="telegram"),
        pytest.param(["--chat", f"whatsapp:{OTHER}"], [f"whatsapp:{OTHER}"], id="chat"),
        pytest.param(["--telegram", "9"], [], id="nobody"),
    ],
)
def test_all_that_is_kept_of_a_person_is_given(
    chats: Path, words: list[str], found: list[str]
) -> None:
    assert sorted(one["chat"] for one in exported(*words)["chats"]) == sorted(found)


def test_an_export_holds_messages_replies_and_contracts(chats: Path) -> None:
    whole = exported("--phone", PHONE)
    (chat,) = [one for one in whole["chats"] if one["chat"].startswith("whatsapp")]

    assert [one["contract_id"] for one in whole["contracts"]] == ["C-1"]
    assert chat["remembered"]["phone"] == PHONE
    assert [one["message"]["text"] for one in chat["received"]] == [f"segreto di whatsapp {PHONE}"]
    assert chat["sent"][0]["by"] == "bot"
    assert chat["sent"][0]["reply"]["text"]


def test_a_customer_is_all_their_contacts(chats: Path) -> None:
    customer = exported("--phone", PHONE)["contracts"][0]["customer_id"]

    whole = exported("--customer", customer)

    assert {one["chat"] for one in whole["chats"]} == {f"whatsapp:{PHONE}", "telegram:1001"}


def test_what_is_erased_is_gone_from_the_file_and_others_stay(chats: Path) -> None:
    done = sportello("customer", "erase", "--phone", PHONE, "--yes")

    assert "Deleted: 2 chats, 2 messages" in done.stdout
    assert "Kept, as the back office's copy: C-1." in done.stdout
    assert exported("--phone", PHONE)["chats"] == []
    assert len(exported("--phone", OTHER)["chats"]) == 1
    left = b"".join(file.read_bytes() for file in chats.glob("sportello.db*"))
    assert f"segreto di whatsapp {OTHER}".encode() in left
    assert f"segreto di whatsapp {PHONE}".encode() not in left
    assert b"segreto di telegram" not in left


def test_erasing_is_asked_about_first(chats: Path) -> None:
    refused = sportello("customer", "erase", "--phone", PHONE, given="n\n")

    assert refused.exit_code == 1
    assert len(exported("--phone", PHONE)["chats"]) == 2


def test_of_whom_nothing_is_kept_that_is_said(chats: Path) -> None:
    assert sportello("customer", "erase", "--telegram", "9", "--yes").exit_code == 1
    assert sportello("customer", "export", "--telegram", "9").exit_code == 1


@pytest.mark.parametrize("words", [[], ["--phone", PHONE, "--telegram", "1"], ["--phone", "abc"]])
def test_a_person_is_named_in_one_way(chats: Path, words: list[str]) -> None:
    result = sportello("customer", "export", *words)

    assert result.exit_code == 2
    assert "phone" in result.stderr
